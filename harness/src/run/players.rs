//! Who can play: browsers, each there or missing.

use std::collections::BTreeMap;

use super::Engine;
use crate::engine::{Installed, Kind, Missing, Remote, Source};

/// Every browser engine, with where it comes from or what is missing of it.
#[derive(Clone, Debug)]
pub struct Players(BTreeMap<Kind, Result<Source, Missing>>);

impl Players {
    /// Looks for all of them on this machine.
    pub fn find() -> Self {
        let find = |kind| (kind, Installed::find(kind).map(Source::Installed));
        Self(Kind::ALL.into_iter().map(find).collect())
    }

    /// The same, but for one engine that a driver of somebody else plays.
    pub fn with_remote(mut self, remote: Remote) -> Self {
        self.0.insert(remote.kind, Ok(Source::Remote(remote)));
        self
    }

    /// Where a browser comes from.
    pub fn get(&self, kind: Kind) -> Result<&Source, &Missing> {
        self.0[&kind].as_ref()
    }

    /// What is missing of an engine; the plain client and the standard always can.
    pub fn missing(&self, engine: Engine) -> Option<&Missing> {
        engine.browser().and_then(|kind| self.get(kind).err())
    }
}
