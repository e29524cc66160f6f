//! `doctor`: shows what is installed, in which version, and what is missing.

use cors_harness::engine::{ChosenBrowser, Kind, survey};
use cors_harness::report::doctor_lines;

use super::{Exit, runtime};
use crate::arguments::ChosenBrowsers;

/// `doctor`. Succeeds if at least one browser can play, and each that was chosen.
pub fn doctor(chosen: &ChosenBrowsers) -> Exit {
    if let Err(words) = ChosenBrowser::check_environment() {
        complain!("error: {words}");
        return Exit::BadInput;
    }
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(exit) => return exit,
    };
    let (mut any, mut chosen_play) = (false, true);
    for kind in Kind::ALL {
        let one = chosen.browsers.iter().rfind(|chosen| chosen.kind == kind);
        let survey = runtime.block_on(survey(kind, one));
        any |= survey.missing.is_none();
        chosen_play &= one.is_none() || survey.missing.is_none();
        say!("{}", doctor_lines(kind, &survey));
    }
    say!("control   always available: a plain HTTP client without origin rules");
    say!("standard  always available: the model of the Fetch standard");
    match any && chosen_play {
        true => Exit::AsRecorded,
        false => Exit::CannotRun,
    }
}
