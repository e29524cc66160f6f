//! What holds in every run of a browser, whatever a case expects. Each rule is checked on the
//! exchanges as they were on the wire; an engine that breaks one breaks the security model itself,
//! or the harness misread it.

use cors_servers::exchange::Exchange;

use crate::case::Page;
use crate::observation::{Read, Request, RowObservation, StepObservation};
use crate::standard::{is_cors_safelisted_method, is_cors_safelisted_response_header_name};

/// A revalidated response is read as it is stored: its answer is not the one that was checked.
const NOT_MODIFIED: u16 = 304;

/// A rule that did not hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Broken {
    /// The rule, as a sentence.
    pub rule: &'static str,
    /// Where it did not hold.
    pub what: String,
}

/// Every rule that did not hold in a row of this page.
pub fn broken_invariants(
    page: &Page,
    observation: &RowObservation,
    exchanges: &[Exchange],
) -> Vec<Broken> {
    let page = &page.serialised_origin();
    let preflights = exchanges.iter().filter_map(credentials_on_a_preflight);
    let steps = observation.steps.iter();
    let reads = steps.filter(|step| is_cors_read(page, step));
    preflights
        .chain(reads.clone().filter_map(read_without_a_passing_check))
        .chain(reads.filter_map(exposed_more_than_allowed))
        .chain(unsafe_method_without_a_preflight(page, &observation.steps))
        .collect()
}

/// <https://fetch.spec.whatwg.org/#cors-protocol-and-credentials>: a CORS-preflight request never
/// includes credentials.
fn credentials_on_a_preflight(exchange: &Exchange) -> Option<Broken> {
    let request = &exchange.request;
    let has = |name| request.header(name).next().is_some();
    let preflight = request.method == "OPTIONS" && has("access-control-request-method");
    (preflight && (has("cookie") || has("authorization"))).then(|| Broken {
        rule: "a preflight carries neither Cookie nor Authorization",
        what: format!("OPTIONS {}", request.url()),
    })
}

/// <https://fetch.spec.whatwg.org/#cors-check>: what came from another origin is read only if the
/// last response names that origin, or all of them.
fn read_without_a_passing_check(step: &StepObservation) -> Option<Broken> {
    let last = step.requests.last().filter(|last| last.answer.status != NOT_MODIFIED)?;
    let values: Vec<_> = last.answer.values("access-control-allow-origin").collect();
    let value = values.join(", ");
    let passes = value == "*" || Some(&value) == last.origin.as_ref();
    (!passes).then(|| Broken {
        rule: "nothing of another origin is read without a passing CORS check on the last response",
        what: format!("{}: Access-Control-Allow-Origin is `{value}`", step.step),
    })
}

/// <https://fetch.spec.whatwg.org/#concept-filtered-response-cors>: script sees safelisted and exposed
/// headers, and no others.
fn exposed_more_than_allowed(step: &StepObservation) -> Option<Broken> {
    let last = step.requests.last().filter(|last| last.answer.status != NOT_MODIFIED)?;
    let response = step.response.as_ref()?;
    let exposed = last.answer.listed("access-control-expose-headers").map(str::as_bytes);
    let exposed: Vec<_> = exposed.collect();
    let allowed = |name: &String| {
        is_cors_safelisted_response_header_name(name, &exposed)
            || exposed.contains(&b"*".as_slice())
    };
    let more = response.headers.iter().find(|name| !allowed(name))?;
    Some(Broken {
        rule: "script sees safelisted and exposed response headers only",
        what: format!("{}: `{more}`", step.step),
    })
}

/// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>: a method that is not safelisted reaches
/// another origin only after a preflight to the same URL in this row, in this step or before.
fn unsafe_method_without_a_preflight(page: &str, steps: &[StepObservation]) -> Vec<Broken> {
    let asked = |number: usize, url: &str| {
        let before = steps[..=number].iter().flat_map(|step| &step.preflights);
        before.into_iter().any(|preflight| preflight.url == url)
    };
    let numbered = steps.iter().enumerate();
    numbered
        .flat_map(|(number, step)| abroad(page, step).iter().map(move |request| (number, request)))
        .filter(|(_, request)| !is_cors_safelisted_method(&request.method))
        .filter(|(number, request)| !asked(*number, &request.url))
        .map(|(_, request)| Broken {
            rule: "a method that is not safelisted reaches another origin only after a preflight",
            what: format!("{} {}", request.method, request.url),
        })
        .collect()
}

/// A read of a CORS-filtered response. XMLHttpRequest does not tell; it is one if a request went to
/// another origin than the page's.
fn is_cors_read(page: &str, step: &StepObservation) -> bool {
    let Some(response) = step.response.as_ref().filter(|_| step.read == Some(Read::Allowed)) else {
        return false;
    };
    match response.kind.as_deref() {
        Some(kind) => kind == "cors",
        None => !abroad(page, step).is_empty(),
    }
}

/// The requests of a step from the first that went to another origin than the page's: behind it the
/// page's own is a stranger too. Whatever `Origin` a request carries, a browser may have left out.
fn abroad<'s>(page: &str, step: &'s StepObservation) -> &'s [Request] {
    let is_own = |request: &Request| {
        request.url.strip_prefix(page).is_some_and(|path| path.starts_with('/'))
    };
    let first = step.requests.iter().position(|request| !is_own(request));
    first.map_or(&[], |first| &step.requests[first..])
}
