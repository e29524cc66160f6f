//! The header lines of a page, as they are sent.

use super::names::Names;
use crate::case::Page;

/// The header lines of a page with the host names of its rows. A policy that decides which servers the page can request also
/// allows the requests of the marker: without them the end of a step would not be known.
pub(super) fn page_headers(page: &Page, marker: &str, names: &Names) -> Vec<(String, String)> {
    let line = |(name, value): &(String, String)| {
        let value = names.physical(value);
        let sent = match name.to_ascii_lowercase().as_str() {
            "content-security-policy" => with_marker(&value, marker),
            "connection-allowlist" => listing(&value, marker),
            _ => value,
        };
        (name.clone(), sent)
    };
    page.headers.iter().map(line).collect()
}

/// All policies of a header value, each with the origin of the marker.
fn with_marker(policies: &str, marker: &str) -> String {
    let policies: Vec<_> = policies.split(',').map(|policy| allowing(policy, marker)).collect();
    policies.join(",")
}

/// A policy that allows `connect-src` this origin too. `'none'` means nothing beside another source.
fn allowing(policy: &str, origin: &str) -> String {
    let is = |directive: &&str, name: &str| {
        directive
            .split_ascii_whitespace()
            .next()
            .is_some_and(|first| first.eq_ignore_ascii_case(name))
    };
    let mut directives: Vec<_> = policy.split(';').map(str::to_owned).collect();
    if let Some(connect) = directives.iter_mut().find(|one| is(&one.as_str(), "connect-src")) {
        connect.push_str(&format!(" {origin}"));
    } else if let Some(default) = directives.iter().find(|one| is(&one.as_str(), "default-src")) {
        let sources: Vec<_> = default.split_ascii_whitespace().skip(1).collect();
        directives.push(format!(" connect-src {} {origin}", sources.join(" ")));
    }
    directives.join(";")
}

/// A Connection-Allowlist, which is a list in parentheses, with all URLs of this origin.
fn listing(allowlist: &str, origin: &str) -> String {
    match allowlist.rsplit_once(')') {
        Some((list, after)) => format!("{list} \"{origin}/*\"){after}"),
        None => allowlist.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_allows_the_marker_and_nothing_else_more() {
        for (policy, sent) in [
            ("img-src 'none'", "img-src 'none'"),
            ("connect-src 'self'", "connect-src 'self' https://m"),
            ("Connect-Src 'none'; img-src *", "Connect-Src 'none' https://m; img-src *"),
            ("default-src 'none'", "default-src 'none'; connect-src 'none' https://m"),
            ("default-src *; connect-src a", "default-src *; connect-src a https://m"),
            (
                "connect-src a, default-src b",
                "connect-src a https://m, default-src b; connect-src b https://m",
            ),
            ("", ""),
        ] {
            assert_eq!(with_marker(policy, "https://m"), sent);
        }
    }

    #[test]
    fn a_connection_allowlist_has_the_marker_too() {
        for (list, sent) in [
            ("(response-origin)", "(response-origin \"https://m/*\")"),
            ("()", "( \"https://m/*\")"),
            ("(\"https://a/*\");report-to=x", "(\"https://a/*\" \"https://m/*\");report-to=x"),
            ("response-origin", "response-origin"),
        ] {
            assert_eq!(listing(list, "https://m"), sent);
        }
    }
}
