//! `measure`: how long browsers keep preflight responses.

use cors_harness::engine::{Installed, Missing};
use cors_harness::measure::max_age;
use cors_harness::report::measured_table;

use super::{Exit, runtime};
use crate::arguments::{MaxAge, Measure, Quantity};

/// `measure`. One browser after the other, since each result depends on how quickly the browser responds.
pub fn measure(measure: &Measure) -> Exit {
    let Quantity::MaxAge(asked) = &measure.quantity;
    let installed = match installed(asked) {
        Ok(installed) => installed,
        Err(exit) => return exit,
    };
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(exit) => return exit,
    };
    let (values, mut measured) = (asked.values(), Vec::new());
    for installed in &installed {
        match runtime.block_on(max_age(installed, &values)) {
            Ok(browser) => measured.push(browser),
            Err(error) => complain!("error: {}: {error}", installed.kind.as_str()),
        }
    }
    if !measured.is_empty() {
        say!("{}", measured_table(&values, &measured));
    }
    if measured.len() == installed.len() { Exit::AsRecorded } else { Exit::CannotRun }
}

/// The browsers to measure: those that were named, or else all that are installed.
fn installed(asked: &MaxAge) -> Result<Vec<Installed>, Exit> {
    let (mut installed, mut missing): (Vec<Installed>, Vec<Missing>) = (Vec::new(), Vec::new());
    for kind in asked.browsers() {
        match Installed::find(kind) {
            Ok(found) => installed.push(found),
            Err(not_found) => missing.push(not_found),
        }
    }
    if !missing.is_empty() && (installed.is_empty() || !asked.engine.is_empty()) {
        missing.iter().for_each(|missing| complain!("error: {missing}"));
        return Err(Exit::CannotRun);
    }
    Ok(installed)
}
