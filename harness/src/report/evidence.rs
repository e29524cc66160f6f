//! Who made the requests of a row: a browser, or something faster that proves less.

use crate::case::{Case, Row};
use crate::results::Engine;

/// What is said of results that no browser gave.
const NO_BROWSER: &str = "answered by the model of the Fetch standard and a plain HTTP client; run a \
                          browser for proof";

/// What made the requests of some rows, as a name for machines.
pub(super) fn played_by(engine: Engine, rows: &[Row]) -> &'static str {
    match engine {
        Engine::Browser(_) => "browser",
        Engine::Control => "plain-client",
        Engine::Standard if rows.iter().any(Row::has_upstream) => "model-and-plain-client",
        Engine::Standard => "model",
    }
}

/// What there is to say of a case that real servers answered and no browser asked.
pub(super) fn no_browser(engine: Engine, case: &Case) -> Option<&'static str> {
    let is_real = case.rows.iter().any(Row::has_upstream);
    (engine == Engine::Standard && is_real).then_some(NO_BROWSER)
}
