//! Plays a row on the model with real servers: on a separate thread the model decides which
//! requests are sent, and a plain client sends them.

use std::sync::Arc;

use cors_model::{HttpRequest, HttpResponse, Reason, Refusal, Ruling};
use cors_servers::Lab;
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;

use super::collect::Assigned;
use crate::case::{Row, UserCookie};
use crate::engine::{NoReply, PlainClient};
use crate::observation::{CallSeen, Response, ResponseSeen, RowSeen, StepObservation};
use crate::plan::PlannedRow;
use crate::ruling::{self, RowRuling};
use crate::secrets::set_cookie_without_value;
use crate::world::{Live, Wanted};

/// A message from the model to the client.
struct Question {
    /// A request to send, or `None` after a group of steps has settled.
    request: Option<HttpRequest>,
    answer: oneshot::Sender<Option<HttpResponse>>,
}

/// Plays a row, whose servers have their names as written, against the servers of a lab.
pub(super) async fn play(lab: &Lab, planned: &PlannedRow, assigned: &Assigned) -> RowSeen {
    let mut cookies = assigned.row().cookies.iter();
    if let Some(UserCookie { set_cookie, .. }) = cookies.find(|cookie| !ruling::is_stored(cookie)) {
        let cookie = set_cookie_without_value(set_cookie);
        return troubled(format!("a browser that follows the standard does not store `{cookie}`"));
    }
    let client = match PlainClient::new(lab) {
        Ok(client) => client,
        Err(error) => return troubled(error.to_string()),
    };
    let (questions, asked) = mpsc::unbounded_channel();
    let (case, number) = (Arc::clone(&assigned.case), assigned.key.row);
    let playing = spawn_blocking(move || rule(&case.rows[number], &questions));
    let answering = Answering { client, marker: &planned.play.marker, settled: 0, stopped: None };
    let stopped = answering.answer_all(asked).await;
    match playing.await {
        Ok(ruling) => seen(planned, ruling, stopped),
        Err(error) => troubled(format!("the model of the standard failed: {error}")),
    }
}

fn troubled(words: String) -> RowSeen {
    RowSeen { trouble: Some(words), ..RowSeen::default() }
}

/// What the standard says about a row whose requests another task sends. If that task has ended,
/// there is no reply.
fn rule(row: &Row, questions: &mpsc::UnboundedSender<Question>) -> RowRuling {
    let mut servers = Live::new(&row.servers, |wanted: Wanted<'_>| {
        let request = match wanted {
            Wanted::Reply(request) => Some(request.clone()),
            Wanted::Settled => None,
        };
        let (answer, answered) = oneshot::channel();
        questions.send(Question { request, answer }).ok()?;
        answered.blocking_recv().ok()?
    });
    ruling::play(row, &mut servers)
}

/// The client while the model plays.
struct Answering<'a> {
    client: PlainClient,
    marker: &'a str,
    /// The number of groups of steps that have settled.
    settled: usize,
    stopped: Option<Stopped>,
}

/// The first request that got no reply.
struct Stopped {
    /// The group of steps to which it belongs.
    group: usize,
    why: NoReply,
}

impl Answering<'_> {
    async fn answer_all(mut self, mut asked: mpsc::UnboundedReceiver<Question>) -> Option<Stopped> {
        while let Some(Question { request, answer }) = asked.recv().await {
            let reply = match request {
                Some(request) => self.reply(&request).await,
                None => self.mark().await,
            };
            // The model waits for it.
            let _ = answer.send(reply);
        }
        self.stopped
    }

    /// A page whose call does not settle makes no further calls.
    async fn reply(&mut self, request: &HttpRequest) -> Option<HttpResponse> {
        if matches!(self.stopped, Some(Stopped { why: NoReply::Late, .. })) {
            return None;
        }
        match self.client.ask(request).await {
            Ok(reply) => Some(reply),
            Err(why) => {
                self.stopped.get_or_insert(Stopped { group: self.settled, why });
                None
            }
        }
    }

    /// Requests the marker after a group of steps has settled, as a page does.
    async fn mark(&mut self) -> Option<HttpResponse> {
        self.client.tell(&format!("{}{}", self.marker, self.settled)).await;
        self.settled += 1;
        None
    }
}

/// What script would have seen.
fn seen(row: &PlannedRow, ruling: RowRuling, stopped: Option<Stopped>) -> RowSeen {
    let unjudged = ruling.rulings.iter().find_map(|ruling| match ruling {
        Ruling::CannotJudge(what) => Some(what),
        Ruling::Allowed | Ruling::Opaque | Ruling::Denied(_) => None,
    });
    if let Some(what) = unjudged {
        return troubled(format!("the model of the standard cannot judge this: {what}"));
    }
    let mut steps = ruling.observation.steps.into_iter().zip(ruling.rulings);
    let mut step_groups = Vec::with_capacity(row.play.step_groups.len());
    for (group, calls) in row.play.step_groups.iter().enumerate() {
        let stopped = stopped.as_ref().filter(|stopped| stopped.group == group);
        let steps = steps.by_ref().take(calls.len());
        step_groups.push(steps.map(|(step, ruling)| call(step, &ruling, stopped)).collect());
        if matches!(stopped, Some(Stopped { why: NoReply::Late, .. })) {
            break;
        }
    }
    RowSeen { step_groups, ..RowSeen::default() }
}

fn call(step: StepObservation, ruling: &Ruling, stopped: Option<&Stopped>) -> CallSeen {
    match (ruling, stopped) {
        (Ruling::Denied(Refusal { reason: Reason::NoServer, .. }), Some(stopped)) => {
            match &stopped.why {
                NoReply::Late => CallSeen::Unsettled,
                failed @ NoReply::Failed(_) => threw(&failed.to_string()),
            }
        }
        (Ruling::Denied(refusal), _) => threw(refusal.reason.sentence()),
        _ => CallSeen::Response(response(step.response)),
    }
}

fn threw(words: &str) -> CallSeen {
    CallSeen::Threw { name: "TypeError".to_owned(), message: words.to_owned() }
}

/// A response as script sees it; without one, an opaque response.
fn response(response: Option<Response>) -> ResponseSeen {
    match response {
        Some(Response { kind, status, redirected, headers, .. }) => {
            ResponseSeen { kind, status, redirected, headers, body: String::new() }
        }
        None => ResponseSeen {
            kind: Some("opaque".to_owned()),
            status: 0,
            redirected: false,
            headers: Vec::new(),
            body: String::new(),
        },
    }
}
