//! Which headers of a request are compared, and how they are shown.

use cors_harness::observation::RequestHeaders;
use cors_servers::exchange::Exchange;

use crate::scene::*;

const STEP: &str = "  - fetch: https://api.example.net/a
    headers: [Authorization: Bearer secret, X-Auth: from api.example.net, Accept-Language: de]
";

/// The headers of the request of a step that was received with these lines.
fn headers_of(lines: &[(&str, &str)]) -> RequestHeaders {
    let scene = RowEvidence::new(STEP, vec![vec![response("cors")]]).exchange(1, "GET", "/a");
    let add = |exchange: &mut Exchange| {
        let lines =
            lines.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()));
        exchange.request.headers.extend(lines);
    };
    scene.with(add).observe().steps[0].requests[0].headers.clone()
}

#[test]
fn headers_of_script_and_of_the_client_are_compared() {
    let headers = headers_of(&[
        ("X-Auth", "from api.example-r000000.net"),
        ("accept", "*/*"),
        ("Accept-Encoding", "gzip"),
        ("sec-ch-ua", "x"),
        ("Sec-Fetch-Site", "cross-site"),
        ("User-Agent", "x"),
    ]);
    let lines: Vec<_> = headers.iter().collect();
    let expected =
        [("accept", "*/*"), ("sec-fetch-site", "cross-site"), ("x-auth", "from api.example.net")];
    assert_eq!(lines, expected);
    assert_eq!(
        headers.notable().collect::<Vec<_>>(),
        ["authorization", "x-auth", "accept-language"]
    );
}

#[test]
fn authorization_is_shown_without_its_value() {
    let value =
        |sent| headers_of(&[("authorization", sent)]).get("authorization").map(str::to_owned);
    assert_eq!(value("Bearer secret").as_deref(), Some("as given, 13 bytes"));
    assert_eq!(value("Basic hunter2").as_deref(), Some("not as given, 13 bytes"));
    let (one, other) = (headers_of(&[("authorization", "Bearer secret")]), headers_of(&[]));
    assert_eq!(one.differing(&other), ["authorization"]);
    assert!(one.has_given_authorization() && !other.has_given_authorization());
}

#[test]
fn forbidden_header_names_are_not_headers_of_script() {
    assert_eq!(headers_of(&[("accept-language", "de")]).get("accept-language"), Some("de"));
    assert_eq!(headers_of(&[("accept-language", "en-US")]).get("accept-language"), None);
}

#[test]
fn fetch_metadata_is_not_compared_if_a_browser_sends_none() {
    let site = |site| headers_of(&[("sec-fetch-mode", "cors"), ("sec-fetch-site", site)]);
    assert_eq!(site("cross-site").differing(&site("same-site")), ["sec-fetch-site"]);
    assert!(site("cross-site").differing(&headers_of(&[])).is_empty());
    let without_site = headers_of(&[("sec-fetch-mode", "cors")]);
    assert_eq!(site("cross-site").differing(&without_site), ["sec-fetch-site"]);
}

#[test]
fn several_lines_are_one_value() {
    let headers = headers_of(&[("x-auth", "a"), ("X-Auth", "b")]);
    assert_eq!(headers.get("x-auth"), Some("a, b"));
}
