//! One mistake of a server is one finding, although each listed origin has look-alikes that it allows.

use super::*;
use crate::stacks::{ALL, Asking, findings_with, reflecting};

/// The findings about a server that allows these origins beside the listed ones.
fn findings_by(allowed: impl Fn(&str) -> bool) -> Vec<Finding> {
    findings_with(&reflecting(|origin| ALL.origins.contains(&origin) || allowed(origin)), POLICY)
}

/// The only finding about origins that are not listed.
#[track_caller]
fn only(allowed: impl Fn(&str) -> bool) -> Finding {
    let findings = findings_by(allowed);
    let [one] = findings.as_slice() else { panic!("not one finding: {findings:#?}") };
    one.clone()
}

const ANYWHERE: &str = "The server seems to match a part of the listed host anywhere in the origin, like a pattern without \
                        `^` or `$`: ";

#[test]
fn a_text_that_is_searched_anywhere_is_one_finding() {
    for text in ["my-company", "my-company.com", "company", "pany.c", "my-"] {
        let one = only(|origin| origin.contains(text));
        assert_eq!(
            (one.name, one.severity),
            ("substring-look-alike", Severity::Critical),
            "{text}"
        );
        assert!(one.sentence.starts_with(ANYWHERE), "{text}: {}", one.sentence);
    }
    let one =
        only(|origin| ["app.my-company", "admin.my"].iter().any(|text| origin.contains(text)));
    assert!(one.sentence.starts_with(ANYWHERE), "{}", one.sentence);
    let one = only(|origin| origin.contains("app") || origin.contains("admin"));
    assert!(one.sentence.starts_with(ANYWHERE), "{}", one.sentence);
    let one = only(|origin| ALL.origins.iter().any(|listed| origin.contains(&listed[8..])));
    let words = "The server seems to search for the listed host anywhere in the origin: ";
    assert!(one.sentence.starts_with(words), "{}", one.sentence);
}

#[test]
fn a_compared_end_is_one_finding_over_http_too() {
    for end in ["my-company.com", "company.com", ".com"] {
        let one = only(|origin| origin.ends_with(end));
        assert_eq!(one.name, "suffix-look-alike", "{end}: {}", one.sentence);
        let words =
            "The server seems to compare only the end of the host: https://evilmy-company.com can";
        assert!(one.sentence.starts_with(words), "{end}: {}", one.sentence);
    }
    let one = only(|origin| ALL.origins.iter().any(|listed| origin.ends_with(&listed[8..])));
    assert_eq!((one.name, one.severity), ("suffix-look-alike", Severity::High), "{}", one.sentence);
    let findings = findings_by(|origin| {
        origin == "https://evilmy-company.com" || origin == "http://app.my-company.com"
    });
    assert!(named(&findings, "http-allowed").is_some(), "two origins of a list: {findings:#?}");
}

#[test]
fn look_alikes_of_one_kind_that_no_rule_explains_are_one_finding() {
    let findings = findings_by(|origin| {
        ["https://app.my-company.com:8443", "https://admin.my-company.net"].contains(&origin)
    });
    assert_eq!(findings.len(), 2, "{findings:#?}");
    let findings = findings_by(|origin| {
        let allowed = ["https://app.my-company.net", "https://admin.my-company.net"];
        allowed.contains(&origin) || origin == "https://evilmy-company.com"
    });
    let found: Vec<_> =
        findings.iter().filter(|one| one.name == "other-top-level-domain").collect();
    let [one] = found.as_slice() else { panic!("{findings:#?}") };
    let words = "The server allows origins that are similar to https://app.my-company.com and \
                 https://admin.my-company.com, and rejects `https://app.my-company.co`";
    assert!(one.sentence.starts_with(words), "{}", one.sentence);
}

#[test]
fn a_server_that_reflects_all_but_some_origins_has_one_cause() {
    let host = |origin: &str| origin.split_once("://").map_or("", |(_, host)| host).to_owned();
    type Allows<'a> = &'a dyn Fn(&str) -> bool;
    let servers: [(&str, Allows<'_>); 6] = [
        ("origins that contain `evil` (", &|origin| !origin.contains("evil")),
        ("origins that contain `evil.example` (", &|origin| {
            !origin.ends_with(".evil.example") && !origin.ends_with("/evil.example")
        }),
        ("origins that contain `https://evil.example` (", &|origin| {
            origin != "https://evil.example"
        }),
        ("origins that contain `evil` and hosts with letters of other alphabets (", &|origin| {
            !origin.contains("evil") && !origin.contains("xn--")
        }),
        ("origins that contain `evil` and origins over plain HTTP (", &|origin| {
            !origin.contains("evil") && !origin.starts_with("http:")
        }),
        ("origins that contain `evil` and `null` (", &|origin| {
            !host(origin).contains("evil") && origin != "null"
        }),
    ];
    for (rule, allowed) in servers {
        let one = only(allowed);
        assert_eq!(one.name, "reads-for-any-site-with-login", "{rule}: {}", one.sentence);
        assert_eq!(one.severity, Severity::Critical);
        let is_almost_all = one.sentence.starts_with("The server reflects almost every origin (");
        assert_eq!(is_almost_all, !rule.contains("HTTP"), "{}", one.sentence);
        assert!(
            one.sentence.contains(&format!(", and rejects only {rule}`https://")),
            "{rule}: {}",
            one.sentence
        );
    }
}

#[test]
fn several_mistakes_are_no_reflected_origin() {
    let findings = findings_by(|origin| {
        origin == "null"
            || origin.contains("//localhost") && !origin.contains("evil")
            || origin == "https://appxmy-company.com"
            || origin.ends_with(":8443")
    });
    let names: Vec<_> = findings.iter().map(|one| one.name).collect();
    for name in ["null-allowed", "localhost-allowed", "unescaped-dot", "other-port"] {
        assert!(names.contains(&name), "{name}: {findings:#?}");
    }
    assert!(!names.contains(&"reads-for-any-site-with-login"), "{findings:#?}");
    let findings = findings_by(|origin| origin.starts_with("https://app.") || origin == "null");
    assert!(findings.iter().all(|one| !one.sentence.contains("reflects")), "{findings:#?}");
}

#[test]
fn a_proxy_that_answers_preflights_with_a_wildcard_does_not_reflect() {
    let names = [
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers",
    ];
    let server = move |asking: &Asking<'_>| match asking.method == "OPTIONS" {
        true => (204, names.map(|name| (name, "*".to_owned())).to_vec()),
        false if asking.is_of(ALL.origins) => (200, asking.allowed(ALL)),
        false => (200, vec![("Vary", "Origin".to_owned())]),
    };
    let findings = findings_with(&server, POLICY);
    let sends = named(&findings, "sends-for-any-site").expect("any website can send PATCH");
    let words = "The server sends `Access-Control-Allow-Origin: *` in the preflight response for this request, and \
                 rejects https://evil.example for GET /me";
    assert!(sends.sentence.starts_with(words), "{}", sends.sentence);
    assert!(!sends.sentence.contains("GET /me and GET /me"), "{}", sends.sentence);
}
