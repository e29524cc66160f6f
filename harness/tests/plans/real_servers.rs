//! Rows that use real servers.

use cors_harness::case::Row;
use cors_harness::plan::{Plan, Sharing, sharing};

use crate::support::{pages, planned, read};

/// Rows of a policy over a real server: each on a page, with a login or without.
fn upstream(page: &str, cookies: &str) -> Row {
    read(&upstream_text(page, cookies))
}

fn upstream_text(page: &str, cookies: &str) -> String {
    format!(
        "name: n\nbecause: b\npage: {page}\nservers:\n  https://api.example.com: {{ in-process: true }}\n{cookies}\
         steps:\n  - fetch: https://api.example.com/me\n    credentials: include\n"
    )
}

#[test]
fn rows_of_a_real_server_play_one_by_one_on_one_page_for_each_site() {
    let pages_of = [
        "https://app.example.com",
        "https://www.example.com:8443",
        "https://evil.example",
        "http://localhost:3000",
        "http://localhost:5173",
    ];
    let rows: Vec<_> =
        pages_of.iter().flat_map(|page| [upstream(page, LOGIN), upstream(page, "")]).collect();
    let rows: Vec<_> = rows.iter().collect();
    assert!(rows.iter().all(|row| matches!(sharing(row), Sharing::OneByOne(_))));
    let plan = planned(&rows).with_profiles();
    assert_eq!(pages(&plan), [[4, 2, 4]]);
    let shared_pages = &plan.browsers[0].shared_pages;
    assert!(shared_pages.iter().all(|shared_page| shared_page.one_by_one && !shared_page.fresh));
    let framed: Vec<_> = shared_pages.iter().map(|shared_page| shared_page.has_frames()).collect();
    assert_eq!(framed, [true, false, true]);
    let page =
        shared_pages[2].page_with_frames(shared_pages[2].rows.iter().map(|row| (*row, rows[*row])));
    let page = page.unwrap();
    assert_eq!(page.origin, "http://localhost:19002");
    let hosts: Vec<_> = page.documents.iter().map(|server| server.address.port).collect();
    assert_eq!(hosts, [3000, 5173, 19002], "each document once");
}

/// The rows of all pages of the first browser, in the order of play.
fn orders(plan: &Plan) -> Vec<&[usize]> {
    let shared_pages = plan.browsers[0].shared_pages.iter();
    shared_pages.map(|shared_page| shared_page.rows.as_slice()).collect()
}

const LOGIN: &str = "cookies: [{ https://api.example.com: a=1; Secure; SameSite=None }]\n";

fn put(page: &str, cookies: &str) -> Row {
    read(&format!("{}    method: PUT\n", upstream_text(page, cookies)))
}

#[test]
fn caches_are_removed_as_seldom_as_possible() {
    let app = "https://app.example.com";
    let rows = [
        upstream(app, LOGIN),
        upstream(app, ""),
        upstream(app, LOGIN),
        put(app, LOGIN),
        put(app, LOGIN),
        upstream("https://www.example.com", LOGIN),
        put("https://www.example.com", LOGIN),
    ];
    let plan = planned(&rows.iter().collect::<Vec<_>>()).with_profiles();
    assert_eq!(orders(&plan), [[0, 3, 6, 2, 4, 5, 1]]);
}

#[test]
fn without_stored_responses_rows_share_a_browser_until_a_preflight_is_repeated_or_cookies_differ() {
    let rows = ["https://app.example.com", "https://evil.example"].map(|page| {
        [
            upstream(page, LOGIN),
            put(page, LOGIN),
            put(page, LOGIN),
            upstream(page, LOGIN),
            upstream(page, ""),
        ]
    });
    let rows: Vec<_> = rows.iter().flatten().collect();
    let plan = planned(&rows).without_responses();
    assert_eq!(orders(&plan), [&[0, 1, 3, 2][..], &[5, 6, 8, 7], &[4], &[9]]);
    assert!(!plan.browsers[0].alone, "several browsers can divide its pages");
}

#[test]
fn without_profiles_rows_of_a_real_server_share_a_browser_only_without_a_shared_cache() {
    let rows = ["https://app.example.com", "https://www.example.com", "https://evil.example"];
    let rows = rows.map(|page| upstream(page, ""));
    let plan = planned(&rows.iter().collect::<Vec<_>>());
    assert_eq!(pages(&plan), [vec![1, 1], vec![1]]);
}
