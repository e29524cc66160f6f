//! Makes an observation from the two sources of evidence of a row: what the page's script reports, and what the servers
//! recorded.

use std::collections::BTreeSet;

use cors_servers::exchange::Exchange;

use super::attribute::urls;
use super::evidence::{Evidence, FaultSeen};
use super::reasons::{CallRedirects, about};
use super::recorded::{is_preflight, preflight, request};
use super::seen::{CallSeen, ResponseSeen};
use super::segment::SeenGroup;
use super::unanswered::{
    aborted, hangs, is_closed, left, unplayed, was_aborted, without_late_answer,
};
use super::unforeseen::{host, led_to, request as unforeseen_request};
use super::{Authored, Read, Response, RowObservation, StepObservation, Unforeseen};
use crate::case::{Label, Step};
use crate::contexts::ServiceWorker;
use crate::initiators::Consumer;
use crate::plan::{Names, resource};

/// Describes what happened, with the host names of the case.
pub fn observe(evidence: &Evidence<'_>) -> RowObservation {
    let mut labels = evidence.labels.iter().cloned();
    let numbers = 0..evidence.row.play.step_groups.len();
    let groups: Vec<_> = numbers.map(|number| evidence.group(number)).collect();
    let redirects = evidence.call_redirects(&groups);
    let steps = groups.iter().enumerate();
    let steps = steps.flat_map(|(number, evidence_of_group)| {
        group(evidence, (number, evidence_of_group), &redirects, &mut labels)
    });
    RowObservation {
        steps: steps.collect(),
        reasons_unavailable: evidence.seen.reasons_unavailable.clone(),
    }
}

fn group(
    evidence: &Evidence<'_>,
    (number, evidence_of_group): (usize, &Result<SeenGroup<'_>, String>),
    redirects: &[CallRedirects<'_>],
    labels: &mut impl Iterator<Item = Label>,
) -> Vec<StepObservation> {
    let calls = &evidence.row.play.step_groups[number];
    let mut steps = Vec::with_capacity(calls.len());
    for (place, Label { text, url }) in (0..calls.len()).zip(labels) {
        let step = match evidence_of_group {
            Ok(group) => evidence.step((number, &calls[place]), group, place),
            Err(reason) => evidence.inconclusive(reason),
        };
        let reasons =
            about(&evidence.seen.reasons, redirects, (number, place), &evidence.row.names);
        steps.push(StepObservation { step: text, url, reasons, ..step });
    }
    steps
}

impl<'a> Evidence<'a> {
    /// Adds a request for a host without a server to the one call that redirects there.
    pub(super) fn add_unserved(
        &self,
        number: usize,
        exchanges: &[Vec<&Exchange>],
        fault: &FaultSeen,
        unserved: &mut [Vec<Unforeseen>],
    ) -> Result<(), String> {
        let Some(without_server) = &fault.without_server else { return Err(fault.words.clone()) };
        let calls = self.row.play.step_groups[number].iter().zip(exchanges).zip(unserved);
        let mut owners = calls.filter(|((call, exchanges), _)| {
            led_to(without_server, &self.urls((number, call), exchanges))
        });
        let (Some((_, owner)), None) = (owners.next(), owners.next()) else {
            return Err(fault.words.clone());
        };
        let unforeseen = host(without_server, &fault.words, &self.row.names);
        if !owner.contains(&unforeseen) {
            owner.push(unforeseen);
        }
        Ok(())
    }

    fn step(
        &self,
        (number, call): (usize, &Step),
        group: &SeenGroup<'_>,
        place: usize,
    ) -> StepObservation {
        let names = &self.row.names;
        let (seen, exchanges) = (&group.seen[place], &group.exchanges[place]);
        let authored = self.authored(call);
        let (preflights, requests): (Vec<&Exchange>, Vec<_>) =
            exchanges.iter().copied().partition(|exchange| is_preflight(exchange));
        let read = self.read((number, call), group, place);
        let read = read.and_then(|read| possible(call, read));
        let without_reply = exchanges.iter().filter_map(|one| unforeseen_request(one, names));
        let step = StepObservation {
            read: read.as_ref().ok().copied(),
            response: match (seen, &read) {
                (CallSeen::Response(response), Ok(Read::Allowed)) => {
                    Some(self::response(response, names))
                }
                (CallSeen::BrokenBody { response, .. }, Ok(Read::Allowed)) => {
                    let whole = self::response(response, names);
                    Some(Response { body: None, breaks_off: true, ..whole })
                }
                _ => None,
            },
            error: read.as_ref().ok().and_then(|read| error(call, seen, *read)),
            inconclusive: read.err().map(|reason| names.logical(&reason)),
            unforeseen: group.unserved[place].iter().cloned().chain(without_reply).collect(),
            preflights: preflights
                .into_iter()
                .map(|one| preflight(one, &authored, names))
                .collect(),
            requests: requests.into_iter().map(|one| request(one, &authored, names)).collect(),
            words: message(seen, names),
            ..StepObservation::default()
        };
        without_late_answer(call, step)
    }

    fn authored(&self, call: &Step) -> Authored {
        let logical =
            |(name, value): &(String, String)| (name.clone(), self.row.names.logical(value));
        let lines: Vec<_> = call.headers.iter().map(logical).collect();
        let lines = lines.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Authored::new(lines, call.referrer_policy.is_some(), call.page(&self.row.page))
            .for_destination(call.request().destination)
    }

    fn inconclusive(&self, reason: &str) -> StepObservation {
        let inconclusive = Some(self.row.names.logical(reason));
        StepObservation { inconclusive, ..StepObservation::default() }
    }

    /// All calls of the row, each with the URLs of its redirects.
    fn call_redirects(&self, groups: &[Result<SeenGroup<'_>, String>]) -> Vec<CallRedirects<'a>> {
        let numbered = self.row.play.step_groups.iter().zip(groups).enumerate();
        let of_group = |(number, (calls, group)): (usize, (&'a Vec<Step>, &Result<_, _>))| {
            let group: Option<&SeenGroup<'_>> = group.as_ref().ok();
            let redirects = |(place, call): (usize, &'a Step)| {
                let exchanges = group.map_or(&[][..], |group| &group.exchanges[place]);
                let seen = group.map(|group| &group.seen[place]);
                let urls = self.urls((number, call), exchanges);
                let is_allowed = seen.is_some_and(CallSeen::is_allowed);
                CallRedirects { place: (number, place), call, urls, is_allowed }
            };
            calls.iter().enumerate().map(redirects).collect::<Vec<_>>()
        };
        numbered.flat_map(of_group).collect()
    }

    /// The URL of a call and those of its redirects, from responses to this call and to earlier ones.
    pub(super) fn urls(
        &self,
        (number, call): (usize, &Step),
        exchanges: &[&Exchange],
    ) -> BTreeSet<String> {
        urls(call, exchanges, &self.earlier(number))
    }

    /// How much script could read, or why the result is inconclusive. In a page a CORS denial and an unreachable server look
    /// the same, so a denial counts only if the log shows that the servers answered.
    fn read(
        &self,
        (number, call): (usize, &Step),
        group: &SeenGroup<'_>,
        place: usize,
    ) -> Result<Read, String> {
        let (seen, exchanges) = (&group.seen[place], group.exchanges[place].as_slice());
        if let Some(read) = aborted(call, seen) {
            return was_aborted(call, exchanges).map(|()| read);
        }
        if let CallSeen::Left = seen {
            return left(call, exchanges);
        }
        if let Some(unplayed) = exchanges.iter().find_map(|exchange| unplayed(exchange)) {
            return Err(unplayed);
        }
        match seen {
            CallSeen::Unsettled if hangs(exchanges) => Ok(Read::Pending),
            CallSeen::Unsettled => Err("the call did not settle in time".to_owned()),
            CallSeen::BrokenBody { response, .. } if is_closed(exchanges) => Ok(response.read()),
            CallSeen::BrokenBody { message, .. } => {
                Err(format!("the response body ended early: {message}"))
            }
            CallSeen::Threw { message, .. }
                if let Some(server) =
                    self.unused_connection((number, call), (group, exchanges)) =>
            {
                Err(format!("the browser connected to {server} and sent no request: {message}"))
            }
            CallSeen::Threw { .. } if !exchanges.is_empty() => Ok(Read::Blocked),
            CallSeen::Threw { .. } if self.marks().contains_key(&number) => Ok(Read::Refused),
            CallSeen::Threw { message, .. } => Err(format!(
                "no request of this step reached a server, and neither did the marker request that shows \
                 that the servers are reachable: {message}"
            )),
            CallSeen::Undecided { message } => Err(message.clone()),
            CallSeen::Left => left(call, exchanges),
            CallSeen::Response(response) => {
                self.served(call, (group, exchanges)).map(|()| response.read())
            }
            CallSeen::Used { .. } if is_preflight_alone(exchanges) => Ok(Read::Blocked),
            CallSeen::Used { readable } => {
                let read = if *readable { Read::Allowed } else { Read::Opaque };
                self.served(call, (group, exchanges)).map(|()| read)
            }
        }
    }

    /// Whether a server of the row sent what script has, or the service worker of the page can have made it.
    fn served(
        &self,
        call: &Step,
        (group, exchanges): (&SeenGroup<'_>, &[&Exchange]),
    ) -> Result<(), String> {
        let stored = |exchange: &Exchange| {
            exchange.sequence < group.span.end
                && resource(&exchange.request.url()) == resource(&call.url)
        };
        let worker = call.page(&self.row.page).context.definition().service_worker;
        if exchanges.is_empty()
            && !self.exchanges.iter().any(stored)
            && !worker.is_some_and(ServiceWorker::makes_responses)
        {
            return Err("script received a response that no server of this row sent".to_owned());
        }
        Ok(())
    }
}

/// Whether nothing but preflights was sent. Nothing that script uses comes from a preflight.
fn is_preflight_alone(exchanges: &[&Exchange]) -> bool {
    !exchanges.is_empty() && exchanges.iter().all(|exchange| is_preflight(exchange))
}

/// The read, if the initiator can show it.
fn possible(call: &Step, read: Read) -> Result<Read, String> {
    match call.initiator.definition().reads.contains(&read.as_str()) {
        true => Ok(read),
        false => {
            Err(format!("`{}` cannot show the read {}", call.initiator.as_str(), read.as_str()))
        }
    }
}

fn response(seen: &ResponseSeen, names: &Names) -> Response {
    let mut headers = seen.headers.clone();
    headers.sort();
    headers.dedup();
    Response {
        kind: seen.kind.clone(),
        status: seen.status,
        redirected: seen.redirected,
        headers,
        body: Some(names.logical(&seen.body)),
        breaks_off: false,
    }
}

/// The error of a call that gives script a response object, where the response was withheld.
fn error(call: &Step, seen: &CallSeen, read: Read) -> Option<String> {
    let is_withheld = matches!(read, Read::Blocked | Read::Refused);
    match (call.initiator.definition().consumer, seen) {
        (Consumer::Response | Consumer::XmlHttpRequest, CallSeen::Threw { name, .. })
            if is_withheld =>
        {
            Some(name.clone())
        }
        _ => None,
    }
}

fn message(seen: &CallSeen, names: &Names) -> Option<String> {
    match seen {
        CallSeen::Threw { name, message } if message.is_empty() => Some(name.clone()),
        CallSeen::Threw { name, message } => Some(format!("{name}: {}", names.logical(message))),
        CallSeen::BrokenBody { message, .. } => Some(names.logical(message)),
        CallSeen::Undecided { message } => Some(names.logical(message)),
        CallSeen::Response(_) | CallSeen::Used { .. } | CallSeen::Unsettled | CallSeen::Left => {
            None
        }
    }
}
