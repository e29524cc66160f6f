//! Describes the headers of a request: those that script set or that reveal something, and those in
//! which two sides differ.

use super::style::escaped;
use crate::observation::RequestHeaders;

/// The longest value that is shown in full, in characters.
const LIMIT: usize = 60;

/// The headers of a request: ` with cookie sid and x-auth \`1\` without content-type`.
pub(super) fn of_request(
    cookies: &[String],
    headers: &RequestHeaders,
    other: Option<&RequestHeaders>,
) -> String {
    let names = headers.notable().chain(differing(headers, other));
    let cookies = (!cookies.is_empty()).then(|| format!("cookie {}", cookies.join(", ")));
    described(cookies, headers, names)
}

/// The headers of a preflight. Script sets none there, so every one of them is worth reporting.
pub(super) fn of_preflight(headers: &RequestHeaders, other: Option<&RequestHeaders>) -> String {
    let notable = headers.notable().filter(|name| headers.get(name).is_some());
    described(None, headers, notable.chain(differing(headers, other)))
}

/// A name in its usual spelling: `Content-Type`.
pub(super) fn spelled(name: &str) -> String {
    let part = |part: &str| {
        let (first, rest) = part.split_at(part.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    name.split('-').map(part).collect::<Vec<_>>().join("-")
}

fn differing<'h>(
    headers: &'h RequestHeaders,
    other: Option<&'h RequestHeaders>,
) -> impl Iterator<Item = &'h str> {
    other.into_iter().flat_map(|other| headers.differing(other))
}

fn described<'h>(
    first: Option<String>,
    headers: &RequestHeaders,
    names: impl Iterator<Item = &'h str>,
) -> String {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.dedup();
    let there = names.iter().filter_map(|name| Some(line(name, headers.get(name)?)));
    let there = there.collect::<Vec<_>>().join(", ");
    let there = Some(there).filter(|there| !there.is_empty());
    let with: Vec<_> = first.into_iter().chain(there).collect();
    let missing = names.into_iter().filter(|name| headers.get(name).is_none());
    let missing: Vec<_> = missing.collect();
    let part = |word: &str, listed: String| match listed.is_empty() {
        true => listed,
        false => format!(" {word} {listed}"),
    };
    part("with", with.join(" and ")) + &part("without", missing.join(", "))
}

fn line(name: &str, value: &str) -> String {
    if name == "authorization" {
        return format!("{name} ({value})");
    }
    let shown: String = value.chars().take(LIMIT).flat_map(escaped).collect();
    match value.chars().count() {
        length if length > LIMIT => format!("{name} `{shown}…` ({length} characters)"),
        _ => format!("{name} `{shown}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Context, Origin, Page};
    use crate::observation::Authored;
    use cors_servers::script::Scheme;

    /// The headers of a request for `url` by a page that sets `X-Auth` and `Authorization`.
    fn carried(url: &str, lines: &[(&str, &str)]) -> RequestHeaders {
        let origin = Origin { scheme: Scheme::Https, host: "app.example".to_owned(), port: 443 };
        let page = Page::new(origin, Context::Document);
        let given = [("X-Auth", "1"), ("Authorization", "Bearer secret")];
        let authored = Authored::new(given.into_iter(), false, &page);
        let value = |name: &str| {
            lines.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        authored.headers(url, value)
    }

    const API: &str = "https://api.example/";

    #[test]
    fn headers_that_script_set_are_shown_also_if_missing() {
        let lines = [("x-auth", "1"), ("authorization", "Bearer secret"), ("accept", "*/*")];
        let all = carried(API, &lines);
        let cookies = ["sid".to_owned()];
        let expected = " with cookie sid and authorization (as given, 13 bytes), x-auth `1`";
        assert_eq!(of_request(&cookies, &all, Some(&all)), expected);
        let expected = " with authorization (not as given, 5 bytes) without x-auth";
        assert_eq!(of_request(&[], &carried(API, &[("authorization", "Basic")]), None), expected);
        assert_eq!(of_request(&[], &carried(API, &[]), None), " without authorization, x-auth");
    }

    #[test]
    fn differences_are_reported_on_both_sides() {
        let (one, other) = (carried(API, &[("accept", "*/*")]), carried(API, &[]));
        assert_eq!(of_preflight(&one, Some(&other)), " with accept `*/*`");
        assert_eq!(of_preflight(&other, Some(&one)), " without accept");
        assert_eq!(of_preflight(&one, Some(&one)), "");
    }

    #[test]
    fn a_referrer_is_shown_if_the_default_policy_would_send_another() {
        let of_preflight_to =
            |url, referer| of_preflight(&carried(url, &[("referer", referer)]), None);
        assert_eq!(of_preflight_to(API, "https://app.example/"), "");
        assert_eq!(
            of_preflight_to("https://app.example/a", "https://app.example/.cors-harness/page"),
            ""
        );
        let more = of_preflight_to(API, "https://app.example/.cors-harness/page");
        assert_eq!(more, " with referer `https://app.example/.cors-harness/page`");
    }

    #[test]
    fn a_finding_name_has_its_documented_spelling() {
        assert_eq!(spelled("sec-fetch-site"), "Sec-Fetch-Site");
        assert_eq!(spelled("x--a"), "X--A");
    }
}
