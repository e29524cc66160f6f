//! Where redirects lead: <https://fetch.spec.whatwg.org/#concept-response-location-url>.

use cors_servers::exchange::Exchange;
use cors_servers::script::Address;
use url::Url;

/// <https://fetch.spec.whatwg.org/#redirect-status>
pub(crate) fn is_redirect_status(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Every URL to which a response to a request for `url` may redirect: one for each `Location` line
/// that can be parsed, and one for all lines together if there are several; for a redirect status
/// only.
pub(crate) fn location_urls<'l>(
    url: &str,
    status: u16,
    locations: impl Iterator<Item = &'l [u8]>,
) -> Vec<Url> {
    let base = Url::parse(url).ok().filter(|_| is_redirect_status(status));
    let mut lines: Vec<_> = locations.map(String::from_utf8_lossy).collect();
    if lines.len() > 1 {
        lines.push(lines.join(", ").into());
    }
    lines.iter().filter_map(|line| base.as_ref()?.join(line).ok()).collect()
}

/// The one URL to which a response redirects, without the parts that may contain secrets: query,
/// fragment and userinfo. `None` if the response is ambiguous, or the target is not an HTTP URL.
pub(crate) fn redirects_to(location_urls: Vec<Url>) -> Option<String> {
    let [mut target] = <[Url; 1]>::try_from(location_urls).ok()?;
    target.set_query(None);
    matches!(target.scheme(), "http" | "https").then(|| resource(target.as_str()))
}

/// Every URL to which an exchange may have redirected the browser.
pub(super) fn targets(exchange: &Exchange) -> Vec<Url> {
    let Some(reply) = &exchange.reply else { return Vec::new() };
    let lines = reply.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("location"));
    let locations = lines.map(|(_, value)| value.as_slice());
    location_urls(&exchange.request.url(), reply.status, locations)
}

/// Whether an exchange may have redirected the browser to a place, as logs name it: its host in
/// lower case and without brackets, and its port.
pub fn leads_to(exchange: &Exchange, place: (&str, u16)) -> bool {
    targets(exchange).iter().any(|url| is_there(url, place))
}

/// Whether a URL is requested at a place, as logs name it.
pub fn is_asked_at(url: &str, place: (&str, u16)) -> bool {
    Url::parse(url).is_ok_and(|url| is_there(&url, place))
}

/// A browser that upgrades to https requests a URL without a port on the port of https.
fn is_there(url: &Url, (host, port): (&str, u16)) -> bool {
    let ports = [url.port_or_known_default(), url.port().is_none().then_some(443)];
    host_of(url) == host && ports.contains(&Some(port))
}

/// Whether a URL is requested from the server at an address.
pub(super) fn is_at(url: &str, address: &Address) -> bool {
    is_at_place(url, (&address.host, address.port))
}

/// Whether a URL is requested at exactly this place, as logs name it.
pub(super) fn is_at_place(url: &str, (host, port): (&str, u16)) -> bool {
    let at = |url: Url| host_of(&url) == host && url.port_or_known_default() == Some(port);
    Url::parse(url).is_ok_and(at)
}

fn host_of(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_matches(['[', ']'])
}

/// The part of a URL that is sent to a server: without fragment and userinfo.
pub(super) fn resource(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return url.to_owned() };
    url.set_fragment(None);
    // Both fail only for URLs that cannot have userinfo.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_asked_for_at_its_port_or_at_that_of_https() {
        let cases = [
            ("http://LOCALHOST:8000/", ("localhost", 8000), true),
            ("http://localhost:8000/", ("localhost", 3000), false),
            ("http://localhost:8000/", ("localhost", 443), false),
            ("http://a.example/", ("a.example", 80), true),
            ("http://a.example/", ("a.example", 443), true),
            ("http://a.example/", ("example", 80), false),
            ("https://[::1]/", ("::1", 443), true),
            ("no url", ("a.example", 80), false),
        ];
        for (url, place, there) in cases {
            assert_eq!(is_asked_at(url, place), there, "{url} {place:?}");
        }
    }
}
