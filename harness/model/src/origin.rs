//! The origin of a request, and the `Origin` header:
//! <https://fetch.spec.whatwg.org/#origin-header>.

use url::Origin;

use super::headers::HeaderList;
use super::request::Request;
use super::request_modes::{Mode, ReferrerPolicy, ResponseTainting};
use super::site::{same_origin, same_site};

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
    if request.response_tainting == ResponseTainting::Cors {
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
