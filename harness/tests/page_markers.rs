//! The page requests a marker after a step only where URL and method do not divide the log, or where a call was not
//! answered. Tried with every engine that is installed; `CORS_HARNESS_REQUIRE` makes a missing one fail.

use std::path::Path;

use cors_harness::case::{self, CaseId, Row, ThirdPartyCookies};
use cors_harness::engine::{Kind, Opening, Required, Source};
use cors_harness::plan::{Separation, plan};
use cors_servers::Lab;
use cors_servers::exchange::Exchange;

const CASE: &str = "
name: n
because: b
servers:
  https://api.example.com:
    /a: { GET: OPEN, PUT: OPEN, OPTIONS: OPEN }
    /b: { GET: OPEN }
    /closed: { GET: {} }
page: https://app.example.com
steps:
";
const OPEN: &str =
    "{ headers: [{ Access-Control-Allow-Origin: '*' }, { Access-Control-Allow-Methods: PUT }] }";
const PUT: &str = "  - fetch: https://api.example.com/a\n    method: PUT\n";
const A: &str = "  - fetch: https://api.example.com/a\n";
const B: &str = "  - xhr: https://api.example.com/b\n";
const CLOSED: &str = "  - fetch: https://api.example.com/closed\n";

/// Steps, and the numbers of the groups after which the page requests a marker.
const ROWS: [(&[&str], &[usize]); 4] =
    [(&[PUT, A, B], &[]), (&[A, A, B], &[0, 1]), (&[B, CLOSED, A], &[1]), (&[A, CLOSED], &[1])];

fn row(steps: &[&str]) -> Row {
    let text = CASE.replace("OPEN", OPEN) + &steps.concat();
    let case = case::read(CaseId("c".to_owned()), Path::new("c.yaml"), text.as_bytes()).unwrap();
    case.rows[0].clone()
}

/// The numbers of the groups after which each row requests a marker in a browser.
async fn marked(source: &impl Source, rows: &[Row]) -> Vec<Vec<usize>> {
    let rows: Vec<_> = rows.iter().collect();
    let plan = plan(&rows, Separation::Shared);
    let shared_page = &plan.browsers[0].shared_pages[0];
    let planned: Vec<_> =
        (0..rows.len()).map(|number| shared_page.row(number, rows[number])).collect();
    let page = shared_page.page(0, rows[0]);
    let display = source.display().await.unwrap();
    let lab = Lab::start().await.unwrap();
    let opening = Opening::new(source, &lab, ThirdPartyCookies::Allowed);
    let session = opening.open(display.as_ref()).await.unwrap();
    let documents = lab.host(page.documents.clone()).unwrap();
    session.browser.enter(&page).await.unwrap();
    documents.end().await;
    let marker = lab.host(vec![page.marker]).unwrap();
    let servers = planned.iter().flat_map(|row| row.servers.clone()).collect();
    let _servers = lab.host(servers).unwrap();
    session.browser.play(&planned, "the end").await.unwrap();
    session.end().await.unwrap();
    let marks = marker.exchanges();
    let of_row = |path: &str| {
        let number = |mark: &Exchange| mark.request.target.strip_prefix(path)?.parse().ok();
        marks.iter().filter_map(number).collect()
    };
    planned.iter().map(|row| of_row(&row.marker_path)).collect()
}

#[tokio::test]
async fn a_page_requests_a_marker_only_where_it_is_needed() {
    let rows = ROWS.map(|(steps, _)| row(steps));
    for kind in Kind::ALL {
        let Some(installed) = Required::browser(kind).unwrap() else { continue };
        assert_eq!(marked(&installed, &rows).await, ROWS.map(|(_, marks)| marks), "{kind:?}");
    }
}
