//! The referrer of a request: <https://w3c.github.io/webappsec-referrer-policy/>.

use url::Url;

use super::request::Request;
use super::request_modes::{Referrer, ReferrerPolicy};
use super::site::{is_potentially_trustworthy, same_origin};

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
