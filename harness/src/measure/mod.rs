//! Measures what no specification fixes: how long each browser keeps a preflight response at most.
//!
//! The standard lets a browser limit the lifetime that a server asks for with `Access-Control-Max-Age`
//! (<https://fetch.spec.whatwg.org/#concept-cache-max-age>) and names no number. Here the browser runs by a clock that can
//! be moved ([`cors_clock`]), so a year passes in a moment, and the limit is found by search.

mod max_age;
mod search;

use std::io;

use cors_servers::LabError;

pub use max_age::max_age;
pub use search::Lifetime;

use crate::engine::{EngineError, Kind};

/// The largest value to ask for: a year, in seconds. A browser that keeps a response for all of it has no limit that
/// matters.
pub const LONG: &str = "31536000";

/// The results for one browser.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Measured {
    /// The browser.
    pub kind: Kind,
    /// Its version, as it reports it to WebDriver.
    pub version: String,
    /// How long it kept the responses, in the order of the values asked for.
    pub lifetimes: Vec<Lifetime>,
    /// How many probes that took.
    pub probes: usize,
}

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// The clock cannot be moved.
    #[error("the browser's clock cannot be moved: {0}")]
    Clock(io::Error),
    /// A header value that no server can send.
    #[error("`{0}` is not a header value")]
    Value(String),
    /// The servers did not start.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// The browser failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The page did not do what it should.
    #[error("{0}")]
    Page(String),
}
