//! Services that answer at an origin in place of a script: anything that is a [`Router`], a reverse
//! proxy to a server of somebody else included.

use std::collections::HashMap;
use std::fmt;

use axum::Router;

/// Services by the names that scripts call them by.
#[derive(Clone, Default)]
pub struct Services(HashMap<String, Router>);

impl Services {
    /// Adds a service, or replaces the one of this name.
    pub fn add(&mut self, name: impl Into<String>, service: Router) {
        self.0.insert(name.into(), service);
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Router> {
        self.0.get(name)
    }
}

/// A router says nothing of itself.
impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
