//! What the log of the servers shows about the caches of a browser: what may be stored after a row, and whether
//! something stored was used for a row.

use cors_servers::exchange::Exchange;
use url::Url;

use super::{is_fetched_by_script, url};
use crate::case::{BodyType, Row, Step};

/// Request headers that a browser adds to revalidate a stored response.
const CONDITIONS: [&str; 5] =
    ["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range"];

/// Whether a request of the row for this URL may be preflighted.
pub(super) fn can_preflight(row: &Row, url: &Url) -> bool {
    steps_for(row, url).any(can_have_preflight)
}

/// Whether the log shows it if the stored result of an earlier preflight is used for this URL: one step requests it, or
/// none is preflighted.
pub(super) fn shows_preflight(row: &Row, url: &Url) -> bool {
    steps_for(row, url).count() < 2 || !can_preflight(row, url)
}

/// Whether the log has the preflight of a row for this URL, or the row needs none.
pub(super) fn is_preflighted(row: &Row, url: &Url, exchanges: &[Exchange]) -> bool {
    let is_own = steps_for(row, url).next().is_some();
    (is_own && !can_preflight(row, url)) || received(exchanges, url).any(is_preflight)
}

/// Whether the log shows it if a stored response is used for this URL: script makes the requests, and says nothing about
/// caches.
pub(super) fn shows_response(row: &Row, url: &Url) -> bool {
    const ABOUT_CACHES: [&str; 2] = ["cache-control", "pragma"];
    let is_about_caches = |(name, _): &(String, String)| {
        let mut names = CONDITIONS.iter().chain(&ABOUT_CACHES);
        names.any(|about| name.eq_ignore_ascii_case(about))
    };
    let says_nothing =
        |step: &Step| step.cache.is_none() && !step.headers.iter().any(is_about_caches);
    is_fetched_by_script(row) && steps_for(row, url).all(says_nothing)
}

/// Whether a stored response may be used for a step: <https://www.rfc-editor.org/rfc/rfc9110#section-9.2.3>. Browsers store
/// the responses of no other methods.
pub(in crate::plan) fn is_cacheable(step: &Step) -> bool {
    const METHODS: [&str; 2] = ["GET", "HEAD"];
    METHODS.iter().any(|method| step.method.eq_ignore_ascii_case(method))
}

/// Whether a stored response may be used for a request of the row for this URL.
pub(super) fn can_use_response(row: &Row, url: &Url) -> bool {
    steps_for(row, url).any(is_cacheable)
}

/// Whether the log shows that no stored response was used for this URL: all requests have arrived, and none is conditional.
/// A request that cannot be answered by a cache, or whose preflight was denied, may be missing.
pub(super) fn is_answered_by_server(row: &Row, url: &Url, exchanges: &[Exchange]) -> bool {
    let origin = row.page.serialised_origin();
    let is_conditional = |exchange: &&Exchange| {
        CONDITIONS.iter().any(|name| exchange.request.header(name).next().is_some())
    };
    let (preflights, requests): (Vec<_>, Vec<_>) =
        received(exchanges, url).partition(|exchange| is_preflight(exchange));
    let may_be_missing = preflights
        .iter()
        .any(|exchange| !can_use_response(row, url) || !may_store_preflight(exchange, &origin));
    let is_complete = requests.len() >= steps_for(row, url).count();
    !requests.iter().any(is_conditional) && (is_complete || may_be_missing)
}

/// Whether a browser may store the result of this preflight of an origin. It does not if the CORS check fails:
/// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>. A browser that stores it all the same is found by
/// [`is_preflighted`].
pub(super) fn may_store_preflight(exchange: &Exchange, origin: &str) -> bool {
    let Some(reply) = &exchange.reply else { return true };
    let values = reply.headers.iter();
    let mut allowed = values
        .filter(|(name, _)| name.eq_ignore_ascii_case("access-control-allow-origin"))
        .map(|(_, value)| value.trim_ascii());
    let is_allowed = allowed.any(|value| value == b"*" || value == origin.as_bytes());
    is_allowed && (200..300).contains(&reply.status)
}

/// Whether a request is a preflight, and not a request with the method OPTIONS.
pub(super) fn is_preflight(exchange: &Exchange) -> bool {
    exchange.request.preflight_method().is_some()
}

/// Whether a response may be used again while it is checked in the background, which looks in the log like a request.
pub(super) fn is_used_while_checked(exchange: &Exchange) -> bool {
    const DIRECTIVE: &[u8] = b"stale-while-revalidate";
    let headers = exchange.reply.iter().flat_map(|reply| &reply.headers);
    let mut values = headers
        .filter(|(name, _)| name.eq_ignore_ascii_case("cache-control"))
        .map(|(_, value)| value.to_ascii_lowercase());
    values.any(|value| value.windows(DIRECTIVE.len()).any(|part| part == DIRECTIVE))
}

/// Whether the request of a step may be preflighted.
pub(in crate::plan) fn can_have_preflight(step: &Step) -> bool {
    const METHODS: [&str; 3] = ["GET", "HEAD", "POST"];
    let is_simple = METHODS.iter().any(|method| step.method.eq_ignore_ascii_case(method));
    let has_typed_body = matches!(step.body_as, BodyType::Blob | BodyType::Stream);
    !is_simple || !step.headers.is_empty() || step.upload_listeners || has_typed_body
}

fn steps_for<'r>(row: &'r Row, wanted: &'r Url) -> impl Iterator<Item = &'r Step> {
    row.all_steps().filter(move |step| url(&step.url).as_ref() == Some(wanted))
}

fn received<'e>(exchanges: &'e [Exchange], wanted: &Url) -> impl Iterator<Item = &'e Exchange> {
    let is_wanted = |exchange: &&Exchange| url(&exchange.request.url()).as_ref() == Some(wanted);
    exchanges.iter().filter(is_wanted)
}
