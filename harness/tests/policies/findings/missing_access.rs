//! Pages that can do less than a policy says, and why.

use super::*;

#[test]
fn preflights_that_fail_are_reported_by_their_status() {
    for (status, name) in [
        (401, "preflight-needs-login"),
        (307, "preflight-redirected"),
        (405, "preflight-not-ok"),
        (500, "preflight-not-ok"),
    ] {
        let answers = lines(&[ECHO, WITH]);
        let words = format!("The preflight is answered with {status}; ");
        says(&by_hand("", &answers, (status, 200)), name, &words);
    }
}

#[test]
fn a_method_or_header_that_a_preflight_does_not_list_is_named() {
    says(&KEPT.replace("[GET, PUT]", "[GET]"), "method-not-allowed", "cannot send PUT /things");
    let small = lines(&[ECHO, WITH, "Access-Control-Allow-Methods: 'get, put'", HEADERS]);
    let server = by_hand(&small, &lines(&[ECHO, WITH]), (200, 200));
    says(&server, "method-not-allowed", "lists `put` instead of `PUT`; methods are case-sensitive");
    let server = KEPT.replace("content-type, x-request-id", "content-type");
    says(&server, "header-not-allowed", "PUT /things with X-Request-Id");
    says(&server, "header-not-allowed", "`x-request-id`");
    let server = by_hand(
        &lines(&[ECHO, WITH, METHODS, "Access-Control-Allow-Headers: '*'"]),
        &lines(&[ECHO, WITH]),
        (200, 200),
    );
    says(
        &server,
        "wildcard-with-credentials",
        "does not cover `content-type` in credentialed requests",
    );
}

#[test]
fn a_mismatch_of_allow_origin_is_explained() {
    let preflight = lines(&[ECHO, WITH, METHODS, HEADERS]);
    for (answer, name, words) in [
        (lines(&[WITH]), "origin-not-allowed", "has no `Access-Control-Allow-Origin`"),
        (
            lines(&[ECHO]),
            "credentials-not-allowed",
            "The response has no `Access-Control-Allow-Credentials`: ",
        ),
        (
            lines(&[ECHO, "Access-Control-Allow-Credentials: 'True'"]),
            "credentials-not-allowed",
            "has `Access-Control-Allow-Credentials: True`",
        ),
        (
            lines(&["Access-Control-Allow-Origin: '*'", WITH]),
            "wildcard-with-credentials",
            "allows `*`",
        ),
        (lines(&[ECHO, ECHO, WITH]), "two-allow-origin-lines", "has several"),
        (
            lines(&["Access-Control-Allow-Origin: '${request.origin}/'", WITH]),
            "origin-with-slash-or-path",
            "`https://app.my-company.com/`",
        ),
        (
            lines(&["Access-Control-Allow-Origin: 'https://a.example, https://b.example'", WITH]),
            "several-origins-in-one-line",
            "can hold only one origin",
        ),
        (
            lines(&["Access-Control-Allow-Origin: 'https://www.my-company.com'", WITH]),
            "origin-not-allowed",
            "allows `https://www.my-company.com` instead",
        ),
        (
            lines(&["Access-Control-Allow-Origin: 'https://admin.my-company.com'", WITH]),
            "origin-not-allowed",
            "The response allows `https://admin.my-company.com` instead: https://app.my-company.com cannot ",
        ),
        (
            lines(&["Access-Control-Allow-Origin: 'https://APP.my-company.com'", WITH]),
            "origin-not-allowed",
            "allows `https://APP.my-company.com`, but browsers send origins in lower case",
        ),
        (
            lines(&["Access-Control-Allow-Origin: 'https://*.my-company.com'", WITH]),
            "origin-not-allowed",
            "allows `https://*.my-company.com`, but `*` within an origin is not a wildcard",
        ),
        (
            lines(&["Access-Control-Allow-Origin: ''", WITH]),
            "origin-not-allowed",
            "has an empty `Access-Control-Allow-Origin`",
        ),
    ] {
        says(&by_hand(&preflight, &answer, (200, 200)), name, words);
    }
}

#[test]
fn errors_without_cors_headers_are_medium() {
    let preflight = lines(&[ECHO, WITH, METHODS, HEADERS]);
    let server = by_hand(&preflight, "", (200, 404));
    says(&server, "no-headers-on-errors", "The 404 response has no `Access-Control-Allow-Origin`");
    let reported = findings_of(&server, POLICY);
    let found =
        reported.iter().find(|one| one.name == "no-headers-on-errors").expect("it is reported");
    assert_eq!(found.severity, Severity::Medium);
}

#[test]
fn a_304_without_cors_headers_is_reported() {
    let case = policy(KEPT, &POLICY.replace("/me: [GET]", "/me: { GET: { again: true } }"));
    let mut rulings = ruled(&case);
    // For a browser that checks the response it received, and not the stored one.
    let withheld =
        rulings.iter_mut().zip(&case.rows).filter(|(_, row)| row.all_steps().count() == 2);
    for (ruling, _) in withheld {
        let missing = cors_model::Refusal {
            stage: cors_model::Stage::CorsCheck,
            reason: cors_model::Reason::MissingAllowOrigin,
            value: None,
        };
        let step = &mut ruling.observation.steps[1];
        step.read = Some(cors_harness::observation::Read::Blocked);
        step.response = None;
        step.requests[0].answer.status = 304;
        ruling.rulings[1] = cors_model::Ruling::Denied(missing);
    }
    let reported = findings(&played(&case, &rulings));
    assert_eq!(reported.iter().map(|one| one.name).collect::<Vec<_>>(), ["no-headers-on-304"]);
}

#[test]
fn headers_that_are_not_exposed_are_named() {
    let server = KEPT.replace("      expose-headers: [etag]\n", "");
    says(&server, "not-exposed", "cannot read the header `ETag` of the response to GET /me");
}

#[test]
fn a_login_that_the_browser_does_not_send_is_reported() {
    let policy =
        POLICY.replace("SameSite=None", "SameSite=Lax").replace("my-company.com,", "shop.example,");
    let server = KEPT.replace("https://app.my-company.com", "https://app.shop.example");
    let reported = findings_of(&server, &policy);
    let found = reported.iter().find(|one| one.name == "login-not-sent").expect("it is reported");
    assert!(found.sentence.contains("https://app.shop.example reads GET /me"), "{found:?}");
}

#[test]
fn a_login_that_is_refused_everywhere_is_inconclusive() {
    let preflight = lines(&[ECHO, WITH, METHODS, HEADERS]);
    for status in [401, 403] {
        let server = by_hand(&preflight, &lines(&[ECHO, WITH]), (200, status));
        let words = format!("The user's login is refused: GET /me and PUT /things answer {status}");
        says(&server, "login-refused", &words);
    }
    let refuse = |asked: &Asked, seen: &mut RowObservation, refused: &dyn Fn(&Asked) -> bool| {
        if refused(asked) {
            answer(seen, 401, &[]);
        }
    };
    let only_unlisted = |asked: &Asked, seen: &mut RowObservation| {
        refuse(asked, seen, &|asked| !asked.login || asked.kind == OriginKind::Foreign);
    };
    let reported = findings_after(KEPT, POLICY, only_unlisted);
    assert_eq!(named(&reported, "login-refused"), None, "those who are listed are logged in");
    let one_route = |asked: &Asked, seen: &mut RowObservation| {
        refuse(asked, seen, &|asked| !asked.login || asked.route == "/things");
    };
    let reported = findings_after(KEPT, POLICY, one_route);
    assert_eq!(named(&reported, "login-refused"), None, "the login counts for /me");
    let public = |asked: &Asked, seen: &mut RowObservation| {
        refuse(asked, seen, &|asked| asked.route == "/things");
    };
    let reported = findings_after(KEPT, POLICY, public);
    let found = named(&reported, "login-refused").expect("what anybody reads proves no login");
    assert!(found.sentence.contains(": PUT /things answers 401"), "{}", found.sentence);
}

#[test]
fn a_server_without_a_login_does_not_miss_it() {
    let two = KEPT.to_owned()
        + "  https://prices.example.net:
    cors: { allow-origins: mirror, allow-credentials: 'true' }
    /list: { GET: {} }
";
    let policy =
        POLICY.replace("/me: [GET]", "/me: [GET]\n    https://prices.example.net/list: [GET]");
    let reported = findings_of(&two, &policy);
    assert_eq!(named(&reported, "login-not-sent"), None, "{reported:#?}");
    let any = named(&reported, "reads-for-any-site").expect("it allows every origin");
    assert!(!any.sentence.contains("attributes"), "{}", any.sentence);
}

#[test]
fn a_redirect_is_named_without_its_query() {
    let preflight = lines(&[ECHO, WITH, METHODS, HEADERS]);
    for (location, words) in [
        ("/login?next=secret", "response, a redirect (302) to /login, has no `Access-Control"),
        (
            "https://login.my-company.com/in?key=secret#secret",
            "response, a redirect (302) to https://login.my-company.com/in, has no `Access-",
        ),
    ] {
        let server = by_hand(&preflight, &lines(&[&format!("Location: '{location}'")]), (200, 302));
        says(&server, "redirected-without-headers", words);
        let all = findings_of(&server, POLICY);
        assert!(all.iter().all(|one| !one.sentence.contains("secret")), "{all:#?}");
        let server = by_hand(&lines(&[ECHO, &format!("Location: '{location}'")]), "", (301, 200));
        let place =
            if location.starts_with('/') { "/login" } else { "https://login.my-company.com/in" };
        let words = format!("The preflight is answered with 301, a redirect to {place}; ");
        says(&server, "preflight-redirected", &words);
    }
}
