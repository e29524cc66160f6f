//! Pages that can do more than a policy says.

use super::*;

#[test]
fn a_kept_policy_has_no_finding() {
    assert_eq!(findings_of(KEPT, POLICY), []);
}

#[test]
fn any_site_with_the_login_is_the_worst_finding() {
    let mirror =
        KEPT.replace("[https://app.my-company.com, https://admin.my-company.com]", "mirror");
    let all = findings_of(&mirror, POLICY);
    assert_eq!(all[0].severity, Severity::Critical);
    assert_eq!(all[0].name, "reads-for-any-site-with-login");
    let words = "The server reflects any origin and allows credentials: any website can read GET /me with \
                 the user's cookies, and can send PUT /things with the user's cookies and read the response";
    assert!(all[0].sentence.starts_with(words), "{}", all[0].sentence);
    let look_alikes = all.iter().filter(|finding| finding.name.ends_with("look-alike"));
    assert_eq!(look_alikes.count(), 0, "one finding covers the look-alikes: {all:#?}");
}

#[test]
fn each_allowed_look_alike_has_a_name_and_a_severity() {
    for (origin, name, severity) in [
        ("null", "null-allowed", Severity::Critical),
        ("https://app.my-company.com.evil.example", "prefix-look-alike", Severity::Critical),
        ("https://evilmy-company.com", "suffix-look-alike", Severity::Critical),
        ("https://app.my-company.co", "part-look-alike", Severity::Critical),
        ("https://app.my-company.net", "other-top-level-domain", Severity::Critical),
        ("https://evilapp.my-company.com", "suffix-look-alike", Severity::High),
        ("https://app.my-company.comadmin.my-company.com", "joined-origins", Severity::High),
        ("https://appxmy-company.com", "unescaped-dot", Severity::Critical),
        ("http://app.my-company.com", "http-allowed", Severity::High),
        ("https://app.my-company.com:8443", "other-port", Severity::High),
        ("https://other.my-company.com", "other-subdomain", Severity::High),
        ("https://app.my-company.com.", "trailing-dot", Severity::High),
        ("https://app.xn--my-compny-6yh.com", "punycode-look-alike", Severity::Critical),
        ("https://app-evil.my-company.com", "longer-label", Severity::High),
        ("http://localhost:3000", "localhost-allowed", Severity::High),
        ("http://127.0.0.1:5173", "localhost-allowed", Severity::High),
        ("http://[::1]:3000", "localhost-allowed", Severity::High),
        ("http://localhost.evil.example", "localhost-look-alike", Severity::Critical),
        ("http://127.0.0.1.evil.example", "localhost-look-alike", Severity::Critical),
    ] {
        let worst = worst(&allowing_also(origin));
        assert_eq!((worst.name, worst.severity), (name, severity), "{origin}");
        let who = if origin == "null" { "a sandboxed frame on any website" } else { origin };
        assert!(worst.sentence.contains(&format!(": {who} can ")), "{}", worst.sentence);
    }
}

#[test]
fn origins_that_one_rule_allows_share_a_finding() {
    let both = "https://app.my-company.com.evil.example', 'https://app.my-company.com:8443";
    let names: Vec<_> =
        findings_of(&allowing_also(both), POLICY).iter().map(|one| one.name).collect();
    assert!(names.iter().all(|name| *name == "prefix-look-alike"), "{names:?}");
}

#[test]
fn a_longer_label_below_a_public_suffix_is_another_site() {
    let policy = POLICY.replace("https://app.my-company.com", "https://my-app.vercel.app");
    let all = findings_of(&allowing_also("https://my-app-evil.vercel.app"), &policy);
    let found = named(&all, "longer-label").expect("it is reported");
    assert_eq!(found.severity, Severity::Critical);
}

#[test]
fn a_denied_origin_with_access_is_reported() {
    let policy = POLICY.to_owned() + "  deny: [https://old.my-company.com]\n";
    assert_eq!(findings_of(KEPT, &policy), []);
    let all = findings_of(&allowing_also("https://old.my-company.com"), &policy);
    assert_eq!((all[0].name, all[0].severity), ("denied-allowed", Severity::Critical));
    let words = "The policy denies this origin: https://old.my-company.com can read GET /me with the user's cookies";
    assert!(all[0].sentence.starts_with(words), "{}", all[0].sentence);
}

#[test]
fn methods_and_headers_listed_beyond_the_policy_are_reported() {
    let more = KEPT.replace("[GET, PUT]", "[GET, POST, PUT, PATCH, DELETE]");
    let more = more.replace("[content-type, ", "[content-type, authorization, accept, ");
    let all = findings_of(&more, POLICY);
    for (name, severity, words) in [
        (
            "more-methods-listed",
            Severity::Low,
            "Preflight responses also list DELETE, which the policy allows for no origin",
        ),
        (
            "more-headers-listed",
            Severity::Note,
            "Preflight responses also list authorization, which the policy allows for no origin",
        ),
    ] {
        let found = named(&all, name).expect("it is reported");
        assert_eq!((found.severity, found.sentence.as_str()), (severity, words));
    }
    let star = KEPT.replace("[GET, PUT]", "'*'").replace("      allow-credentials: 'true'\n", "");
    let all = findings_of(&star, &POLICY.replace("credentials: include", "credentials: omit"));
    assert_eq!(named(&all, "more-methods-listed"), None, "of `*` other rows tell");
}

#[test]
fn a_substring_match_compares_neither_end() {
    let both = "https://app.my-company.com.evil.example', 'https://evilapp.my-company.com";
    let contains = format!(
        "{both}', 'https://other.app.my-company.com', 'https://app.my-company.com.', \
         'https://app.my-company.comadmin.my-company.com"
    );
    let all = findings_of(&allowing_also(&contains), POLICY);
    let words = "The server seems to search for the listed host anywhere in the origin";
    assert!(all[0].sentence.starts_with(words), "{}", all[0].sentence);
    let all = findings_of(&allowing_also(both), POLICY);
    assert!(all.iter().all(|one| one.name == "substring-look-alike"), "{all:#?}");
    let any_host = format!("{both}', 'https://other.my-company.com");
    let all = findings_of(&allowing_also(&any_host), POLICY);
    assert!(
        named(&all, "prefix-look-alike").is_some(),
        "every host of the site has another reason"
    );
}

#[test]
fn the_wildcard_differs_from_a_reflected_origin() {
    let preflight = lines(&["Access-Control-Allow-Origin: '*'", METHODS, HEADERS]);
    let server = by_hand(&preflight, &lines(&["Access-Control-Allow-Origin: '*'"]), (200, 200));
    let all = findings_of(&server, POLICY);
    let star = all.iter().find(|one| one.name == "everyone-with-star").expect("it is reported");
    assert_eq!(star.severity, Severity::Medium);
    says(
        &by_hand(&preflight, &lines(&[ECHO]), (200, 200)),
        "reads-for-any-site",
        "The server reflects any origin: any website can read GET /me",
    );
}

#[test]
fn listed_origins_with_more_access_than_the_policy_are_reported() {
    let policy = "
  login: [https://api.my-company.com: session=alice; Secure; SameSite=None]
  routes: { /me: [GET], /things: [PUT, GET] }
  allow: [{ origins: https://app.my-company.com, routes: /me }]
";
    let server = KEPT
        .replace("headers: [content-type, x-request-id]", "headers: mirror")
        .replace("[GET, PUT]", "[GET, PUT, PATCH, OPTIONS]");
    let names: Vec<_> =
        findings_of(&server, policy).into_iter().map(|one| (one.name, one.severity)).collect();
    for expected in [
        ("route-beyond-policy", Severity::Medium),
        ("login-beyond-policy", Severity::Medium),
        ("header-beyond-policy", Severity::Low),
        ("method-beyond-policy", Severity::Note),
    ] {
        assert!(names.contains(&expected), "{expected:?} in {names:?}");
    }
}

#[test]
fn a_finding_says_if_any_site_reads_only_an_error() {
    let preflight = lines(&[ECHO, WITH, METHODS, HEADERS]);
    let reported = findings_of(&by_hand(&preflight, &lines(&[ECHO, WITH]), (200, 401)), POLICY);
    let found = named(&reported, "credentials-accepted").expect("it is reported");
    let words = ": any website can read the 401 response to GET /me with the user's cookies";
    assert!(found.sentence.contains(words), "{}", found.sentence);
    assert!(found.sentence.contains("the server refuses the login"), "{}", found.sentence);
    assert_eq!(found.severity, Severity::High);
    assert!(reported.iter().all(|one| one.severity != Severity::Critical), "{reported:#?}");
}
