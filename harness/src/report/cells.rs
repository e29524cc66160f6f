//! Describes one step in a few words for each column: preflights, requests, and what was read.

use cors_model::{Refusal, Ruling};

use super::request_headers::{of_preflight, of_request};
use super::style::escaped;
use crate::case::Case;
use crate::observation::{
    Preflight, Read, Request, RequestHeaders, Response, RowObservation, StepObservation,
};
use crate::results::{Engine, RowOutcome};
use crate::verdict::{Difference, Field, Verdict};

/// The text of an empty cell.
const NOTHING: &str = "–";

/// The errors of a response that is withheld, which tables leave out.
const USUAL_ERRORS: [&str; 2] = ["TypeError", "error event; status 0; no headers"];

/// The longest body that is shown in full, in characters.
const BODY_LIMIT: usize = 120;

/// The columns after a row's own values.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Columns {
    /// What happened.
    Happened,
    /// What happened, and what the standard says.
    Ruled,
    /// What happened, what the standard says, and how the engine compares with it.
    Compared,
}

impl Columns {
    /// The columns for a case on an engine. Every engine without a departure has the same columns.
    pub(super) fn of(case: &Case, engine: Engine) -> Self {
        if engine == Engine::Control {
            Self::Happened
        } else if case.known_of(engine.as_str()).next().is_some() {
            Self::Compared
        } else {
            Self::Ruled
        }
    }

    pub(super) fn headings(self) -> impl Iterator<Item = &'static str> {
        let ruled = matches!(self, Self::Ruled | Self::Compared).then_some("standard");
        let compared = (self == Self::Compared).then_some("verdict");
        ["step", "preflight", "request", "read", "script saw"]
            .into_iter()
            .chain(ruled)
            .chain(compared)
    }

    /// The cells of one step, under the headings.
    pub(super) fn cells(self, outcome: &RowOutcome, step: usize) -> Vec<String> {
        let ruled_step =
            outcome.judged.as_ref().and_then(|(ruling, _)| ruling.observation.steps.get(step));
        let mut cells = happened(&outcome.observation.steps[step], ruled_step).to_vec();
        if let (Self::Ruled | Self::Compared, Some((ruling, verdict))) = (self, &outcome.judged) {
            let ruled = ruling.rulings.get(step).map_or_else(String::new, ruled);
            match (self, unseen(verdict, step)) {
                (Self::Compared, _) => cells.extend([ruled, compared(verdict, step)]),
                (_, Some(fields)) => cells.push(format!("{ruled}, and departs in its {fields}")),
                (_, None) => cells.push(ruled),
            }
        }
        cells
    }
}

/// What happened in a step: its label, preflights, requests, what was read and what script saw.
/// Request headers are shown if script set them, if they reveal something, or if they differ from
/// the other side.
pub(super) fn happened(step: &StepObservation, other: Option<&StepObservation>) -> [String; 5] {
    let url = step.url.as_str();
    let read = step.read.map_or("inconclusive", Read::as_str).to_owned();
    let requests = step.requests.iter().enumerate().map(|(number, request)| {
        let other = other.and_then(|other| other.requests.get(number));
        self::request(request, other.map(|other| &other.headers), url)
    });
    let preflights = step.preflights.iter().enumerate().map(|(number, preflight)| {
        let other = other.and_then(|other| other.preflights.get(number));
        self::preflight(preflight, other.map(|other| &other.request_headers), url)
    });
    [
        step.step.clone(),
        joined(preflights),
        joined(requests.chain(step.unserved().map(|place| format!("connects to {place}")))),
        read,
        step.response.as_ref().map(response).unwrap_or_else(|| error(step)),
    ]
}

/// What script gets in place of a response, if it is not what `fetch()` and XMLHttpRequest usually give.
fn error(step: &StepObservation) -> String {
    let error = step.error.as_deref().filter(|error| !USUAL_ERRORS.contains(error));
    error.unwrap_or(NOTHING).to_owned()
}

/// One side of a difference, as the tables show it.
pub(super) fn side(
    observation: &RowObservation,
    other: &RowObservation,
    difference: Difference,
) -> String {
    let Some(step) = observation.steps.get(difference.step) else {
        return "no such step".to_owned();
    };
    let other = other.steps.get(difference.step);
    let [_, preflights, requests, read, response] = happened(step, other);
    let reasons =
        || step.reasons.iter().map(|reason| reason.code.as_deref().unwrap_or(&reason.text));
    match difference.field {
        Field::Preflights => preflights,
        Field::Requests => requests,
        Field::Read => read,
        Field::Response => response,
        Field::Error => step.error.clone().unwrap_or_else(|| NOTHING.to_owned()),
        Field::Reasons => joined(reasons().map(str::to_owned)),
    }
}

/// Two sides of a difference. If the tables show the same for both, the difference is in header
/// lines of the responses, which the tables leave out.
pub(super) fn distinguished([one, other]: [String; 2]) -> [String; 2] {
    if one == other { [one, other + " (with another response)"] } else { [one, other] }
}

/// What the standard says about a step.
pub(super) fn ruled(ruling: &Ruling) -> String {
    match ruling {
        Ruling::Allowed => "allowed".to_owned(),
        Ruling::Opaque => "opaque".to_owned(),
        Ruling::CannotJudge(what) => format!("cannot judge: {what}"),
        Ruling::Denied(Refusal { stage, reason, value }) => {
            let value = value.as_ref().map(|value| format!(" `{value}`")).unwrap_or_default();
            format!("{}: {}{value}", stage.as_str(), reason.as_str())
        }
    }
}

/// How an engine compares with the standard in a step.
fn compared(verdict: &Verdict, step: usize) -> String {
    if !verdict.differences().iter().any(|difference| difference.step == step) {
        return "agrees".to_owned();
    }
    let word = match verdict {
        Verdict::Known { kind, .. } => format!("known: {}", kind.as_str()),
        other => other.as_str().to_owned(),
    };
    match unseen(verdict, step) {
        Some(fields) => format!("{word}, in its {fields}"),
        None => word,
    }
}

/// The fields in which a step departs, if what was read is not one of them: the ruling on the read
/// does not show the departure then.
fn unseen(verdict: &Verdict, step: usize) -> Option<String> {
    let fields = verdict.differences().iter().filter(|difference| difference.step == step);
    let fields: Vec<_> = fields.map(|difference| difference.field).collect();
    let seen = fields.is_empty() || fields.contains(&Field::Read);
    let words = || fields.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(" and ");
    (!seen).then(words)
}

/// Joins parts. A part that occurs more than twice in a row is written once, with the count.
fn joined(parts: impl Iterator<Item = String>) -> String {
    let mut runs: Vec<(String, usize)> = Vec::new();
    for part in parts {
        match runs.last_mut() {
            Some((last, times)) if *last == part => *times += 1,
            _ => runs.push((part, 1)),
        }
    }
    let texts = runs.into_iter().map(|(part, times)| match times {
        1 => part,
        2 => format!("{part}; {part}"),
        _ => format!("{part}, {times} times"),
    });
    let texts: Vec<_> = texts.collect();
    if texts.is_empty() { NOTHING.to_owned() } else { texts.join("; ") }
}

fn preflight(preflight: &Preflight, other: Option<&RequestHeaders>, url: &str) -> String {
    let Preflight { method, headers, answer, .. } = preflight;
    let headers = headers.as_ref().map(|headers| format!(" with {headers}")).unwrap_or_default();
    let elsewhere = elsewhere(&preflight.url, url);
    let origin = from(preflight.origin.as_deref());
    let own = of_preflight(&preflight.request_headers, other);
    format!("for {method}{headers}{elsewhere}{origin}{own} → {}", status(answer.status))
}

fn request(request: &Request, other: Option<&RequestHeaders>, url: &str) -> String {
    let Request { method, cookies, headers, answer, .. } = request;
    let carried = of_request(cookies, headers, other);
    let elsewhere = elsewhere(&request.url, url);
    let origin = from(request.origin.as_deref());
    format!("{method}{elsewhere}{origin}{carried} → {}", status(answer.status))
}

/// Named only if it is not the step's own URL, that is, after a redirect.
pub(super) fn elsewhere(asked: &str, of_step: &str) -> String {
    let of_step = of_step.split('#').next().unwrap_or_default();
    let same = asked == of_step || asked.strip_suffix('/') == Some(of_step);
    if same { String::new() } else { format!(" {asked}") }
}

fn from(origin: Option<&str>) -> String {
    match origin {
        Some(origin) => format!(" from {origin}"),
        None => " without Origin".to_owned(),
    }
}

fn response(response: &Response) -> String {
    let kind = response.kind.as_ref().map(|kind| format!("{kind} ")).unwrap_or_default();
    let redirected = if response.redirected { " after a redirect" } else { "" };
    let headers = match response.headers.as_slice() {
        [] => "no headers".to_owned(),
        names => names.join(", "),
    };
    let whole = response.body.as_deref().map(|text| format!("; {}", body(text)));
    let body = whole.or_else(|| response.breaks_off.then(|| "; the body breaks off".to_owned()));
    format!("{kind}{}{redirected}; {headers}{}", response.status, body.unwrap_or_default())
}

/// A body on one line; of a longer one the beginning and the length.
fn body(body: &str) -> String {
    if body.is_empty() {
        return "empty body".to_owned();
    }
    let quoted: String = body.chars().take(BODY_LIMIT).flat_map(escaped).collect();
    match body.chars().count() {
        length if length > BODY_LIMIT => format!("\"{quoted}…\" ({length} characters)"),
        _ => format!("\"{quoted}\""),
    }
}

/// A status, or that there was no response.
fn status(status: u16) -> String {
    match status {
        0 => "no response".to_owned(),
        status => status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn repeated_sentences_are_printed_once() {
        let texts = |parts: &str| joined(parts.split_whitespace().map(str::to_owned));
        assert_eq!(texts(""), "–");
        assert_eq!(texts("a a b"), "a; a; b");
        assert_eq!(texts("a b b b b a"), "a; b, 4 times; a");
    }
}
