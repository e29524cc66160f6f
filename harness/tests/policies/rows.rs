//! Which rows are made of a policy.

use std::collections::HashSet;

use cors_harness::case::{Asked, Case, Context, Names, Standing};

use super::support::{KEPT, POLICY, policy};

fn asked(case: &Case) -> impl Iterator<Item = &Asked> {
    case.rows.iter().filter_map(|row| row.asked.as_ref())
}

/// Pages of a standing, each once.
fn pages(case: &Case, standing: Standing) -> Vec<&str> {
    let mut pages: Vec<_> = asked(case)
        .filter(|asked| asked.standing == standing)
        .map(|asked| asked.page.as_str())
        .collect();
    pages.dedup();
    pages
}

fn of_origin(origin: &str) -> Case {
    let listed = "https://app.my-company.com, https://admin.my-company.com";
    policy(KEPT, &POLICY.replace(listed, origin))
}

#[test]
fn look_alikes_are_built_from_the_list() {
    let case = policy(KEPT, POLICY);
    let expected = [
        (Standing::Foreign, vec!["https://evil.example"]),
        (Standing::Null, vec!["null"]),
        (Standing::Http, vec!["http://app.my-company.com", "http://admin.my-company.com"]),
        (
            Standing::Prefix,
            vec![
                "https://app.my-company.com.evil.example",
                "https://admin.my-company.com.evil.example",
            ],
        ),
        (
            Standing::Suffix,
            vec![
                "https://evilmy-company.com",
                "https://evilapp.my-company.com",
                "https://eviladmin.my-company.com",
            ],
        ),
        (Standing::Joined, vec!["https://app.my-company.comadmin.my-company.com"]),
        (Standing::Dot, vec!["https://appxmy-company.com", "https://adminxmy-company.com"]),
        (
            Standing::Port,
            vec!["https://app.my-company.com:8443", "https://admin.my-company.com:8443"],
        ),
        (Standing::Subdomain, vec!["https://other.my-company.com"]),
        (
            Standing::TrailingDot,
            vec!["https://app.my-company.com.", "https://admin.my-company.com."],
        ),
        (
            Standing::Punycode,
            vec!["https://app.xn--my-compny-6yh.com", "https://admin.xn--my-compny-6yh.com"],
        ),
    ];
    for (standing, expected) in expected {
        assert_eq!(pages(&case, standing), expected, "{standing:?}");
    }
}

#[test]
fn hosts_without_a_site_have_fewer_look_alikes() {
    let case = of_origin("http://localhost:3000");
    assert_eq!(pages(&case, Standing::Prefix), ["http://localhost.evil.example:3000"]);
    assert_eq!(pages(&case, Standing::Port), ["http://localhost:8443"]);
    for standing in [Standing::Http, Standing::Suffix, Standing::Dot, Standing::Subdomain] {
        assert_eq!(pages(&case, standing), [""; 0], "{standing:?}");
    }
    let case = of_origin("http://127.0.0.1:3000");
    assert_eq!(pages(&case, Standing::Prefix), ["http://127.0.0.1.evil.example:3000"]);
    assert_eq!(pages(&case, Standing::TrailingDot), [""; 0]);
}

#[test]
fn a_dot_inside_a_public_suffix_can_be_owned_too() {
    let case = of_origin("https://shop.my-company.co.uk");
    let dots = ["https://shopxmy-company.co.uk", "https://shop.my-companyxco.uk"];
    assert_eq!(pages(&case, Standing::Dot), dots);
}

#[test]
fn who_is_listed_is_no_stranger() {
    let case = of_origin("https://evil.example, http://evil.example, https://evil.example:8443");
    assert_eq!(pages(&case, Standing::Foreign), ["https://other-evil.example"]);
    assert_eq!(pages(&case, Standing::Http), [""; 0]);
    let ports = ["https://evil.example:8444", "http://evil.example:8443"];
    assert_eq!(pages(&case, Standing::Port), ports);
    let listed: HashSet<_> = pages(&case, Standing::Listed).into_iter().collect();
    let strangers = asked(&case).filter(|asked| asked.standing != Standing::Listed);
    assert!(strangers.into_iter().all(|asked| !listed.contains(asked.page.as_str())));
}

#[test]
fn rows_are_few_distinct_and_ask_from_pages_as_they_are() {
    let case = policy(KEPT, POLICY);
    assert!(case.rows.len() <= 70, "{}", case.rows.len());
    let values: HashSet<_> = case.rows.iter().map(|row| &row.values).collect();
    assert_eq!(values.len(), case.rows.len());
    for row in &case.rows {
        let asked = row.asked.as_ref().unwrap();
        assert_eq!(row.names, Names::Verbatim);
        assert_eq!(row.page.serialised_origin(), asked.page);
        assert_eq!(row.page.context == Context::SandboxedIframe, asked.standing == Standing::Null);
        assert_eq!(!row.cookies.is_empty(), asked.login);
    }
}

#[test]
fn what_is_listed_is_allowed_and_what_is_not_is_not() {
    let case = policy(KEPT, POLICY);
    let may = |request: &str| {
        let of = asked(&case).filter(|asked| asked.standing == Standing::Listed);
        let of: Vec<_> = of.filter(|asked| asked.request() == request).collect();
        assert!(!of.is_empty(), "nobody asks {request}");
        of.iter().all(|asked| asked.allowed)
    };
    for request in ["GET /me", "PUT /things", "PUT /things + X-Request-Id"] {
        assert!(may(request), "{request}");
    }
    for request in ["GET /me + X-Unlisted", "PATCH /me", "OPTIONS /me", "OPTIONS /things"] {
        assert!(!may(request), "{request}");
    }
    let strangers = asked(&case).filter(|asked| asked.standing != Standing::Listed);
    assert!(strangers.into_iter().all(|asked| !asked.allowed));
}

#[test]
fn everybody_may_what_is_for_everybody() {
    let everybody = "
  routes: { /me: [GET], /things: [PUT] }
  allow: [{ origins: '*', routes: /me }]
";
    let case = policy(KEPT, everybody);
    for asked in asked(&case) {
        let may = asked.route == "/me" && asked.method == "GET";
        assert_eq!(asked.allowed, may, "{asked:?}");
        assert!(!asked.login, "nobody is logged in");
    }
    assert!(asked(&case).any(|asked| asked.standing == Standing::Null && asked.allowed));
}

#[test]
fn what_is_asked_again_is_asked_without_the_cache() {
    let again = "
  routes: { /me: { GET: { again: true } } }
  allow: [{ origins: https://app.my-company.com }]
";
    for row in &policy(KEPT, again).rows {
        let caches: Vec<_> = row.all_steps().map(|step| step.cache.as_deref()).collect();
        let allowed = row.asked.as_ref().unwrap().allowed;
        assert_eq!(caches == [None, Some("no-cache")], allowed);
    }
}

#[test]
fn spellings_that_no_browser_sends_are_told_and_not_asked() {
    let case = policy(KEPT, POLICY);
    let told = &case.policy.as_ref().unwrap().not_asked;
    assert!(told.iter().any(|entry| entry.what == "https://APP.MY-COMPANY.COM"), "{told:?}");
    assert!(asked(&case).all(|asked| asked.page == asked.page.to_ascii_lowercase()));
}
