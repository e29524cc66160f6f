//! What `list --plan` shows: browsers, their pages, the rows on them, and why some rows do not share a page.

use std::fmt::Write;
use std::sync::Arc;

use super::played_row::values;
use super::style::counted;
use crate::case::{Case, Row, ThirdPartyCookies};
use crate::contexts::RunsIn;
use crate::plan::{BrowserPlan, Separation, SharedPage, Sharing, plan};

/// How all rows of the cases would be played in a browser that supports fresh profiles, one browser
/// at a time.
pub fn plan_text(cases: &[Arc<Case>]) -> String {
    let of_case = |case: &'_ Arc<Case>| {
        let case = Arc::clone(case);
        (0..case.rows.len()).map(move |row| (Arc::clone(&case), row))
    };
    let rows: Vec<_> = cases.iter().flat_map(of_case).collect();
    let plan = plan(&rows.iter().map(row).collect::<Vec<_>>(), Separation::Shared).with_profiles();
    let pages = plan.browsers.iter().map(|browser| browser.shared_pages.len()).sum();
    let mut text = format!(
        "{} in {} on {}\n\
         If several browsers run at once, each takes the next page when it has played one. WebKit and a remote driver \
         open a\nbrowser for each fresh profile, and they open more pages for rows of real servers.\n",
        counted(rows.len(), "row"),
        counted(plan.browsers.len(), "browser"),
        counted(pages, "page")
    );
    for (number, browser) in plan.browsers.iter().enumerate() {
        write_browser(&mut text, number + 1, browser, &rows);
    }
    text
}

/// A row by its case and its position there.
type Placed = (Arc<Case>, usize);

fn row((case, row): &Placed) -> &Row {
    &case.rows[*row]
}

fn write_browser(text: &mut String, number: usize, browser: &BrowserPlan, rows: &[Placed]) {
    let cookies = match browser.needs.third_party_cookies {
        ThirdPartyCookies::Allowed => "allowed",
        ThirdPartyCookies::AsShipped => "as-shipped",
    };
    let clock = if browser.needs.moves_clock { ", with a clock that is moved" } else { "" };
    let _ = writeln!(text, "\nbrowser {number}, third-party cookies {cookies}{clock}");
    for shared_page in &browser.shared_pages {
        let page = shared_page.page(shared_page.rows[0], row(&rows[shared_page.rows[0]]));
        let frame = match page.runs_in {
            _ if shared_page.has_frames() => " and pages of its site, each in a frame of one page",
            RunsIn::TopLevel => "",
            RunsIn::Frame => " in a frame",
            RunsIn::Worker => " in a worker",
        };
        let count = counted(shared_page.rows.len(), "row");
        let order = if shared_page.one_by_one { ", one after another" } else { "" };
        let _ = writeln!(text, "  page {}{frame}: {count}{order}", page.origin);
        write_rows(text, shared_page, rows);
    }
}

fn write_rows(text: &mut String, shared_page: &SharedPage, rows: &[Placed]) {
    let planned = || shared_page.rows.iter().map(|place| &rows[*place]);
    if let [alone] = shared_page.rows.as_slice() {
        let (case, row) = (&rows[*alone].0, row(&rows[*alone]));
        let _ = writeln!(text, "    {}{}{}", case.id, suffix(row), needs(shared_page, row));
        return;
    }
    let mut cases: Vec<_> = planned().map(|(case, _)| case).collect();
    cases.dedup_by(|one, other| one.id == other.id);
    for case in cases {
        let count = planned().filter(|(of, _)| of.id == case.id).count();
        let _ = writeln!(text, "    {}: {}", case.id, counted(count, "row"));
    }
}

/// What a row needs for itself, if it cannot share its page.
fn needs(shared_page: &SharedPage, row: &Row) -> String {
    match shared_page.sharing(row) {
        Sharing::Page => String::new(),
        other => {
            let (what, why) = other.words();
            format!(": {what}, because {why}")
        }
    }
}

fn suffix(row: &Row) -> String {
    if row.values.is_empty() { String::new() } else { format!(" ({})", values(row)) }
}
