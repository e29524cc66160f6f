//! Browsers that are installed on this machine: where they and their drivers are, how one is opened,
//! which build they are, and what is missing.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::process::Command;
use tokio::sync::OnceCell;

use super::browser::Program;
use super::build::Build;
use super::chosen::{ChosenBrowser, is_edge};
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
    /// Which build it is, once it was asked.
    pub build: BuildCell,
}

/// The build of a browser that is asked at most once.
pub type BuildCell = Arc<OnceCell<Option<Build>>>;

/// Why a browser cannot play.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Missing {
    /// Programs of it are not installed.
    #[error("{} not found; `ci/setup {}` installs it", .programs.join(" and "), .kind.as_str())]
    Programs {
        /// The browser.
        kind: Kind,
        /// Its programs that were not found.
        programs: Vec<&'static str>,
    },
    /// The grid does not offer it.
    #[error("the grid at {url} offers no {}; {offers}", .kind.as_str())]
    NotOffered {
        /// The browser.
        kind: Kind,
        /// The address of the grid.
        url: String,
        /// What it offers.
        offers: String,
    },
}

impl Installed {
    /// Looks for its programs: the browser that `CORS_HARNESS_BROWSER` chooses, and the others in their usual places.
    pub fn find(kind: Kind) -> Result<Self, Missing> {
        Self::with_browser(kind, ChosenBrowser::of_environment(kind))
    }

    /// A browser at a path, with its driver beside it or in its usual place.
    pub fn at(chosen: &ChosenBrowser) -> Result<Self, Missing> {
        Self::with_browser(chosen.kind, Some(chosen.path.clone()))
    }

    fn with_browser(kind: Kind, chosen: Option<PathBuf>) -> Result<Self, Missing> {
        let (names, places): (Vec<_>, Vec<_>) = places(kind, chosen).into_iter().unzip();
        let missing = names.iter().zip(&places).filter(|(_, place)| place.is_none());
        let missing: Vec<_> = missing.map(|(name, _)| *name).collect();
        let mut places = places.into_iter().flatten();
        match (places.next(), places.next()) {
            (Some(browser), Some(driver)) if missing.is_empty() => {
                let (display, build) = (places.next(), BuildCell::default());
                Ok(Self { kind, browser, driver, display, build })
            }
            _ => Err(Missing::Programs { kind, programs: missing }),
        }
    }

    /// Which build it is, by what it prints of itself.
    pub async fn build(&self) -> Option<Build> {
        let asked = self.build.get_or_init(|| async {
            // A browser without headless mode prints nothing without a display.
            let display = match &self.display {
                Some(program) => Some(Display::start(program).await.ok()?),
                None => None,
            };
            let line = version(&self.browser, display.as_ref()).await;
            line.as_deref().and_then(Build::of)
        });
        asked.await.clone()
    }

    /// Which build it is, if that takes no other program to find out.
    async fn build_at_start(&self) -> Option<Build> {
        match &self.display {
            Some(_) => self.build.get().cloned().flatten(),
            None => self.build().await,
        }
    }

    async fn start(
        &self,
        opening: &Opening<'_>,
        display: Option<&Display>,
    ) -> Result<Session, EngineError> {
        let (kind, needs) = (self.kind, self.kind.browser().needs());
        limits::check(kind, needs)?;
        let mut deadline = StartDeadline::new(START);
        let started = deadline
            .wait(Driver::start(self, display, opening.clock.as_deref()), StartProgress::default)
            .await;
        let mut driver =
            started.map_err(|error| error.explained(limits::scarce_supplies(kind, needs)))?;
        let in_vain = driver.watch();
        match deadline.wait(self.connect(&driver, opening), in_vain).await {
            Ok(browser) => Ok(Session { browser, driver: Some(driver), _place: None }),
            Err(error) => {
                Err(explained(error, &mut driver, limits::scarce_supplies(kind, needs)).await)
            }
        }
    }

    async fn connect(
        &self,
        driver: &Driver,
        opening: &Opening<'_>,
    ) -> Result<OpenBrowser, EngineError> {
        let browser = self.kind.browser();
        let capabilities = browser.capabilities(opening, Some(&driver.profile()));
        let connecting = Connected::to(driver.url(), capabilities);
        // A start that fails waits for nothing else.
        let build = async { Ok::<_, EngineError>(self.build_at_start().await) };
        let (connected, build) = tokio::try_join!(connecting, build)?;
        let mut open = OpenBrowser::new(connected, self.kind, opening).await?;
        open.build = build;
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

    fn build(&self) -> BoxFuture<'_, Option<Build>> {
        Installed::build(self).boxed()
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

/// The programs of a browser by their names, each with its place. The browser may be chosen by its path.
fn places(kind: Kind, chosen: Option<PathBuf>) -> Vec<(&'static str, Option<PathBuf>)> {
    let Some(browser) = chosen else {
        return kind.browser().programs().iter().map(|one| (one.name, one.find())).collect();
    };
    let programs = kind.browser().programs().iter().enumerate();
    let place = |(index, program): (usize, &Program)| match index {
        0 => (program.name, Some(browser.clone())),
        1 if is_edge(&browser) => ("msedgedriver", beside(&browser, "msedgedriver")),
        1 => (program.name, beside(&browser, program.name).or_else(|| program.find())),
        _ => (program.name, program.find()),
    };
    programs.map(place).collect()
}

/// A driver in the folder of a browser, or on the `PATH`.
fn beside(browser: &Path, driver: &str) -> Option<PathBuf> {
    let folder = browser.parent().unwrap_or(Path::new(""));
    which::which(folder.join(driver)).or_else(|_| which::which(driver)).ok()
}

/// Adds how the driver ended if it did, what else may be the cause, and the last output of driver
/// and browser.
async fn explained(error: EngineError, driver: &mut Driver, cause: String) -> EngineError {
    let end = match error {
        EngineError::Ended { .. } | EngineError::Late { .. } => String::new(),
        _ => driver.end_in_words().await,
    };
    let printed = match driver.last_words() {
        words if words.is_empty() => words,
        words => format!("the last output of driver and browser: {words}"),
    };
    error.explained(end).explained(cause).explained(printed)
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
    let places = places(kind, ChosenBrowser::of_environment(kind));
    let display = match places.get(2) {
        Some((_, Some(program))) => Display::start(program).await.ok(),
        _ => None,
    };
    let mut parts = Vec::new();
    for (program, (name, place)) in programs.iter().zip(places) {
        let version = match &place {
            Some(place) if program.tells_version => version(place, display.as_ref()).await,
            _ => None,
        };
        parts.push(Part { name, place, version });
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
    let output = tokio::time::timeout(TIMEOUT, command.output()).await.ok()?.ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().map(|line| line.trim().to_owned())
}

/// How long a program may take to print its version.
const TIMEOUT: Duration = Duration::from_secs(20);
