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
use super::missing::{Missing, WrongDriver};
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
        let found = places(kind, chosen.as_deref());
        let missing = Missing::of(kind, chosen, &found);
        let mut places = found.into_iter().filter_map(|(_, place)| place);
        match (missing, places.next(), places.next()) {
            (None, Some(browser), Some(driver)) => {
                let (display, build) = (places.next(), BuildCell::default());
                Ok(Self { kind, browser, driver, display, build })
            }
            (missing, ..) => Err(missing.unwrap_or_else(|| Missing::programs(kind))),
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
            Err(error) => match self.wrong_driver(&error) {
                Some(missing) => Err(EngineError::Missing(missing)),
                None => {
                    Err(explained(error, &mut driver, limits::scarce_supplies(kind, needs)).await)
                }
            },
        }
    }

    /// The reason for which the driver opened no session, if it is for another version of the browser.
    fn wrong_driver(&self, error: &EngineError) -> Option<Missing> {
        let EngineError::Session { words } = error else { return None };
        let wrong = WrongDriver::in_message(words)?;
        let (browser, driver) = (self.browser.clone(), self.driver.clone());
        Some(Missing::Driver { browser, driver, wrong })
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
fn places(kind: Kind, chosen: Option<&Path>) -> Vec<(&'static str, Option<PathBuf>)> {
    let Some(browser) = chosen else {
        return kind.browser().programs().iter().map(|one| (one.name, one.find())).collect();
    };
    let programs = kind.browser().programs().iter().enumerate();
    let place = |(index, program): (usize, &Program)| match index {
        0 => (program.name, Some(browser.to_owned())),
        1 if is_edge(browser) => ("msedgedriver", beside(browser, "msedgedriver")),
        1 => (program.name, beside(browser, program.name).or_else(|| program.find())),
        _ => (program.name, program.find()),
    };
    programs.map(place).collect()
}

/// A driver in the folder of a browser, or on the `PATH`. The archives of Chrome for Testing have a folder for each program.
fn beside(browser: &Path, driver: &str) -> Option<PathBuf> {
    let real = browser.canonicalize().unwrap_or_else(|_| browser.to_owned());
    let folders = [browser.parent(), real.parent()].into_iter().flatten();
    let archive = real.parent().and_then(Path::parent);
    let archive = archive.map(|folder| folder.join(format!("{driver}-linux64")));
    let folders = folders.map(Path::to_owned).chain(archive);
    let found = folders.map(|folder| folder.join(driver)).find_map(|path| which::which(path).ok());
    found.or_else(|| which::which(driver).ok())
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

/// The programs of a browser, and why it cannot play, if it cannot.
#[derive(Clone, Debug)]
pub struct BrowserSurvey {
    /// Its programs.
    pub parts: Vec<Part>,
    /// What is wrong with them.
    pub missing: Option<Missing>,
}

/// All programs of a browser, with versions. Starts each program for a moment, and an X server for
/// a browser without headless mode. Without a chosen browser, it is that of the environment or the installed one.
pub async fn survey(kind: Kind, chosen: Option<&ChosenBrowser>) -> BrowserSurvey {
    let chosen = chosen.map(|chosen| chosen.path.clone());
    let chosen = chosen.or_else(|| ChosenBrowser::of_environment(kind));
    let programs = kind.browser().programs();
    let places = places(kind, chosen.as_deref());
    let missing = Missing::of(kind, chosen, &places);
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
    let missing = missing.or_else(|| wrong_driver(kind, &parts));
    BrowserSurvey { parts, missing }
}

/// A driver for another version of the browser, as what they print shows.
fn wrong_driver(kind: Kind, parts: &[Part]) -> Option<Missing> {
    let [browser, driver, ..] = parts else { return None };
    let versions = (browser.version.as_deref()?, driver.version.as_deref()?);
    let wrong = WrongDriver::by_versions(versions.0, versions.1)
        .filter(|_| kind.browser().driver().has_version_of_browser)?;
    Some(Missing::Driver { browser: browser.place.clone()?, driver: driver.place.clone()?, wrong })
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
