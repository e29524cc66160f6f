//! Routers of the program that runs the suite.

use std::collections::BTreeMap;

use axum::Router;

use crate::case::Origin;

/// Routers by the origin for which they answer.
#[derive(Clone, Debug, Default)]
pub struct Routers(BTreeMap<Origin, Router>);

impl Routers {
    /// Adds a router, or replaces the one for this origin.
    pub fn add(&mut self, origin: Origin, router: Router) {
        self.0.insert(origin, router);
    }

    pub(super) fn get(&self, origin: &Origin) -> Option<&Router> {
        self.0.get(origin)
    }
}
