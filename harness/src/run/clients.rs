//! Plays rows without a browser: the control, and the model of the standard with real servers. The
//! servers are the same, and there is no page.

use std::net::Ipv4Addr;
use std::time::Duration;

use cors_model::REVISION;
use cors_servers::Lab;
use futures_util::future::join_all;

use super::collect::Assigned;
use super::row_report::{EngineRows, Report};
use super::{Engine, EngineUnavailable, model};
use crate::engine::{control_version, play_control};
use crate::observation::RowSeen;
use crate::plan::{BrowserPlan, PlannedRow, SharedPage, plan};
use crate::results::Part;

/// The client that sends the requests.
#[derive(Clone, Copy, Debug)]
pub(super) enum Client {
    /// A plain HTTP client.
    Control,
    /// A plain HTTP client for the requests of the model.
    Model,
}

impl Client {
    fn engine(self) -> Engine {
        match self {
            Self::Control => Engine::Control,
            Self::Model => Engine::Standard,
        }
    }

    fn version(self) -> &'static str {
        match self {
            Self::Control => control_version(),
            Self::Model => REVISION,
        }
    }

    async fn play(self, lab: &Lab, row: &PlannedRow, assigned: &Assigned) -> RowSeen {
        match self {
            Self::Control => play_control(lab, row).await,
            Self::Model => model::play(lab, row, assigned).await,
        }
    }

    /// Plays all rows; the collector gets the outcome of each.
    pub(super) async fn run(self, engine_rows: EngineRows<'_>) {
        let rows = || engine_rows.rows.iter().map(Assigned::row).collect::<Vec<_>>();
        let plan =
            engine_rows.times.spent(Part::Planning, || plan(&rows(), engine_rows.separation));
        for part in &plan.browsers {
            let lab = Lab::start_with(Ipv4Addr::LOCALHOST.into(), engine_rows.upstreams.services());
            let lab = match engine_rows.times.during(Part::Starts, lab).await {
                Ok(lab) => lab,
                Err(error) => {
                    give_up_part(part, &engine_rows, &error.to_string());
                    continue;
                }
            };
            let report = engine_rows.report(self.engine(), self.version());
            for shared_page in &part.shared_pages {
                Box::pin(self.play_shared_page(&lab, shared_page, &report)).await;
            }
        }
    }

    /// Plays the rows of a shared page, as many at a time as a browser would.
    async fn play_shared_page(self, lab: &Lab, shared_page: &SharedPage, report: &Report<'_>) {
        let first = shared_page.rows[0];
        let marker = match lab.host(vec![shared_page.page(first, report.rows[first].row()).marker])
        {
            Ok(marker) => marker,
            Err(error) => {
                return report.troubled(shared_page, &shared_page.rows, &error.to_string());
            }
        };
        for rows in report.batches(shared_page, &shared_page.rows) {
            let rows = report.without_given_up(shared_page, rows);
            let (rows, servers) = report.hosted(lab, &marker, (shared_page, &rows), Duration::ZERO);
            let playing = rows.iter().map(|row| self.play(lab, row, &report.rows[row.index]));
            let seen = report.times.during(Part::Rows, join_all(playing)).await;
            servers.report(&rows, &seen, report);
        }
    }
}

/// Reports the rows of a part without servers as not run. Those of other parts are played.
fn give_up_part(part: &BrowserPlan, engine_rows: &EngineRows<'_>, reason: &str) {
    let unable = EngineUnavailable(reason.to_owned());
    for row in part.shared_pages.iter().flat_map(|shared_page| &shared_page.rows) {
        engine_rows.collector.unable(engine_rows.rows[*row].key, &unable);
    }
}
