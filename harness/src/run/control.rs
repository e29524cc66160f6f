//! Plays rows with the plain client: the same servers, no page.

use std::net::Ipv4Addr;

use cors_servers::Lab;
use futures_util::future::join_all;

use super::Engine;
use super::stage::{Report, acts};
use super::start::{Assigned, Lot, give_up};
use super::times::Part;
use crate::engine::{control_version, play_control};
use crate::plan::{Stage, plan};

/// Plays all rows; each gets its outcome through the collector.
pub(super) async fn run(lot: Lot<'_>) {
    let rows = || lot.rows.iter().map(Assigned::row).collect::<Vec<_>>();
    let plan = lot.times.spent(Part::Planning, || plan(&rows(), lot.company));
    for part in &plan.browsers {
        let lab = Lab::start_with(Ipv4Addr::LOCALHOST.into(), lot.upstreams.services());
        let lab = match lot.times.during(Part::Starts, lab).await {
            Ok(lab) => lab,
            Err(error) => return give_up(lot.rows, lot.collector, &error.to_string()),
        };
        let report = lot.report(Engine::Control, control_version());
        for stage in &part.stages {
            Box::pin(play(&lab, stage, &report)).await;
        }
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
        let (rows, servers) = report.hosted(lab, &marker, (stage, rows));
        let playing = join_all(rows.iter().map(|row| play_control(lab, row)));
        let seen = report.times.during(Part::Rows, playing).await;
        servers.report(&rows, &seen, report);
    }
}
