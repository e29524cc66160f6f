//! Which browsers can be driven, where they and their drivers are, and what is missing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;

use super::Display;

/// A browser engine that can be driven.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// Chromium, through chromedriver.
    Chromium,
    /// Firefox, through geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser, through WebKitWebDriver, on a display of its own.
    WebKit,
}

/// A program that an engine needs: its name for people, and where it may be, the first found is
/// taken. A name without a slash is looked for on the `PATH`.
struct Program {
    name: &'static str,
    places: &'static [&'static str],
}

const fn on_path(places: &'static [&'static str]) -> Program {
    Program { name: places[0], places }
}

const CHROMIUM: [Program; 2] = [
    on_path(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]),
    on_path(&["chromedriver"]),
];
const FIREFOX: [Program; 2] = [on_path(&["firefox-esr", "firefox"]), on_path(&["geckodriver"])];
const WEBKIT: [Program; 3] = [
    Program {
        name: "MiniBrowser",
        // The GTK 3 build: the GTK 4 one takes no `--proxy` while it is driven.
        places: &[
            "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
            "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
            "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
            "/usr/lib/webkit2gtk-4.1/MiniBrowser",
        ],
    },
    on_path(&["WebKitWebDriver"]),
    on_path(&["Xvfb"]),
];

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// The name in cases, on the command line and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// The browser, its driver, and what else it takes.
    fn programs(self) -> &'static [Program] {
        match self {
            Self::Chromium => &CHROMIUM,
            Self::Firefox => &FIREFOX,
            Self::WebKit => &WEBKIT,
        }
    }
}

/// Where an engine and its driver are.
#[derive(Clone, Debug)]
pub struct Installed {
    /// Which it is.
    pub kind: Kind,
    /// The browser.
    pub browser: PathBuf,
    /// Its driver.
    pub driver: PathBuf,
    /// The X server that it is shown on, if it cannot do without.
    pub display: Option<PathBuf>,
}

/// What of an engine is not there.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{} not found; `ci/setup {}` installs it", .programs.join(" and "), .kind.as_str())]
pub struct Missing {
    /// The engine.
    pub kind: Kind,
    /// Its programs that were not found.
    pub programs: Vec<&'static str>,
}

impl Installed {
    /// Looks where its programs usually are.
    pub fn find(kind: Kind) -> Result<Self, Missing> {
        let found: Vec<_> = kind.programs().iter().map(Program::find).collect();
        let programs = kind.programs().iter().zip(&found);
        let missing =
            programs.filter(|(_, found)| found.is_none()).map(|(program, _)| program.name);
        let missing: Vec<_> = missing.collect();
        let mut found = found.into_iter().flatten();
        match (found.next(), found.next()) {
            (Some(browser), Some(driver)) if missing.is_empty() => {
                Ok(Self { kind, browser, driver, display: found.next() })
            }
            _ => Err(Missing { kind, programs: missing }),
        }
    }
}

impl Program {
    fn find(&self) -> Option<PathBuf> {
        self.places.iter().find_map(|place| which::which(place).ok())
    }
}

/// A program that an engine needs, as it was found.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Where it is; `None` if it is missing.
    pub place: Option<PathBuf>,
    /// What it says of its version; `None` if it says nothing.
    pub version: Option<String>,
}

/// Everything an engine needs, with versions. Starts each program for a moment, and an X server for
/// one that cannot do without.
pub async fn survey(kind: Kind) -> Vec<Part> {
    let display = match (kind, which::which(WEBKIT[2].name)) {
        (Kind::WebKit, Ok(program)) => Display::start(&program).await.ok(),
        _ => None,
    };
    let mut parts = Vec::new();
    for program in kind.programs() {
        let place = program.find();
        let version = match &place {
            Some(place) if !SILENT.contains(&program.name) => {
                version(place, display.as_ref()).await
            }
            _ => None,
        };
        parts.push(Part { name: program.name, place, version });
    }
    parts
}

/// Programs that take a question for their version for something else.
const SILENT: [&str; 2] = ["WebKitWebDriver", "Xvfb"];

/// The first line a program prints of its version.
async fn version(program: &Path, display: Option<&Display>) -> Option<String> {
    let mut command = Command::new(program);
    command.arg("--version").kill_on_drop(true);
    if let Some(display) = display {
        command.env("DISPLAY", display.name());
    }
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().map(|line| line.trim().to_owned())
}

/// What a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(20);
