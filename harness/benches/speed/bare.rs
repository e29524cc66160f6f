//! The same fetches against the same servers, without a harness: as fast as the browser can, and
//! with a navigation for each row.

use std::path::Path;
use std::time::{Duration, Instant};

use cors_harness::case::{Row, ThirdPartyCookies};
use cors_harness::engine::{Authority, Browser, Installed, Kind, Opening, Source};
use cors_harness::plan::{Company, PlannedRow, Stage, plan};
use cors_harness::run::load;
use cors_servers::Lab;
use serde_json::json;

use super::{Result, Took, rows};

/// Rows at a time, as many as an act of the harness has where a row has one server.
const WIDTH: usize = 16;

/// All rows of a page in one call of its script, timed from that call to its end.
pub async fn limit(kind: Kind, count: usize) -> Result<Took> {
    loops(kind, count, count).await
}

/// The same with a call for as many rows as the harness plays at a time, whose servers vanish before
/// the next: what is left between this and the harness are its marks and its judging.
pub async fn acts(kind: Kind, count: usize) -> Result<Took> {
    loops(kind, count, WIDTH).await
}

async fn loops(kind: Kind, count: usize, rows_of_a_call: usize) -> Result<Took> {
    in_browser(kind, count, async |lab, browser, stages| {
        let mut took = Duration::ZERO;
        for stage in stages {
            enter(lab, browser, stage).await?;
            for rows in stage.rows.chunks(rows_of_a_call) {
                took += fetch(lab, browser, rows).await?;
            }
        }
        Ok(took)
    })
    .await
}

/// A page of its own for each row, one after another in one session.
pub async fn navigations(kind: Kind, count: usize) -> Result<Took> {
    in_browser(kind, count, async |lab, browser, stages| {
        let began = Instant::now();
        for stage in stages {
            for row in stage.rows.chunks(1) {
                enter(lab, browser, stage).await?;
                fetch(lab, browser, row).await?;
            }
        }
        Ok(began.elapsed())
    })
    .await
}

/// The rows as the harness plans them: a page for each scheme.
pub fn stages(count: usize) -> Result<Vec<Stage>> {
    let folder = tempfile::tempdir()?;
    rows::write(folder.path(), count, count)?;
    planned(folder.path())
}

fn planned(folder: &Path) -> Result<Vec<Stage>> {
    let cases = load(folder)?.cases;
    let rows: Vec<&Row> = cases.iter().flat_map(|case| &case.rows).collect();
    Ok(plan(&rows, Company::Shared)
        .browsers
        .into_iter()
        .flat_map(|browser| browser.stages)
        .collect())
}

async fn in_browser(
    kind: Kind,
    count: usize,
    play: impl AsyncFnOnce(&Lab, &Browser, &[Stage]) -> Result<Duration>,
) -> Result<Took> {
    let stages = stages(count)?;
    let source = Source::Installed(Installed::find(kind)?);
    let began = Instant::now();
    let display = source.display().await?;
    let lab = Lab::start().await?;
    let opening = Opening {
        source: &source,
        socks: lab.socks_address(),
        authority: Authority { spki_sha256: lab.ca_spki_sha256(), pem: lab.ca_pem() },
        third_party_cookies: ThirdPartyCookies::Allowed,
        // A browser that is listened to tells of every request, which takes time of its own.
        heard: false,
    };
    let session = opening.open(display.as_ref()).await?;
    let start = began.elapsed();
    let rows = play(&lab, &session.browser, &stages).await;
    session.end().await;
    Ok(Took { start, rows: rows? })
}

/// Opens the page; its servers are gone after that, as in the harness.
async fn enter(lab: &Lab, browser: &Browser, stage: &Stage) -> Result<()> {
    let _documents = lab.host(stage.documents.clone())?;
    Ok(browser.enter(stage).await?)
}

async fn fetch(lab: &Lab, browser: &Browser, rows: &[PlannedRow]) -> Result<Duration> {
    let _servers = lab.host(rows.iter().flat_map(|row| row.servers.clone()).collect())?;
    let calls: Vec<Vec<_>> = rows.iter().map(|row| row.play.moments.concat()).collect();
    let wanted: usize = calls.iter().map(Vec::len).sum();
    let began = Instant::now();
    let read =
        browser.run_script(include_str!("bare.js"), vec![json!(calls), json!(WIDTH)]).await?;
    let took = began.elapsed();
    if read != wanted {
        println!("  {read} of {wanted} fetches were read");
    }
    Ok(took)
}
