//! A preflight that gets an error is no answered request.

use super::*;

const TOKEN: &str = "
  routes: { /me: { GET: { headers: [Authorization: Bearer x] } }, /things: [PUT] }
  allow: [{ origins: [https://app.my-company.com], headers: [Authorization] }]
";

const NAMES: [(u16, &str, &str); 7] = [
    (401, "preflight-needs-login", "browsers never send credentials with a preflight"),
    (403, "preflight-needs-login", "browsers never send credentials with a preflight"),
    (404, "preflight-not-ok", "must answer OPTIONS for this URL with a 2xx status"),
    (405, "preflight-not-ok", "must answer OPTIONS for this URL with a 2xx status"),
    (400, "preflight-not-ok", "must answer OPTIONS with a 2xx status"),
    (500, "preflight-not-ok", "the server fails where it must answer OPTIONS"),
    (502, "preflight-not-ok", "the server fails where it must answer OPTIONS"),
];

fn with_login(policy: &str) -> String {
    let policy = policy.replace(
        "origins: [https://app.my-company.com],",
        "origins: [https://app.my-company.com], credentials: include,",
    );
    format!("\n  login: [https://api.my-company.com: session=alice; Secure; SameSite=None]{policy}")
}

#[test]
fn without_a_request_the_preflight_is_reported() {
    let answers = lines(&[ECHO, WITH]);
    // A 403 beside a GET whose 401 the page can read is no missing login: the tests of probes have it.
    for (status, name, words) in NAMES.into_iter().filter(|(status, ..)| *status != 403) {
        for policy in [TOKEN.to_owned(), with_login(TOKEN)] {
            // What the server would answer does not matter, nor do the headers of the preflight.
            for headers in ["", answers.as_str()] {
                let reported = findings_of(&by_hand(headers, &answers, (status, 401)), &policy);
                assert_eq!(named(&reported, "every-answer-an-error"), None, "{reported:#?}");
                let found =
                    named(&reported, name).unwrap_or_else(|| panic!("{status}: {reported:#?}"));
                let start = format!("The preflight is answered with {status}; ");
                assert!(found.sentence.starts_with(&start), "{}", found.sentence);
                assert!(found.sentence.contains(words), "{}", found.sentence);
                let page = ": https://app.my-company.com cannot send GET /me and PUT /things";
                assert!(found.sentence.ends_with(page), "{}", found.sentence);
                assert_eq!(found.severity, Severity::High);
            }
        }
    }
}

#[test]
fn a_refused_preflight_is_reported_beside_answered_simple_requests() {
    for (status, name, _) in NAMES {
        let reported = findings_of(&by_hand("", &lines(&[ECHO, WITH]), (status, 200)), POLICY);
        assert_eq!(named(&reported, "every-answer-an-error"), None, "{reported:#?}");
        // A 403 may be about the method or a header: the finding says what the origin is allowed.
        let name = if status == 403 { "preflight-refused" } else { name };
        let found =
            reported.iter().find(|one| one.name == name && one.sentence.contains("PUT /things"));
        let found = found.unwrap_or_else(|| panic!("{status}: {reported:#?}"));
        assert!(found.sentence.contains("cannot send ") && found.sentence.contains("PUT /things"));
    }
}

#[test]
fn a_preflight_that_needs_a_login_is_reported_beside_refused_requests() {
    let refused = by_hand("", "", (401, 401));
    let names: Vec<_> = findings_of(&refused, POLICY).iter().map(|one| one.name).collect();
    assert_eq!(names, ["every-answer-an-error", "preflight-needs-login"]);
    let missing = by_hand("", "", (404, 404));
    let names: Vec<_> = findings_of(&missing, POLICY).iter().map(|one| one.name).collect();
    assert_eq!(
        names,
        ["every-answer-an-error"],
        "the path is wrong, and the preflight follows from it"
    );
}

#[test]
fn without_an_allowed_page_refused_preflights_are_reported() {
    let no_grant = "\n  routes: { /me: { GET: { headers: [Authorization: Bearer x] } } }\n";
    let reported = findings_of(&by_hand("", "", (401, 401)), no_grant);
    let found =
        named(&reported, "preflight-needs-login").unwrap_or_else(|| panic!("{reported:#?}"));
    assert!(
        found.sentence.ends_with(": no page can send GET /me, PATCH /me and OPTIONS /me"),
        "{found:?}"
    );
    assert_eq!(named(&reported, "every-answer-an-error"), None);
}

#[test]
fn a_refused_preflight_lists_nothing() {
    let more = lines(&[ECHO, WITH, "Access-Control-Allow-Methods: 'GET, PUT, DELETE'"]);
    let reported = findings_of(&by_hand(&more, &lines(&[ECHO, WITH]), (403, 200)), POLICY);
    assert_eq!(named(&reported, "more-methods-listed"), None, "{reported:#?}");
}

#[test]
fn a_cors_filter_that_answers_403_is_no_missing_login() {
    let server = |vary: &str| {
        format!(
            "\n    /things: {{ OPTIONS: {{ status: 403, headers: [{vary}] }}, PUT: {{ status: 200 }} }}\n"
        )
    };
    let policy = "
  routes: { /things: [PUT] }
  allow: [{ origins: [https://app.my-company.com] }]
";
    let filtered = findings_of(&server("Vary: 'Origin, Access-Control-Request-Method'"), policy);
    let words = "The preflight is answered with 403, and its `Vary` names `Access-Control-Request-Method`: the CORS \
                 rules of the server do not allow this origin or the method `PUT`: https://app.my-company.com \
                 cannot send PUT /things";
    let one = named(&filtered, "preflight-refused").unwrap_or_else(|| panic!("{filtered:#?}"));
    assert_eq!(one.sentence, words);
    let unclear = findings_of(&server(""), policy);
    assert_eq!(named(&unclear, "preflight-needs-login"), None, "no row shows it: {unclear:#?}");
}
