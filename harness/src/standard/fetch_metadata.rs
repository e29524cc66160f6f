//! Fetch Metadata: <https://w3c.github.io/webappsec-fetch-metadata/>.

use super::headers::HeaderList;
use super::request::{Mode, Request};
use super::site::{is_potentially_trustworthy, same_origin, same_site};

/// <https://w3c.github.io/webappsec-fetch-metadata/#append-the-fetch-metadata-headers-for-a-request>.
/// Every API modelled here has the empty destination, and no request is a navigation.
pub(super) fn append_the_fetch_metadata_headers(request: &Request, headers: &mut HeaderList) {
    if !is_potentially_trustworthy(&request.current_url().origin()) {
        return;
    }
    headers.append("Sec-Fetch-Dest", "empty");
    headers.append("Sec-Fetch-Mode", mode(request.mode));
    headers.append("Sec-Fetch-Site", site(request));
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::SameOrigin => "same-origin",
        Mode::NoCors => "no-cors",
        Mode::Cors => "cors",
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
