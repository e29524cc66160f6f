//! The header lines with which a page can do what the policy allows.
//! <https://fetch.spec.whatwg.org/#concept-cors-check>, <https://fetch.spec.whatwg.org/#cors-preflight-fetch>

use cors_model::{is_cors_safelisted_method, is_cors_safelisted_response_header_name};

use super::exchange::{Exchange, requested_headers};
use super::header_changes::{
    ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, EXPOSE_HEADERS, HeaderChanges,
};
use super::lists::{granted_headers, granted_methods, is_listed, with_missing};
use super::{HeaderLine, ResponseRepair};
use crate::case::{Asked, OriginKind};
use crate::observation::Preflight;
use crate::verdict::policy::Played;

/// The status of a preflight response that has no body.
const NO_CONTENT: u16 = 204;

/// What an opaque origin is serialized as; a request has it after a redirect to another origin and back.
const OPAQUE: &str = "null";

/// The changes of one response.
pub(super) fn changes<'a>(
    exchange: Exchange<'a>,
    played: &Played<'_>,
    rows: &[Played<'_>],
) -> HeaderChanges<'a> {
    let mut changes = HeaderChanges::of(exchange);
    let asked = played.asked;
    // Allowing `null` would allow every website, so a redirect that makes the origin opaque has no repair here.
    let origin = exchange.origin().filter(|origin| *origin != OPAQUE || asked.page == OPAQUE);
    let Some(origin) = origin else { return changes };
    let value = allowed_origin(asked, origin, rows);
    allow_origin(&mut changes, asked, origin, value);
    match exchange {
        Exchange::Preflight(preflight) => allow_preflight(&mut changes, preflight, played, rows),
        Exchange::Request(_) => expose(&mut changes, asked),
    }
    if !changes.is_empty() && matches!(exchange, Exchange::Request(_)) && value != "*" {
        changes.vary();
    }
    changes
}

/// The value that allows the origin: `*` where the policy allows every origin without credentials.
fn allowed_origin<'o>(asked: &Asked, origin: &'o str, rows: &[Played<'_>]) -> &'o str {
    let is_same = |other: &Asked| {
        other.kind == OriginKind::Foreign
            && other.allowed
            && !other.login
            && other.request() == asked.request()
    };
    let is_for_everyone = !asked.login && rows.iter().any(|row| is_same(row.asked));
    if is_for_everyone { "*" } else { origin }
}

fn allow_origin(changes: &mut HeaderChanges<'_>, asked: &Asked, origin: &str, value: &str) {
    let values = changes.values(ALLOW_ORIGIN);
    let is_right = values == [origin] || (values == ["*"] && !asked.login);
    if !is_right {
        changes.set(ALLOW_ORIGIN, value);
    }
    if asked.login && changes.values(ALLOW_CREDENTIALS) != ["true"] {
        changes.set(ALLOW_CREDENTIALS, "true");
    }
}

fn allow_preflight(
    changes: &mut HeaderChanges<'_>,
    preflight: &Preflight,
    played: &Played<'_>,
    rows: &[Played<'_>],
) {
    let asked = played.asked;
    accept_preflight(changes, preflight);
    let method = &preflight.method;
    let methods = changes.listed(ALLOW_METHODS);
    let is_allowed = |listed: &String| listed == method || (listed == "*" && !asked.login);
    let is_readable = is_token_list(&methods);
    if !is_readable || !(is_cors_safelisted_method(method) || methods.iter().any(is_allowed)) {
        let known = if is_readable { methods } else { Vec::new() };
        changes.set_list(ALLOW_METHODS, &with_missing(known, granted_methods(asked, rows)));
    }
    let headers = changes.listed(ALLOW_HEADERS);
    let wildcard = !asked.login && headers.iter().any(|listed| listed == "*");
    let allows = |name: &str| {
        is_listed(&headers, name) || (wildcard && !name.eq_ignore_ascii_case("authorization"))
    };
    let is_readable = is_token_list(&headers);
    if !is_readable || !requested_headers(preflight).all(allows) {
        let known = if is_readable { headers } else { Vec::new() };
        changes.set_list(ALLOW_HEADERS, &with_missing(known, granted_headers(asked, rows)));
    }
}

/// Whether a browser can parse a list of methods or header names: <https://fetch.spec.whatwg.org/#extract-header-list-values>.
fn is_token_list(members: &[String]) -> bool {
    let is_token = |sign: char| sign.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(sign);
    members.iter().all(|member| member.chars().all(is_token))
}

fn expose(changes: &mut HeaderChanges<'_>, asked: &Asked) {
    let listed = changes.listed(EXPOSE_HEADERS);
    let wildcard = !asked.login && listed.iter().any(|name| name == "*");
    let missing = hidden(asked, |name| wildcard || is_listed(&listed, name));
    if !missing.is_empty() {
        let named = listed.into_iter().filter(|name| name != "*");
        changes.set_list(EXPOSE_HEADERS, &named.chain(missing).collect::<Vec<_>>());
    }
}

/// The headers that script may see by the policy, and that only `Access-Control-Expose-Headers` shows.
fn hidden(asked: &Asked, is_shown: impl Fn(&str) -> bool) -> Vec<String> {
    let is_hidden =
        |name: &&String| !is_cors_safelisted_response_header_name(name, &[]) && !is_shown(name);
    asked.exposes.iter().filter(is_hidden).cloned().collect()
}

/// Gives a preflight response a status that browsers accept.
pub(super) fn accept_preflight(changes: &mut HeaderChanges<'_>, preflight: &Preflight) {
    if !(200..300).contains(&preflight.answer.status) {
        changes.set_status(NO_CONTENT);
    }
}

/// The response to a request that was not sent because its preflight failed; `None` if the request was sent.
pub(super) fn unsent(played: &Played<'_>, rows: &[Played<'_>]) -> Option<ResponseRepair> {
    let asked = played.asked;
    let step = played.observation.steps.iter().find(|step| step.requests.is_empty())?;
    let preflight = step.preflights.last()?;
    let origin = preflight.origin.as_deref()?;
    let value = allowed_origin(asked, origin, rows);
    let line = |name: &str, value: &str| -> HeaderLine { (name.to_owned(), value.to_owned()) };
    let mut send = vec![line(ALLOW_ORIGIN, value)];
    send.extend(asked.login.then(|| line(ALLOW_CREDENTIALS, "true")));
    let exposed = hidden(asked, |_| false);
    send.extend((!exposed.is_empty()).then(|| line(EXPOSE_HEADERS, &exposed.join(", "))));
    send.extend((value != "*").then(|| line("Vary", "Origin")));
    Some(ResponseRepair {
        request: format!("{} {}", preflight.method, preflight.url),
        origin: Some(origin.to_owned()),
        seen: false,
        status: None,
        remove: Vec::new(),
        send,
    })
}
