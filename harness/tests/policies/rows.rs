//! Which rows are made of a policy.

use std::collections::HashSet;

use cors_harness::case::{Asked, Beyond, Case, Context, Names, OriginKind};

use super::support::{KEPT, POLICY, asked, pages, policy};

#[test]
fn denied_origins_are_still_tested() {
    let text =
        POLICY.to_owned() + "  deny: [https://old.my-company.com, https://other.my-company.com]\n";
    let case = policy(KEPT, &text);
    let denied = ["https://old.my-company.com", "https://other.my-company.com"];
    assert_eq!(pages(&case, OriginKind::Denied), denied);
    let expected = set(&["GET /me yes", "GET /me no", "PUT /things yes"]);
    assert_eq!(requests(&case, OriginKind::Denied), expected);
    assert_eq!(pages(&case, OriginKind::Subdomain), ["https://my-company.com"], "each asks once");
    let of_denied = |asked: &&Asked| asked.kind == OriginKind::Denied;
    assert!(asked(&case).filter(of_denied).all(|asked| !asked.allowed));
}

#[test]
fn a_real_server_gets_unchanged_names() {
    let case = policy("\n    upstream: http://127.0.0.1:8000\n", POLICY);
    assert!(case.rows.iter().all(|row| row.names == Names::Verbatim));
}

#[test]
fn rows_are_few_and_distinct() {
    let case = policy(KEPT, POLICY);
    // Two origins and two requests, with and without a login and once more with the header: 16. Both
    // with an unlisted header: 4. PATCH and OPTIONS on two routes, of a listed page and the foreign one:
    // 8. The foreign page: 4, and 1 without an origin. `null` and 29 look-alikes: 3 each. 18 more of the
    // user's own machine: 1 each.
    assert_eq!(case.rows.len(), 16 + 4 + 8 + 4 + 1 + 3 * 30 + 18);
    let values: HashSet<_> = case.rows.iter().map(|row| &row.values).collect();
    assert_eq!(values.len(), case.rows.len());
    for row in &case.rows {
        let asked = row.asked.as_ref().unwrap();
        assert_eq!(row.names, Names::Mapped);
        assert_eq!(row.page.serialised_origin(), asked.page);
        assert_eq!(row.page.context == Context::SandboxedIframe, asked.kind == OriginKind::Null);
        assert_eq!(!row.cookies.is_empty(), asked.login);
    }
}

#[test]
fn listed_origins_are_allowed_and_others_are_not() {
    let case = policy(KEPT, POLICY);
    let may = |request: &str| {
        let of = asked(&case).filter(|asked| asked.kind == OriginKind::Listed);
        let of: Vec<_> = of.filter(|asked| asked.request() == request).collect();
        assert!(!of.is_empty(), "no row sends {request}");
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
    let unlisted = asked(&case).filter(|asked| asked.kind != OriginKind::Listed);
    assert!(unlisted.into_iter().all(|asked| !asked.allowed));
}

#[test]
fn everybody_else_gets_the_access_for_every_origin() {
    let everybody = "
  routes: { /me: [GET], /things: [PUT] }
  allow: [{ origins: '*', routes: /me }]
";
    let case = policy(KEPT, everybody);
    for asked in asked(&case) {
        let may = asked.request() == "GET /me" && asked.kind != OriginKind::NoOrigin;
        assert_eq!(asked.allowed, may, "{asked:?}");
        assert!(!asked.login, "no row has a login");
    }
    assert!(asked(&case).any(|asked| asked.kind == OriginKind::Null && asked.allowed));
}

/// The requests of a kind, with `yes` or `no` for the login.
fn requests(case: &Case, kind: OriginKind) -> HashSet<String> {
    let of_standing = asked(case).filter(|asked| asked.kind == kind);
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
fn unlisted_origins_are_tested_with_and_without_the_login() {
    let omit = POLICY.replace("credentials: include", "credentials: omit");
    for text in [POLICY, &omit] {
        let case = policy(KEPT, text);
        for kind in [OriginKind::Null, OriginKind::Http, OriginKind::Prefix, OriginKind::Below] {
            let expected = set(&["GET /me yes", "GET /me no", "PUT /things yes"]);
            assert_eq!(requests(&case, kind), expected, "{kind:?}");
        }
    }
    let writes = POLICY.replace("    /me: [GET]\n", "");
    let expected = set(&["PUT /things yes", "PUT /things no"]);
    assert_eq!(requests(&policy(KEPT, &writes), OriginKind::Http), expected);
}

#[test]
fn every_listed_origin_sends_an_unlisted_header() {
    let case = policy(KEPT, POLICY);
    for page in ["https://app.my-company.com", "https://admin.my-company.com"] {
        let unlisted = asked(&case).filter(|asked| asked.headers == ["X-Unlisted"]);
        let of_page = unlisted.filter(|asked| asked.page == page && asked.beyond.is_some());
        let calls: Vec<_> = of_page.map(Asked::call).collect();
        assert_eq!(calls, ["GET /me", "PUT /things"], "{page}");
    }
}

#[test]
fn access_for_every_origin_is_tested_from_another_site() {
    let everybody = "
  routes: { /me: [GET], /things: [PUT, GET] }
  allow: [{ origins: '*', methods: GET, headers: X-Request-Id }]
";
    let case = policy(KEPT, &everybody.replace("X-Request-Id", "[X-Request-Id]"));
    let foreign = requests(&case, OriginKind::Foreign);
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
fn a_page_of_another_site_sends_other_methods() {
    let foreign = requests(&policy(KEPT, POLICY), OriginKind::Foreign);
    for request in ["PATCH /me no", "OPTIONS /me no", "PATCH /things no", "OPTIONS /things no"] {
        assert!(foreign.contains(request), "{request} in {foreign:?}");
    }
    let (before, _) = POLICY.split_once("  allow:").unwrap();
    let foreign = requests(&policy(KEPT, before), OriginKind::Foreign);
    assert!(foreign.contains("OPTIONS /things no"), "{foreign:?}");
}

#[test]
fn every_get_is_also_sent_without_an_origin() {
    let case = policy(KEPT, POLICY);
    assert_eq!(requests(&case, OriginKind::NoOrigin), set(&["GET /me yes"]));
    for row in &case.rows {
        let is_silent = row.asked.as_ref().unwrap().kind == OriginKind::NoOrigin;
        let modes: Vec<_> = row.all_steps().map(|step| step.mode.as_deref()).collect();
        assert_eq!(modes, [is_silent.then_some("no-cors")]);
    }
}

#[test]
fn a_permitted_request_bypasses_the_cache() {
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
fn the_server_own_origin_if_listed_sends_every_allowed_request() {
    let text = POLICY.replace("https://admin.my-company.com", "https://api.my-company.com");
    let case = policy(KEPT, &text);
    assert_eq!(pages(&case, OriginKind::Own), ["https://api.my-company.com"]);
    let expected = set(&[
        "GET /me yes",
        "GET /me no",
        "PUT /things yes",
        "PUT /things no",
        "GET /me + Content-Type + X-Request-Id yes",
        "GET /me + Content-Type + X-Request-Id no",
        "PUT /things + X-Request-Id yes",
        "PUT /things + X-Request-Id no",
    ]);
    assert_eq!(requests(&case, OriginKind::Own), expected);
    let own = || asked(&case).filter(|asked| asked.kind == OriginKind::Own);
    assert!(own().all(|asked| asked.allowed && asked.exposes.is_empty() && asked.beyond.is_none()));
    let not_asked = &case.policy.as_ref().unwrap().not_asked;
    assert!(not_asked.iter().all(|entry| entry.what != "https://api.my-company.com"));
}

#[test]
fn a_page_of_one_server_is_cross_origin_to_another_server() {
    let two = KEPT.to_owned() + "  https://shop.my-company.com: { /list: { GET: {} } }\n";
    let text = POLICY
        .replace("https://admin.my-company.com", "https://shop.my-company.com")
        .replace("/me: [GET]", "/me: [GET]\n    https://shop.my-company.com/list: [GET]");
    let case = policy(&two, &text);
    let of = |kind| {
        let of_shop = asked(&case).filter(|asked| asked.page == "https://shop.my-company.com");
        let calls = of_shop.filter(|asked| asked.kind == kind).map(Asked::call);
        calls.collect::<HashSet<_>>()
    };
    assert_eq!(of(OriginKind::Own), set(&["GET https://shop.my-company.com/list"]));
    assert!(of(OriginKind::Listed).contains("GET /me"));
}

#[test]
fn a_plain_get_is_sent_where_every_request_needs_a_preflight() {
    let probes = |routes: &str| {
        let text = format!(
            "\n  routes: {routes}\n  allow: [{{ origins: [https://app.my-company.com] }}]\n"
        );
        let case = policy(KEPT, &text);
        let of_kind = |kind| {
            let rows = asked(&case).filter(|asked| asked.kind == kind);
            rows.map(|asked| (asked.request(), asked.login, asked.allowed)).collect::<Vec<_>>()
        };
        (of_kind(OriginKind::Probe), of_kind(OriginKind::NoOrigin))
    };
    let get = vec![("GET /things".to_owned(), false, false)];
    assert_eq!(probes("{ /things: [PUT] }"), (get.clone(), get.clone()));
    assert_eq!(probes("{ /things: [PUT, DELETE] }").0, get);
    let json = "{ /things: { POST: { headers: [Content-Type: application/json], body: '{}' } } }";
    assert_eq!(probes(json).0, get);
    assert!(probes("{ /things: [PUT], /me: [GET] }").0.is_empty());
    assert!(probes("{ /things: [POST] }").0.is_empty());
}
