//! What the model of the standard says about a row: a row as a scenario of [`cors_model`], and its outcomes in the
//! words of an observation, so that both can be compared field by field.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod scenario;

use cors_model::url::Url;
use cors_model::{
    Branch, Exchange, Lifetime, Network, Outcome, Reason, Refusal, Ruling, RunOptions,
    ScriptResponse, get_decode_and_split, location_url,
};
use serde::Serialize;

use crate::case::{Label, Row, Step, UserCookie};
use crate::observation::{
    Answer, Authored, Preflight, Read, Request, Response, RowObservation, StepObservation,
    origin_without_server,
};
use crate::secrets::without_secret;
use scenario::{initial_cookie, scenario};

/// What a browser that follows the standard does with a row, and why.
#[derive(Clone, Debug, Serialize)]
pub struct RowRuling {
    /// What would be observed.
    pub observation: RowObservation,
    /// One for each step, in the order of [`Row::all_steps`].
    pub rulings: Vec<Ruling>,
}

/// A run of the model on a row.
#[derive(Clone, Debug)]
pub struct Run {
    /// What it did, and why.
    pub ruling: RowRuling,
    /// Where the standard leaves a choice to the browser.
    pub branches: Vec<Branch>,
    /// The lifetimes that decided something.
    pub lifetimes: Vec<Lifetime>,
}

/// What a browser that follows the standard does with a row as it is written.
pub fn play(row: &Row, network: &mut dyn Network) -> RowRuling {
    run(row, network, RunOptions::default()).ruling
}

/// Runs the model on a row under these conditions.
pub fn run(row: &Row, network: &mut dyn Network, options: RunOptions<'_>) -> Run {
    let cors_model::Run { outcomes, branches, lifetimes } = scenario(row).run(network, options);
    let mut observation = RowObservation::default();
    let mut rulings = Vec::with_capacity(outcomes.len());
    for ((step, label), outcome) in row.all_steps().zip(row.labels()).zip(outcomes) {
        let Label { text, url } = label;
        let seen = self::observation(row, step, &outcome);
        observation.steps.push(StepObservation { step: text, url, ..seen });
        rulings.push(without_secrets(outcome.ruling, step));
    }
    Run { ruling: RowRuling { observation, rulings }, branches, lifetimes }
}

/// Whether a browser that follows the standard stores a user cookie.
pub fn is_stored(cookie: &UserCookie) -> bool {
    initial_cookie(cookie).is_some_and(|cookie| cors_model::is_cookie_stored(&cookie))
}

/// What would be observed of a step. Of one that cannot be judged, nothing is known.
fn observation(row: &Row, step: &Step, outcome: &Outcome) -> StepObservation {
    let read = match &outcome.ruling {
        Ruling::CannotJudge(reason) => {
            let inconclusive = Some(reason.clone());
            return StepObservation { inconclusive, ..StepObservation::default() };
        }
        Ruling::Allowed => Read::Allowed,
        Ruling::Opaque => Read::Opaque,
        Ruling::Denied(Refusal { reason: Reason::Aborted, .. }) => Read::Aborted,
        Ruling::Denied(Refusal { reason: Reason::TimedOut, .. }) => Read::TimedOut,
        Ruling::Denied(Refusal { reason: Reason::NoAnswer, .. }) => Read::Pending,
        Ruling::Denied(_) if outcome.exchanges.is_empty() => Read::Refused,
        Ruling::Denied(_) => Read::Blocked,
    };
    let lines = step.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let has_policy = step.referrer_policy.is_some();
    let authored = Authored::new(lines, has_policy, row.page_of(step))
        .for_destination(step.request().destination);
    let mut observed = StepObservation {
        read: Some(read),
        unforeseen: outcome
            .ruling
            .missing_server()
            .and_then(origin_without_server)
            .into_iter()
            .collect(),
        response: outcome.response.clone().map(response),
        ..StepObservation::default()
    };
    for exchange in &outcome.exchanges {
        observed.add(exchange, &authored);
    }
    observed
}

impl StepObservation {
    fn add(&mut self, exchange: &Exchange, authored: &Authored) {
        let sent = &exchange.request;
        let header = |name: &str| sent.headers.get(name).map(|value| text(&value));
        let (url, origin, answer) = (sent.url.to_string(), header("origin"), answer(exchange));
        let headers = authored.headers(&url, header);
        match sent.preflight_method() {
            Some(method) => self.preflights.push(Preflight {
                url,
                origin,
                method,
                headers: header("access-control-request-headers"),
                request_headers: headers,
                answer,
            }),
            None => self.requests.push(Request {
                method: sent.method.clone(),
                url,
                origin,
                cookies: sent.cookie_names(),
                headers,
                answer,
            }),
        }
    }
}

fn answer(exchange: &Exchange) -> Answer {
    let received = &exchange.response;
    let lines = received.headers.iter().filter(|(name, _)| Answer::keeps(name));
    Answer {
        status: received.status,
        headers: lines.map(|(name, value)| (name.to_owned(), text(value))).collect(),
        redirects_to: redirects_to(exchange),
        repeats_url: repeats_url(exchange),
    }
}

/// The URL that the model follows, without the parts that can hold secrets: query, fragment and credentials.
fn redirects_to(exchange: &Exchange) -> Option<String> {
    let Exchange { request, response } = exchange;
    let mut url = location_url(response.status, &response.headers, &request.url).ok()??;
    url.set_query(None);
    url.set_fragment(None);
    let is_http = matches!(url.scheme(), "http" | "https");
    let is_clean = url.set_username("").is_ok() && url.set_password(None).is_ok();
    (is_http && is_clean).then(|| url.into())
}

/// Whether the model follows a redirect to exactly the requested URL, with `Location` as an absolute URL.
fn repeats_url(Exchange { request, response }: &Exchange) -> bool {
    let target = location_url(response.status, &response.headers, &request.url).ok().flatten();
    let written = response.headers.get("location").and_then(|line| Url::parse(&text(&line)).ok());
    let without_fragment = |mut url: Url| {
        url.set_fragment(None);
        url
    };
    let target = target.filter(|_| written.is_some()).map(without_fragment);
    target.is_some_and(|target| target == without_fragment(request.url.clone()))
}

fn response(response: ScriptResponse) -> Response {
    let ScriptResponse { response_type, status, redirected, header_names, text } = response;
    let kind = response_type.map(str::to_owned);
    let breaks_off = text.is_none();
    Response { kind, status, redirected, headers: header_names, body: text, breaks_off }
}

/// A refused header value can be a secret, which its name shows.
fn without_secrets(ruling: Ruling, step: &Step) -> Ruling {
    match ruling {
        Ruling::Denied(Refusal {
            stage,
            reason: reason @ Reason::InvalidHeaderValue,
            value: Some(refused),
        }) => {
            let line = step.headers.iter().find(|(_, value)| *value == refused);
            let hidden = line.and_then(|(name, value)| without_secret(name, value));
            Ruling::Denied(Refusal { stage, reason, value: Some(hidden.unwrap_or(refused)) })
        }
        ruling => ruling,
    }
}

impl Answer {
    /// The items of all values of a list header, in order; the name is in lower case:
    /// <https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split>.
    pub fn listed<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let parts = self.values(name).flat_map(|value| get_decode_and_split(value.as_bytes()));
        // It is text that was split at commas.
        parts.filter_map(|part| std::str::from_utf8(part).ok())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
