//! After which groups of steps a page has to request a marker, although every call was answered.
//!
//! A marker divides the log: what arrives before it belongs to the groups before it. It can be left out where URLs and
//! methods say the same. This holds if all of these are true:
//!
//! - Script has a response to every call of the group, so that the next call starts after the last request of this one
//!   has arrived. The page decides this, and requests a marker otherwise.
//! - No other group of the row requests the same URL with the same method.
//! - Every request is for the URL of its call. No reply redirects or makes the browser upgrade URLs, and no server is a
//!   real server, whose replies are unknown.
//! - Every call is a `fetch` or an XMLHttpRequest that is neither aborted nor `keepalive`. An element may request more
//!   than its URL.
//! - The next group has steps. The time that passes between two steps, or another page, needs a marker before it.
//!
//! The observer uses the same rule (`observation/segment.rs`).

use super::watches::resource;
use crate::case::{Page, Row, Server, Step, StepGroup};
use crate::initiators::Initiator;

/// For each group of a row, whether a marker follows it although every call was answered.
pub(super) fn needs_marker(row: &Row) -> Vec<bool> {
    let is_needed = |number| !is_distinguished(&row.steps, number);
    let requests_only_its_urls = requests_only_its_urls(row);
    let numbers = 0..row.steps.len();
    numbers.map(|number| !requests_only_its_urls || is_needed(number)).collect()
}

/// Response headers after which a browser requests another URL than script wrote.
const CHANGES_URLS: [&str; 2] = ["location", "strict-transport-security"];

/// The directive of a page's policy that does so.
const UPGRADES_URLS: &str = "upgrade-insecure-requests";

fn requests_only_its_urls(row: &Row) -> bool {
    let is_plain = |step: &Step| {
        let is_script = matches!(step.initiator, Initiator::Fetch | Initiator::Xhr);
        is_script && !step.keepalive && step.abort.is_none()
    };
    let mut lines = row.servers.iter().flat_map(Server::header_lines);
    let changes_urls = lines
        .any(|line| CHANGES_URLS.iter().any(|name| line.name.as_str().eq_ignore_ascii_case(name)));
    row.all_steps().all(is_plain)
        && !row.has_upstream()
        && !changes_urls
        && !row.pages().any(upgrades_urls)
}

fn upgrades_urls(page: &Page) -> bool {
    page.headers.iter().any(|(_, value)| value.to_ascii_lowercase().contains(UPGRADES_URLS))
}

/// Whether URL and method tell the requests of a group from those of all others, and the next group has steps.
fn is_distinguished(groups: &[StepGroup], number: usize) -> bool {
    let is_asked_elsewhere = |step: &Step| {
        let others = groups.iter().enumerate().filter(|(other, _)| *other != number);
        others.flat_map(|(_, group)| group.steps()).any(|other| asks_the_same(step, other))
    };
    let steps = groups[number].steps();
    let next = groups.get(number + 1).map_or(&[][..], StepGroup::steps);
    !steps.is_empty() && !next.is_empty() && !steps.iter().any(is_asked_elsewhere)
}

/// Not every browser normalizes the same methods.
fn asks_the_same(one: &Step, other: &Step) -> bool {
    resource(&one.url) == resource(&other.url) && one.method.eq_ignore_ascii_case(&other.method)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::case::{CaseId, read};

    const SERVERS: &str = "servers:
  https://b.test: { /a: { GET: {}, PUT: {} }, /b: { GET: {} }, /c: { GET: {}, POST: {} } }
";
    const A: &str = "  - fetch: https://b.test/a\n";
    const PUT: &str = "  - fetch: https://b.test/a\n    method: PUT\n";
    const B: &str = "  - xhr: https://b.test/b\n";

    fn needs(head: &str, steps: &[&str]) -> Vec<bool> {
        let head = match head.contains("page:") {
            true => head.to_owned(),
            false => format!("page: https://a.test\n{head}"),
        };
        let servers = match head.contains("servers:") {
            true => "",
            false => SERVERS,
        };
        let text = format!("name: n\nbecause: b\n{head}{servers}steps:\n{}", steps.concat());
        let case = read(CaseId("c".to_owned()), Path::new("c.yaml"), text.as_bytes()).unwrap();
        needs_marker(&case.rows[0])
    }

    #[test]
    fn requests_with_different_urls_or_methods_are_distinguished() {
        assert_eq!(needs("", &[A, B]), [false, true], "nothing follows the last group");
        assert_eq!(needs("", &[A, PUT, B]), [false, false, true]);
        assert_eq!(
            needs(
                "",
                &[
                    "  - together:\n    - fetch: https://b.test/a\n    - fetch: https://b.test/c\n",
                    B
                ]
            ),
            [false, true]
        );
    }

    #[test]
    fn the_same_request_again_is_not() {
        assert_eq!(needs("", &[A, A]), [true, true]);
        assert_eq!(needs("", &[A, PUT, A]), [true, false, true]);
        assert_eq!(needs("", &[A, "  - fetch: https://b.test/a#part\n"]), [true, true]);
        let lower = "  - fetch: https://b.test/a\n    method: put\n";
        assert_eq!(needs("", &[PUT, lower]), [true, true]);
    }

    #[test]
    fn a_call_that_may_request_more_or_later_needs_a_marker() {
        for step in [
            "  - img: https://b.test/c\n",
            "  - beacon: https://b.test/c\n",
            "  - fetch: https://b.test/c\n    keepalive: true\n",
            "  - fetch: https://b.test/c\n    abort: request\n",
        ] {
            assert_eq!(needs("", &[A, B, step]), [true, true, true], "{step}");
            assert_eq!(needs("", &[step, A, B]), [true, true, true], "{step}");
        }
    }

    #[test]
    fn a_pause_needs_a_marker_before_it() {
        assert_eq!(needs("", &[A, "  - wait: 1s\n", PUT, B]), [true, true, false, true]);
    }

    #[test]
    fn urls_that_the_browser_may_change_need_markers() {
        let server = |reply: &str| {
            format!(
                "servers: {{ https://b.test: {{ /a: {{ GET: {{}} }}, /b: {{ GET: {reply} }} }} }}\n"
            )
        };
        assert_eq!(needs(&server("{}"), &[A, B]), [false, true]);
        for line in ["LOCATION: /a", "Strict-Transport-Security: max-age=60"] {
            let reply = format!("{{ headers: [{{ {line} }}] }}");
            assert_eq!(needs(&server(&reply), &[A, B]), [true, true], "{line}");
        }
        let page = "page: { origin: https://a.test, headers: [{ Content-Security-Policy: Upgrade-Insecure-Requests }] }\n";
        assert_eq!(needs(page, &[A, B]), [true, true]);
        let real = "servers: { https://b.test: { upstream: http://127.0.0.1:9 } }\n";
        assert_eq!(needs(real, &[A, B]), [true, true]);
    }
}
