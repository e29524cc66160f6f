//! The real servers of a run: started when the first engine needs them, for all engines.

use std::sync::Arc;

use tokio::sync::OnceCell;

use super::collect::{Assigned, Collector};
use super::{Engine, EngineUnavailable};
use crate::case::{Case, Row, UpstreamSpec};
use crate::upstream::{Reach, Upstreams};

/// The real servers.
#[derive(Debug)]
pub(super) struct UpstreamServers<'a> {
    wanted: Vec<UpstreamSpec>,
    reach: &'a Reach,
    started: OnceCell<Upstreams>,
    none: Upstreams,
}

impl<'a> UpstreamServers<'a> {
    /// Those that the trials need, none of them started yet.
    pub(super) fn of(trials: &[(Arc<Case>, Engine)], reach: &'a Reach) -> Self {
        let mut wanted = Vec::new();
        for (case, _) in trials.iter().filter(|(case, _)| case.rows.have_upstream()) {
            for own in case.rows.held().iter().flat_map(Row::upstreams) {
                if !wanted.contains(own) {
                    wanted.push(own.clone());
                }
            }
        }
        Self { wanted, reach, started: OnceCell::new(), none: Upstreams::default() }
    }

    /// What rows need of them, once they are ready. Rows with a missing server are reported and
    /// left out.
    pub(super) async fn ready(
        &self,
        rows: Vec<Assigned>,
        collector: &Collector,
    ) -> (&Upstreams, Vec<Assigned>) {
        if !rows.iter().any(|assigned| assigned.row().has_upstream()) {
            return (&self.none, rows);
        }
        let start = || Upstreams::start(self.wanted.iter().cloned(), self.reach);
        let servers = self.started.get_or_init(start).await;
        let there = |assigned: &Assigned| {
            let trouble = assigned.row().upstreams().find_map(|own| servers.trouble(own));
            trouble.is_none_or(|words| {
                let words = assigned.row().environment.hidden_in(words);
                collector.unable(assigned.key, &EngineUnavailable(words));
                false
            })
        };
        (servers, rows.into_iter().filter(there).collect())
    }

    /// Stops the started servers.
    pub(super) async fn stop(mut self) {
        if let Some(servers) = self.started.take() {
            servers.stop().await;
        }
    }
}
