//! Describes what made the requests of a row: a browser, or a faster client that proves less.

use crate::case::{Case, Row};
use crate::results::Engine;

/// The note on results without a browser.
const NO_BROWSER: &str = "answered by the model of the Fetch standard and a plain HTTP client; run a \
                          browser for proof";

/// What made the requests of some rows, as a name for programs.
pub(super) fn played_by(engine: Engine, rows: &[Row]) -> &'static str {
    match engine {
        Engine::Browser(_) => "browser",
        Engine::Control => "plain-client",
        Engine::Standard if rows.iter().any(Row::has_upstream) => "model-and-plain-client",
        Engine::Standard => "model",
    }
}

/// The note on a case whose real servers got requests, but not from a browser.
pub(super) fn no_browser(engine: Engine, case: &Case) -> Option<&'static str> {
    let is_real = case.rows.iter().any(Row::has_upstream);
    (engine == Engine::Standard && is_real).then_some(NO_BROWSER)
}
