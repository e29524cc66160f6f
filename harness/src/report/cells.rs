//! One step in a few words each: what was asked first, what was sent, what was read.

use crate::observation::{Preflight, Read, Request, Response, StepObservation};

/// What a cell says when there is nothing to say.
const NOTHING: &str = "–";

/// The longest body that is shown in full, in characters.
const BODY_LIMIT: usize = 120;

/// The columns behind a row's own values, in this order.
pub(super) const HEADINGS: [&str; 5] = ["step", "preflight", "request", "read", "script saw"];

/// The cells of one step, under [`HEADINGS`].
pub(super) fn cells(step: &StepObservation) -> [String; 5] {
    let url = step.step.rsplit(' ').next().unwrap_or_default();
    let read = step.read.map_or("cannot tell", Read::as_str).to_owned();
    [
        step.step.clone(),
        joined(step.preflights.iter().map(|preflight| self::preflight(preflight, url))),
        joined(step.requests.iter().map(|request| self::request(request, url))),
        read,
        step.response.as_ref().map_or_else(|| NOTHING.to_owned(), response),
    ]
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { NOTHING.to_owned() } else { parts.join("; ") }
}

fn preflight(preflight: &Preflight, url: &str) -> String {
    let Preflight { method, headers, answer, .. } = preflight;
    let headers = headers.as_ref().map(|headers| format!(" with {headers}")).unwrap_or_default();
    let elsewhere = elsewhere(&preflight.url, url);
    let origin = from(preflight.origin.as_deref());
    format!("for {method}{headers}{elsewhere}{origin} → {}", answer.status)
}

fn request(request: &Request, url: &str) -> String {
    let Request { method, cookies, answer, .. } = request;
    let cookies = match cookies.as_slice() {
        [] => String::new(),
        names => format!(" with cookie {}", names.join(", ")),
    };
    let elsewhere = elsewhere(&request.url, url);
    let origin = from(request.origin.as_deref());
    format!("{method}{elsewhere}{origin}{cookies} → {}", answer.status)
}

/// Named only where it is not the step's own URL: after a redirect.
fn elsewhere(asked: &str, of_step: &str) -> String {
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
    format!("{kind}{}{redirected}; {headers}; {}", response.status, body(&response.body))
}

/// In one line; longer ones by their beginning and their length.
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

fn escaped(c: char) -> impl Iterator<Item = char> {
    let plain = !c.is_control();
    plain.then_some(c).into_iter().chain((!plain).then(|| c.escape_default()).into_iter().flatten())
}
