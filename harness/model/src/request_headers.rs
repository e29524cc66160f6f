//! The headers that a browser adds to a request and that say who made it: `Origin`, `Referer` and Fetch Metadata.

use url::{Origin, Url};

use super::headers::HeaderList;
use super::request::Request;
use super::request_modes::{Destination, Mode, Referrer, ReferrerPolicy, ResponseTainting};
use super::site::{is_potentially_trustworthy, same_origin, same_site};

/// How the redirects of a request affect its origin.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum RedirectTaint {
    SameOrigin,
    SameSite,
    CrossSite,
}

/// <https://fetch.spec.whatwg.org/#concept-request-tainted-origin>
pub(super) fn redirect_taint(request: &Request) -> RedirectTaint {
    if request.url_list().len() == 1 {
        return RedirectTaint::SameOrigin;
    }
    let origins: Vec<_> = request.url_list().iter().map(url::Url::origin).collect();
    let mut taint = RedirectTaint::SameOrigin;
    for pair in origins.windows(2) {
        let (last, origin) = (&pair[0], &pair[1]);
        if !same_site(origin, last) && !same_site(&request.origin, last) {
            return RedirectTaint::CrossSite;
        }
        if !same_origin(origin, last) && !same_origin(&request.origin, last) {
            taint = RedirectTaint::SameSite;
        }
    }
    taint
}

/// <https://fetch.spec.whatwg.org/#serializing-a-request-origin>
pub(super) fn serialize_a_request_origin(request: &Request) -> String {
    match redirect_taint(request) {
        RedirectTaint::SameOrigin => request.origin.ascii_serialization(),
        RedirectTaint::SameSite | RedirectTaint::CrossSite => "null".to_owned(),
    }
}

/// <https://fetch.spec.whatwg.org/#append-a-request-origin-header>
pub(super) fn append_a_request_origin_header(request: &Request, headers: &mut HeaderList) {
    if request.response_tainting == ResponseTainting::Cors || request.mode == Mode::WebSocket {
        return headers.append("Origin", serialize_a_request_origin(request));
    }
    if matches!(request.method.as_str(), "GET" | "HEAD") {
        return;
    }
    let hidden = request.mode != Mode::Cors && hides_the_origin(request);
    let value = if hidden { "null".to_owned() } else { serialize_a_request_origin(request) };
    headers.append("Origin", value);
}

/// Whether the referrer policy makes the origin `null`.
fn hides_the_origin(request: &Request) -> bool {
    match request.referrer_policy {
        ReferrerPolicy::NoReferrer => true,
        ReferrerPolicy::NoReferrerWhenDowngrade
        | ReferrerPolicy::StrictOrigin
        | ReferrerPolicy::StrictOriginWhenCrossOrigin => {
            is_https(&request.origin) && request.current_url().scheme() != "https"
        }
        ReferrerPolicy::SameOrigin => !request.is_same_origin(),
        ReferrerPolicy::Empty
        | ReferrerPolicy::Origin
        | ReferrerPolicy::OriginWhenCrossOrigin
        | ReferrerPolicy::UnsafeUrl => false,
    }
}

fn is_https(origin: &Origin) -> bool {
    matches!(origin, Origin::Tuple(scheme, ..) if scheme == "https")
}

/// Of a longer URL only the origin is sent.
const LONGEST: usize = 4096;

/// <https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer>. The policy is not empty
/// any more.
pub(super) fn determine_requests_referrer(request: &Request) -> Referrer {
    let source = match &request.referrer {
        Referrer::NoReferrer => return Referrer::NoReferrer,
        Referrer::Client => request.client.referrer_source.as_ref(),
        Referrer::Url(url) => Some(url),
    };
    let referrer = source.and_then(|source| referrer(request, source));
    referrer.map_or(Referrer::NoReferrer, Referrer::Url)
}

fn referrer(request: &Request, source: &Url) -> Option<Url> {
    let url = strip(source, false)?;
    let origin = strip(source, true)?;
    let url = if url.as_str().len() > LONGEST { origin.clone() } else { url };
    let is_own = same_origin(&url.origin(), &request.current_url().origin());
    let is_downgrade = is_potentially_trustworthy(&url.origin())
        && !is_potentially_trustworthy(&request.current_url().origin());
    match request.referrer_policy {
        ReferrerPolicy::NoReferrer => None,
        ReferrerPolicy::Origin => Some(origin),
        ReferrerPolicy::UnsafeUrl => Some(url),
        ReferrerPolicy::StrictOrigin => (!is_downgrade).then_some(origin),
        ReferrerPolicy::SameOrigin => is_own.then_some(url),
        ReferrerPolicy::OriginWhenCrossOrigin => Some(if is_own { url } else { origin }),
        ReferrerPolicy::NoReferrerWhenDowngrade => (!is_downgrade).then_some(url),
        ReferrerPolicy::StrictOriginWhenCrossOrigin | ReferrerPolicy::Empty => match is_own {
            true => Some(url),
            false => (!is_downgrade).then_some(origin),
        },
    }
}

/// <https://w3c.github.io/webappsec-referrer-policy/#strip-url>. `None` is no referrer.
fn strip(url: &Url, origin_only: bool) -> Option<Url> {
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let mut url = url.clone();
    // Both fail only for URLs that cannot have userinfo.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    if origin_only {
        url.set_path("");
        url.set_query(None);
    }
    Some(url)
}

/// The names of these headers, in lower case.
pub(super) const FETCH_METADATA: [&str; 3] = ["sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site"];

/// <https://w3c.github.io/webappsec-fetch-metadata/#append-the-fetch-metadata-headers-for-a-request>. No
/// request is a navigation.
pub(super) fn append_the_fetch_metadata_headers(request: &Request, headers: &mut HeaderList) {
    if !is_potentially_trustworthy(&request.current_url().origin()) {
        return;
    }
    headers.append("Sec-Fetch-Dest", destination(request.destination));
    headers.append("Sec-Fetch-Mode", request.mode.as_str());
    headers.append("Sec-Fetch-Site", site(request));
}

/// <https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-dest-header>
fn destination(destination: Destination) -> &'static str {
    match destination {
        Destination::Empty => "empty",
        other => other.as_str(),
    }
}

/// <https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header>: over the whole chain of
/// redirects.
fn site(request: &Request) -> &'static str {
    let mut site = "same-origin";
    for url in request.url_list() {
        if same_origin(&url.origin(), &request.origin) {
            continue;
        }
        if !same_site(&request.origin, &url.origin()) {
            return "cross-site";
        }
        site = "same-site";
    }
    site
}
