//! Servers that allow several similar origins by mistake, and the cause that each finding names.

use super::*;
use crate::stacks::{ALL, findings_with, reflecting};

fn host(origin: &str) -> &str {
    let host = origin.split_once("://").map_or("", |(_, rest)| rest);
    host.split(':').next().unwrap_or_default()
}

/// The findings for a server that allows these origins beside the listed ones.
fn findings_by(allowed: impl Fn(&str) -> bool) -> Vec<Finding> {
    let server = reflecting(|origin| ALL.origins.contains(&origin) || allowed(origin));
    findings_with(&server, POLICY)
}

#[track_caller]
fn claims(found: &[Finding], name: &str, words: &str) {
    let named: Vec<_> = found.iter().filter(|one| one.name == name).collect();
    assert!(!named.is_empty(), "no {name} in {found:#?}");
    for one in named {
        assert!(one.sentence.contains(words), "{words}: {}", one.sentence);
    }
}

#[track_caller]
fn is_silent_of(found: &[Finding], names: &[&str]) {
    for name in names {
        assert_eq!(named(found, name), None, "{found:#?}");
    }
}

#[test]
fn a_short_end_explains_a_look_alike_of_another_alphabet() {
    let found = findings_by(|origin| origin.ends_with(".com"));
    is_silent_of(&found, &["punycode-look-alike"]);
    claims(&found, "suffix-look-alike", "compare only the end of the host");
    let both = ["https://evilmy-company.com", "https://app.xn--my-compny-6yh.com"];
    let found = findings_by(|origin| both.contains(&origin));
    claims(&found, "punycode-look-alike", "a letter of another alphabet");
}

#[test]
fn a_short_prefix_explains_look_alikes_with_that_prefix() {
    let found = findings_by(|origin| origin.starts_with("https://app."));
    is_silent_of(
        &found,
        &["punycode-look-alike", "part-look-alike", "other-top-level-domain", "joined-origins"],
    );
    claims(&found, "prefix-look-alike", "compare only the beginning of the origin");
}

#[test]
fn a_pattern_with_an_open_top_level_domain_is_not_a_searched_list() {
    let found = findings_by(|origin| {
        let rest = origin.strip_prefix("https://app.my-company.").unwrap_or("-");
        rest.bytes().all(|letter| letter.is_ascii_lowercase())
    });
    claims(&found, "other-top-level-domain", "match any top-level domain");
    is_silent_of(&found, &["part-look-alike", "prefix-look-alike"]);
    let found = findings_by(|origin| origin == "https://app.my-company.net");
    claims(&found, "other-top-level-domain", "and rejects `https://app.my-company.co`");
}

#[test]
fn a_list_that_is_searched_as_text_finds_parts_of_its_members() {
    let found = findings_by(|origin| ALL.origins.join(",").contains(origin));
    claims(&found, "part-look-alike", "search for the origin anywhere in its allowlist");
    let found = findings_by(|origin| {
        ["app.my-company.com", "admin.my-company.com"].concat().contains(host(origin))
    });
    claims(&found, "joined-origins", "search the joined allowlist as one string");
}

#[test]
fn a_suffix_match_of_each_member_is_not_a_joined_list() {
    let hosts = ["app.my-company.com", "admin.my-company.com"];
    let found = findings_by(|origin| hosts.iter().any(|host| origin.ends_with(host)));
    is_silent_of(&found, &["joined-origins", "punycode-look-alike"]);
    assert!(named(&found, "suffix-look-alike").is_some(), "{found:#?}");
    let found = findings_by(|origin| origin == "https://app.my-company.comadmin.my-company.com");
    claims(&found, "joined-origins", "and rejects `https://app.my-company.co`");
}

#[test]
fn a_pattern_without_an_anchor_matches_a_part_of_the_name() {
    let found = findings_by(|origin| origin.contains("my-company.com"));
    let words =
        "match a part of the listed host anywhere in the origin, like a pattern without `^` or `$`";
    claims(&found, "substring-look-alike", words);
    let found = findings_by(|origin| origin.contains("app.my-company.com"));
    claims(&found, "substring-look-alike", "search for the listed host anywhere in the origin");
}

#[test]
fn one_allowed_port_does_not_show_that_ports_are_ignored() {
    let local = POLICY.replace(
        "https://app.my-company.com, https://admin.my-company.com",
        "https://app.my-company.com:3000",
    );
    let findings_by = |allowed: &dyn Fn(&str) -> bool| {
        let server =
            reflecting(|origin| origin == "https://app.my-company.com:3000" || allowed(origin));
        findings_with(&server, &local)
    };
    let found =
        findings_by(&|origin| host(origin) == "app.my-company.com" && origin.starts_with("https:"));
    claims(&found, "other-port", "seems to ignore the port");
    let found = findings_by(&|origin| origin == "https://app.my-company.com:8443");
    claims(
        &found,
        "other-port",
        "and rejects `https://app.my-company.com:30001` and `https://app.my-company.com`",
    );
}

#[test]
fn development_ports_and_the_whole_machine_are_distinguished() {
    let found = findings_by(|origin| origin == "http://localhost:5173");
    let words = "The server allows development servers on the user's own machine and allows credentials: \
                 http://localhost:5173 can read GET /me";
    claims(&found, "localhost-allowed", &words.replace(" and allows credentials", ""));
    let found = findings_by(|origin| host(origin) == "localhost");
    claims(&found, "localhost-allowed", "any port of this host on the user's own machine");
    let found =
        findings_by(|origin| ["localhost", "127.0.0.1", "[", "::1"].contains(&host(origin)));
    claims(&found, "localhost-allowed", "any program on the user's own machine");
}

#[test]
fn a_localhost_prefix_explains_localhost_origins() {
    let found = findings_by(|origin| origin.starts_with("http://localhost"));
    let words = "compare only the beginning of an origin on the user's own machine";
    claims(&found, "localhost-look-alike", words);
    assert_eq!(found[0].name, "localhost-look-alike", "{found:#?}");
    is_silent_of(&found, &["localhost-allowed", "prefix-look-alike"]);
    let found = findings_by(|origin| origin == "http://localhost.evil.example");
    claims(
        &found,
        "localhost-look-alike",
        "an origin of another site that begins like a development",
    );
}

#[test]
fn a_prefix_of_a_listed_localhost_origin_is_one_finding() {
    let listed = "[https://app.my-company.com, https://admin.my-company.com]";
    let policy = POLICY.replace(listed, "[http://localhost:3000]");
    let found =
        findings_with(&reflecting(|origin| origin.starts_with("http://localhost")), &policy);
    claims(&found, "prefix-look-alike", "compare only the beginning of the host");
    is_silent_of(&found, &["localhost-look-alike", "localhost-allowed"]);
}
