//! Which browsers can be driven, where they and their drivers are, and what is missing.

use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// All programs with the versions they tell.
impl Display for Installed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", version(&self.browser), self.browser.display())?;
        match self.kind {
            // It answers a question for its version by starting.
            Kind::WebKit => write!(f, "; {}", self.driver.display())?,
            Kind::Chromium | Kind::Firefox => {
                write!(f, "; {} ({})", version(&self.driver), self.driver.display())?;
            }
        }
        match &self.display {
            Some(display) => write!(f, "; {}", display.display()),
            None => Ok(()),
        }
    }
}

impl Program {
    fn find(&self) -> Option<PathBuf> {
        self.places.iter().find_map(|place| which::which(place).ok())
    }
}

/// The first line a program prints of its version.
fn version(program: &Path) -> String {
    let output = Command::new(program).arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let text = text.unwrap_or_else(|error| format!("does not start: {error}"));
    text.lines().next().unwrap_or("says no version").trim().to_owned()
}
