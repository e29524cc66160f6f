//! Policies whose requests all need a preflight: a GET shows whether the server allows the origin at all.

use super::*;
use crate::stacks::{
    ALL, Asking, Lists, Reply, automatic_options, findings_with, guarded, hapi, jetty, rs_cors,
    spring,
};

const PUT_ONLY: &str = "
  routes: { /things: [PUT] }
  allow: [{ origins: [https://app.my-company.com] }]
";

const TOKEN: &str = "
  routes: { /me: { GET: { headers: [Authorization: Bearer x] } } }
  allow: [{ origins: [https://app.my-company.com], headers: [Authorization] }]
";

type Server = Box<dyn Fn(&Asking<'_>) -> Reply>;

/// The same server without `Vary`.
fn without_vary(server: impl Fn(&Asking<'_>) -> Reply + 'static) -> Server {
    Box::new(move |asking| {
        let (status, mut headers) = server(asking);
        headers.retain(|(name, _)| *name != "Vary");
        (status, headers)
    })
}

fn stacks(lists: Lists) -> [Server; 4] {
    [
        without_vary(spring(lists)),
        without_vary(rs_cors(lists)),
        without_vary(jetty(lists)),
        without_vary(hapi(lists)),
    ]
}

#[test]
fn a_refused_method_or_header_is_no_missing_login() {
    let lists = Lists { methods: &["GET", "HEAD", "POST"], headers: &[], ..ALL };
    let with_login = format!(
        "\n  login: [https://api.my-company.com: session=alice; Secure; SameSite=None]{}",
        PUT_ONLY.replace("com] }]", "com], credentials: include }]")
    );
    for (policy, words) in [
        (
            PUT_ONLY,
            "; for GET /things it allows this origin: https://app.my-company.com cannot send PUT",
        ),
        (
            &with_login,
            "; for GET /things it allows this origin: https://app.my-company.com cannot send PUT",
        ),
        (
            TOKEN,
            "; without it, it allows this origin: https://app.my-company.com cannot send GET /me",
        ),
    ] {
        for (number, server) in stacks(lists).iter().enumerate() {
            let said = findings_with(server, policy);
            let of_hapi = number == 3 && policy != TOKEN;
            let name = if of_hapi { "preflight-not-ok" } else { "preflight-refused" };
            let found = named(&said, name).unwrap_or_else(|| panic!("{number}: {said:#?}"));
            assert!(of_hapi || found.sentence.contains(words), "{}", found.sentence);
            assert_eq!(named(&said, "preflight-needs-login"), None, "{said:#?}");
            assert_eq!(named(&said, "method-beyond-policy"), None, "{said:#?}");
        }
    }
}

#[test]
fn an_origin_that_the_server_refuses_is_named_as_the_cause() {
    let lists = Lists { origins: &[], ..ALL };
    for policy in [PUT_ONLY, TOKEN] {
        let said = findings_with(&without_vary(spring(lists)), policy);
        let found = named(&said, "origin-not-allowed").unwrap_or_else(|| panic!("{said:#?}"));
        let words = "The server answers 403 to this origin, and 200 to the same request without an `Origin` header";
        assert!(found.sentence.starts_with(words), "{}", found.sentence);
        assert_eq!(said.len(), 1, "{said:#?}");
    }
}

#[test]
fn a_guard_that_wants_a_login_on_options_is_still_found() {
    for status in [401, 403] {
        for policy in [PUT_ONLY, TOKEN] {
            let said = findings_with(&guarded(status), policy);
            assert!(named(&said, "preflight-needs-login").is_some(), "{status}: {said:#?}");
            assert_eq!(named(&said, "preflight-refused"), None, "{said:#?}");
        }
    }
}

#[test]
fn without_evidence_every_reason_is_named() {
    let server = |asking: &Asking<'_>| match asking.method {
        "OPTIONS" => (403, Vec::new()),
        _ => (404, Vec::new()),
    };
    let said = findings_with(&server, PUT_ONLY);
    let found = named(&said, "preflight-refused").unwrap_or_else(|| panic!("{said:#?}"));
    let words = "The preflight is answered with 403: the server does not allow this origin, the method `PUT`, or it \
                 requires a login, which browsers never send with a preflight; no row shows which";
    assert!(found.sentence.starts_with(words), "{}", found.sentence);
    assert_eq!(said.len(), 1, "the GET is not part of the policy: {said:#?}");
}

#[test]
fn a_list_in_a_refused_preflight_says_what_is_missing() {
    let listing = |methods: &'static str, headers: &'static str| {
        move |asking: &Asking<'_>| match &asking.preflight {
            Some(_) => {
                let origin = asking.origin.clone().unwrap_or_default();
                let lines = [
                    ("Access-Control-Allow-Origin", origin),
                    ("Access-Control-Allow-Methods", methods.to_owned()),
                    ("Access-Control-Allow-Headers", headers.to_owned()),
                ];
                (400, lines.to_vec())
            }
            None => rs_cors(ALL)(asking),
        }
    };
    for (server, policy, name, words) in [
        (
            listing("GET, POST", "*"),
            PUT_ONLY,
            "method-not-allowed",
            "Methods` of the response does not list `PUT`",
        ),
        (
            listing("GET", "accept"),
            TOKEN,
            "header-not-allowed",
            "Headers` of the response does not list `authorization`",
        ),
    ] {
        let said = findings_with(&server, policy);
        let found = named(&said, name).unwrap_or_else(|| panic!("{said:#?}"));
        let start = "The preflight is answered with 400, and `Access-Control-Allow-";
        assert!(found.sentence.starts_with(start), "{}", found.sentence);
        assert!(found.sentence.contains(words), "{}", found.sentence);
    }
}

#[test]
fn a_server_that_keeps_such_a_policy_has_no_finding() {
    for (headers, policy) in [(&[] as &[&str], PUT_ONLY), (&["authorization"], TOKEN)] {
        let lists = Lists { methods: &["GET", "HEAD", "POST", "PUT"], headers, ..ALL };
        let lists =
            Lists { methods: if policy == TOKEN { &["GET"] } else { lists.methods }, ..lists };
        assert_eq!(findings_with(&spring(lists), policy), []);
        assert_eq!(findings_with(&rs_cors(lists), policy), []);
        assert_eq!(findings_with(&jetty(lists), policy), []);
        assert_eq!(findings_with(&hapi(lists), policy), []);
    }
    let said = findings_with(&automatic_options(404), PUT_ONLY);
    assert!(named(&said, "preflight-not-ok").is_some(), "{said:#?}");
}
