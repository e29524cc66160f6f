//! Rows that use real servers.

use cors_harness::case::Row;
use cors_harness::plan::{Sharing, sharing};

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
    let login = "cookies: [{ https://api.example.com: a=1; Secure; SameSite=None }]\n";
    let pages_of = [
        "https://app.example.com",
        "https://www.example.com:8443",
        "https://evil.example",
        "http://localhost:3000",
        "http://localhost:5173",
    ];
    let rows: Vec<_> =
        pages_of.iter().flat_map(|page| [upstream(page, login), upstream(page, "")]).collect();
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

#[test]
fn a_preflight_is_repeated_in_a_later_pass_over_all_pages() {
    let put = |page| read(&format!("{}    method: PUT\n", upstream_text(page, "")));
    let pages_of = ["https://app.example.com", "https://evil.example"];
    let rows = pages_of.map(|page| [put(page), upstream(page, ""), put(page), upstream(page, "")]);
    let rows: Vec<_> = rows.iter().flatten().collect();
    let plan = planned(&rows).with_profiles();
    let rows: Vec<_> = plan.browsers[0]
        .shared_pages
        .iter()
        .map(|shared_page| shared_page.rows.as_slice())
        .collect();
    // Reads come before writes, except for the first row of the run.
    assert_eq!(rows, [&[0, 1, 3][..], &[5, 7, 4], &[2], &[6]]);
}

#[test]
fn without_profiles_rows_of_a_real_server_share_a_browser_only_without_a_shared_cache() {
    let rows = ["https://app.example.com", "https://www.example.com", "https://evil.example"];
    let rows = rows.map(|page| upstream(page, ""));
    let plan = planned(&rows.iter().collect::<Vec<_>>());
    assert_eq!(pages(&plan), [vec![1, 1], vec![1]]);
}
