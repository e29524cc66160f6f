//! Fetch Metadata: <https://w3c.github.io/webappsec-fetch-metadata/>.

use super::headers::HeaderList;
use super::request::Request;
use super::request_modes::Destination;
use super::site::{is_potentially_trustworthy, same_origin, same_site};

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
