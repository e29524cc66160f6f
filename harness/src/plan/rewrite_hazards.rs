//! Finds rows that other host names would change in more than the names. Such a row must keep its
//! names.

use std::collections::BTreeMap;

use cors_servers::script::{Piece, Reply, Template};
use url::Url;

use super::names::Names;
use crate::case::{Row, Step};

/// Why a row would not be the same under other names, which have the length of its own.
pub(super) fn objection(row: &Row, names: &Names) -> Option<&'static str> {
    if !leads_alike(row, names) {
        Some("one of its URLs has a host spelling that cannot be rewritten")
    } else if names_used_as_words(row, names) {
        Some("a header or a method has the same name as one of its hosts")
    } else if row.all_steps().any(|step| exceeds_safelist_limits(step, names)) {
        Some("one of its headers would not be safelisted with a longer name")
    } else {
        None
    }
}

/// Whether each requested URL and redirect target leads to the same place under other names. Only a
/// URL parser finds hosts like `b%2Etest` and `127.1`.
fn leads_alike(row: &Row, names: &Names) -> bool {
    let is_alike = |base: Option<&str>, text: &str| {
        let base = base.unwrap_or("about:blank");
        let written = parsed(base, text).map(|url| names.physical(url.as_str()));
        written == parsed(&names.physical(base), &names.physical(text)).map(String::from)
    };
    row.all_steps().all(|step| is_alike(None, &step.url))
        && locations(row).all(|(base, text)| is_alike(Some(&base), text))
}

fn parsed(base: &str, text: &str) -> Option<Url> {
    Url::parse(base).ok()?.join(text).ok()
}

/// Every `Location` of the row's servers that the case names, and the URL of the response.
fn locations(row: &Row) -> impl Iterator<Item = (String, &str)> {
    let routes = row.servers.iter().flat_map(|server| {
        let routes = server.routes.iter();
        routes.map(|(path, replies)| (format!("{}{path}", server.origin), replies))
    });
    routes.flat_map(|(base, replies)| {
        let lines = replies.values().flat_map(Reply::all).flat_map(|reply| &reply.headers);
        let lines = lines.filter(|line| line.name.as_str().eq_ignore_ascii_case("location"));
        lines.filter_map(move |line| Some((base.clone(), whole(line.value.template())?)))
    })
}

fn whole(value: &Template) -> Option<&str> {
    match value.0.as_slice() {
        [Piece::Text(text)] => std::str::from_utf8(text).ok(),
        _ => None,
    }
}

/// Whether a header or a method has the name of a host. They are compared with lists in texts, and
/// the browser sorts headers by name.
fn names_used_as_words(row: &Row, names: &Names) -> bool {
    let replies = row.servers.iter().flat_map(|server| server.routes.values()).flatten();
    let of_servers = replies.flat_map(|(method, reply)| {
        let lines = reply.all().flat_map(|reply| &reply.headers);
        std::iter::once(method.as_str()).chain(lines.map(|line| line.name.as_str()))
    });
    let of_steps = row.all_steps().flat_map(|step| {
        let names = step.headers.iter().map(|(name, _)| name.as_str());
        std::iter::once(step.method.as_str()).chain(names)
    });
    of_servers.chain(of_steps).any(|word| names.physical(word) != *word)
}

/// Whether a header of a step is safelisted as written and would not be under other names, because
/// of its length or that of all headers:
/// <https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names>.
fn exceeds_safelist_limits(step: &Step, names: &Names) -> bool {
    let lines = safelisted(step);
    let passes = |text: &str| length(text) <= OF_ONE && length(&names.physical(text)) > OF_ONE;
    let fitting = || lines.iter().map(|(_, value)| *value).filter(|value| length(value) <= OF_ONE);
    let written: usize = fitting().map(length).sum();
    let renamed: usize = fitting().map(|value| length(&names.physical(value))).sum();
    fitting().any(passes)
        || joined(&lines).iter().any(|text| passes(text))
        || (written <= OF_ALL && renamed > OF_ALL)
}

/// The length of the longest safelisted value.
const OF_ONE: usize = 128;
/// The largest total length of all safelisted values.
const OF_ALL: usize = 1024;

/// <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>, by name only.
fn safelisted(step: &Step) -> Vec<(String, &str)> {
    const NAMES: [&str; 5] =
        ["accept", "accept-language", "content-language", "content-type", "range"];
    let lines = step.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.trim()));
    lines.filter(|(name, _)| NAMES.contains(&name.as_str())).collect()
}

/// Lines with one name, joined as XMLHttpRequest always joins them, and Chromium for any API.
fn joined(lines: &[(String, &str)]) -> Vec<String> {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    lines.iter().for_each(|(name, value)| by_name.entry(name).or_default().push(value));
    by_name.into_values().map(|values| values.join(", ")).collect()
}

/// The length in bytes as script sends it: one byte for each character.
fn length(value: &str) -> usize {
    value.chars().count()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::case::{self, CaseId};
    use crate::plan::{Sharing, sharing};

    const SPELLING: &str = "one of its URLs has a host spelling that cannot be rewritten";
    const WORD: &str = "a header or a method has the same name as one of its hosts";
    const LENGTH: &str = "one of its headers would not be safelisted with a longer name";

    /// The objection to a row with this page, these replies of a server and this step.
    fn objection(page: &str, server: &str, replies: &str, step: &str) -> Option<&'static str> {
        let text = format!(
            "name: n\nbecause: b\npage: {page}\nservers:\n  {server}:\n    /x: {replies}\nsteps:\n  - {step}\n"
        );
        let case = case::read(CaseId("c".to_owned()), Path::new("c"), text.as_bytes());
        match sharing(&case.unwrap().rows[0]) {
            Sharing::Nothing(why) => Some(why),
            _ => None,
        }
    }

    fn with_step(step: &str) -> Option<&'static str> {
        objection("https://app.example.com", "https://b.test", "{ GET: {} }", step)
    }

    fn with_replies(replies: &str) -> Option<&'static str> {
        objection("https://app.example.com", "https://b.test", replies, "fetch: https://b.test/x")
    }

    #[test]
    fn hosts_ignore_case_and_ports_can_have_leading_zeros() {
        for url in ["https://b.TEST:0443/x?b.test#b.test", "https://u:p@b.test/x", "/\\B.test/x"] {
            assert_eq!(with_step(&format!("fetch: '{url}'")), None, "{url}");
        }
    }

    #[test]
    fn a_host_only_visible_to_a_parser_is_not_renamed() {
        for url in ["https://%62.test/x", "https://b%2Etest/x", "https://b。test/x"] {
            assert_eq!(with_step(&format!("fetch: {url}")), Some(SPELLING), "{url}");
            let replies = format!("{{ GET: {{ headers: [{{ Location: '{url}' }}] }} }}");
            assert_eq!(with_replies(&replies), Some(SPELLING), "{url}");
        }
        let location =
            |location| format!("{{ GET: {{ headers: [{{ Location: '{location}' }}] }} }}");
        assert_eq!(with_replies(&location("//b.test/x")), None);
        assert_eq!(with_replies(&location("?b.test")), None);
    }

    #[test]
    fn an_address_only_visible_to_a_parser_keeps_its_port() {
        let with_step = |url: &str| {
            let (page, server) = ("http://localhost:3000", "http://127.0.0.1:4000");
            objection(page, server, "{ GET: {} }", &format!("fetch: {url}/x"))
        };
        for url in ["http://127.1:4000", "http://0x7f000001:4000", "http://127.0.0.1:04000"] {
            assert_eq!(with_step(url), Some(SPELLING), "{url}");
        }
        assert_eq!(with_step("http://127.0.0.1:4000"), None);
    }

    #[test]
    fn a_header_or_method_that_equals_a_host_is_not_renamed() {
        let of_step = "{ fetch: https://b.test/x, headers: [B.test: 1] }";
        assert_eq!(with_step(of_step), Some(WORD));
        assert_eq!(with_step("{ fetch: https://b.test/x, method: b.test }"), Some(WORD));
        assert_eq!(with_replies("{ GET: { headers: [b.test: 1] } }"), Some(WORD));
        assert_eq!(with_replies("{ GET: {}, b.test: {} }"), Some(WORD));
        assert_eq!(with_replies("{ GET: { headers: [x-b.test: b.test] } }"), None);
    }

    #[test]
    fn a_value_at_the_safelist_limit_is_not_renamed() {
        let of = |name: &str, values: &[String]| {
            let lines: Vec<_> =
                values.iter().map(|value| format!("{{ {name}: '{value}' }}")).collect();
            with_step(&format!("{{ fetch: https://b.test/x, headers: [{}] }}", lines.join(", ")))
        };
        let long = |length: usize| format!("b.test;{}", "x".repeat(length - 7));
        assert_eq!(of("Accept", &[long(128)]), Some(LENGTH));
        assert_eq!(of("Accept", &[long(120)]), None, "the label has eight letters");
        assert_eq!(of("Accept", &[long(129)]), None, "it is not safelisted anyway");
        assert_eq!(of("X-Own", &[long(128)]), None);
        assert_eq!(of("Accept", &[long(60), long(60)]), Some(LENGTH), "they may be joined");
        assert_eq!(of("Accept", &vec![long(113); 9]), Some(LENGTH), "they are too much together");
    }
}
