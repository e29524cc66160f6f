//! What can be asked of a server without a snapshot: `check`, `compare` and `run --strip-cors`.

use std::process::Output;
use std::time::{Duration, Instant};

use crate::server::running;
use crate::suite::{Suite, chromium, launch};

const API: &str = "https://api.my-company.com";
const PAGE: &str = "https://app.my-company.com";
const LOGIN: &str = "session=a-secret-login; Secure; SameSite=None";

const POLICY: &str = "
name: Only the app reads
because: It is ours.
servers:
  https://api.my-company.com:
    upstream: http://127.0.0.1:9
policy:
  routes: { /me: [GET] }
  allow: [{ origins: [https://app.my-company.com] }]
";

fn ran(suite: &Suite, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = suite.harness(arguments).output().unwrap();
    suite.left_nothing();
    let text = [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    (status.code(), text)
}

/// A text without its line breaks.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn check_needs_no_file_and_can_save_one() {
    if !chromium() {
        return;
    }
    let (suite, url) = (Suite::new(), running("is good"));
    let file = suite.path("cases/new/api.yaml");
    let ask = [
        ["check", &format!("{url}/me")],
        ["--as", API],
        ["--page", PAGE],
        ["--cookie", LOGIN],
        ["--engine", "chromium"],
        ["--save", file.to_str().unwrap()],
    ];
    let (code, text) = ran(&suite, &ask.concat());
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("critical, reads-for-any-site-with-login"), "{text}");
    let words = "any website can read GET /me with the user's cookies";
    assert!(unwrapped(&text).contains(words), "{text}");
    assert!(text.contains("cookie: session=<14 bytes>"), "{text}");
    assert!(!text.contains("a-secret-login"), "{text}");

    let saved = std::fs::read_to_string(&file).unwrap();
    let app = format!("- origins:\n    - {PAGE}\n    credentials: include");
    assert!(saved.contains(&app) && !saved.contains('*'), "{saved}");
    let (code, text) = ran(&suite, &ask.concat());
    assert_eq!(code, Some(3), "a file that is there is kept: {text}");
    assert_eq!(saved, std::fs::read_to_string(&file).unwrap());
}

#[test]
fn a_saved_policy_holds_what_was_meant_and_finds_the_same() {
    for (does, options, name) in [
        ("is good", &["--page", PAGE, "--cookie", LOGIN][..], "reads-for-any-site-with-login"),
        (
            "is good",
            &["--page", PAGE, "--page", "https://admin.my-company.com"],
            // Without a login, the credentials that the server allows are the worse half of the hole.
            "credentials-accepted",
        ),
        ("is good", &["--cookie", LOGIN], "reads-for-any-site-with-login"),
        ("is good", &[], "credentials-accepted"),
        // Any page can read that it is not logged in.
        ("answers 401", &["--page", PAGE], "reads-for-any-site"),
        ("answers 401", &[], "reads-for-any-site"),
    ] {
        let (suite, url) = (Suite::new(), running(does));
        let (me, file) = (format!("{url}/me"), suite.path("cases/api.yaml"));
        let ask = ["check", &me, "--as", API, "--engine", "standard", "--verbose", "--save"];
        let (code, text) = ran(&suite, &[&ask[..], &[file.to_str().unwrap()], options].concat());
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains(&format!(", {name}\n")), "{options:?} {text}");

        let saved = std::fs::read_to_string(&file).unwrap();
        assert!(!saved.contains('*'), "the policy does not allow every page: {saved}");
        assert!(!saved.contains("a-secret-login"), "{saved}");
        let is_secret = options.contains(&LOGIN);
        assert_eq!(saved.contains("session=${env COOKIE_SESSION}; "), is_secret, "{saved}");
        let words = "  export COOKIE_SESSION=…    # the value of the cookie `session`\n";
        assert_eq!(text.contains(words), is_secret, "{text}");
        let without_page = "No page was named with `--page ORIGIN`";
        assert_eq!(text.contains(without_page), !options.contains(&"--page"), "{text}");
        let allows = format!("written to {}: it allows nothing;", file.display());
        assert_eq!(text.contains(&allows), !options.contains(&"--page"), "{text}");
        assert!(text.contains("playing 1 case, "), "{text}");
        for page in [PAGE, "https://admin.my-company.com"] {
            assert_eq!(saved.contains(page), options.contains(&page), "{saved}");
        }
        assert_eq!(
            saved.contains("credentials: include"),
            options.len() == 4 && options.contains(&LOGIN)
        );
        let json = suite.path("run.json");
        let run = ["run", "--engine", "standard", "--json", json.to_str().unwrap()];
        let mut run = suite.harness(&run);
        let again = run.env("COOKIE_SESSION", "a-secret-login").output().unwrap();
        let again = String::from_utf8_lossy(&again.stdout).into_owned();
        let document: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
        let findings = document["findings"].as_array().unwrap();
        assert!(!findings.is_empty(), "{again}");
        assert!(!format!("{document}{again}{text}").contains("a-secret-login"));
        for finding in findings {
            // What to add is an option of `check` in one output, and a key of the policy in the other.
            let sentence = finding["sentence"].as_str().unwrap().split("; add ").next().unwrap();
            assert!(text.contains(sentence), "{sentence} is not in {text}");
        }
        let mentions = text.lines().filter(|line| {
            let parts = line.trim_start().split_once(", ");
            parts.is_some_and(|(severity, _)| {
                ["critical", "high", "medium", "low", "note"].contains(&severity)
            })
        });
        assert_eq!(mentions.count(), findings.len(), "{text}\n{again}");
    }
}

#[test]
fn a_server_that_redirects_to_https_is_checked_as_behind_its_proxy() {
    if !chromium() {
        return;
    }
    let (suite, url) = (Suite::new(), running("redirects to https"));
    let file = suite.path("cases/api.yaml");
    let file = file.to_str().unwrap();
    let me = format!("{url}/me");
    let ask = ["check", &me, "--as", API, "--page", PAGE, "--engine", "chromium", "--verbose"];
    let (code, text) = ran(&suite, &ask);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("`--forwarded`"), "{text}");
    assert!(!text.contains("any website can read"), "{text}");

    let (code, text) = ran(&suite, &[&ask[..], &["--forwarded", "--save", file]].concat());
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("any website can read GET /me"), "{text}");
    assert!(!text.contains("forwarded"), "{text}");
    let saved = std::fs::read_to_string(file).unwrap();
    assert!(saved.contains(&format!("upstream: {url}\n    forwarded: true")), "{saved}");
}

#[test]
fn a_redirect_of_an_http_server_to_https_is_judged() {
    let (suite, url) = (Suite::new(), running("redirects to https"));
    let me = format!("{url}/me");
    let ask =
        ["check", &me, "--page", "http://localhost:3000", "--engine", "standard", "--verbose"];
    let (code, text) = ran(&suite, &ask);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("high, redirect-to-https\n"), "{text}");
    let target = url.replace("http:", "https:");
    let how = format!("301, leads to `{target}`, where the policy has no server");
    assert!(text.contains(&how), "{text}");
    assert!(!text.contains("inconclusive"), "{text}");
    assert_eq!(text.matches("cannot get a response to GET /me").count(), 1, "{text}");
}

#[test]
fn a_redirect_that_is_followed_again_and_again_is_shown_once() {
    let (suite, url) = (Suite::new(), running("redirects for now"));
    let me = format!("{url}/me");
    let ask = ["check", &me, "--as", API, "--page", PAGE, "--engine", "standard", "--verbose"];
    let (code, text) = ran(&suite, &ask);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("high, redirect-to-itself\n"), "{text}");
    assert!(text.contains("    20 more exchanges like this one\n"), "{text}");
    assert!(text.contains("302 (21 times), redirect: too-many-redirects"), "{text}");
    assert_eq!(text.matches("cannot get a response to GET /me").count(), 1, "{text}");
}

#[test]
fn check_names_the_wrong_argument() {
    let suite = Suite::new();
    let url = "http://127.0.0.1:9/me";
    for (arguments, words) in [
        (&["localhost:9/me"][..], "it has no scheme: write `http://localhost:9/me`"),
        (&["ftp://localhost/me"], "its scheme is not http or https: write `http://127"),
        (&[url, "--cookie", "a-secret"], "`--cookie`: a text of 8 bytes is not a cookie"),
        (
            &[url, "--header", "X-A: a-secret", "--header", "Cookie: sid=a-secret"],
            "`--header` number 2: script cannot set `Cookie`: give it as `--cookie`",
        ),
        (
            &[url, "--header", "Authorization: Bearer a-secret", "--header", "X A: 1"],
            "`--header` number 2: the text before the colon is not a header name",
        ),
        (&[url, "--body", "{}"], "`--body`: browsers do not send a body with GET"),
        (&[url, "--method", "get"], "write `GET`"),
    ] {
        let (code, text) = ran(&suite, &[&["check"], arguments].concat());
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(words), "{words}: {text}");
        assert!(!text.contains("a-secret") && !text.contains("policy.yaml"), "{text}");
    }
}

#[test]
fn no_policy_is_saved_for_a_server_without_answers() {
    if !chromium() {
        return;
    }
    let (suite, url) = (Suite::new(), running("never answers"));
    let file = suite.path("api.yaml");
    let began = Instant::now();
    let (code, text) = ran(
        &suite,
        &["check", &url, "--engine", "chromium", "--page", PAGE, "--save", file.to_str().unwrap()],
    );
    assert_eq!(code, Some(1), "{text}");
    assert!(unwrapped(&text).contains(" did not answer within 10 s"), "{text}");
    assert!(text.contains("is not written, because the results are inconclusive"), "{text}");
    assert!(!file.exists());
    // Every one of its rows would wait that long.
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[test]
fn requests_after_a_rate_limit_are_inconclusive() {
    if !chromium() {
        return;
    }
    for (does, status) in [("limits with 429", "429"), ("limits with 503", "503")] {
        let (suite, url) = (Suite::new(), running(does));
        let (code, text) = ran(&suite, &["check", &url, "--as", API, "--engine", "chromium"]);
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains("of 26 rows are inconclusive:"), "{text}");
        let words = format!("the server answered {status}, as servers do that limit requests");
        assert!(unwrapped(&text).contains(&words), "{text}");
    }
}

#[test]
fn servers_to_compare_are_named_by_scheme_host_and_port() {
    let suite = Suite::new().with_case("api", POLICY);
    for (url, words) in [
        ("https://127.0.0.1:8000/api", "write `https://127.0.0.1:8000`"),
        ("http://127.0.0.1:8000/api", "write `http://127.0.0.1:8000`"),
        ("localhost:8000", "write `http://localhost:8000`"),
    ] {
        let (code, text) = ran(&suite, &["compare", "api", url, "http://127.0.0.1:9"]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn an_empty_allow_upstream_allows_no_server() {
    let suite = Suite::new().with_server("upstream: http://staging.invalid:8000");
    let mut list = suite.harness(&["run", "--engine", "control"]);
    let output = list.env("CORS_HARNESS_ALLOW_UPSTREAM", "").output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[test]
fn compare_prints_only_differences() {
    if !chromium() {
        return;
    }
    let suite = Suite::new().with_case("api", POLICY);
    let [open, same, shut] = ["is good", "is good", "answers 500"].map(running);
    let compare =
        |old: &str, new: &str| ran(&suite, &["compare", "api", old, new, "--engine", "chromium"]);
    let (code, text) = compare(&open, &same);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("pages can do the same to both servers"), "{text}");
    let (code, text) = compare(&shut, &open);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("loosened") && !text.contains("tightened"), "{text}");
    assert!(text.contains("from the first server to the second: ") && !text.contains("reviewed"));
    let (code, text) = compare(&open, &shut);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("tightened") && !text.contains("loosened"), "{text}");
}

#[test]
fn strip_cors_shows_whether_the_suite_notices() {
    if !chromium() {
        return;
    }
    let strip = |suite: &Suite| ran(suite, &["run", "--strip-cors", "--engine", "chromium"]);
    let (code, text) = strip(&Suite::doing("is good"));
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("all 1 reads that CORS allowed are blocked without CORS headers"),
        "{text}"
    );

    let own_page = "
name: A page asks its own server
because: CORS has no part in it.
servers:
  http://api.example.com:
    SERVER
page: http://api.example.com
steps: [{ fetch: http://api.example.com/me }]
";
    let server = launch("is good").replace('\n', "\n    ");
    let (code, text) = strip(&Suite::new().with_case("own", &own_page.replace("SERVER", &server)));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("does not change without CORS headers"), "{text}");
}
