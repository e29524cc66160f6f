//! Findings about allowed requests that only get errors.

use cors_harness::verdict::policy::{Played, limited};

use super::*;

#[test]
fn a_404_suggests_to_check_the_path() {
    let server = KEPT.replace("/me: {", "/you: {");
    let reported = findings_of(&server, POLICY);
    let found = named(&reported, "answers-error").expect("it is reported");
    assert_eq!(found.sentence, "GET /me is answered with 404 for every origin: check the path");
    assert_eq!(found.severity, Severity::Note);
}

#[test]
fn an_error_for_allowed_origins_is_reported() {
    let fails = |asked: &Asked, seen: &mut RowObservation| {
        if asked.kind == OriginKind::Listed && asked.route == "/things" {
            answer(seen, 500, &[]);
        }
    };
    let reported = findings_after(KEPT, POLICY, fails);
    let found = named(&reported, "answers-error").expect("it is reported");
    let words = "PUT /things is answered with 500 for every allowed origin";
    assert!(found.sentence.starts_with(words), "{}", found.sentence);
}

#[test]
fn a_login_is_suggested_only_if_the_policy_has_none() {
    let refused = |asked: &Asked, seen: &mut RowObservation| {
        if asked.login {
            seen.steps[0].requests.clear();
            (seen.steps[0].read, seen.steps[0].response) = (Some(Read::Blocked), None);
        }
        answer(seen, 401, &[]);
    };
    let says = |policy: &str, words: &str| {
        let reported = findings_after(KEPT, policy, refused);
        let found = named(&reported, "answers-error").unwrap_or_else(|| panic!("{reported:#?}"));
        assert!(found.sentence.contains(words), "{}", found.sentence);
        assert_eq!(found.sentence.contains("add a login"), words == "add a login");
    };
    let (_, without_login) = POLICY.split_once("  routes:").unwrap();
    let omit = POLICY.replace("credentials: include", "credentials: omit");
    says(&format!("\n  routes:{}", without_login.replace("include", "omit")), "add a login");
    says(&omit, "; the policy allows this only without a login");
    says(POLICY, " without a login; no request with the user's cookies reached the server");
}

/// Refuses requests without a login, and one route altogether.
fn refused(asked: &Asked, seen: &mut RowObservation) {
    if asked.route == "/things" {
        answer(seen, 403, &[]);
    } else if !asked.login {
        answer(seen, 401, &[]);
    }
}

#[test]
fn a_call_that_fails_with_the_login_is_reported() {
    let reported = findings_after(KEPT, POLICY, refused);
    let found = named(&reported, "refused-with-login").expect("it is reported");
    let words =
        "PUT /things is answered with 403 for every allowed origin, with the user's login too";
    assert!(found.sentence.starts_with(words), "{}", found.sentence);
    assert_eq!(found.severity, Severity::Medium);
    assert_eq!(named(&reported, "answers-error"), None);
    let reported = findings_after(KEPT, POLICY, |_, seen| answer(seen, 401, &[]));
    assert_eq!(named(&reported, "refused-with-login"), None, "an invalid login is reported once");
}

#[test]
fn a_server_that_refuses_everything_has_one_finding() {
    let all = |status: u16| {
        findings_after(KEPT, POLICY, |_, seen| {
            answer(seen, status, &[]);
            for step in &mut seen.steps {
                let preflights = step.preflights.iter_mut();
                preflights.for_each(|preflight| preflight.answer.status = status);
                (step.read, step.response) = (Some(Read::Blocked), None);
            }
        })
    };
    for (status, words) in [
        (
            403,
            "Every request is answered with 403, so the results are inconclusive; the server may refuse the host",
        ),
        (
            404,
            "Every request is answered with 404, so the results are inconclusive; check the path",
        ),
        (500, "Every request is answered with 500, so the results are inconclusive"),
    ] {
        let reported = all(status);
        let names: Vec<_> = reported.iter().map(|one| one.name).collect();
        assert_eq!(names, ["every-answer-an-error"], "{reported:#?}");
        assert!(reported[0].sentence.starts_with(words), "{}", reported[0].sentence);
    }
    let name = "`Host: api.my-company.com`";
    assert!(all(403)[0].sentence.contains(name), "{}", all(403)[0].sentence);
}

#[test]
fn a_login_that_stops_working_is_reported() {
    let dies = |asked: &Asked, seen: &mut RowObservation| {
        if asked.login && asked.kind != OriginKind::Listed {
            answer(seen, 401, &[]);
        }
    };
    let reported = findings_after(KEPT, POLICY, dies);
    let found = named(&reported, "login-lost").expect("it is reported");
    let words = "With the user's login GET /me is answered with 200 in some rows and 401 in others";
    assert!(found.sentence.starts_with(words), "{}", found.sentence);
    let without_login = |asked: &Asked, seen: &mut RowObservation| {
        if !asked.login {
            answer(seen, 401, &[]);
        }
    };
    assert_eq!(named(&findings_after(KEPT, POLICY, without_login), "login-lost"), None);
}

#[test]
fn an_answer_of_503_is_a_limit_unless_it_is_to_a_preflight_without_retry_after() {
    let server = |preflight: &str, statuses| by_hand(preflight, "", statuses);
    for (server, is_limited) in [
        (server("", (503, 200)), false),
        (server("{ Retry-After: 60 }", (503, 200)), true),
        (server("", (429, 200)), true),
        (server(&lines(&[ECHO, WITH, METHODS, HEADERS]), (200, 503)), true),
    ] {
        let case = policy(&server, POLICY);
        let rulings = ruled(&case);
        let is_put = |row: &&Played<'_>| row.asked.method == "PUT" && row.asked.allowed;
        let row = played(&case, &rulings).into_iter().find(|row| is_put(&row)).unwrap();
        assert_eq!(limited(row.observation).is_some(), is_limited, "{server}");
    }
    let reported = findings_of(&server("", (503, 200)), POLICY);
    assert!(named(&reported, "preflight-not-ok").is_some(), "{reported:#?}");
}
