//! Responses: <https://fetch.spec.whatwg.org/#concept-response>.

use url::Url;

use super::headers::{HeaderList, text};
use super::network::Ending;

/// <https://fetch.spec.whatwg.org/#concept-response>
#[derive(Clone, Debug, Default)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: HeaderList,
    pub(super) body: Vec<u8>,
    pub(super) ending: Ending,
    /// It is an opaque-redirect filtered response:
    /// <https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect>.
    pub(super) is_opaque_redirect: bool,
}

/// A `Location` that is no URL, or that comes in several lines.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidLocation;

/// Where a response redirects to: <https://fetch.spec.whatwg.org/#concept-response-location-url>. `None`: it is no
/// redirect, or it has no `Location`. `url` is the URL of the request.
///
/// # Errors
/// The `Location` does not give one URL.
pub fn location_url(
    status: u16,
    headers: &HeaderList,
    url: &Url,
) -> Result<Option<Url>, InvalidLocation> {
    if !is_redirect_status(status) {
        return Ok(None);
    }
    let mut values = headers.values("location");
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(InvalidLocation);
    }
    let mut location = url.join(&text(value)).map_err(|_| InvalidLocation)?;
    if location.fragment().is_none() {
        location.set_fragment(url.fragment());
    }
    Ok(Some(location))
}

/// <https://fetch.spec.whatwg.org/#redirect-status>
pub(super) fn is_redirect_status(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// <https://fetch.spec.whatwg.org/#ok-status>
pub(super) fn is_ok_status(status: u16) -> bool {
    (200..=299).contains(&status)
}

/// <https://fetch.spec.whatwg.org/#null-body-status>
pub(super) fn is_null_body_status(status: u16) -> bool {
    matches!(status, 101 | 103 | 204 | 205 | 304)
}
