//! Runs a folder of cases as a test target of cargo, with the arguments and the exit code of `cargo
//! test`.

mod trials;

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use libtest_mimic::Arguments;

use crate::case::{Case, CaseId, Origin};
use crate::engine::{ChosenBrowser, CleanEnd, Required};
use crate::run::{Engine, Players, RunPreparation, load_wanted, refer_to_snapshots};
use crate::snapshot::wants_references;
use crate::upstream::{Allowed, Trust};
use trials::{SURVEY, Trials, selects};

/// The exit code if something is wrong before any trial.
const FAILED: u8 = 101;

/// Cases and policies of a folder, played by every installed browser.
///
/// A test target of three lines, with `harness = false` in `Cargo.toml`, plays the cases below
/// `cors` against a router of the same program:
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     # fn app() -> axum::Router { axum::Router::new() }
///     cors_harness::Suite::new("cors").serve("https://api.my-company.com", app()).run()
/// }
/// ```
///
/// The cases give that server `in-process: true`. Environment variables have precedence over these
/// settings: `CORS_HARNESS_CASES` and `CORS_HARNESS_SNAPSHOTS` name other folders,
/// `CORS_HARNESS_BROWSER=chromium=/opt/google/chrome/chrome` chooses a browser by its path,
/// `CORS_HARNESS_REQUIRE=chromium,firefox` makes a missing browser a failure, and
/// `CORS_HARNESS_ALLOW_UPSTREAM=staging.example.com:8000` lets cases use that server. With
/// `CORS_HARNESS_CACERT=FILE` certificates in that file are accepted from servers with `https://`, and with
/// `CORS_HARNESS_INSECURE=true` every certificate.
#[derive(Debug)]
pub struct Suite {
    cases: PathBuf,
    snapshots: PathBuf,
    routers: Vec<(String, Router)>,
}

impl Suite {
    /// The cases below `folder`, with snapshots in its `snapshots`. A relative path begins at the
    /// tested package.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        let cases = folder.as_ref().to_owned();
        Self { snapshots: cases.join("snapshots"), cases, routers: Vec::new() }
    }

    /// The same with snapshots in another folder.
    #[must_use]
    pub fn snapshots(self, folder: impl AsRef<Path>) -> Self {
        Self { snapshots: folder.as_ref().to_owned(), ..self }
    }

    /// The same with a router for an origin, such as `https://api.my-company.com`, whose server is
    /// `in-process: true` in cases. A router that no case uses is an error.
    #[must_use]
    pub fn serve(mut self, origin: impl Into<String>, router: Router) -> Self {
        self.routers.push((origin.into(), router));
        self
    }

    /// Plays what the arguments of the process select, and ends like `cargo test`: with 101 if
    /// anything failed. Nothing that was started is left behind.
    pub fn run(self) -> ExitCode {
        let arguments = Arguments::from_args();
        let _clean = CleanEnd::hold();
        match self.read(&arguments) {
            Ok((trials, early)) => trials.run(&arguments, early),
            Err(error) => {
                let _ = writeln!(io::stderr(), "error: {error}");
                ExitCode::from(FAILED)
            }
        }
    }

    /// Reads the cases. Browsers that the selected trials need are opened in the meantime.
    fn read(self, arguments: &Arguments) -> Result<(Trials, RunPreparation), String> {
        let required = Required::of_environment()?;
        let snapshots = folder("CORS_HARNESS_SNAPSHOTS", &self.snapshots);
        ChosenBrowser::check_environment()?;
        let mut players = Players::find().allowing(allowed()?).trusting(Trust::of_environment()?);
        let mut served = Vec::new();
        for (origin, router) in self.routers {
            let origin = origin.parse::<Origin>()?;
            players = players.serving(origin.clone(), router);
            served.push(origin);
        }
        let mut early = RunPreparation::new(players);
        let only = only_case(arguments).filter(|_| !wants_references());
        let wants = |id: &CaseId| only.is_none_or(|only| id.0 == only);
        let loaded = load_wanted(&folder("CORS_HARNESS_CASES", &self.cases), wants, |case| {
            let wanted = Engine::ALL.into_iter().filter(|engine| selects(arguments, case, *engine));
            wanted.for_each(|engine| early.expect(case, engine));
        });
        let loaded = loaded.map_err(|error| error.to_string())?;
        let fitted = |case| Arc::new(early.players().fitted(case));
        let cases: Vec<_> = loaded.cases.into_iter().map(fitted).collect();
        if loaded.broken.is_empty() && only.is_none() {
            served.iter().try_for_each(|origin| is_asked(origin, &cases))?;
        }
        refer_to_snapshots(&snapshots, &cases, loaded.broken.iter().map(|(id, _)| id))
            .map_err(|error| format!("insta's list of references cannot be written: {error}"))?;
        let players = early.players().clone();
        Ok((Trials { cases, broken: loaded.broken, snapshots, players, required }, early))
    }
}

/// The id of the only case that can have a selected test: with `--exact` the name of the test contains it. A test runner
/// that starts a process for each test need not read all cases in each of them.
fn only_case(arguments: &Arguments) -> Option<&str> {
    let name = arguments.filter.as_deref().filter(|_| arguments.exact && !arguments.list)?;
    let id = name.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    let id = id.map_or(name, |(_, id)| id);
    (id != SURVEY).then_some(id)
}

/// Reports a router that no case uses.
fn is_asked(origin: &Origin, cases: &[Arc<Case>]) -> Result<(), String> {
    match cases.iter().any(|case| case.is_served_by(origin)) {
        true => Ok(()),
        false => Err(format!(
            "no case uses the router that `serve` was given for {origin}: write `in-process: \
            true` for this origin under `servers`"
        )),
    }
}

/// A folder below the tested package, which cargo names while it tests.
fn folder(variable: &str, default: &Path) -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    package.join(env::var_os(variable).map_or_else(|| default.to_owned(), PathBuf::from))
}

/// Servers on other machines that cases may use.
fn allowed() -> Result<Allowed, String> {
    env::var("CORS_HARNESS_ALLOW_UPSTREAM").unwrap_or_default().parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_name_needs_the_file_of_one_case() {
        let only = |arguments: &[&str]| {
            let arguments = Arguments::from_iter(["test"].iter().chain(arguments));
            only_case(&arguments).map(str::to_owned)
        };
        let survey = format!("[snapshots] {SURVEY}");
        for (arguments, id) in [
            (&["[firefox] a/b", "--exact"][..], Some("a/b")),
            (&["a/b", "--exact"], Some("a/b")),
            (&["a/b"], None),
            (&["--exact"], None),
            (&["a/b", "--exact", "--list"], None),
            (&[&survey, "--exact"], None),
            (&[SURVEY, "--exact"], None),
        ] {
            assert_eq!(only(arguments).as_deref(), id, "{arguments:?}");
        }
    }
}
