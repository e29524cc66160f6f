//! Plays rows with the plain client: the same servers, no page.

use std::net::Ipv4Addr;

use cors_servers::Lab;
use futures_util::future::join_all;

use super::collect::Collector;
use super::stage::{Hosted, Report, acts};
use super::start::Assigned;
use super::times::{Part, Stopwatch};
use super::{Engine, Unable};
use crate::engine::{control_version, play_control};
use crate::plan::{BrowserPlan, Company, Stage, plan};
use crate::upstream::Upstreams;

/// Plays all rows; each gets its outcome through the collector.
pub(super) async fn run(
    rows: &[Assigned],
    upstreams: &Upstreams,
    company: Company,
    collector: &Collector,
    times: &Stopwatch,
) {
    let plan = plan(&rows.iter().map(Assigned::row).collect::<Vec<_>>(), company);
    for part in &plan.browsers {
        let lab = match Lab::start_with(Ipv4Addr::LOCALHOST.into(), upstreams.services()).await {
            Ok(lab) => lab,
            Err(error) => {
                give_up_part(part, rows, collector, &error.to_string());
                continue;
            }
        };
        let report = Report {
            rows,
            upstreams,
            collector,
            engine: Engine::Control,
            version: control_version(),
            times,
            repeated: None,
        };
        for stage in &part.stages {
            Box::pin(play(&lab, stage, &report)).await;
        }
    }
}

/// Gives up the rows of a part that has no servers. Those of other parts are played.
fn give_up_part(part: &BrowserPlan, rows: &[Assigned], collector: &Collector, reason: &str) {
    let unable = Unable(reason.to_owned());
    for row in part.stages.iter().flat_map(|stage| &stage.rows) {
        collector.unable(rows[*row].key, &unable);
    }
}

/// Plays the rows of a stage, as many at a time as a browser would.
async fn play(lab: &Lab, stage: &Stage, report: &Report<'_>) {
    let first = stage.rows[0];
    let marker = match lab.host(vec![stage.page(first, report.rows[first].row()).marker]) {
        Ok(marker) => marker,
        Err(error) => return report.troubled(stage, &stage.rows, &error.to_string()),
    };
    for rows in acts(&stage.rows, |row| report.rows[row].row().servers.len()) {
        let rows = report.planned(stage, &report.without_given_up(stage, rows));
        let servers = Hosted::new(lab, &marker, &rows);
        let playing = join_all(rows.iter().map(|row| play_control(lab, row)));
        let seen = report.times.during(Part::Rows, playing).await;
        servers.report(&rows, &seen, report);
    }
}
