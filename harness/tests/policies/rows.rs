//! Which rows are made of a policy.

use std::collections::HashSet;

use cors_harness::case::{Asked, Beyond, Case, Context, Names, Standing};

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
        (Standing::Part, vec!["https://app.my-company.co", "https://admin.my-company.co"]),
        (Standing::Joined, vec!["https://app.my-company.comadmin.my-company.com"]),
        (Standing::Dot, vec!["https://appxmy-company.com", "https://adminxmy-company.com"]),
        (
            Standing::Port,
            vec!["https://app.my-company.com:8443", "https://admin.my-company.com:8443"],
        ),
        (Standing::Subdomain, vec!["https://other.my-company.com", "https://my-company.com"]),
        (
            Standing::Below,
            vec!["https://other.app.my-company.com", "https://other.admin.my-company.com"],
        ),
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
    let prefix = ["http://localhost.evil.example:3000", "http://localhost:30001"];
    assert_eq!(pages(&case, Standing::Prefix), prefix);
    assert_eq!(pages(&case, Standing::Port), ["http://localhost:8443"]);
    assert_eq!(pages(&case, Standing::Part), ["http://localhost"]);
    for standing in [
        Standing::Http,
        Standing::Suffix,
        Standing::Dot,
        Standing::Subdomain,
        Standing::Below,
        Standing::Punycode,
    ] {
        assert_eq!(pages(&case, standing), [""; 0], "{standing:?}");
    }
    let case = of_origin("http://127.0.0.1:3000");
    let prefix = ["http://127.0.0.1.evil.example:3000", "http://127.0.0.1:30001"];
    assert_eq!(pages(&case, Standing::Prefix), prefix);
    assert_eq!(pages(&case, Standing::TrailingDot), [""; 0]);
}

#[test]
fn what_begins_like_an_origin_with_a_port_has_a_longer_port() {
    for (origin, longer) in [
        ("http://localhost:3000", Some("http://localhost:30001")),
        ("http://localhost:81", Some("http://localhost:8111")),
        ("http://localhost:1008", Some("http://localhost:10081")),
        ("http://localhost:6554", None),
        ("http://localhost", None),
        ("https://app.my-company.com", None),
    ] {
        let case = of_origin(origin);
        let prefixes = pages(&case, Standing::Prefix);
        let same_host: Vec<_> =
            prefixes.into_iter().filter(|page| !page.contains("evil")).collect();
        assert_eq!(same_host, longer.into_iter().collect::<Vec<_>>(), "{origin}");
    }
}

#[test]
fn a_part_is_the_longest_beginning_that_can_be_a_name() {
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
        assert_eq!(pages(&of_origin(origin), Standing::Part), parts, "{origin}");
    }
}

#[test]
fn a_host_has_others_beside_below_and_above_it() {
    let case = of_origin("https://a.b.my-company.com");
    let beside = ["https://other.my-company.com", "https://my-company.com"];
    assert_eq!(pages(&case, Standing::Subdomain), beside);
    assert_eq!(pages(&case, Standing::Below), ["https://other.a.b.my-company.com"]);
    let case = of_origin("https://my-company.com");
    assert_eq!(pages(&case, Standing::Subdomain), ["https://other.my-company.com"]);
    assert_eq!(pages(&case, Standing::Below), [""; 0]);
}

#[test]
fn nearly_every_name_has_another_that_looks_the_same() {
    for letter in "abcdefghijklmnopqrstuvwxyz".chars().filter(|letter| *letter != 'z') {
        let case = of_origin(&format!("https://{letter}{letter}.example"));
        let pages = pages(&case, Standing::Punycode);
        let [page] = pages.as_slice() else { panic!("{letter}: {pages:?}") };
        assert!(page.starts_with("https://xn--") && page.ends_with(".example"), "{page}");
    }
}

#[test]
fn a_page_of_the_server_itself_is_told_and_not_asked() {
    let policy = POLICY.replace("https://admin.my-company.com", "https://my-company.com:8443");
    for own in ["https://other.my-company.com", "https://my-company.com:8443"] {
        let text = policy.replace("login: [https://api.my-company.com", &format!("login: [{own}"));
        let case = super::support::policy_of(own, KEPT, &text);
        let told = &case.policy.as_ref().unwrap().not_asked;
        assert!(told.iter().any(|entry| entry.what == own), "{told:?}");
        assert!(asked(&case).all(|asked| asked.page != own));
    }
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
fn a_foreign_page_comes_over_http_where_a_server_does() {
    let policy = POLICY.replace("https://api", "http://api").replace("Secure; SameSite=None", "");
    let case = super::support::policy_of("http://api.my-company.com", KEPT, &policy);
    assert_eq!(pages(&case, Standing::Foreign), ["http://evil.example"]);
    assert_eq!(pages(&case, Standing::NoOrigin), ["http://evil.example"]);
    let frames = case.rows.iter().filter(|row| row.page.context == Context::SandboxedIframe);
    let parents: Vec<_> = frames.map(|row| row.page.origin.to_string()).collect();
    assert!(!parents.is_empty() && parents.iter().all(|parent| parent == "http://evil.example"));
}

#[test]
fn a_server_of_the_teams_own_gets_names_as_they_are() {
    let case = policy("\n    upstream: http://127.0.0.1:8000\n", POLICY);
    assert!(case.rows.iter().all(|row| row.names == Names::Verbatim));
}

#[test]
fn rows_are_few_distinct_and_ask_from_pages_as_they_are() {
    let case = policy(KEPT, POLICY);
    // Two origins and two requests, with and without a login and once more with the header: 16. Both
    // with an unlisted header: 4. PATCH and OPTIONS on two routes, of a listed page and the foreign one:
    // 8. The foreign page: 4, and 1 without an origin. `null` and 22 look-alikes: 3 each.
    assert_eq!(case.rows.len(), 16 + 4 + 8 + 4 + 1 + 3 * 23);
    let values: HashSet<_> = case.rows.iter().map(|row| &row.values).collect();
    assert_eq!(values.len(), case.rows.len());
    for row in &case.rows {
        let asked = row.asked.as_ref().unwrap();
        assert_eq!(row.names, Names::Mapped);
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
    for request in [
        "GET /me + X-Unlisted",
        "PUT /things + X-Unlisted",
        "PATCH /me",
        "OPTIONS /me",
        "OPTIONS /things",
    ] {
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
        let may = asked.request() == "GET /me" && asked.standing != Standing::NoOrigin;
        assert_eq!(asked.allowed, may, "{asked:?}");
        assert!(!asked.login, "nobody is logged in");
    }
    assert!(asked(&case).any(|asked| asked.standing == Standing::Null && asked.allowed));
}

/// The requests of a standing, with `yes` or `no` for the login.
fn requests(case: &Case, standing: Standing) -> HashSet<String> {
    let of_standing = asked(case).filter(|asked| asked.standing == standing);
    let request = |asked: &Asked| {
        let [_, _, request, login] = asked.values();
        format!("{request} {login}")
    };
    of_standing.map(request).collect()
}

fn set(requests: &[&str]) -> HashSet<String> {
    requests.iter().map(|request| (*request).to_owned()).collect()
}

#[test]
fn strangers_read_with_and_without_the_login_whatever_is_granted() {
    let omit = POLICY.replace("credentials: include", "credentials: omit");
    for text in [POLICY, &omit] {
        let case = policy(KEPT, text);
        for standing in [Standing::Null, Standing::Http, Standing::Prefix, Standing::Below] {
            let expected = set(&["GET /me yes", "GET /me no", "PUT /things yes"]);
            assert_eq!(requests(&case, standing), expected, "{standing:?}");
        }
    }
    let writes = POLICY.replace("    /me: [GET]\n", "");
    let expected = set(&["PUT /things yes", "PUT /things no"]);
    assert_eq!(requests(&policy(KEPT, &writes), Standing::Http), expected);
}

#[test]
fn every_listed_origin_sends_a_header_that_nobody_listed() {
    let case = policy(KEPT, POLICY);
    for page in ["https://app.my-company.com", "https://admin.my-company.com"] {
        let unlisted = asked(&case).filter(|asked| asked.headers == ["X-Unlisted"]);
        let of_page = unlisted.filter(|asked| asked.page == page && asked.beyond.is_some());
        let calls: Vec<_> = of_page.map(Asked::call).collect();
        assert_eq!(calls, ["GET /me", "PUT /things"], "{page}");
    }
}

#[test]
fn what_is_for_everybody_is_asked_for_by_a_foreign_page_in_every_way() {
    let everybody = "
  routes: { /me: [GET], /things: [PUT, GET] }
  allow: [{ origins: '*', methods: GET, headers: X-Request-Id }]
";
    let case = policy(KEPT, &everybody.replace("X-Request-Id", "[X-Request-Id]"));
    let foreign = requests(&case, Standing::Foreign);
    for (request, beyond) in [
        ("GET /me", None),
        ("GET /me + X-Request-Id", None),
        ("GET /things + X-Request-Id", None),
        ("GET /me + X-Unlisted", Some(Beyond::Header)),
        ("PATCH /me", Some(Beyond::Method)),
        ("OPTIONS /me", Some(Beyond::Method)),
        ("OPTIONS /things", Some(Beyond::Method)),
        ("PUT /things", Some(Beyond::Method)),
    ] {
        assert!(foreign.contains(&format!("{request} no")), "{request} in {foreign:?}");
        let asked = asked(&case).find(|asked| asked.request() == request).unwrap();
        assert_eq!((asked.allowed, asked.beyond), (beyond.is_none(), beyond), "{request}");
    }
}

#[test]
fn a_foreign_page_asks_for_other_methods() {
    let foreign = requests(&policy(KEPT, POLICY), Standing::Foreign);
    for request in ["PATCH /me no", "OPTIONS /me no", "PATCH /things no", "OPTIONS /things no"] {
        assert!(foreign.contains(request), "{request} in {foreign:?}");
    }
    let (before, _) = POLICY.split_once("  allow:").unwrap();
    let foreign = requests(&policy(KEPT, before), Standing::Foreign);
    assert!(foreign.contains("OPTIONS /things no"), "{foreign:?}");
}

#[test]
fn every_get_without_headers_is_made_without_an_origin() {
    let case = policy(KEPT, POLICY);
    assert_eq!(requests(&case, Standing::NoOrigin), set(&["GET /me yes"]));
    for row in &case.rows {
        let is_silent = row.asked.as_ref().unwrap().standing == Standing::NoOrigin;
        let modes: Vec<_> = row.all_steps().map(|step| step.mode.as_deref()).collect();
        assert_eq!(modes, [is_silent.then_some("no-cors")]);
    }
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
