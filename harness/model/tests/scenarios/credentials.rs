use crate::support::*;
use cors_model::CredentialsMode;

const OWN: &str = "Access-Control-Allow-Origin: ${origin}";
const YES: &str = "Access-Control-Allow-Credentials: true";

/// The cookies of every request of every step.
fn cookies(row: &Row) -> Vec<String> {
    let ruling = ruled(row);
    let requests = ruling.iter().flat_map(|outcome| outcome.requests());
    requests.map(|exchange| exchange.request.cookie_names().join(" ")).collect()
}

fn api(lines: &[&str]) -> Vec<Server> {
    vec![server(
        API,
        vec![
            ("GET /", reply(200, lines, "")),
            ("PUT /", reply(200, lines, "")),
            (
                "OPTIONS /",
                reply(200, &[lines, &["Access-Control-Allow-Methods: PUT"]].concat(), ""),
            ),
        ],
    )]
}

fn me() -> String {
    format!("{API}/")
}

#[test]
fn user_cookies_are_sent_to_their_hosts() {
    let mut omit = fetch("GET", &me());
    omit.credentials = Some(CredentialsMode::Omit);
    let mut xhr = step(Initiator::Xhr, "GET", &me());
    let quiet_xhr = xhr.clone();
    xhr.credentials = Some(CredentialsMode::Include);
    let steps = vec![fetch("GET", &me()), omit, fetch("GET", &me()).include(), quiet_xhr, xhr];
    let row =
        with_user_cookies(row(PAGE, api(&[OWN, YES]), steps), API, &["a=1; Secure; SameSite=None"]);
    assert_eq!(cookies(&row), ["", "", "a", "", "a"]);
}

#[test]
fn same_site_cookies_are_not_sent_from_another_site() {
    let user_cookies =
        ["n=1; Secure; SameSite=None", "l=1; SameSite=Lax", "s=1; SameSite=Strict", "u=1"];
    for (page, expected) in [
        (PAGE, "n"),
        ("https://www.api.example", "n l s u"),
        ("https://api.example:8443", "n l s u"),
        ("http://api.example", "n"),
    ] {
        let row = row(page, api(&[OWN, YES]), vec![fetch("GET", &me()).include()]);
        assert_eq!(cookies(&with_user_cookies(row, API, &user_cookies)), [expected], "{page}");
    }
}

#[test]
fn a_frame_in_a_page_of_another_site_is_cross_site_to_its_own_origin() {
    let mut row = row(API, api(&[]), vec![fetch("GET", &me())]);
    row.context = Context::Iframe { inside: "https://shop.example".to_owned() };
    let row = with_user_cookies(row, API, &["n=1; Secure; SameSite=None", "l=1; SameSite=Lax"]);
    assert_eq!(cookies(&row), ["n"]);
    assert_eq!(outcomes(&row), ["GET allowed"]);
}

#[test]
fn a_denied_response_sets_its_cookie() {
    let set = "Set-Cookie: a=1; Secure; SameSite=None";
    let row = row(PAGE, api(&[set]), vec![fetch("GET", &me()).include(); 2]);
    assert_eq!(cookies(&row), ["", "a"]);
    assert_eq!(outcomes(&row), ["GET missing-allow-origin"; 2]);
}

#[test]
fn a_response_without_credentials_sets_no_cookie() {
    let set = "Set-Cookie: a=1; Secure; SameSite=None";
    let steps = vec![fetch("GET", &me()), fetch("GET", &me()).include()];
    assert_eq!(cookies(&row(PAGE, api(&[OWN, YES, set]), steps)), ["", ""]);
}

#[test]
fn a_preflight_carries_and_sets_no_cookie() {
    let set = "Set-Cookie: p=1; Secure; SameSite=None";
    let lines = [OWN, YES, set, "Access-Control-Allow-Methods: PUT"];
    let servers = vec![server(
        API,
        vec![("OPTIONS /", reply(204, &lines, "")), ("PUT /", reply(200, &[OWN, YES], ""))],
    )];
    let step = || fetch("PUT", &me()).include();
    let row = row(PAGE, servers, vec![step(), step()]);
    let row = with_user_cookies(row, API, &["a=1; Secure; SameSite=None"]);
    let exchanges = exchanged(&row);
    let sent: Vec<_> = exchanges
        .iter()
        .map(|(request, _)| (request.method.as_str(), request.headers.contains("cookie")))
        .collect();
    assert_eq!(sent, [("OPTIONS", false), ("PUT", true), ("PUT", true)]);
    assert_eq!(cookies(&row), ["a", "a"]);
}

#[test]
fn the_wildcard_does_not_open_a_credentialed_read() {
    let all = "Access-Control-Allow-Origin: *";
    for (lines, expected) in [
        (&[all, YES][..], "GET wildcard-with-credentials"),
        (&[OWN], "GET missing-allow-credentials"),
        (&[OWN, "Access-Control-Allow-Credentials: True"], "GET allow-credentials-not-true"),
        (&[OWN, YES], "GET allowed"),
    ] {
        let found = outcomes(&row(PAGE, api(lines), vec![fetch("GET", &me()).include()]));
        assert_eq!(found, [expected]);
    }
}

#[test]
fn a_proxy_that_asks_for_authentication_cannot_be_judged() {
    for at in [PAGE, API] {
        let servers = vec![server(at, vec![("GET /", reply(407, &[OWN], "no"))])];
        let found = outcomes(&row(PAGE, servers, vec![fetch("GET", &format!("{at}/"))]));
        assert_eq!(found, ["cannot judge"], "{at}");
    }
}
