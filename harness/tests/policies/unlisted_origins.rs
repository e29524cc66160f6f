//! Which unlisted origins are tested for the origins that a policy lists.

use std::collections::HashSet;

use cors_harness::case::{Asked, Case, Context, OriginKind};

use super::support::{KEPT, POLICY, asked, pages, policy, policy_of};

/// Where development servers listen.
const OWN_MACHINE: [&str; 19] = [
    "http://localhost",
    "http://localhost:3000",
    "http://localhost:3001",
    "http://localhost:4200",
    "http://localhost:4321",
    "http://localhost:5173",
    "http://localhost:8000",
    "http://localhost:8080",
    "http://127.0.0.1",
    "http://127.0.0.1:3000",
    "http://127.0.0.1:3001",
    "http://127.0.0.1:4200",
    "http://127.0.0.1:4321",
    "http://127.0.0.1:5173",
    "http://127.0.0.1:8000",
    "http://127.0.0.1:8080",
    "http://[::1]",
    "http://[::1]:3000",
    "http://[::1]:5173",
];

fn of_origin(origin: &str) -> Case {
    let listed = "https://app.my-company.com, https://admin.my-company.com";
    policy(KEPT, &POLICY.replace(listed, origin))
}

#[test]
fn look_alikes_are_built_from_the_list() {
    let case = policy(KEPT, POLICY);
    let expected = [
        (OriginKind::Foreign, vec!["https://evil.example"]),
        (OriginKind::Null, vec!["null"]),
        (OriginKind::Http, vec!["http://app.my-company.com", "http://admin.my-company.com"]),
        (
            OriginKind::Prefix,
            vec![
                "https://app.my-company.com.evil.example",
                "https://admin.my-company.com.evil.example",
            ],
        ),
        (
            OriginKind::Suffix,
            vec![
                "https://evilmy-company.com",
                "https://evilapp.my-company.com",
                "https://eviladmin.my-company.com",
            ],
        ),
        (OriginKind::Part, vec!["https://app.my-company.co", "https://admin.my-company.co"]),
        (OriginKind::TopLevel, vec!["https://app.my-company.net", "https://admin.my-company.net"]),
        (OriginKind::Joined, vec!["https://app.my-company.comadmin.my-company.com"]),
        (OriginKind::Dot, vec!["https://appxmy-company.com", "https://adminxmy-company.com"]),
        (
            OriginKind::Port,
            vec!["https://app.my-company.com:8443", "https://admin.my-company.com:8443"],
        ),
        (
            OriginKind::Label,
            vec!["https://app-evil.my-company.com", "https://admin-evil.my-company.com"],
        ),
        (OriginKind::Localhost, OWN_MACHINE.to_vec()),
        (
            OriginKind::LocalhostPrefix,
            vec!["http://localhost.evil.example", "http://127.0.0.1.evil.example"],
        ),
        (OriginKind::Subdomain, vec!["https://other.my-company.com", "https://my-company.com"]),
        (
            OriginKind::Below,
            vec!["https://other.app.my-company.com", "https://other.admin.my-company.com"],
        ),
        (
            OriginKind::TrailingDot,
            vec!["https://app.my-company.com.", "https://admin.my-company.com."],
        ),
        (
            OriginKind::Punycode,
            vec!["https://app.xn--my-compny-6yh.com", "https://admin.xn--my-compny-6yh.com"],
        ),
    ];
    for (kind, expected) in expected {
        assert_eq!(pages(&case, kind), expected, "{kind:?}");
    }
}

#[test]
fn hosts_without_a_registrable_domain_have_fewer_look_alikes() {
    let case = of_origin("http://localhost:3000");
    let prefix = ["http://localhost.evil.example:3000", "http://localhost:30001"];
    assert_eq!(pages(&case, OriginKind::Prefix), prefix);
    assert_eq!(pages(&case, OriginKind::Port), ["http://localhost:8443"]);
    assert_eq!(pages(&case, OriginKind::Part), ["http://localhost"]);
    for kind in [
        OriginKind::Http,
        OriginKind::Suffix,
        OriginKind::Dot,
        OriginKind::Label,
        OriginKind::TopLevel,
        OriginKind::Localhost,
        OriginKind::Subdomain,
        OriginKind::Below,
        OriginKind::Punycode,
    ] {
        assert_eq!(pages(&case, kind), [""; 0], "{kind:?}");
    }
    let case = of_origin("http://127.0.0.1:3000");
    let prefix = ["http://127.0.0.1.evil.example:3000", "http://127.0.0.1:30001"];
    assert_eq!(pages(&case, OriginKind::Prefix), prefix);
    assert_eq!(pages(&case, OriginKind::TrailingDot), [""; 0]);
}

#[test]
fn a_prefix_look_alike_of_an_origin_with_a_port_has_a_longer_port() {
    for (origin, longer) in [
        ("http://localhost:3000", Some("http://localhost:30001")),
        ("http://localhost:81", Some("http://localhost:8111")),
        ("http://localhost:1008", Some("http://localhost:10081")),
        ("http://localhost:6554", None),
        ("http://localhost", None),
        ("https://app.my-company.com", None),
    ] {
        let case = of_origin(origin);
        let prefixes = pages(&case, OriginKind::Prefix);
        let same_host: Vec<_> =
            prefixes.into_iter().filter(|page| !page.contains("evil")).collect();
        assert_eq!(same_host, longer.into_iter().collect::<Vec<_>>(), "{origin}");
    }
}

#[test]
fn a_partial_name_is_the_longest_valid_prefix() {
    for (origin, parts) in [
        ("https://api.acme.io", vec!["https://api.ac"]),
        ("https://app.my-company.com", vec!["https://app.my-company.co"]),
        (
            "https://app.my-company.com:3000",
            vec!["https://app.my-company.co", "https://app.my-company.com"],
        ),
        ("https://shop.my-company.dev", vec!["https://shop.my-company.de"]),
        ("https://b.example", vec![]),
    ] {
        assert_eq!(pages(&of_origin(origin), OriginKind::Part), parts, "{origin}");
    }
}

#[test]
fn the_same_name_is_tried_below_another_top_level_domain() {
    for (origin, other) in [
        ("https://app.my-company.net", "https://app.my-company.org"),
        ("https://my-app.vercel.app", "https://my-app.net"),
        ("https://shop.my-company.co.uk:3000", "https://shop.my-company.net:3000"),
    ] {
        assert_eq!(pages(&of_origin(origin), OriginKind::TopLevel), [other], "{origin}");
    }
}

#[test]
fn a_longer_first_label_is_tested_if_it_can_be_registered() {
    for (origin, longer) in [
        ("https://my-app.vercel.app", "https://my-app-evil.vercel.app"),
        ("https://my-company.com", "https://my-company-evil.com"),
        ("http://app.my-company.com:3000", "http://app-evil.my-company.com:3000"),
    ] {
        let case = of_origin(origin);
        assert_eq!(pages(&case, OriginKind::Label), [longer], "{origin}");
        let of_label = |asked: &&Asked| asked.kind == OriginKind::Label;
        let same_site = asked(&case).find(of_label).unwrap().same_site;
        assert_eq!(same_site, origin.contains("//app."), "{origin}");
    }
}

#[test]
fn localhost_origins_are_tested_unless_listed() {
    let ports = |origins: &str| pages(&of_origin(origins), OriginKind::Localhost).join(" ");
    let listed = "https://app.my-company.com, http://localhost:3000";
    let expected: Vec<_> =
        OWN_MACHINE.into_iter().filter(|page| *page != "http://localhost:3000").collect();
    assert_eq!(ports(listed), expected.join(" "));
    assert_eq!(ports("http://app.my-company.com"), "", "it is as little to be trusted itself");
}

#[test]
fn most_localhost_origins_send_one_request() {
    let calls = |policy: &str| {
        let case = crate::support::policy(KEPT, policy);
        let of_vite = asked(&case).filter(|asked| asked.page == "http://localhost:5173");
        of_vite.map(|asked| (asked.call(), asked.login)).collect::<Vec<_>>()
    };
    assert_eq!(calls(POLICY), [("GET /me".to_owned(), true)]);
    let omit = POLICY.replace("credentials: include", "credentials: omit");
    assert_eq!(calls(&omit), [("GET /me".to_owned(), false)], "no row has the login");
    let writes = POLICY.replace("    /me: [GET]\n", "");
    assert_eq!(calls(&writes), [("PUT /things".to_owned(), true)]);
}

#[test]
fn localhost_look_alikes_are_always_tested() {
    for origin in
        ["https://app.my-company.com", "http://localhost:3000", "http://app.my-company.com"]
    {
        let case = of_origin(origin);
        let page = "http://localhost.evil.example";
        assert!(pages(&case, OriginKind::LocalhostPrefix).contains(&page), "{origin}");
        let of_page = asked(&case).filter(|asked| asked.page == page).collect::<Vec<_>>();
        assert_eq!(of_page.len(), 3, "{of_page:?}");
        assert!(of_page.iter().all(|asked| !asked.same_site));
    }
    let listed = "http://localhost.evil.example, https://app.my-company.com";
    let case = of_origin(listed);
    assert_eq!(pages(&case, OriginKind::LocalhostPrefix), ["http://127.0.0.1.evil.example"]);
}

#[test]
fn hosts_on_the_hsts_preload_list_are_not_requested_over_http() {
    for (origin, http) in [
        ("https://shop.my-company.dev", "http://shop.my-company.dev"),
        ("https://my-app.vercel.app:3000", "http://my-app.vercel.app:3000"),
    ] {
        let case = of_origin(origin);
        assert_eq!(pages(&case, OriginKind::Http), [""; 0], "{origin}");
        let left_out = &case.policy.as_ref().unwrap().not_asked;
        let entry = left_out.iter().find(|entry| entry.what == http).expect("it is reported");
        assert!(entry.why.contains("HSTS"), "{entry:?}");
    }
    let left_out = policy(KEPT, POLICY).policy.unwrap().not_asked;
    assert!(left_out.iter().all(|entry| !entry.why.contains("HSTS")), "{left_out:?}");
}

#[test]
fn a_listed_host_has_sibling_child_and_parent_hosts() {
    let case = of_origin("https://a.b.my-company.com");
    let beside = ["https://other.my-company.com", "https://my-company.com"];
    assert_eq!(pages(&case, OriginKind::Subdomain), beside);
    assert_eq!(pages(&case, OriginKind::Below), ["https://other.a.b.my-company.com"]);
    let case = of_origin("https://my-company.com");
    assert_eq!(pages(&case, OriginKind::Subdomain), ["https://other.my-company.com"]);
    assert_eq!(pages(&case, OriginKind::Below), [""; 0]);
}

#[test]
fn nearly_every_name_has_a_punycode_look_alike() {
    for letter in "abcdefghijklmnopqrstuvwxyz".chars().filter(|letter| *letter != 'z') {
        let case = of_origin(&format!("https://{letter}{letter}.example"));
        let pages = pages(&case, OriginKind::Punycode);
        let [page] = pages.as_slice() else { panic!("{letter}: {pages:?}") };
        assert!(page.starts_with("https://xn--") && page.ends_with(".example"), "{page}");
    }
}

#[test]
fn a_page_of_the_server_own_origin_is_not_tested() {
    let policy = POLICY.replace("https://admin.my-company.com", "https://my-company.com:8443");
    for own in ["https://other.my-company.com", "https://my-company.com"] {
        let text = policy.replace("login: [https://api.my-company.com", &format!("login: [{own}"));
        let case = policy_of(own, KEPT, &text);
        let left_out = &case.policy.as_ref().unwrap().not_asked;
        assert!(left_out.iter().any(|entry| entry.what == own), "{left_out:?}");
        assert!(asked(&case).all(|asked| asked.page != own));
    }
}

#[test]
fn a_dot_inside_a_public_suffix_is_tested() {
    let case = of_origin("https://shop.my-company.co.uk");
    let dots = ["https://shopxmy-company.co.uk", "https://shop.my-companyxco.uk"];
    assert_eq!(pages(&case, OriginKind::Dot), dots);
}

#[test]
fn listed_origins_are_not_unlisted() {
    let case = of_origin("https://evil.example, http://evil.example, https://evil.example:8443");
    assert_eq!(pages(&case, OriginKind::Foreign), ["https://other-evil.example"]);
    assert_eq!(pages(&case, OriginKind::Http), [""; 0]);
    let ports = ["https://evil.example:8444", "http://evil.example:8443"];
    assert_eq!(pages(&case, OriginKind::Port), ports);
    let listed: HashSet<_> = pages(&case, OriginKind::Listed).into_iter().collect();
    let unlisted = asked(&case).filter(|asked| asked.kind != OriginKind::Listed);
    assert!(unlisted.into_iter().all(|asked| !listed.contains(asked.page.as_str())));
}

#[test]
fn a_page_of_another_site_uses_the_scheme_of_the_server() {
    let policy = POLICY.replace("https://api", "http://api").replace("Secure; SameSite=None", "");
    let case = policy_of("http://api.my-company.com", KEPT, &policy);
    assert_eq!(pages(&case, OriginKind::Foreign), ["http://evil.example"]);
    assert_eq!(pages(&case, OriginKind::NoOrigin), ["http://evil.example"]);
    let frames = case.rows.iter().filter(|row| row.page.context == Context::SandboxedIframe);
    let parents: Vec<_> = frames.map(|row| row.page.origin.to_string()).collect();
    assert!(!parents.is_empty() && parents.iter().all(|parent| parent == "http://evil.example"));
}

#[test]
fn origins_in_spellings_that_no_browser_sends_are_not_tested() {
    let case = policy(KEPT, POLICY);
    let left_out = &case.policy.as_ref().unwrap().not_asked;
    assert!(
        left_out.iter().any(|entry| entry.what == "https://APP.MY-COMPANY.COM"),
        "{left_out:?}"
    );
    assert!(asked(&case).all(|asked| asked.page == asked.page.to_ascii_lowercase()));
}

#[test]
fn without_a_listed_origin_the_pages_of_the_own_machine_are_tested_too() {
    let routes = "\n  login: [https://api.my-company.com: session=alice; Secure; SameSite=None]\n  routes: { /me: [GET] }";
    let case = policy(KEPT, &format!("{routes}\n  everybody-else: nothing\n"));
    assert_eq!(pages(&case, OriginKind::Localhost), OWN_MACHINE);
    let after = ["http://localhost.evil.example", "http://127.0.0.1.evil.example"];
    assert_eq!(pages(&case, OriginKind::LocalhostPrefix), after);
    let with_login = |asked: &&Asked| asked.page == "http://localhost:5173" && asked.login;
    assert_eq!(asked(&case).filter(with_login).count(), 1);
}
