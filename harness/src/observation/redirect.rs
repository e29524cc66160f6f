//! Where redirects lead: <https://fetch.spec.whatwg.org/#concept-response-location-url>.

use cors_servers::exchange::Exchange;
use cors_servers::script::Address;
use url::Url;

use crate::plan::resource;

/// Every URL that an exchange may have sent the browser to: one for each `Location` line that can be parsed, and one
/// for all lines joined if there are several. Written without the model, which this is compared with.
pub(super) fn targets(exchange: &Exchange) -> Vec<Url> {
    let mut lines = locations(exchange);
    if lines.len() > 1 {
        lines.push(lines.join(", "));
    }
    let base = Url::parse(&exchange.request.url()).ok();
    lines.iter().filter_map(|line| base.as_ref()?.join(line).ok()).collect()
}

/// The one URL that an exchange redirects to, without the parts that can hold secrets: query, fragment and
/// credentials. `None` with several `Location` lines, or where the URL is not of HTTP.
pub(super) fn redirects_to(exchange: &Exchange) -> Option<String> {
    let [line] = <[String; 1]>::try_from(locations(exchange)).ok()?;
    let mut target = Url::parse(&exchange.request.url()).ok()?.join(&line).ok()?;
    target.set_query(None);
    matches!(target.scheme(), "http" | "https").then(|| resource(target.as_str()))
}

/// Whether an exchange redirects to exactly the requested URL, with `Location` as an absolute URL.
pub(super) fn repeats_url(exchange: &Exchange) -> bool {
    let lines = locations(exchange);
    let [line] = lines.as_slice() else { return false };
    let Ok(mut target) = Url::parse(line) else { return false };
    target.set_fragment(None);
    Url::parse(&exchange.request.url()) == Ok(target)
}

/// The `Location` lines of a redirect.
fn locations(exchange: &Exchange) -> Vec<String> {
    let redirect = exchange
        .reply
        .as_ref()
        .filter(|reply| (301..=303).contains(&reply.status) || (307..=308).contains(&reply.status));
    let lines = redirect.iter().flat_map(|reply| &reply.headers);
    let lines = lines.filter(|(name, _)| name.eq_ignore_ascii_case("location"));
    lines.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect()
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cors_model::{HeaderList, location_url};
    use cors_servers::exchange::{ConnectionId, ReceivedRequest, ReplySource, SentReply};
    use cors_servers::script::Scheme;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    #[test]
    fn a_url_is_requested_at_its_port_or_at_the_https_port() {
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

    fn exchange(target: &str, status: u16, locations: &[String]) -> Exchange {
        let line = |value: &String| ("Location".to_owned(), value.clone().into_bytes());
        Exchange {
            sequence: 0,
            arrived: Duration::ZERO,
            connection: ConnectionId(0),
            alpn: None,
            request: ReceivedRequest {
                scheme: Scheme::Https,
                host: "a.example".to_owned(),
                port: 443,
                method: "GET".to_owned(),
                target: target.to_owned(),
                headers: Vec::new(),
                body_length: Some(0),
                body: None,
            },
            stop: None,
            reply: Some(SentReply {
                status,
                headers: locations.iter().map(line).collect(),
                body_length: 0,
                body: None,
                source: ReplySource::Script,
                after: Duration::ZERO,
                complete: true,
            }),
        }
    }

    /// Where the model says that an exchange redirects to.
    fn of_the_model(exchange: &Exchange) -> Option<Url> {
        let reply = exchange.reply.as_ref()?;
        let mut headers = HeaderList::default();
        for (name, value) in &reply.headers {
            headers.append(name.clone(), value.clone());
        }
        let url = Url::parse(&exchange.request.url()).ok()?;
        location_url(reply.status, &headers, &url).ok()?
    }

    fn a_location() -> impl Strategy<Value = String> {
        let parts = vec![
            "",
            "/",
            "//",
            "..",
            ".",
            "a",
            "?q=1",
            "#f",
            "https:",
            "http:",
            "https://",
            "HTTP://",
            "b.example",
            ":8443",
            ":99999",
            "u:p@",
            "[::1]",
            "[",
            "\\",
            " ",
            "%2F",
            "^",
            "\t",
            "data:,x",
            "ftp://b.example",
            "javascript:",
            "\u{fc}",
            "\0",
            ", ",
        ];
        vec(select(parts), 0..5).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn redirects_lead_where_the_model_says(
            target in select(vec!["/", "/a/b?q", "/a^b", "/a/../b"]),
            status in select(vec![200, 201, 300, 301, 302, 303, 304, 305, 306, 307, 308, 399, 400]),
            locations in vec(a_location(), 0..3),
        ) {
            let exchange = exchange(target, status, &locations);
            let model = of_the_model(&exchange);
            let is_http = |url: &Url| matches!(url.scheme(), "http" | "https");
            let expected = model.clone().filter(is_http).map(|mut url| {
                url.set_query(None);
                resource(url.as_str())
            });
            prop_assert_eq!(redirects_to(&exchange), expected);
            if let Some(url) = model {
                prop_assert_eq!(targets(&exchange), [url]);
            }
        }
    }
}
