//! Rows to plan, and what a plan has of them.

use std::path::Path;

use cors_harness::case::{self, CaseId, Row};
use cors_harness::plan::{BrowserPlan, Plan, PlannedRow, Separation, plan};
use cors_servers::script::HeaderLine;

pub fn read(text: &str) -> Row {
    let id = CaseId("c".to_owned());
    case::read(id, Path::new("c"), text.as_bytes()).unwrap().rows[0].clone()
}

/// One row with a page, a server and more lines.
pub fn row(page: &str, server: &str, more: &str) -> Row {
    let text = format!(
        "name: n\nbecause: b\npage: {page}\nservers:\n  {server}:\n    /a: {{ GET: {{ headers: \
         [{{ Access-Control-Allow-Origin: '{page}' }}] }} }}\nsteps:\n  - fetch: {server}/a\n{more}"
    );
    read(&text)
}

/// A row on a page of several origins.
pub fn framed(page: &str) -> Row {
    let text = format!(
        "name: n\nbecause: b\npage: {page}\nservers:\n  https://api.example.net: {{ /a: {{ GET: {{}} }} }}\n\
         steps:\n  - fetch: https://api.example.net/a\n"
    );
    read(&text)
}

/// The same, its server sending `Clear-Site-Data`.
pub fn clearing(mut row: Row) -> Row {
    let line = HeaderLine::text("Clear-Site-Data", "\"cookies\"").expect("a line");
    row.servers[0].routes[0][0].headers.push(line);
    row
}

pub fn planned(rows: &[&Row]) -> Plan {
    plan(rows, Separation::Shared)
}

/// For each browser, how many rows each of its pages has.
pub fn pages(plan: &Plan) -> Vec<Vec<usize>> {
    let shared_pages = |browser: &BrowserPlan| {
        browser.shared_pages.iter().map(|shared_page| shared_page.rows.len()).collect()
    };
    plan.browsers.iter().map(shared_pages).collect()
}

/// What the first step of a row calls.
pub fn url(row: &PlannedRow) -> &str {
    &row.play.step_groups[0][0].url
}
