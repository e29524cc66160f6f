//! The same fetches against the same servers, without a harness: as fast as the browser can, and
//! with a navigation for each row.

use std::time::{Duration, Instant};

use cors_harness::case::{Row, ThirdPartyCookies};
use cors_harness::engine::{Installed, Kind, OpenBrowser, Opening, Source};
use cors_harness::plan::{PagePlan, PlannedRow, Separation, SharedPage, plan};
use cors_harness::run::load;
use cors_servers::{HostedServers, Lab};
use serde_json::json;

use super::rows::{self, Pages, Schemes};
use super::{Result, Took};

/// Rows at a time, as many as an act of the harness has where a row has one server.
const WIDTH: usize = 16;

/// Rows in one call of a bare loop. Every row has a host, and Chromium closes connections that requests wait for when it
/// has more than 99 to its proxy.
const CALL: usize = 32;

/// The rows of a page in few calls of its script, timed from each call to its end.
pub async fn limit(kind: Kind, schemes: Schemes, count: usize) -> Result<Took> {
    loops(kind, (schemes, count), CALL).await
}

/// The same with a call for as many rows as the harness plays at a time, whose servers vanish before
/// the next: what is left between this and the harness are its marks and its judging.
pub async fn acts(kind: Kind, count: usize) -> Result<Took> {
    loops(kind, (Schemes::Both, count), WIDTH).await
}

async fn loops(kind: Kind, rows: (Schemes, usize), rows_of_a_call: usize) -> Result<Took> {
    in_browser(kind, rows, async |lab, browser, pages| {
        let mut took = Duration::ZERO;
        for (page, rows) in pages {
            enter(lab, browser, page).await?;
            for rows in rows.chunks(rows_of_a_call) {
                took += fetch(lab, browser, rows).await?;
            }
        }
        Ok(took)
    })
    .await
}

/// A separate page for each row, one after another in one session.
pub async fn navigations(kind: Kind, count: usize) -> Result<Took> {
    in_browser(kind, (Schemes::Both, count), async |lab, browser, pages| {
        let began = Instant::now();
        for (page, rows) in pages {
            for row in rows.chunks(1) {
                enter(lab, browser, page).await?;
                fetch(lab, browser, row).await?;
            }
        }
        Ok(began.elapsed())
    })
    .await
}

/// A page, and the rows that play on it.
pub type PageAndRows = (PagePlan, Vec<PlannedRow>);

/// The rows as the harness plans them: a page for each scheme.
pub fn pages(schemes: Schemes, count: usize) -> Result<Vec<PageAndRows>> {
    let folder = tempfile::tempdir()?;
    rows::write(folder.path(), (schemes, Pages::One), count, count)?;
    let cases = load(folder.path())?.cases;
    let rows: Vec<&Row> = cases.iter().flat_map(|case| &case.rows).collect();
    let browsers = plan(&rows, Separation::Shared).browsers;
    let shared_pages = browsers.iter().flat_map(|browser| &browser.shared_pages);
    let page = |shared_page: &SharedPage| {
        let planned = shared_page.rows.iter().map(|row| shared_page.row(*row, rows[*row]));
        (shared_page.page(shared_page.rows[0], rows[shared_page.rows[0]]), planned.collect())
    };
    Ok(shared_pages.map(page).collect())
}

async fn in_browser(
    kind: Kind,
    (schemes, count): (Schemes, usize),
    play: impl AsyncFnOnce(&Lab, &OpenBrowser, &[PageAndRows]) -> Result<Duration>,
) -> Result<Took> {
    let pages = pages(schemes, count)?;
    let source = Installed::find(kind)?;
    let began = Instant::now();
    let display = source.display().await?;
    let lab = Lab::start().await?;
    let opening = Opening {
        // Reading the console reports every request, which takes additional time.
        reads_console: false,
        ..Opening::new(&source, &lab, ThirdPartyCookies::Allowed)
    };
    let session = opening.open(display.as_ref()).await?;
    let start = began.elapsed();
    let rows = play(&lab, &session.browser, &pages).await;
    session.end().await?;
    Ok(Took { start, rows: rows? })
}

/// Opens the page; its servers are gone after that, as in the harness.
async fn enter(lab: &Lab, browser: &OpenBrowser, page: &PagePlan) -> Result<()> {
    let documents = lab.host(page.documents.clone())?;
    browser.enter(page).await?;
    documents.end().await;
    Ok(())
}

/// Fails unless every fetch was read, because a failed fetch is faster.
async fn fetch(lab: &Lab, browser: &OpenBrowser, rows: &[PlannedRow]) -> Result<Duration> {
    let servers = lab.host(rows.iter().flat_map(|row| row.servers.clone()).collect())?;
    let calls: Vec<Vec<_>> = rows.iter().map(|row| row.play.step_groups.concat()).collect();
    let wanted: usize = calls.iter().map(Vec::len).sum();
    let began = Instant::now();
    let read =
        browser.run_script(include_str!("bare.js"), vec![json!(calls), json!(WIDTH)]).await?;
    let took = began.elapsed();
    if read != wanted {
        return Err(format!("{read} of {wanted} were read").into());
    }
    with_cookies(&servers, rows.len())?;
    Ok(took)
}

/// Fails unless the read of every row was sent with its cookie.
pub fn with_cookies(servers: &HostedServers, rows: usize) -> Result<()> {
    let sent = servers.exchanges().into_iter().filter(|exchange| {
        let mut headers = exchange.request.headers.iter();
        headers.any(|(name, _)| name.eq_ignore_ascii_case("cookie"))
    });
    match sent.count() {
        sent if sent == rows => Ok(()),
        sent => Err(format!("{sent} of {rows} reads were sent with a cookie").into()),
    }
}
