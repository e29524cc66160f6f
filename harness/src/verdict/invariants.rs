//! Rules that hold in every run of a browser and in every case. Each rule is checked on the
//! exchanges as they were on the wire. If a rule does not hold, the engine broke the security model
//! itself, or the harness misread the evidence.

use cors_model::{is_cors_safelisted_method, is_cors_safelisted_response_header_name};
use cors_servers::exchange::Exchange;
use url::Url;

use crate::case::{Page, Row, Step};
use crate::contexts::ServiceWorker;
use crate::initiators::Initiator;
use crate::observation::{Read, Request, Response, RowObservation, StepObservation};

/// A rule that did not hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BrokenRule {
    /// The rule, as a sentence.
    pub rule: &'static str,
    /// Where it did not hold.
    pub what: String,
}

impl BrokenRule {
    /// Whether an engine is known to break the rule in a row, which an entry under `known` explains: behind a service worker
    /// that does not answer, WebKit sends no preflight (`cases/FINDINGS.md`).
    pub fn is_recorded(&self, engine: &str, row: &Row) -> bool {
        let is_unanswered = |page: &Page| {
            let worker = page.context.definition().service_worker;
            worker == Some(ServiceWorker::MakesResponseToOptions)
        };
        engine == "webkit" && self.rule == NEEDS_A_PREFLIGHT && row.pages().any(is_unanswered)
    }
}

/// Every rule that did not hold in a row.
pub fn broken_invariants(
    row: &Row,
    observation: &RowObservation,
    exchanges: &[Exchange],
) -> Vec<BrokenRule> {
    let pages: Vec<_> = row.all_steps().map(|step| row.page_of(step).serialised_origin()).collect();
    let preflights = exchanges.iter().filter_map(credentials_on_a_preflight);
    let steps = || pages.iter().map(String::as_str).zip(&observation.steps);
    let of_content = row.all_steps().zip(steps()).filter(|(step, _)| shows_content(step));
    preflights
        .chain(of_content.filter_map(|(_, (page, step))| read_without_a_passing_check(page, step)))
        .chain(steps().filter_map(|(page, step)| exposed_more_than_allowed(page, step)))
        .chain(unsafe_method_without_a_preflight(&steps().collect::<Vec<_>>()))
        .chain(observation.steps.iter().filter_map(authorization_of_another_origin))
        .chain(observation.steps.iter().flat_map(preflighted_header_that_is_missing))
        .collect()
}

/// <https://fetch.spec.whatwg.org/#cors-protocol-and-credentials>: a CORS-preflight request never
/// includes credentials.
fn credentials_on_a_preflight(exchange: &Exchange) -> Option<BrokenRule> {
    let request = &exchange.request;
    let has = |name| request.header(name).next().is_some();
    let preflight = request.method == "OPTIONS" && has("access-control-request-method");
    (preflight && (has("cookie") || has("authorization"))).then(|| BrokenRule {
        rule: "a preflight has neither Cookie nor Authorization",
        what: format!("OPTIONS {}", request.url()),
    })
}

/// Whether a read shows the content of a response. Resource Timing shows its times, for which the model judges
/// `Timing-Allow-Origin`.
fn shows_content(step: &Step) -> bool {
    step.initiator != Initiator::ResourceTiming
}

/// <https://fetch.spec.whatwg.org/#cors-check>: script reads a cross-origin response only if the
/// last response allows that origin, or every origin. An engine that ignores an empty line departs
/// from the standard, and does not give access to an origin that the server does not name.
fn read_without_a_passing_check(page: &str, step: &StepObservation) -> Option<BrokenRule> {
    let last = match (&step.response, step.read) {
        (None, Some(Read::Allowed)) => read_by_an_element(page, step)?,
        _ => cors_read(page, step)?.0,
    };
    let values = last.answer.values("access-control-allow-origin");
    let value = values.filter(|value| !value.is_empty()).collect::<Vec<_>>().join(", ");
    let passes = value == "*" || value == last.origin.as_deref().unwrap_or(page);
    (!passes).then(|| BrokenRule {
        rule: "script reads no cross-origin response without a passing CORS check on the last \
        response",
        what: format!("{}: Access-Control-Allow-Origin is `{value}`", step.step),
    })
}

/// <https://fetch.spec.whatwg.org/#concept-filtered-response-cors>: script sees safelisted and
/// exposed headers only.
fn exposed_more_than_allowed(page: &str, step: &StepObservation) -> Option<BrokenRule> {
    let (last, response) = cors_read(page, step)?;
    let exposed = last.answer.listed("access-control-expose-headers").map(str::as_bytes);
    let exposed: Vec<_> = exposed.collect();
    let allowed = |name: &String| {
        is_cors_safelisted_response_header_name(name, &exposed)
            || exposed.contains(&b"*".as_slice())
    };
    let more = response.headers.iter().find(|name| !allowed(name))?;
    Some(BrokenRule {
        rule: "script sees safelisted and exposed response headers only",
        what: format!("{}: `{more}`", step.step),
    })
}

const NEEDS_A_PREFLIGHT: &str =
    "a method that is not safelisted reaches another origin only after a preflight";

/// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>: a method that is not safelisted reaches
/// another origin only after a preflight for the same URL in this row, in this step or an earlier
/// one.
fn unsafe_method_without_a_preflight(steps: &[(&str, &StepObservation)]) -> Vec<BrokenRule> {
    let asked = |number: usize, url: &str| {
        let before = steps[..=number].iter().flat_map(|(_, step)| &step.preflights);
        before.into_iter().any(|preflight| preflight.url == url)
    };
    let numbered = steps.iter().enumerate();
    numbered
        .flat_map(|(number, (page, step))| {
            cors_requests(page, step).map(move |request| (number, request))
        })
        .filter(|(_, request)| !is_cors_safelisted_method(&request.method))
        .filter(|(number, request)| !asked(*number, &request.url))
        .map(|(_, request)| BrokenRule {
            rule: NEEDS_A_PREFLIGHT,
            what: format!("{} {}", request.method, request.url),
        })
        .collect()
}

/// <https://fetch.spec.whatwg.org/#http-redirect-fetch>: an `Authorization` that script sets for
/// one origin is not sent to another origin.
fn authorization_of_another_origin(step: &StepObservation) -> Option<BrokenRule> {
    let origin = |url: &str| Url::parse(url).map(|url| url.origin()).ok();
    let given_to = origin(&step.url)?;
    let elsewhere = |request: &&Request| origin(&request.url).as_ref() != Some(&given_to);
    let mut behind = step.requests.iter().skip_while(|request| !elsewhere(request));
    let carries = |request: &&Request| request.headers.has_given_authorization();
    behind.find(carries).map(|request| BrokenRule {
        rule: "Authorization that script sets for one origin is not sent to another origin after \
        a redirect",
        what: format!("{} {}", request.method, request.url),
    })
}

/// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>: a preflight names the headers that script
/// set, and the request after it has them. A redirect may remove headers, so the rule applies to
/// the first request of a step.
fn preflighted_header_that_is_missing(step: &StepObservation) -> Vec<BrokenRule> {
    let (Some(preflight), Some(request)) = (step.preflights.first(), step.requests.first()) else {
        return Vec::new();
    };
    if (&request.url, &request.method) != (&preflight.url, &preflight.method) {
        return Vec::new();
    }
    let names = preflight.headers.iter().flat_map(|names| names.split(','));
    let names = names.map(|name| name.trim().to_ascii_lowercase());
    let missing = names.filter(|name| !name.is_empty() && !request.headers.has(name));
    let broken = |name: String| BrokenRule {
        rule: "a request has every header that its preflight asked for",
        what: format!("{} {} without {name}", request.method, request.url),
    };
    missing.map(broken).collect()
}

/// The request whose response script read as a CORS-filtered response, and what it read. `None`
/// also if script read something other than the last response: a stored response, after a 304 or at
/// the end of redirects.
fn cors_read<'s>(page: &str, step: &'s StepObservation) -> Option<(&'s Request, &'s Response)> {
    let response = step.response.as_ref().filter(|_| step.read == Some(Read::Allowed))?;
    let last = step.requests.last()?;
    // XMLHttpRequest does not expose the type of a response.
    let is_cors = match response.kind.as_deref() {
        Some(kind) => kind == "cors",
        None => cors_requests(page, step).next().is_some(),
    };
    let is_stored = last.answer.status == NOT_MODIFIED || last.answer.status != response.status;
    (is_cors && !is_stored).then_some((last, response))
}

/// The CORS request whose response an element used, where script has no `Response` object and reads the content. A
/// request in the mode `no-cors`, which has no `Origin`, has no CORS check: the model judges what it shows to script.
fn read_by_an_element<'s>(page: &str, step: &'s StepObservation) -> Option<&'s Request> {
    let last = cors_requests(page, step).last()?;
    let is_checked = ![NOT_MODIFIED, SWITCHING_PROTOCOLS].contains(&last.answer.status);
    (last.origin.is_some() && is_checked).then_some(last)
}

/// The CORS requests of a step: those to another origin than the page's, and all requests after
/// them in a chain of redirects: <https://fetch.spec.whatwg.org/#main-fetch>.
fn cors_requests<'s>(page: &str, step: &'s StepObservation) -> impl Iterator<Item = &'s Request> {
    let own = move |request: &&Request| {
        Url::parse(&request.url).is_ok_and(|url| url.origin().ascii_serialization() == page)
    };
    step.requests.iter().skip_while(own)
}

/// The response that opens a WebSocket has no CORS check: <https://fetch.spec.whatwg.org/#concept-main-fetch>.
const SWITCHING_PROTOCOLS: u16 = 101;

/// A revalidated response is read as stored: the 304 is not the response that was checked.
const NOT_MODIFIED: u16 = 304;
