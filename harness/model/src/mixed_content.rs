//! <https://w3c.github.io/webappsec-mixed-content/>

use super::request::Request;
use super::site::is_potentially_trustworthy;

/// <https://w3c.github.io/webappsec-mixed-content/#should-block-fetch>
pub(super) fn should_fetching_be_blocked_as_mixed_content(request: &Request) -> bool {
    let url = request.current_url();
    request.client.prohibits_mixed_content
        && url.scheme() != "data"
        && !is_potentially_trustworthy(&url.origin())
}
