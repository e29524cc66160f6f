//! Plays rows with the plain client: the same servers, no page.

use std::net::Ipv4Addr;

use cors_servers::Lab;
use futures_util::future::join_all;

use super::Engine;
use super::collect::Collector;
use super::stage::{Hosted, Report};
use super::start::{Assigned, give_up};
use super::times::{Part, Stopwatch};
use crate::engine::{control_version, play_control};
use crate::plan::{Company, plan};
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
            Err(error) => return give_up(rows, collector, &error.to_string()),
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
            match lab.host(vec![stage.marker.clone()]) {
                Ok(marker) => {
                    let servers = Hosted::new(&lab, &marker, &stage.rows);
                    let playing = join_all(stage.rows.iter().map(|row| play_control(&lab, row)));
                    let seen = times.during(Part::Rows, playing).await;
                    servers.report(&stage.rows, &seen, &report);
                }
                Err(error) => report.troubled(&stage.rows, &error.to_string()),
            }
        }
    }
}
