//! What `check` and a policy say of servers with common mistakes. A plain client asks them, and the model
//! of the standard does what a browser would.

use crate::server::running;
use crate::suite::{Suite, launch};

const API: &str = "https://api.my-company.com";
const PAGE: &str = "https://app.my-company.com";

/// What `check` prints about a server with this behavior.
fn checked(does: &'static str, more: &[&str]) -> String {
    let (suite, url) = (Suite::new(), running(does));
    let url = format!("{url}/me");
    let arguments =
        ["check", &url, "--as", API, "--page", PAGE, "--engine", "standard", "--verbose"];
    let output = suite.harness(&[&arguments, more].concat()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    text
}

#[test]
fn same_site_origins_that_use_a_lax_login_are_named() {
    let cookie = "session=alice; Secure; SameSite=Lax";
    let text = checked("reflects and asks for a login", &["--cookie", cookie]);
    assert!(text.contains("high, reads-for-same-site-with-login"), "{text}");
    let finding =
        text.lines().find(|line| line.contains("The server reflects any origin and allows"));
    let finding = finding.unwrap_or_else(|| panic!("{text}"));
    for page in [
        "https://other.my-company.com",
        "https://my-company.com",
        "https://evilapp.my-company.com",
        "https://app.my-company.com:8443",
        "can read GET /me with the user's cookies",
        "any website can read the 401 response to GET /me",
    ] {
        assert!(finding.contains(page), "{page}: {finding}");
    }
    assert!(!text.contains("critical, "), "other sites are not sent the cookie: {text}");
}

#[test]
fn preflights_that_need_a_login_are_reported() {
    let text = checked("asks for a login on OPTIONS", &["--header", "Authorization: Bearer x"]);
    assert!(text.contains("high, preflight-needs-login"), "{text}");
    let words = "The preflight is answered with 401; browsers never send credentials with a preflight, so the \
                 server must answer OPTIONS before it checks the login: https://app.my-company.com cannot \
                 send GET /me";
    assert!(text.contains(words), "{text}");
    assert!(!text.contains("every-answer-an-error"), "{text}");
}

const OWN_PAGE: &str = "
name: The API serves pages of its own
because: They use it like any other.
servers:
  https://api.my-company.com:
    SERVER
policy:
  routes: { /me: [GET], /things: [POST] }
  allow: [{ origins: [https://api.my-company.com] }]
";

#[test]
fn the_servers_own_pages_are_played() {
    for (does, words) in [
        (
            "refuses its own origin",
            "high, own-origin-refused: The server apparently refuses its own origin: it answers POST \
             /things from its own pages, with `Origin: https://api.my-company.com`, with status 403, but \
             GET /me, which browsers send without `Origin`, with 200",
        ),
        (
            "serves a closed API",
            "every allowed origin has the access that the policy grants (2 rows)",
        ),
    ] {
        let server = launch(does).replace('\n', "\n    ");
        let suite = Suite::new().with_case("own-page", &OWN_PAGE.replace("SERVER", &server));
        let ran = suite.run("standard");
        assert!(ran.text.contains(words), "{}", ran.text);
        let rows = ran.document["results"].as_array().unwrap();
        let own = rows.iter().filter(|row| row["row"]["as"] == "own");
        let requests: Vec<_> =
            own.map(|row| row["steps"][0]["requests"][0]["origin"].clone()).collect();
        assert_eq!(requests, [serde_json::Value::Null, API.into()], "{}", ran.text);
    }
}
