//! The command that plays one case on one engine as this run did.

use std::ffi::OsStr;

use cors_harness::case::Case;
use cors_harness::run::Engine;

use crate::arguments::{CASES, Driver, Run, SNAPSHOTS};

/// A shell command. Values of variables are not repeated, nor is a driver's URL that contains a
/// password, because they may be secrets.
pub(super) fn alone(arguments: &Run, case: &Case, engine: Engine) -> String {
    let mut words = vec![this_program(), "run".to_owned(), quoted(case.id.0.as_ref())];
    let mut say = |option: &str, value: &OsStr| words.push(format!("{option} {}", quoted(value)));
    say("--engine", engine.as_str().as_ref());
    let folders = [
        ("--cases", &arguments.folder.cases.folder, CASES),
        ("--snapshots", &arguments.snapshots, SNAPSHOTS),
    ];
    for (option, folder, default) in folders {
        if folder.as_os_str() != default {
            say(option, folder.as_os_str());
        }
    }
    let Driver { webdriver, advertise } = &arguments.driver;
    if let Some(url) = webdriver {
        say("--webdriver", url.password().map_or(url.as_str(), |_| "…").as_ref());
    }
    if let Some(address) = advertise {
        say("--advertise", address.to_string().as_ref());
    }
    for allowed in arguments.upstreams.allowed().iter() {
        say("--allow-upstream", allowed.to_string().as_ref());
    }
    for variable in &arguments.environment.variables {
        say("--environment", format!("{}=…", variable.name).as_ref());
    }
    words.join(" ")
}

/// The program as the user typed it: cargo sets a variable for what it runs.
fn this_program() -> String {
    let by_cargo = std::env::var_os("CARGO").is_some();
    if by_cargo { "cargo run --".to_owned() } else { env!("CARGO_BIN_NAME").to_owned() }
}

/// A word, quoted for a shell.
fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "/-_.,:=@%+…".contains(c);
    match word.chars().all(plain) && !word.is_empty() {
        true => word.into_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
