//! Findings from the comparison of responses, and responses that have none.

use super::*;
use crate::stacks::{ALL, Asking, Lists, Reply, findings_with, rs_cors};

#[test]
fn responses_that_differ_need_vary_unless_no_cache_stores_them() {
    let silent = "
    /me: { GET: { headers: [{ Access-Control-Allow-Origin: '${request.origin}' }, STORE] } }
    /things: { PUT: {} }
";
    let keeps = silent.replace("STORE", "{ Cache-Control: max-age=60 }");
    says(&keeps, "missing-vary", "Responses to GET /me depend on the origin");
    for line in ["{ Cache-Control: no-store }", "{ Vary: 'Accept, origin' }"] {
        let reported = findings_of(&silent.replace("STORE", line), POLICY);
        assert!(reported.iter().all(|one| one.name != "missing-vary"), "{line}");
    }
}

/// A server that answers a GET without `Origin`, and other requests by their origin.
fn star_without_origin(asking: &Asking<'_>) -> Reply {
    match asking.origin {
        None => (200, vec![("Access-Control-Allow-Origin", "*".to_owned())]),
        Some(_) => rs_cors(ALL)(asking),
    }
}

#[test]
fn a_wildcard_without_vary_matters_only_with_credentials() {
    let (_, without_login) = POLICY.split_once("  routes:").unwrap();
    let without_login = without_login.replace("      credentials: include\n", "");
    let policy = format!("\n  routes:{without_login}");
    let reported = findings_with(&star_without_origin, &policy);
    assert_eq!(named(&reported, "missing-vary"), None, "{reported:#?}");
    let reported = findings_with(&star_without_origin, POLICY);
    let found =
        named(&reported, "missing-vary").expect("`*` is not accepted for credentialed requests");
    assert_eq!(found.rows.len(), 1, "{found:?}");
}

#[test]
fn a_missing_vary_does_not_matter_for_a_rejected_origin() {
    let all_may = |asking: &Asking<'_>| {
        let (status, mut lines) = rs_cors(ALL)(asking);
        if lines.iter().all(|(name, _)| *name != "Access-Control-Allow-Origin") {
            lines.clear();
            lines.push(("Access-Control-Allow-Origin", "https://www.my-company.com".to_owned()));
            lines.push(("Vary", "Origin".to_owned()));
        }
        (status, lines)
    };
    assert_eq!(named(&findings_with(&all_may, POLICY), "missing-vary"), None);
    let named_anyway = |asking: &Asking<'_>| {
        const LISTED: &str = "https://app.my-company.com";
        let (status, mut lines) = rs_cors(Lists { origins: &[LISTED], ..ALL })(asking);
        lines.retain(|(name, _)| *name != "Access-Control-Allow-Origin" && *name != "Vary");
        let is_listed = asking.origin.as_deref() == Some(LISTED);
        let value = if is_listed { LISTED } else { "https://www.my-company.com" };
        lines.push(("Access-Control-Allow-Origin", value.to_owned()));
        (status, lines)
    };
    let policy = POLICY.replace(", https://admin.my-company.com", "");
    let reported = findings_with(&named_anyway, &policy);
    assert!(
        named(&reported, "missing-vary").is_some(),
        "the listed origin may get another's: {reported:#?}"
    );
}

#[test]
fn every_route_without_vary_is_named() {
    let routes = (1..=7).map(|number| format!("    /route-{number}: [GET]\n")).collect::<String>();
    let policy = POLICY.replace("    /me: [GET]\n", &routes);
    let server = |asking: &Asking<'_>| {
        let (status, mut lines) = rs_cors(ALL)(asking);
        lines.retain(|(name, _)| *name != "Vary");
        (status, lines)
    };
    let reported = findings_with(&server, &policy);
    let found = named(&reported, "missing-vary").expect("it is reported");
    for number in 1..=7 {
        assert!(found.sentence.contains(&format!("GET /route-{number}")), "{}", found.sentence);
    }
}

#[test]
fn a_route_of_one_origin_is_named_if_other_routes_lack_vary() {
    let policy = "
  routes:
    /me: [GET]
    /key: { GET: { headers: [Authorization: Bearer x] } }
  allow:
    - origins: [https://app.my-company.com]
      headers: [Authorization]
";
    let lists = Lists { headers: &["authorization"], ..ALL };
    let server = move |asking: &Asking<'_>| {
        let (status, mut lines) = rs_cors(lists)(asking);
        lines.retain(|(name, _)| *name != "Vary");
        (status, lines)
    };
    let reported = findings_with(&server, policy);
    let found = named(&reported, "missing-vary").expect("it is reported");
    assert!(found.sentence.contains("GET /me and GET /key"), "{}", found.sentence);
    let fixed = move |asking: &Asking<'_>| match asking.path {
        "/key" => server(asking),
        _ => rs_cors(lists)(asking),
    };
    assert_eq!(
        named(&findings_with(&fixed, policy), "missing-vary"),
        None,
        "one origin shows nothing"
    );
}

#[test]
fn a_max_age_above_every_cap_is_a_note() {
    let says = |seconds: &str| {
        let kept = KEPT.replace("    cors:\n", &format!("    cors:\n      max-age: {seconds}\n"));
        let reported = findings_of(&kept, POLICY);
        let found = named(&reported, "max-age-too-long").cloned();
        found.map(|found| {
            assert_eq!(found.severity, Severity::Note);
            found.sentence
        })
    };
    for seconds in ["5", "600", "7200", "86400"] {
        assert_eq!(says(seconds), None, "{seconds} s");
    }
    let words = "`Access-Control-Max-Age` is 86401 (about 1 day) in preflight responses: no browser \
                 keeps one that long (Firefox for 86400 s, Chromium for 7200 s and WebKit for 600 s at most)";
    assert_eq!(says("86401").as_deref(), Some(words));
    assert!(says("31536000").unwrap().contains(" 31536000 (1 year) "));
    assert!(says("604800").unwrap().contains(" 604800 (7 days) "));
    assert!(says("99999999999").unwrap().contains(" (about 3170 years) "));
}

#[test]
fn responses_that_differ_for_another_reason_need_no_vary() {
    let star = &[("access-control-allow-origin", "*")];
    let policy = POLICY.replace("/me: [GET]", "/me: { GET: { again: true } }");
    let reported = findings_after(KEPT, &policy, |_, seen| {
        answer(seen, 200, star);
        for step in seen.steps.iter_mut().skip(1) {
            step.requests[0].answer.status = 304;
            step.requests[0].answer.headers.clear();
        }
    });
    assert_eq!(named(&reported, "missing-vary"), None, "a 304 is another answer");
    let reported = findings_after(KEPT, POLICY, |asked, seen| match asked.headers.as_slice() {
        [] => answer(seen, 200, star),
        _ => answer(seen, 401, &[]),
    });
    assert_eq!(named(&reported, "missing-vary"), None, "other requests have other answers");
    let reported = findings_after(KEPT, POLICY, |asked, seen| match asked.kind {
        OriginKind::Listed => answer(seen, 200, star),
        _ => answer(seen, 200, &[]),
    });
    assert!(named(&reported, "missing-vary").is_some());
}

#[test]
fn responses_that_no_cache_may_store_need_no_vary() {
    let answered = |status: u16, kept: &[&str]| {
        let server = format!(
            "
    /me: {{ GET: {{ status: {status}, headers: [{}] }} }}
    /things: {{ PUT: {{}} }}
",
            lines(&[&[ECHO], kept].concat())
        );
        named(&findings_of(&server, POLICY), "missing-vary").is_some()
    };
    assert!(answered(404, &[]), "a cache may keep it as long as it likes");
    assert!(!answered(500, &[]) && !answered(401, &[]), "only if the response says how long");
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
fn a_failure_for_unlisted_origins_only_is_reported() {
    let fails = |asked: &Asked, seen: &mut RowObservation, all: bool| {
        if all || asked.kind != OriginKind::Listed {
            answer(seen, 500, &[]);
            seen.steps.iter_mut().for_each(|step| step.read = Some(Read::Blocked));
        }
    };
    let reported = findings_after(KEPT, POLICY, |asked, seen| fails(asked, seen, false));
    let found = named(&reported, "fails-for-unlisted-origins").expect("it is reported");
    let words = "Origins that are not listed and requests without `Origin`, and only these, got 500 for \
                 GET /me";
    assert!(found.sentence.starts_with(words), "{}", found.sentence);
    assert_eq!(found.severity, Severity::Medium);
    let reported = findings_after(KEPT, POLICY, |asked, seen| fails(asked, seen, true));
    assert_eq!(named(&reported, "fails-for-unlisted-origins"), None, "it fails for every origin");

    let refused = |asked: &Asked, seen: &mut RowObservation| {
        let preflights = seen.steps.iter_mut().flat_map(|step| &mut step.preflights);
        for preflight in preflights.filter(|_| asked.kind != OriginKind::Listed) {
            preflight.answer.status = 500;
        }
    };
    let reported = findings_after(KEPT, POLICY, refused);
    let found =
        named(&reported, "fails-for-unlisted-origins").expect("a preflight is a request too");
    assert!(
        found.sentence.starts_with("Origins that are not listed, and only these, got 500 for "),
        "{}",
        found.sentence
    );
    assert!(
        found.sentence.contains(" the preflight of PUT /things, the preflight of PATCH /me"),
        "{}",
        found.sentence
    );
}

#[test]
fn a_failure_for_one_unlisted_origin_names_that_origin() {
    let reported = findings_after(KEPT, POLICY, |asked, seen| {
        if asked.page == "https://evilmy-company.com" {
            answer(seen, 500, &[]);
        }
    });
    let found = named(&reported, "fails-for-unlisted-origins").expect("it is reported");
    let words = "https://evilmy-company.com got 500 for GET /me: ";
    assert!(found.sentence.starts_with(words), "{}", found.sentence);
}

#[test]
fn a_failure_without_an_origin_is_reported_separately() {
    let reported = findings_after(KEPT, POLICY, |asked, seen| {
        if asked.kind == OriginKind::NoOrigin {
            answer(seen, 500, &[]);
        }
    });
    assert_eq!(
        named(&reported, "fails-for-unlisted-origins"),
        None,
        "a request without `Origin` has no origin"
    );
    let found = named(&reported, "fails-without-origin").expect("it is reported");
    let words = "Requests without `Origin` got 500 for GET /me: the server seems to read `Origin`";
    assert!(found.sentence.starts_with(words), "{}", found.sentence);
}

#[test]
fn rows_without_a_request_are_reported_as_never_asked() {
    let policy = POLICY.replace("https://api", "http://api").replace("Secure; SameSite=None", "");
    let case = policy_of("http://api.my-company.com", KEPT, &policy);
    let reported = findings(&played(&case, &ruled(&case)));
    let found = named(&reported, "never-asked").expect("pages over https cannot ask");
    assert_eq!(found.severity, Severity::Medium);
    let words = format!(
        "In {} rows the browser refuses the request before it sends anything (`mixed-content`), so the \
         results do not show what the server allows for https://app.my-company.com, ",
        found.rows.len()
    );
    assert!(found.sentence.starts_with(&words), "{}", found.sentence);
    let may = |row: &usize| case.rows[*row].asked.as_ref().unwrap().allowed;
    assert!(!found.rows.iter().any(may), "allowed pages have a finding with the cause");
}

#[test]
fn findings_contain_no_secret_and_no_body() {
    let mirror =
        KEPT.replace("[https://app.my-company.com, https://admin.my-company.com]", "mirror");
    let texts = crate::support::lines(&mirror, POLICY).into_iter().flat_map(|line| line.cells());
    let reported = findings_of(&mirror, POLICY).into_iter().map(|one| one.sentence);
    assert!(texts.chain(reported).all(|text| !text.contains("alice")));
}

#[test]
fn a_long_max_age_is_reported_if_only_refused_preflights_show_it() {
    let policy = "
  routes: { /me: [GET] }
  allow: [{ origins: [https://app.my-company.com] }]
";
    let says = |max_age: &str, allowed: &str| {
        let preflight = lines(&[max_age, allowed]);
        let server = by_hand(&preflight, &lines(&[ECHO, "Vary: Origin"]), (204, 200));
        let reported = findings_of(&server, policy);
        named(&reported, "max-age-too-long").map(|found| found.sentence.clone())
    };
    let year = "Access-Control-Max-Age: 31536000";
    let of_listed = "Access-Control-Allow-Origin: https://app.my-company.com";
    for allowed in [of_listed, "Access-Control-Allow-Origin: '*'"] {
        assert!(says(year, allowed).is_some_and(|found| found.contains("31536000 (1 year)")));
        assert_eq!(says("Access-Control-Max-Age: 7200", allowed), None);
    }
    assert_eq!(says(year, "Vary: Origin"), None, "a refused origin gets no lifetime");
}
