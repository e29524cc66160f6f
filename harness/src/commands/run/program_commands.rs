//! The commands that a report names, as they are typed for the program.

use std::ffi::OsStr;

use cors_harness::case::{Case, Row};
use cors_harness::report::Commands;
use cors_harness::run::Engine;

use crate::arguments::{CASES, Driver, Run, SNAPSHOTS};
use crate::commands::output::{options, quoted, this_program};

/// Commands with the options of this run.
pub(super) struct ProgramCommands<'a>(pub(super) &'a Run);

impl Commands for ProgramCommands<'_> {
    fn again(&self, case: &Case, engine: Engine) -> String {
        let words = [this_program(), "run".to_owned(), quoted(case.id.0.as_ref())];
        self.with_options(words, Some(engine))
    }

    fn explain(&self, case: &Case, engine: Engine, row: Option<&Row>) -> String {
        let is_ruled = !case.rows.have_upstream();
        let Some(row) = row.filter(|_| is_ruled && engine != Engine::Control) else {
            return self.again(case, engine) + " --verbose";
        };
        let mut words = vec![this_program(), "explain".to_owned(), quoted(case.id.0.as_ref())];
        let values = row.values.iter().map(|(name, value)| format!("{name}={value}"));
        words.extend(values.map(|value| format!("--row {}", quoted(value.as_ref()))));
        words.extend(engine.is_browser().then(|| format!("--engine {}", engine.as_str())));
        words.extend(self.folder("--cases"));
        words.join(" ")
    }

    fn review(&self) -> String {
        let words = [this_program(), "review".to_owned()];
        words.into_iter().chain(self.folder("--snapshots")).collect::<Vec<_>>().join(" ")
    }

    fn accept(&self, case: &Case) -> String {
        // Nothing is put aside of a case whose other rows were not played.
        if !self.0.row.is_empty() {
            let words = [this_program(), "run".to_owned(), quoted(case.id.0.as_ref())];
            return self.with_options(words, None);
        }
        let words = [this_program(), "accept".to_owned(), quoted(case.id.0.as_ref())];
        words.into_iter().chain(self.folder("--snapshots")).collect::<Vec<_>>().join(" ")
    }

    fn program(&self, arguments: &str) -> String {
        format!("{} {arguments}", this_program())
    }
}

impl ProgramCommands<'_> {
    /// An option that names a folder, where that is not the usual one.
    fn folder(&self, option: &str) -> Option<String> {
        let (folder, usual) = match option {
            "--cases" => (&self.0.folder.cases.folder, CASES),
            _ => (&self.0.snapshots, SNAPSHOTS),
        };
        (folder.as_os_str() != usual).then(|| format!("{option} {}", quoted(folder.as_os_str())))
    }

    /// A command with the options of this run. Values of variables are not repeated, nor is a driver's URL with a
    /// password in it: they may be secrets.
    fn with_options(
        &self,
        words: impl IntoIterator<Item = String>,
        engine: Option<Engine>,
    ) -> String {
        let mut words: Vec<_> = words.into_iter().collect();
        words.extend(engine.map(|engine| format!("--engine {}", engine.as_str())));
        words.extend(["--cases", "--snapshots"].into_iter().filter_map(|it| self.folder(it)));
        let mut say =
            |option: &str, value: &OsStr| words.push(format!("{option} {}", quoted(value)));
        let Driver { chosen, webdriver, advertise, .. } = &self.0.driver;
        for browser in &chosen.browsers {
            say("--browser", browser.to_string().as_ref());
        }
        if let Some(url) = webdriver {
            say("--webdriver", url.password().map_or(url.as_str(), |_| "…").as_ref());
        }
        if let Some(address) = advertise {
            say("--advertise", address.to_string().as_ref());
        }
        for variable in &self.0.environment.variables {
            say("--environment", format!("{}=…", variable.name).as_ref());
        }
        words.extend(options(self.0.upstreams.typed()));
        words.join(" ")
    }
}
