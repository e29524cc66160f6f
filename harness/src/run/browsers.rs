//! Plays rows in browsers: one driver, a browser for each part of the plan, stage after stage.

use std::time::Duration;

use cors_servers::{Lab, LabError};
use futures_util::StreamExt;
use futures_util::stream::iter;

use super::Unable;
use super::collect::Collector;
use super::stage::{Hosted, Report, acts};
use super::start::Assigned;
use crate::engine::{Browser, CALL_PATIENCE, Chromium, Driver, EngineError, Installed};
use crate::plan::{BrowserPlan, Stage, plan};

/// Browsers open at the same time.
const BROWSERS_AT_ONCE: usize = 2;

/// Plays all rows; each gets its outcome through the collector.
pub(super) async fn run(rows: &[Assigned], installed: &Installed, collector: &Collector) {
    let plan = plan(&rows.iter().map(Assigned::row).collect::<Vec<_>>());
    let players = Players { rows, installed, collector };
    iter(&plan.browsers).for_each_concurrent(BROWSERS_AT_ONCE, |part| players.play(part)).await;
}

struct Players<'a> {
    rows: &'a [Assigned],
    installed: &'a Installed,
    collector: &'a Collector,
}

impl Players<'_> {
    /// Plays one part of the plan in a browser that is killed with its driver right afterwards: a
    /// session that is closed takes longer, and a browser that idles takes time from the others.
    async fn play(&self, part: &BrowserPlan) {
        let played = async {
            let driver = Driver::start(&self.installed.driver).await?;
            self.play_with(&driver, part).await?;
            driver.end().await;
            Ok::<_, Trouble>(())
        };
        if let Err(trouble) = played.await {
            for row in part.stages.iter().flat_map(|stage| &stage.rows) {
                self.collector.unable(self.rows[row.index].key, &Unable(trouble.to_string()));
            }
        }
    }

    /// Opens a browser with a lab of its own and plays all stages. What goes wrong with a stage is
    /// its rows' trouble, what goes wrong before is everybody's.
    async fn play_with(&self, driver: &Driver, part: &BrowserPlan) -> Result<(), Trouble> {
        let lab = Lab::start().await?;
        let chromium = Chromium {
            binary: &self.installed.browser,
            socks: lab.socks_address(),
            ca_spki_sha256: &lab.ca_spki_sha256(),
            third_party_cookies: part.third_party_cookies,
        };
        let browser = within(START, "the browser's start", chromium.open(driver)).await?;
        let report = Report {
            rows: self.rows,
            collector: self.collector,
            engine: self.installed.kind.into(),
            version: &browser.version,
        };
        for stage in &part.stages {
            let played = play_stage(&lab, &browser, stage, &report);
            if let Err(trouble) = within(deadline(stage), "the page", played).await {
                report.troubled(&stage.rows, &trouble.to_string());
            }
        }
        Ok(())
    }
}

/// What can keep a stage from being played.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Lab(#[from] LabError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("{what} took longer than {} s", deadline.as_secs())]
    Late { what: &'static str, deadline: Duration },
}

/// What a browser may take to start on a machine that is busy.
const START: Duration = Duration::from_secs(120);

/// What a page may take: every call bounds itself, and the driver every command, so this is only
/// reached when a driver has stopped answering.
fn deadline(stage: &Stage) -> Duration {
    let moments = stage.rows.iter().map(|row| row.play.moments.len()).sum::<usize>();
    START + CALL_PATIENCE.saturating_mul(u32::try_from(moments).unwrap_or(u32::MAX))
}

/// Gives up on something that takes too long.
async fn within<T, E: Into<Trouble>>(
    deadline: Duration,
    what: &'static str,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Trouble> {
    match tokio::time::timeout(deadline, work).await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(Trouble::Late { what, deadline }),
    }
}

/// Loads the page, then puts the rows' servers in the place of its own, then plays all rows, one
/// act after another.
async fn play_stage(
    lab: &Lab,
    browser: &Browser,
    stage: &Stage,
    report: &Report<'_>,
) -> Result<(), Trouble> {
    let documents = lab.host(stage.documents.clone())?;
    browser.enter(stage).await?;
    drop(documents);
    let marker = lab.host(vec![stage.marker.clone()])?;
    for rows in acts(&stage.rows) {
        let servers = Hosted::new(lab, &marker, rows);
        match browser.play(rows).await {
            Ok(seen) => servers.report(rows, &seen, report),
            Err(trouble) => report.troubled(rows, &trouble.to_string()),
        }
    }
    Ok(())
}
