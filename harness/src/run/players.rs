//! Who can play: the browsers of this machine, each there or missing.

use std::collections::BTreeMap;

use super::Engine;
use crate::engine::{Installed, Kind, Missing};

/// Every browser engine, with where it is or what is missing of it.
#[derive(Clone, Debug)]
pub struct Players(BTreeMap<Kind, Result<Installed, Missing>>);

impl Players {
    /// Looks for all of them on this machine.
    pub fn find() -> Self {
        Self(Kind::ALL.into_iter().map(|kind| (kind, Installed::find(kind))).collect())
    }

    /// Where a browser is.
    pub fn get(&self, kind: Kind) -> Result<&Installed, &Missing> {
        self.0[&kind].as_ref()
    }

    /// What is missing of an engine; the plain client and the standard always can.
    pub fn missing(&self, engine: Engine) -> Option<&Missing> {
        engine.browser().and_then(|kind| self.get(kind).err())
    }
}
