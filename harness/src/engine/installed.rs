//! Browsers that are installed on this machine: where they and their drivers are, how one is opened,
//! and what is missing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::process::Command;

use super::connecting::Connected;
use super::limits;
use super::opening::START;
use super::start_deadline::{StartDeadline, StartProgress};
use super::{Display, Driver, EngineError, Kind, OpenBrowser, Opening, Session, Source};

/// Where a browser and its driver are.
#[derive(Clone, Debug)]
pub struct Installed {
    /// Which it is.
    pub kind: Kind,
    /// The browser.
    pub browser: PathBuf,
    /// Its driver.
    pub driver: PathBuf,
    /// The X server that it is shown on, if it has no headless mode.
    pub display: Option<PathBuf>,
}

/// Programs of a browser that are not installed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{} not found; `ci/setup {}` installs it", .programs.join(" and "), .kind.as_str())]
pub struct Missing {
    /// The browser.
    pub kind: Kind,
    /// Its programs that were not found.
    pub programs: Vec<&'static str>,
}

impl Installed {
    /// Looks for its programs in their usual places.
    pub fn find(kind: Kind) -> Result<Self, Missing> {
        let wanted = kind.browser().programs();
        let found: Vec<_> = wanted.iter().map(|program| program.find()).collect();
        let missing = wanted.iter().zip(&found).filter(|(_, found)| found.is_none());
        let missing: Vec<_> = missing.map(|(program, _)| program.name).collect();
        let mut found = found.into_iter().flatten();
        match (found.next(), found.next()) {
            (Some(browser), Some(driver)) if missing.is_empty() => {
                Ok(Self { kind, browser, driver, display: found.next() })
            }
            _ => Err(Missing { kind, programs: missing }),
        }
    }

    async fn start(
        &self,
        opening: &Opening<'_>,
        display: Option<&Display>,
    ) -> Result<Session, EngineError> {
        let (kind, needs) = (self.kind, self.kind.browser().needs());
        limits::check(kind, needs)?;
        let mut patience = StartDeadline::new(START);
        let started = patience
            .wait(Driver::start(self, display, opening.clock.as_deref()), StartProgress::default)
            .await;
        let mut driver = started.map_err(|error| error.explained(limits::little(kind, needs)))?;
        let in_vain = driver.watch();
        match patience.wait(self.connect(&driver, opening), in_vain).await {
            Ok(browser) => Ok(Session { browser, driver: Some(driver) }),
            Err(error) => Err(explained(error, &mut driver, limits::little(kind, needs)).await),
        }
    }

    async fn connect(
        &self,
        driver: &Driver,
        opening: &Opening<'_>,
    ) -> Result<OpenBrowser, EngineError> {
        let browser = self.kind.browser();
        let capabilities = browser.capabilities(opening, Some(&driver.profile()));
        let connected = Connected::to(driver.url(), capabilities).await?;
        let open = OpenBrowser::new(connected, self.kind, opening).await?;
        browser.trust(&open, &opening.authority).await?;
        Ok(open)
    }
}

impl Source for Installed {
    fn kind(&self) -> Kind {
        self.kind
    }

    /// Each browser has its own driver.
    fn open<'a>(
        &'a self,
        opening: &'a Opening<'a>,
        display: Option<&'a Display>,
    ) -> BoxFuture<'a, Result<Session, EngineError>> {
        self.start(opening, display).boxed()
    }

    fn is_local(&self) -> bool {
        true
    }

    fn moves_clock(&self) -> Result<(), String> {
        match cors_clock::is_supported() {
            true => Ok(()),
            false => Err("a browser's clock can be moved on Linux with glibc only".to_owned()),
        }
    }

    fn has_profiles(&self) -> bool {
        self.kind.browser().has_profiles()
    }

    fn binary(&self) -> Option<&Path> {
        Some(&self.browser)
    }

    fn display(&self) -> BoxFuture<'_, Result<Option<Display>, EngineError>> {
        async {
            match &self.display {
                Some(program) => Display::start(program).await.map(Some),
                None => Ok(None),
            }
        }
        .boxed()
    }
}

/// Adds how the driver ended if it did, what else may be the cause, and the last output of driver
/// and browser.
async fn explained(error: EngineError, driver: &mut Driver, cause: String) -> EngineError {
    let end = match error {
        EngineError::Ended { .. } | EngineError::Late { .. } => String::new(),
        _ => driver.end_in_words().await,
    };
    let said = match driver.last_words() {
        words if words.is_empty() => words,
        words => format!("the last output of driver and browser: {words}"),
    };
    error.explained(end).explained(cause).explained(said)
}

/// A program that a browser needs, as it was found.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Its path; `None` if it is missing.
    pub place: Option<PathBuf>,
    /// Its version as it prints it; `None` if it prints none.
    pub version: Option<String>,
}

/// All programs of a browser, with versions. Starts each program for a moment, and an X server for
/// a browser without headless mode.
pub async fn survey(kind: Kind) -> Vec<Part> {
    let programs = kind.browser().programs();
    let display = match programs.get(2).and_then(|program| program.find()) {
        Some(program) => Display::start(&program).await.ok(),
        None => None,
    };
    let mut parts = Vec::new();
    for program in programs {
        let place = program.find();
        let version = match &place {
            Some(place) if program.tells_version => version(place, display.as_ref()).await,
            _ => None,
        };
        parts.push(Part { name: program.name, place, version });
    }
    parts
}

/// The first line of a program's version.
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

/// How long a program may take to print its version.
const PATIENCE: Duration = Duration::from_secs(20);
