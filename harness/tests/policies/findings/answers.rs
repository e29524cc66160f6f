//! What is said of answers side by side, and what is not said of any.

use super::*;

#[test]
fn answers_that_differ_without_vary_are_told_unless_no_cache_keeps_them() {
    let silent = "
    /me: { GET: { headers: [{ Access-Control-Allow-Origin: '${request.origin}' }, STORE] } }
    /things: { PUT: {} }
";
    let keeps = silent.replace("STORE", "{ Cache-Control: max-age=60 }");
    says(&keeps, "missing-vary", "Answers to GET /me differ by origin");
    for line in ["{ Cache-Control: no-store }", "{ Vary: 'Accept, origin' }"] {
        let said = said(&silent.replace("STORE", line), POLICY);
        assert!(said.iter().all(|one| one.name != "missing-vary"), "{line}");
    }
}

#[test]
fn answers_that_differ_for_another_reason_are_not_said_to_differ_by_origin() {
    let star = &[("access-control-allow-origin", "*")];
    let policy = POLICY.replace("/me: [GET]", "/me: { GET: { again: true } }");
    let said = said_after(KEPT, &policy, |_, seen| {
        answer(seen, 200, star);
        for step in seen.steps.iter_mut().skip(1) {
            step.requests[0].answer.status = 304;
            step.requests[0].answer.headers.clear();
        }
    });
    assert_eq!(named(&said, "missing-vary"), None, "a 304 is another answer");
    let said = said_after(KEPT, POLICY, |asked, seen| match asked.headers.as_slice() {
        [] => answer(seen, 200, star),
        _ => answer(seen, 401, &[]),
    });
    assert_eq!(named(&said, "missing-vary"), None, "other requests have other answers");
    let said = said_after(KEPT, POLICY, |asked, seen| match asked.standing {
        Standing::Listed => answer(seen, 200, star),
        _ => answer(seen, 200, &[]),
    });
    assert!(named(&said, "missing-vary").is_some());
}

#[test]
fn no_cache_is_told_of_an_answer_that_it_may_not_keep() {
    let answered = |status: u16, kept: &[&str]| {
        let server = format!(
            "
    /me: {{ GET: {{ status: {status}, headers: [{}] }} }}
    /things: {{ PUT: {{}} }}
",
            lines(&[&[ECHO], kept].concat())
        );
        named(&said(&server, POLICY), "missing-vary").is_some()
    };
    assert!(answered(404, &[]), "a cache may keep it as long as it likes");
    assert!(!answered(500, &[]) && !answered(401, &[]), "only if it is told how long");
    for lifetime in ["Cache-Control: s-maxage=60", "Expires: 'Thu, 01 Jan 2099 00:00:00 GMT'"] {
        assert!(answered(500, &[lifetime]) && answered(401, &[lifetime]), "{lifetime}");
    }
    assert!(!answered(404, &["Cache-Control: 'max-age=60, No-Store'"]));
    let quoted = r#"Cache-Control: 'private="set-cookie, no-store, x"'"#;
    assert!(answered(404, &[quoted]), "a comma in a quoted string ends no directive");
    assert!(!answered(200, &["Cache-Control: 'private, no-cache'"]), "it is asked for again");
    let of_a_line = r#"Cache-Control: 'no-cache="set-cookie"'"#;
    assert!(answered(200, &[of_a_line]), "only that line of it may not be used again");
}

#[test]
fn a_server_that_fails_for_strangers_alone_is_told() {
    let fails = |asked: &Asked, seen: &mut RowObservation, all: bool| {
        if all || asked.standing != Standing::Listed {
            answer(seen, 500, &[]);
            seen.steps.iter_mut().for_each(|step| step.read = Some(Read::Blocked));
        }
    };
    let said = said_after(KEPT, POLICY, |asked, seen| fails(asked, seen, false));
    let found = named(&said, "fails-for-strangers").expect("it is told");
    let words = "To origins that are not listed, and to them alone, GET /me ";
    assert!(found.sentence.starts_with(words), "{}", found.sentence);
    assert!(found.sentence.contains("is answered 500: "), "{}", found.sentence);
    assert_eq!(found.severity, Severity::Medium);
    let said = said_after(KEPT, POLICY, |asked, seen| fails(asked, seen, true));
    assert_eq!(named(&said, "fails-for-strangers"), None, "it fails for everybody");

    let refused = |asked: &Asked, seen: &mut RowObservation| {
        let preflights = seen.steps.iter_mut().flat_map(|step| &mut step.preflights);
        for preflight in preflights.filter(|_| asked.standing != Standing::Listed) {
            preflight.answer.status = 500;
        }
    };
    let said = said_after(KEPT, POLICY, refused);
    let found = named(&said, "fails-for-strangers").expect("a preflight is a request too");
    assert!(
        found.sentence.contains(" the preflight of PUT /things, the preflight of PATCH /me,"),
        "{}",
        found.sentence
    );
}

#[test]
fn rows_that_ask_nobody_prove_nothing() {
    let policy = POLICY.replace("https://api", "http://api").replace("Secure; SameSite=None", "");
    let case = policy_of("http://api.my-company.com", KEPT, &policy);
    let said = findings(&played(&case, &ruled(&case)));
    let found = named(&said, "never-asked").expect("pages over https cannot ask");
    assert_eq!(found.severity, Severity::Medium);
    let words = format!(
        "{} rows ask nobody: the browser refuses before anything is sent (`mixed-content`), so it \
         is not known what the server would let https://app.my-company.com, ",
        found.rows.len()
    );
    assert!(found.sentence.starts_with(&words), "{}", found.sentence);
    let may = |row: &usize| case.rows[*row].asked.as_ref().unwrap().allowed;
    assert!(!found.rows.iter().any(may), "of those who may it is said why they cannot");
}

#[test]
fn no_secret_and_no_body_is_in_what_is_said() {
    let mirror =
        KEPT.replace("[https://app.my-company.com, https://admin.my-company.com]", "mirror");
    let texts = crate::support::lines(&mirror, POLICY).into_iter().flat_map(|line| line.cells());
    let said = said(&mirror, POLICY).into_iter().map(|one| one.sentence);
    assert!(texts.chain(said).all(|text| !text.contains("alice")));
}
