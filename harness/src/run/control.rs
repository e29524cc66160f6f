//! Plays rows with the plain client: the same servers, no page.

use std::net::Ipv4Addr;

use cors_servers::Lab;
use futures_util::future::join_all;

use super::stage::{Report, acts};
use super::start::{Assigned, Lot};
use super::times::Part;
use super::{Engine, Unable};
use crate::engine::{control_version, play_control};
use crate::plan::{BrowserPlan, Stage, plan};

/// Plays all rows; each gets its outcome through the collector.
pub(super) async fn run(lot: Lot<'_>) {
    let rows = || lot.rows.iter().map(Assigned::row).collect::<Vec<_>>();
    let plan = lot.times.spent(Part::Planning, || plan(&rows(), lot.company));
    for part in &plan.browsers {
        let lab = Lab::start_with(Ipv4Addr::LOCALHOST.into(), lot.upstreams.services());
        let lab = match lot.times.during(Part::Starts, lab).await {
            Ok(lab) => lab,
            Err(error) => {
                give_up_part(part, &lot, &error.to_string());
                continue;
            }
        };
        let report = lot.report(Engine::Control, control_version());
        for stage in &part.stages {
            Box::pin(play(&lab, stage, &report)).await;
        }
    }
}

/// Gives up the rows of a part that has no servers. Those of other parts are played.
fn give_up_part(part: &BrowserPlan, lot: &Lot<'_>, reason: &str) {
    let unable = Unable(reason.to_owned());
    for row in part.stages.iter().flat_map(|stage| &stage.rows) {
        lot.collector.unable(lot.rows[*row].key, &unable);
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
        let rows = report.without_given_up(stage, rows);
        let (rows, servers) = report.hosted(lab, &marker, (stage, &rows));
        let playing = join_all(rows.iter().map(|row| play_control(lab, row)));
        let seen = report.times.during(Part::Rows, playing).await;
        servers.report(&rows, &seen, report);
    }
}
