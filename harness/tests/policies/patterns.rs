//! Patterns in the lists of origins.

use cors_harness::case::{Case, OriginKind};
use cors_harness::verdict::policy::Severity;
use indexmap::IndexSet;

use super::support::{asked, findings_of, policy, policy_of};

const MEMBER: &str = "https://member.my-company.com";
const NESTED: &str = "https://member.nested.my-company.com";

/// A policy for a list of origins, and another for those that are denied.
fn policy_for(allow: &str, deny: &str) -> String {
    format!(
        "
  login: [https://api.my-company.com: session=alice; Secure; SameSite=None]
  routes: {{ /me: [GET] }}
  allow: [{{ origins: {allow}, credentials: include }}]
  deny: {deny}
"
    )
}

/// A server that allows these origins.
fn server(origins: &[&str]) -> String {
    let origins: Vec<_> = origins.iter().map(|origin| format!("'{origin}'")).collect();
    format!(
        "
    cors: {{ allow-origins: [{}], allow-credentials: 'true' }}
    /me: {{ GET: {{ body: alice }} }}
",
        origins.join(", ")
    )
}

fn rows(allow: &str, deny: &str) -> Case {
    policy(&server(&[MEMBER]), &policy_for(allow, deny))
}

/// Pages of a kind, each once.
fn pages(case: &Case, kind: OriginKind) -> Vec<&str> {
    let of_standing = asked(case).filter(|asked| asked.kind == kind);
    let pages: IndexSet<_> = of_standing.map(|asked| asked.page.as_str()).collect();
    pages.into_iter().collect()
}

/// Pages that the policy does not list.
fn unlisted(case: &Case) -> Vec<&str> {
    let unlisted = asked(case).filter(|asked| asked.kind != OriginKind::Listed);
    unlisted.map(|asked| asked.page.as_str()).collect()
}

#[test]
fn members_of_a_pattern_are_allowed_and_others_are_not() {
    let case = rows("['https://*.my-company.com']", "[]");
    assert_eq!(pages(&case, OriginKind::Listed), [MEMBER, NESTED]);
    let unlisted = unlisted(&case);
    for outside in [
        "https://evilmy-company.com",
        "https://member.my-company.com.evil.example",
        "https://my-company.com",
        "http://member.my-company.com",
        "https://memberxmy-company.com",
        "https://member.my-company.co",
        "https://member.my-company.com:8443",
        "https://evil.example",
        "null",
    ] {
        assert!(unlisted.contains(&outside), "{outside} is not in {unlisted:#?}");
    }
    let is_member = |page: &&&str| {
        page.strip_prefix("https://").is_some_and(|host| host.ends_with(".my-company.com"))
    };
    assert_eq!(unlisted.iter().find(is_member), None, "members are no unlisted");
    for asked in asked(&case).filter(|asked| asked.request() == "GET /me") {
        assert_eq!(asked.allowed, asked.kind == OriginKind::Listed, "{}", asked.page);
    }
}

#[test]
fn origins_outside_of_a_deeper_pattern_are_tested() {
    let case = rows("['https://*.apps.my-company.com']", "[]");
    let unlisted = unlisted(&case);
    for outside in [
        "https://apps.my-company.com",
        "https://evilapps.my-company.com",
        "https://memberxapps.my-company.com",
        "https://other.my-company.com",
        "https://evilmy-company.com",
    ] {
        assert!(unlisted.contains(&outside), "{outside} is not in {unlisted:#?}");
    }
}

#[test]
fn an_origin_outside_the_pattern_can_be_listed() {
    let case = rows("['https://*.my-company.com', https://my-company.com]", "[]");
    assert_eq!(pages(&case, OriginKind::Listed), ["https://my-company.com", MEMBER, NESTED]);
    assert!(!unlisted(&case).contains(&"https://my-company.com"));
}

#[test]
fn one_pattern_is_not_a_joined_list() {
    let case = rows("https://*.my-company.com", "[]");
    assert_eq!(pages(&case, OriginKind::Listed), [MEMBER, NESTED]);
}

#[test]
fn any_port_of_a_host_can_be_allowed() {
    let case = rows("['http://localhost:*']", "[]");
    assert_eq!(
        pages(&case, OriginKind::Listed),
        ["http://localhost:3000", "http://localhost:8080"]
    );
    let unlisted = unlisted(&case);
    assert!(unlisted.iter().any(|page| page.starts_with("http://localhost.evil.example")));
    assert!(!unlisted.iter().any(|page| page.starts_with("http://localhost:")), "{unlisted:#?}");
}

#[test]
fn the_most_specific_entry_for_an_origin_decides() {
    let case = rows("['https://*.my-company.com']", "[https://member.my-company.com]");
    assert_eq!(pages(&case, OriginKind::Denied), [MEMBER]);
    let listed = pages(&case, OriginKind::Listed);
    assert_eq!(listed, ["https://another-member.my-company.com", NESTED]);

    let case = rows("['https://*.my-company.com']", "['https://*.old.my-company.com']");
    assert_eq!(
        pages(&case, OriginKind::Denied),
        ["https://member.old.my-company.com", "https://member.nested.old.my-company.com"]
    );
    assert_eq!(pages(&case, OriginKind::Listed), [MEMBER, NESTED]);

    let case = rows("[https://app.my-company.com]", "['https://*.my-company.com']");
    assert_eq!(pages(&case, OriginKind::Listed), ["https://app.my-company.com"]);
    assert_eq!(pages(&case, OriginKind::Denied), [MEMBER, NESTED]);
    let allowed = asked(&case).filter(|asked| asked.kind == OriginKind::Denied);
    assert!(allowed.into_iter().all(|asked| !asked.allowed));
}

#[test]
fn the_server_own_origin_is_not_a_member_of_a_pattern() {
    let server = server(&[MEMBER]);
    let text = policy_for("['https://*.my-company.com']", "[]");
    let case = policy_of("https://member.my-company.com", &server, &text);
    let listed = pages(&case, OriginKind::Listed);
    assert_eq!(listed, ["https://another-member.my-company.com", NESTED]);
}

#[test]
fn a_server_that_differs_in_spelling_keeps_the_policy() {
    let reported =
        findings_of(&server(&[MEMBER, NESTED]), &policy_for("['https://*.my-company.com']", "[]"));
    assert!(reported.iter().all(|one| one.severity > Severity::Medium), "{reported:#?}");
}

#[test]
fn a_server_that_rejects_ports_does_not_keep_a_pattern_with_any_port() {
    let text = policy_for("['https://*.my-company.com:*']", "[]");
    let reported = findings_of(&server(&[MEMBER, NESTED]), &text);
    let one = reported.iter().find(|one| one.name == "origin-not-allowed");
    let one = one.unwrap_or_else(|| panic!("{reported:#?}"));
    assert!(one.sentence.contains("https://member.my-company.com:8443 cannot"), "{}", one.sentence);
}

#[test]
fn a_server_that_differs_in_meaning_is_noticed() {
    let text = policy_for("['https://*.my-company.com']", "[]");
    for (origins, severity, name, page) in [
        (&[MEMBER][..], Severity::High, "origin-not-allowed", NESTED),
        (
            &[MEMBER, NESTED, "https://evilmy-company.com"],
            Severity::Critical,
            "suffix-look-alike",
            "https://evilmy-company.com",
        ),
        (
            &[MEMBER, NESTED, "https://member.my-company.com.evil.example"],
            Severity::Critical,
            "prefix-look-alike",
            "https://member.my-company.com.evil.example",
        ),
        (
            &[MEMBER, NESTED, "https://my-company.com"],
            Severity::High,
            "other-subdomain",
            "https://my-company.com",
        ),
        (
            &[MEMBER, NESTED, "http://member.my-company.com"],
            Severity::High,
            "http-allowed",
            "http://member.my-company.com",
        ),
    ] {
        let reported = findings_of(&server(origins), &text);
        let found = reported.iter().find(|one| one.name == name);
        let found = found.unwrap_or_else(|| panic!("no {name} in {reported:#?}"));
        assert_eq!(found.severity, severity, "{}", found.sentence);
        assert!(found.sentence.contains(page), "{}", found.sentence);
    }
}
