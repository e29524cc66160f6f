//! Who can play: browsers, each there or missing.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use axum::Router;

use super::Engine;
use crate::case::Origin;
use crate::engine::{Installed, Kind, Missing, Remote, Source};
use crate::plan::Separation;
use crate::upstream::{Allowed, Reach};

/// Every browser engine, with where it comes from or what is missing of it.
#[derive(Clone, Debug)]
pub struct Players {
    sources: BTreeMap<Kind, Result<Source, Missing>>,
    /// Whether the rows they play meet one another.
    pub company: Separation,
    /// What is needed to reach the team's own servers.
    pub reach: Reach,
    /// How many rows were played, for whoever shows the progress.
    pub rows_played: Arc<AtomicUsize>,
}

impl Players {
    /// Looks for all of them on this machine.
    pub fn find() -> Self {
        let find = |kind| (kind, Installed::find(kind).map(Source::Installed));
        let sources = Kind::ALL.into_iter().map(find).collect();
        Self {
            sources,
            company: Separation::Shared,
            reach: Reach::default(),
            rows_played: Arc::default(),
        }
    }

    /// The same, but for one engine that a driver of somebody else plays.
    pub fn with_remote(mut self, remote: Remote) -> Self {
        self.sources.insert(remote.kind, Ok(Source::Remote(remote)));
        self
    }

    /// The same, with a browser for every row.
    pub fn alone(self) -> Self {
        Self { company: Separation::Alone, ..self }
    }

    /// The same, with nothing that keeps rows apart.
    pub fn unseparated(self) -> Self {
        Self { company: Separation::Unseparated, ..self }
    }

    /// The same, asking servers elsewhere that are named here.
    pub fn allowing(mut self, allowed: Allowed) -> Self {
        self.reach.allowed = allowed;
        self
    }

    /// The same, where a server of a team's own is given up when it has left this many requests in a row
    /// unanswered.
    pub fn giving_up_after(mut self, unanswered: NonZeroU32) -> Self {
        self.reach.unanswered = unanswered;
        self
    }

    /// The same, with a router that answers for an origin which cases call `in-process`.
    pub fn serving(mut self, origin: Origin, router: Router) -> Self {
        self.reach.routers.add(origin, router);
        self
    }

    /// Where a browser comes from.
    pub fn get(&self, kind: Kind) -> Result<&Source, &Missing> {
        self.sources[&kind].as_ref()
    }

    /// What is missing of an engine; the plain client and the standard always can.
    pub fn missing(&self, engine: Engine) -> Option<&Missing> {
        engine.browser().and_then(|kind| self.get(kind).err())
    }
}
