//! Findings for a server whose own origin is listed.

use super::*;

const OWN: &str = "https://api.my-company.com";

const OWN_POLICY: &str = "
  login: [https://api.my-company.com: session=alice; Secure; SameSite=None]
  routes: { /me: [GET], /things: [PUT, POST] }
  allow: [{ origins: [ORIGINS], credentials: include, headers: [X-Request-Id] }]
";

fn own_policy(origins: &str) -> String {
    OWN_POLICY.replace("ORIGINS", origins)
}

/// The server refuses requests that carry its own origin.
fn refuse(asked: &Asked, seen: &mut RowObservation, status: u16) {
    let requests = || seen.steps.iter().flat_map(|step| &step.requests);
    if asked.page == OWN && requests().any(|request| request.origin.is_some()) {
        answer(seen, status, &[]);
    }
}

#[test]
fn a_server_that_allows_its_own_origin_has_no_finding() {
    assert_eq!(
        findings_of(
            "\n    /me: { GET: {} }\n    /things: { PUT: {}, POST: {} }\n",
            &own_policy(OWN)
        ),
        []
    );
}

#[test]
fn a_server_that_refuses_its_own_origin_is_reported() {
    let server = "\n    /me: { GET: {} }\n    /things: { PUT: {}, POST: {} }\n";
    for status in [400, 401, 403, 500] {
        let reported =
            findings_after(server, &own_policy(OWN), |asked, seen| refuse(asked, seen, status));
        let found =
            named(&reported, "own-origin-refused").unwrap_or_else(|| panic!("{reported:#?}"));
        let words = format!(
            "The server apparently refuses its own origin: it answers PUT /things and POST /things from its \
             own pages, with `Origin: https://api.my-company.com`, with status {status}, but GET /me, which \
             browsers send without `Origin`, with 200"
        );
        assert_eq!(found.sentence, words);
        assert_eq!(found.severity, Severity::High);
        assert_eq!(reported.len(), 1, "it is reported once: {reported:#?}");
    }
}

#[test]
fn the_same_request_from_another_origin_is_preferred_as_evidence() {
    let server = "
    cors: { allow-origins: ['https://app.my-company.com'], allow-methods: [PUT, POST],
            allow-headers: [x-request-id], allow-credentials: 'true' }
    /me: { GET: {} }
    /things: { PUT: {}, POST: {} }
";
    let policy = own_policy("https://app.my-company.com, https://api.my-company.com");
    assert_eq!(findings_of(server, &policy), []);
    let reported = findings_after(server, &policy, |asked, seen| refuse(asked, seen, 403));
    let found = named(&reported, "own-origin-refused").unwrap_or_else(|| panic!("{reported:#?}"));
    let words = "but the same request from https://app.my-company.com with 200";
    assert!(found.sentence.ends_with(words), "{}", found.sentence);
}

#[test]
fn an_error_for_another_reason_is_not_about_the_origin() {
    let server = "\n    /me: { GET: {} }\n    /things: { PUT: {}, POST: {} }\n";
    for status in [404, 405] {
        let reported =
            findings_after(server, &own_policy(OWN), |asked, seen| refuse(asked, seen, status));
        assert_eq!(named(&reported, "own-origin-refused"), None, "{reported:#?}");
    }
    let one_method = |asked: &Asked, seen: &mut RowObservation| {
        if asked.method == "PUT" {
            answer(seen, 403, &[]);
        }
    };
    let reported = findings_after(server, &own_policy(OWN), one_method);
    assert_eq!(
        named(&reported, "own-origin-refused"),
        None,
        "POST carries the origin too: {reported:#?}"
    );
    let without_login = |asked: &Asked, seen: &mut RowObservation| {
        if !asked.login && asked.method != "GET" {
            answer(seen, 401, &[]);
        }
    };
    let reported = findings_after(server, &own_policy(OWN), without_login);
    assert_eq!(
        named(&reported, "own-origin-refused"),
        None,
        "a write may need the login: {reported:#?}"
    );
}

#[test]
fn an_own_origin_refusal_behind_tls_suggests_forwarded() {
    let server = "\n    /me: { GET: {} }\n    /things: { PUT: {}, POST: {} }\n";
    let case = policy(server, &own_policy(OWN));
    let mut rulings = ruled(&case);
    for (ruling, row) in rulings.iter_mut().zip(&case.rows) {
        refuse(row.asked.as_ref().unwrap(), &mut ruling.observation, 403);
    }
    for (forwarded, is_named) in [(None, false), (Some(false), true), (Some(true), false)] {
        let mut rows = played(&case, &rulings);
        rows.iter_mut().for_each(|row| row.forwarded = forwarded);
        let reported = findings(&rows);
        let found =
            named(&reported, "own-origin-refused").unwrap_or_else(|| panic!("{reported:#?}"));
        assert_eq!(found.sentence.contains("set `forwarded: true`"), is_named, "{found:?}");
    }
}
