//! Findings for a preflight that is refused, where the same run shows what the server allows the origin.

use super::*;
use crate::stacks::{
    ALL, Asking, Lists, Reply, automatic_options, findings_with, guarded, hapi, jetty, rs_cors,
    spring,
};

/// The same calls on one route, and a login.
const ONE_ROUTE: &str = "
  login: [https://api.my-company.com: session=alice; Secure; SameSite=None]
  routes:
    /things:
      GET:
      PUT:
      DELETE:
  allow:
    - origins: [https://app.my-company.com]
      headers: [X-Request-Id]
      credentials: include
";

type Server = Box<dyn Fn(&Asking<'_>) -> Reply>;

/// Each with how it refuses a method and a header.
fn stacks(lists: Lists) -> [(&'static str, Server, &'static str, &'static str); 4] {
    let without =
        ["204 without Access-Control-Allow-Origin", "200 without Access-Control-Allow-Origin"];
    [
        ("Spring", Box::new(spring(lists)), "403", "403"),
        ("rs/cors", Box::new(rs_cors(lists)), without[0], without[0]),
        ("Jetty", Box::new(jetty(lists)), without[1], without[1]),
        ("hapi", Box::new(hapi(lists)), "404", without[1]),
    ]
}

/// All findings, each with its name.
fn all(reported: &[Finding]) -> Vec<(&str, &str)> {
    reported.iter().map(|one| (one.name, one.sentence.as_str())).collect()
}

#[test]
fn a_stack_that_keeps_the_policy_has_no_finding() {
    for (stack, server, ..) in stacks(ALL) {
        assert_eq!(findings_with(&server, POLICY), [], "{stack}");
    }
}

#[test]
fn a_refused_method_is_named_with_a_call_that_is_allowed() {
    let methods = &["GET", "HEAD", "POST", "DELETE"];
    let lists = Lists { methods, headers: &["x-request-id"], ..ALL };
    let without_login = ONE_ROUTE.replace("      credentials: include\n", "");
    let (_, without_login) = without_login.split_once("  routes:").unwrap();
    for policy in [ONE_ROUTE, &format!("\n  routes:{without_login}")] {
        for (stack, server, how, _) in stacks(lists) {
            let reported = findings_with(&server, policy);
            let words = format!(
                "The server refuses the preflight for the method `PUT` ({how}); for GET /things it \
                 allows this origin: https://app.my-company.com cannot send PUT /things"
            );
            let reported: Vec<_> = all(&reported)
                .into_iter()
                .filter(|(name, _)| *name != "credentials-accepted")
                .collect();
            assert_eq!(reported, [("method-not-allowed", words.as_str())], "{stack}");
        }
    }
}

#[test]
fn a_refused_header_is_named_with_the_call_that_works_without_it() {
    let lists = Lists { headers: &[], methods: &["GET", "PUT", "DELETE"], ..ALL };
    for (stack, server, _, how) in stacks(lists) {
        let reported = findings_with(&server, ONE_ROUTE);
        let words = format!(
            "The server refuses the preflight for the header `x-request-id` ({how}); without it, it \
             allows this origin: https://app.my-company.com cannot send GET /things with \
             X-Request-Id, PUT /things with X-Request-Id and DELETE /things with X-Request-Id"
        );
        assert_eq!(all(&reported), [("header-not-allowed", words.as_str())], "{stack}");
    }
}

#[test]
fn method_and_header_are_both_named_if_not_distinguishable() {
    let lists = Lists { methods: &["GET"], headers: &["x-request-id"], ..ALL };
    for (stack, server, how, _) in stacks(lists).into_iter().filter(|(stack, ..)| *stack != "hapi")
    {
        let reported = findings_with(&server, POLICY);
        let words = format!(
            "The server refuses the preflight for the method `PUT` or the header `content-type` ({how}), \
             and every other preflight of this origin; for GET /me it allows this origin: \
             https://app.my-company.com and https://admin.my-company.com cannot send PUT /things"
        );
        assert!(
            all(&reported).contains(&("preflight-refused", words.as_str())),
            "{stack}: {reported:#?}"
        );
    }
}

#[test]
fn a_server_without_preflight_responses_does_not_refuse_the_method() {
    let policy = POLICY.replace("      headers: [Content-Type, X-Request-Id]\n", "");
    let says = |status: u16, name: &str, words: &str| {
        let reported = findings_with(&automatic_options(status), &policy);
        let sentence = &named(&reported, name).unwrap_or_else(|| panic!("{reported:#?}")).sentence;
        assert!(sentence.contains(words), "{sentence}");
        let others = ["method-not-allowed", "header-not-allowed", "origin-not-allowed"];
        assert!(reported.iter().all(|one| !others.contains(&one.name)), "{reported:#?}");
    };
    let words = "The server refuses the preflight for the method `PUT` or the header `content-type` (200 \
                 without Access-Control-Allow-Origin), and every other preflight of this origin; for \
                 GET /me it allows this origin: ";
    says(200, "preflight-refused", words);
    let words =
        "(403), and every other preflight of this origin; for GET /me it allows this origin";
    says(403, "preflight-refused", words);
    for status in [404, 405, 500] {
        says(status, "preflight-not-ok", &format!("The preflight is answered with {status}; "));
    }
}

#[test]
fn a_preflight_that_needs_a_login_is_not_a_refused_method() {
    for status in [401, 403] {
        let reported = findings_with(&guarded(status), ONE_ROUTE);
        let names: Vec<_> = reported.iter().map(|one| one.name).collect();
        assert!(names.contains(&"preflight-needs-login"), "{reported:#?}");
        for name in ["method-not-allowed", "header-not-allowed", "preflight-refused"] {
            assert!(!names.contains(&name), "{reported:#?}");
        }
    }
}

#[test]
fn an_origin_rejected_with_an_error_is_not_allowed() {
    let lists = Lists { origins: &["https://admin.my-company.com"], ..ALL };
    let refused = "The server answers 403 to this origin, and 200 to the same request ";
    let says = |lists, policy: &str, who: &str, calls: [&str; 2]| {
        let reported = findings_with(&spring(lists), policy);
        let words = format!(
            "{refused}{who}: https://app.my-company.com cannot read the response to {}, and cannot send {}",
            calls[0], calls[1]
        );
        assert_eq!(all(&reported), [("origin-not-allowed", words.as_str())]);
    };
    says(lists, POLICY, "from https://admin.my-company.com", ["GET /me", "PUT /things"]);
    let none = Lists { origins: &[], ..ALL };
    let calls = ["GET /things", "PUT /things and DELETE /things"];
    says(none, ONE_ROUTE, "without an `Origin` header", calls);
}

#[test]
fn an_error_for_every_origin_is_not_about_the_origin() {
    let broken = |asking: &Asking<'_>| match asking.path {
        "/me" => (404, Vec::new()),
        _ => spring(ALL)(asking),
    };
    let reported = findings_with(&broken, POLICY);
    assert_eq!(named(&reported, "origin-not-allowed"), None, "{reported:#?}");
    assert!(named(&reported, "no-headers-on-errors").is_some(), "{reported:#?}");
}

/// A proxy with its own list for preflights, and another upstream for other requests.
#[test]
fn a_preflight_that_another_server_answers_is_not_a_missing_login() {
    for status in [200, 403, 405] {
        let proxy = |asking: &Asking<'_>| match &asking.preflight {
            Some((method, _)) if method != "PUT" => (status, Vec::new()),
            _ => rs_cors(ALL)(asking),
        };
        let reported = findings_with(&proxy, ONE_ROUTE);
        let found =
            named(&reported, "method-not-allowed").unwrap_or_else(|| panic!("{reported:#?}"));
        let words = "The server refuses the preflight for the method `DELETE` (";
        assert!(found.sentence.contains(words), "{}", found.sentence);
        for name in ["preflight-needs-login", "origin-not-allowed", "preflight-not-ok"] {
            assert_eq!(named(&reported, name), None, "{status}: {reported:#?}");
        }
    }
}

#[test]
fn a_change_is_explained_by_the_other_rows_too() {
    use cors_harness::verdict::policy::{Line, changes, describe};
    let case = policy(KEPT, ONE_ROUTE);
    let ruled = |lists| crate::stacks::ruled_of(&case, &spring(lists));
    let (before, now) = (
        ruled(ALL),
        ruled(Lists { methods: &["GET", "DELETE"], headers: &["x-request-id"], ..ALL }),
    );
    let (before, now) = (played(&case, &before), played(&case, &now));
    let lines = |rows: &[_]| rows.iter().map(Line::of).collect::<Vec<_>>();
    let reported = describe(changes(&lines(&before), &lines(&now)), &now);
    let words = "the server refuses the preflight for the method `PUT` (403); for GET /things it allows \
                 this origin";
    assert!(
        reported.iter().any(|one| one.sentence.to_lowercase().contains(&words.to_lowercase())),
        "{reported:#?}"
    );
}
