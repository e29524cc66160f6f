//! One hole in a server is one finding, with the worst that a page can do because of it.

use super::*;

const MIRROR: &str = "mirror";

fn mirror() -> String {
    KEPT.replace("[https://app.my-company.com, https://admin.my-company.com]", MIRROR)
}

/// What a browser does with a `SameSite=Lax` cookie: other sites do not send it. A server that answers
/// 401 without it lets them read that.
fn with_lax_login(asked: &Asked, seen: &mut RowObservation) {
    if !asked.login || (asked.kind != OriginKind::Listed && !asked.same_site) {
        answer(seen, 401, &[]);
        let requests = seen.steps.iter_mut().flat_map(|step| &mut step.requests);
        requests.for_each(|request| request.cookies.clear());
    }
}

fn excessive(reported: &[Finding]) -> Vec<&Finding> {
    let of_unlisted = |one: &&Finding| {
        one.name.contains("site") || one.name.contains("allowed") || one.name.contains("other-")
    };
    reported.iter().filter(of_unlisted).collect()
}

#[test]
fn a_server_that_reflects_any_origin_has_one_finding() {
    let server =
        mirror().replace("[GET, PUT]", "mirror").replace("[content-type, x-request-id]", MIRROR);
    let reported = findings_of(&server, POLICY);
    let found = excessive(&reported);
    assert_eq!(found.len(), 1, "{reported:#?}");
    assert_eq!(
        (found[0].name, found[0].severity),
        ("reads-for-any-site-with-login", Severity::Critical)
    );
    let words = "The server reflects any origin and allows credentials: any website can read GET /me with \
                 the user's cookies, and can send PUT /things with the user's cookies and read the \
                 response";
    assert_eq!(found[0].sentence, words);
}

#[test]
fn listed_origins_of_one_rule_share_a_finding() {
    let both =
        "https://app.my-company.com.evil.example', 'https://admin.my-company.com.evil.example";
    let reported = findings_of(&allowing_also(both), POLICY);
    let prefix: Vec<_> = reported.iter().filter(|one| one.name == "prefix-look-alike").collect();
    assert!(prefix.len() <= 2, "{reported:#?}");
    let all = "https://app.my-company.com', 'https://admin.my-company.com', 'https://app.my-company.com:8443', \
               'https://admin.my-company.com:8443";
    let reported = self::findings_of(&allowing_also(all), POLICY);
    assert_eq!(reported.iter().filter(|one| one.name == "other-port").count(), 1, "{reported:#?}");
    let found = named(&reported, "other-port").unwrap();
    let words =
        "https://app.my-company.com:8443 and https://admin.my-company.com:8443 can read GET /me";
    assert!(found.sentence.contains(words), "{}", found.sentence);
}

#[test]
fn reading_only_an_error_or_a_plain_options_is_a_note() {
    for status in [400, 401, 403, 404, 405] {
        let reported = findings_after(&mirror(), POLICY, |asked, seen| {
            if asked.kind != OriginKind::Listed {
                answer(seen, status, &[]);
            }
        });
        let found = excessive(&reported);
        assert_eq!(found.len(), 1, "{reported:#?}");
        assert_eq!(found[0].severity, Severity::Note, "{status}: {}", found[0].sentence);
        assert!(
            found[0].sentence.contains(&format!("read the {status} response")),
            "{:?}",
            found[0]
        );
    }
    let preflight =
        lines(&["Access-Control-Allow-Origin: '*'", "Access-Control-Allow-Methods: OPTIONS"]);
    let server = format!(
        "\n    /me: {{ OPTIONS: {{ headers: [{preflight}] }}, GET: {{}} }}\n    /things: {{ PUT: {{}} }}\n"
    );
    let reported =
        findings_of(&server, &POLICY.replace("credentials: include", "credentials: omit"));
    let of_options = reported.iter().filter(|one| one.sentence.contains("OPTIONS /me"));
    let severities: Vec<_> = of_options.map(|one| one.severity).collect();
    assert!(!severities.is_empty(), "{reported:#?}");
    assert!(severities.iter().all(|severity| *severity == Severity::Note), "{reported:#?}");
}

#[test]
fn a_write_answered_with_5xx_is_more_than_a_note() {
    let reported = findings_after(&mirror(), POLICY, |asked, seen| {
        if asked.kind != OriginKind::Listed {
            answer(seen, if asked.method == "PUT" { 500 } else { 404 }, &[]);
        }
    });
    let found = excessive(&reported);
    assert_eq!(
        found[0].severity,
        Severity::Critical,
        "it may have changed something: {reported:#?}"
    );
    assert!(
        found[0].sentence.contains("can send PUT /things with the user's cookies"),
        "{reported:#?}"
    );
}

#[test]
fn same_site_findings_with_a_lax_login_are_kept_beside_cross_site_ones() {
    let reported = findings_after(&mirror(), POLICY, with_lax_login);
    let found = named(&reported, "reads-for-same-site-with-login")
        .unwrap_or_else(|| panic!("{reported:#?}"));
    assert_eq!(found.severity, Severity::High);
    let start = "The server reflects any origin and allows credentials: ";
    assert!(found.sentence.starts_with(start), "{}", found.sentence);
    for page in [
        "https://evilapp.my-company.com",
        "https://other.my-company.com",
        "https://my-company.com",
        "https://app.my-company.com:8443",
    ] {
        assert!(found.sentence.contains(page), "{page}: {}", found.sentence);
    }
    assert!(
        found.sentence.contains(" can read GET /me with the user's cookies"),
        "{}",
        found.sentence
    );
    let words = "; any website can read the 401 response to GET /me";
    assert!(found.sentence.contains(words), "{}", found.sentence);
    assert_eq!(excessive(&reported).len(), 1, "{reported:#?}");
}

#[test]
fn an_unexplained_same_site_page_has_its_own_finding() {
    let server = allowing_also("https://other.my-company.com");
    let reported = findings_after(&server, POLICY, with_lax_login);
    let found = named(&reported, "other-subdomain").unwrap_or_else(|| panic!("{reported:#?}"));
    assert_eq!(found.severity, Severity::High);
    assert_eq!(named(&reported, "reads-for-same-site-with-login"), None);
}

#[test]
fn more_access_for_another_reason_is_a_finding() {
    // Every site sends the cookie, and only one host of the site is answered.
    let reported = findings_after(&mirror(), POLICY, |asked, seen| {
        if !matches!(asked.kind, OriginKind::Listed | OriginKind::Subdomain) {
            answer(seen, 403, &[]);
        }
    });
    assert!(named(&reported, "other-subdomain").is_some(), "{reported:#?}");
    let any = named(&reported, "reads-for-any-site-with-login").expect("it is reported");
    assert_eq!(any.severity, Severity::Note);
}
