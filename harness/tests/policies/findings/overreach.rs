//! Servers that allow several similar origins by mistake, and the cause that each finding names.

use super::*;
use crate::stacks::{ALL, reflecting, said_of};

fn host(origin: &str) -> &str {
    let host = origin.split_once("://").map_or("", |(_, rest)| rest);
    host.split(':').next().unwrap_or_default()
}

/// Names and sentences of what is said of a server that allows these origins beside the listed ones.
fn said_by(allowed: impl Fn(&str) -> bool) -> Vec<Finding> {
    let server = reflecting(|origin| ALL.origins.contains(&origin) || allowed(origin));
    said_of(&server, POLICY)
}

#[track_caller]
fn claims(said: &[Finding], name: &str, words: &str) {
    let named: Vec<_> = said.iter().filter(|one| one.name == name).collect();
    assert!(!named.is_empty(), "no {name} in {said:#?}");
    for one in named {
        assert!(one.sentence.contains(words), "{words}: {}", one.sentence);
    }
}

#[track_caller]
fn is_silent_of(said: &[Finding], names: &[&str]) {
    for name in names {
        assert_eq!(named(said, name), None, "{said:#?}");
    }
}

#[test]
fn a_short_end_explains_a_look_alike_of_another_alphabet() {
    let said = said_by(|origin| origin.ends_with(".com"));
    is_silent_of(&said, &["punycode-look-alike"]);
    claims(&said, "suffix-look-alike", "compare only the end of the host");
    let both = ["https://evilmy-company.com", "https://app.xn--my-compny-6yh.com"];
    let said = said_by(|origin| both.contains(&origin));
    claims(&said, "punycode-look-alike", "a letter of another alphabet");
}

#[test]
fn a_short_prefix_explains_look_alikes_with_that_prefix() {
    let said = said_by(|origin| origin.starts_with("https://app."));
    is_silent_of(
        &said,
        &["punycode-look-alike", "part-look-alike", "other-top-level-domain", "joined-origins"],
    );
    claims(&said, "prefix-look-alike", "compare only the beginning of the origin");
}

#[test]
fn a_pattern_with_an_open_top_level_domain_is_not_a_searched_list() {
    let said = said_by(|origin| {
        let rest = origin.strip_prefix("https://app.my-company.").unwrap_or("-");
        rest.bytes().all(|letter| letter.is_ascii_lowercase())
    });
    claims(&said, "other-top-level-domain", "match any top-level domain");
    is_silent_of(&said, &["part-look-alike", "prefix-look-alike"]);
    let said = said_by(|origin| origin == "https://app.my-company.net");
    claims(&said, "other-top-level-domain", "and rejects `https://app.my-company.co`");
}

#[test]
fn a_list_that_is_searched_as_text_finds_parts_of_its_members() {
    let said = said_by(|origin| ALL.origins.join(",").contains(origin));
    claims(&said, "part-look-alike", "search for the origin anywhere in its allowlist");
    let said = said_by(|origin| {
        ["app.my-company.com", "admin.my-company.com"].concat().contains(host(origin))
    });
    claims(&said, "joined-origins", "search the joined allowlist as one string");
}

#[test]
fn a_suffix_match_of_each_member_is_not_a_joined_list() {
    let hosts = ["app.my-company.com", "admin.my-company.com"];
    let said = said_by(|origin| hosts.iter().any(|host| origin.ends_with(host)));
    is_silent_of(&said, &["joined-origins", "punycode-look-alike"]);
    assert!(named(&said, "suffix-look-alike").is_some(), "{said:#?}");
    let said = said_by(|origin| origin == "https://app.my-company.comadmin.my-company.com");
    claims(&said, "joined-origins", "and rejects `https://app.my-company.co`");
}

#[test]
fn a_pattern_without_an_anchor_matches_a_part_of_the_name() {
    let said = said_by(|origin| origin.contains("my-company.com"));
    let words =
        "match a part of the listed host anywhere in the origin, like a pattern without `^` or `$`";
    claims(&said, "substring-look-alike", words);
    let said = said_by(|origin| origin.contains("app.my-company.com"));
    claims(&said, "substring-look-alike", "search for the listed host anywhere in the origin");
}

#[test]
fn one_allowed_port_does_not_show_that_ports_are_ignored() {
    let local = POLICY.replace(
        "https://app.my-company.com, https://admin.my-company.com",
        "https://app.my-company.com:3000",
    );
    let said_by = |allowed: &dyn Fn(&str) -> bool| {
        let server =
            reflecting(|origin| origin == "https://app.my-company.com:3000" || allowed(origin));
        said_of(&server, &local)
    };
    let said =
        said_by(&|origin| host(origin) == "app.my-company.com" && origin.starts_with("https:"));
    claims(&said, "other-port", "seems to ignore the port");
    let said = said_by(&|origin| origin == "https://app.my-company.com:8443");
    claims(
        &said,
        "other-port",
        "and rejects `https://app.my-company.com:30001` and `https://app.my-company.com`",
    );
}

#[test]
fn development_ports_and_the_whole_machine_are_distinguished() {
    let said = said_by(|origin| origin == "http://localhost:5173");
    let words = "The server allows development servers on the user's own machine and allows credentials: \
                 http://localhost:5173 can read GET /me";
    claims(&said, "localhost-allowed", &words.replace(" and allows credentials", ""));
    let said = said_by(|origin| host(origin) == "localhost");
    claims(&said, "localhost-allowed", "any port of this host on the user's own machine");
    let said = said_by(|origin| ["localhost", "127.0.0.1", "[", "::1"].contains(&host(origin)));
    claims(&said, "localhost-allowed", "any program on the user's own machine");
}

#[test]
fn a_localhost_prefix_explains_localhost_origins() {
    let said = said_by(|origin| origin.starts_with("http://localhost"));
    let words = "compare only the beginning of an origin on the user's own machine";
    claims(&said, "localhost-look-alike", words);
    assert_eq!(said[0].name, "localhost-look-alike", "{said:#?}");
    is_silent_of(&said, &["localhost-allowed", "prefix-look-alike"]);
    let said = said_by(|origin| origin == "http://localhost.evil.example");
    claims(
        &said,
        "localhost-look-alike",
        "an origin of another site that begins like a development",
    );
}

#[test]
fn a_prefix_of_a_listed_localhost_origin_is_one_finding() {
    let listed = "[https://app.my-company.com, https://admin.my-company.com]";
    let policy = POLICY.replace(listed, "[http://localhost:3000]");
    let said = said_of(&reflecting(|origin| origin.starts_with("http://localhost")), &policy);
    claims(&said, "prefix-look-alike", "compare only the beginning of the host");
    is_silent_of(&said, &["localhost-look-alike", "localhost-allowed"]);
}
