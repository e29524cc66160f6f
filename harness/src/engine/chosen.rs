//! Browsers that the user chooses by their paths: `chromium=/opt/google/chrome/chrome`.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::{env, fmt};

use super::Kind;

/// The variable with chosen browsers, separated by commas.
pub const VARIABLE: &str = "CORS_HARNESS_BROWSER";

/// A browser at a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChosenBrowser {
    /// The engine that it has.
    pub kind: Kind,
    /// Its program.
    pub path: PathBuf,
}

impl ChosenBrowser {
    /// The path of an engine's browser in the environment, if there is one. What cannot be read there chooses nothing.
    pub(super) fn of_environment(kind: Kind) -> Option<PathBuf> {
        let text = env::var(VARIABLE).ok()?;
        let all = text.split(',').filter_map(|one| one.parse::<Self>().ok());
        all.filter(|one| one.kind == kind).map(|one| one.path).next_back()
    }

    /// What is wrong with the variable.
    ///
    /// # Errors
    /// A part of it is wrong, in words.
    pub fn check_environment() -> Result<(), String> {
        let text = env::var(VARIABLE).unwrap_or_default();
        let mut parts = text.split(',').filter(|one| !one.is_empty());
        parts.try_for_each(|one| match one.parse::<Self>() {
            Ok(_) => Ok(()),
            Err(words) => Err(format!("{VARIABLE}: {words}")),
        })
    }
}

impl FromStr for ChosenBrowser {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let engines = || Kind::ALL.map(Kind::as_str).join(", ");
        let (name, path) = text
            .split_once('=')
            .ok_or_else(|| format!("write `ENGINE=PATH`, where ENGINE is one of {}", engines()))?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == name);
        let kind = kind.ok_or_else(|| unknown(name, path, &engines()))?;
        let path = which::which(path).map_err(|_| format!("`{path}` is not a program"))?;
        Ok(Self { kind, path })
    }
}

/// Names of products are no engines, and users know them better.
fn unknown(name: &str, path: &str, engines: &str) -> String {
    let chromium = ["chrome", "google-chrome", "edge", "msedge", "brave", "opera", "vivaldi"];
    match chromium.contains(&name) {
        true => format!("`{name}` has the engine chromium: write `chromium={path}`"),
        false => format!("`{name}` is not an engine: the engines are {engines}"),
    }
}

impl fmt::Display for ChosenBrowser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.kind.as_str(), self.path.display())
    }
}

/// Whether a program is Microsoft Edge, which has a driver and capabilities of its own.
pub(super) fn is_edge(browser: &Path) -> bool {
    let name = browser.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("msedge") || name.starts_with("microsoft-edge")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_an_engine_and_a_program() {
        let chosen: ChosenBrowser = "firefox=/bin/sh".parse().unwrap();
        assert_eq!((chosen.kind, chosen.to_string().as_str()), (Kind::Firefox, "firefox=/bin/sh"));
        for (wrong, words) in [
            ("/usr/bin/chromium", "write `ENGINE=PATH`, where ENGINE is one of chromium, firefox"),
            ("chrome=/opt/chrome", "has the engine chromium: write `chromium=/opt/chrome`"),
            ("gecko=/bin/sh", "`gecko` is not an engine: the engines are chromium, "),
            ("chromium=/no/such/file", "`/no/such/file` is not a program"),
            ("chromium=", "`` is not a program"),
        ] {
            let error = wrong.parse::<ChosenBrowser>().expect_err(wrong);
            assert!(error.contains(words), "{wrong}: {error}");
        }
        assert!(
            is_edge(Path::new("/opt/microsoft/msedge/msedge")) && !is_edge(Path::new("/x/chrome"))
        );
    }
}
