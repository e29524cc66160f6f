//! A WebDriver server as a child process: it listens on a port that it chooses, and ends with every
//! browser that it started.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;
use tokio::process::{Child, Command};

use super::start_deadline::StartProgress;
use super::{BrowserClock, Display, DriverCommand, EngineError, Installed, Kind, listening_port};
use crate::children::{Family, Output, cleanup, start_family};

/// How long a driver may take to listen on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The message of a driver whose port is taken. chromedriver chooses a port that is free on IPv6,
/// and then needs the same on IPv4.
const PORT_TAKEN: &str = "Address already in use";

/// How often a driver is started at most.
const TRIES: usize = 5;

/// How many lines of its output are kept.
pub(super) const LAST_WORDS: usize = 8;

/// How long the processes of a driver may take to end after it was killed.
const ENDING: Duration = Duration::from_secs(10);

/// How long after its connections a driver may end.
const EXIT: Duration = Duration::from_millis(500);

/// How often in a row a driver without a browser is seen before that counts as the browser's end. A
/// driver that notices says more about it.
const LOOKS: usize = 10;

/// A running driver. Dropping it kills it with everything that it started, and removes its folder.
#[derive(Debug)]
pub struct Driver {
    url: String,
    program: PathBuf,
    family: Family,
    folder: PathBuf,
    child: Child,
    output: Output,
}

impl Driver {
    /// Starts an engine's driver and waits until it listens. `display` is for a browser without
    /// headless mode, `clock` for one whose clock is to be moved. A driver that lost a race for its port is started again, because it has
    /// opened no browser.
    pub async fn start(
        installed: &Installed,
        display: Option<&Display>,
        clock: Option<&BrowserClock>,
    ) -> Result<Self, EngineError> {
        for _ in 1..TRIES {
            match Self::start_once(installed, display, clock).await {
                Err(EngineError::Start { words, .. }) if words.contains(PORT_TAKEN) => {}
                started => return started,
            }
        }
        Self::start_once(installed, display, clock).await
    }

    async fn start_once(
        installed: &Installed,
        display: Option<&Display>,
        clock: Option<&BrowserClock>,
    ) -> Result<Self, EngineError> {
        let failed = |words| EngineError::Start { program: installed.driver.clone(), words };
        let folder = cleanup::make_folder();
        let folder = folder.map_err(|error| EngineError::Folder { words: error.to_string() })?;
        let spawned = spawn(installed, display, clock, &folder);
        let (child, family, output) = spawned.map_err(|error| failed(error.to_string()))?;
        let (url, program) = (String::new(), installed.driver.clone());
        let mut driver = Self { url, program, family, folder, child, output };
        let port = tokio::time::timeout(TIMEOUT, driver.port(installed.kind)).await;
        let Ok(Some(port)) = port else {
            let words = [driver.last_words(), driver.end_in_words().await];
            let words = words.map(|words| (!words.is_empty()).then_some(words));
            let words: Vec<_> = words.into_iter().flatten().collect();
            return Err(failed(match words.is_empty() {
                true => "it listens on no port and prints nothing".to_owned(),
                false => words.join("; "),
            }));
        };
        driver.output.only_keep();
        driver.output.forget();
        driver.url = format!("http://127.0.0.1:{port}");
        Ok(driver)
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A folder below the driver's own, for the profile of its browser.
    pub fn profile(&self) -> PathBuf {
        self.folder.join("profile")
    }

    /// The processor time that it and its browser have used.
    pub(super) fn used(&self) -> Duration {
        self.family.used()
    }

    /// The last lines of output of driver and browser, oldest first.
    pub fn last_words(&self) -> String {
        self.output.last_words()
    }

    /// Its port, or `None` if it ended before it had one.
    async fn port(&mut self, kind: Kind) -> Option<u16> {
        match kind.browser().driver().announces {
            Some(words) => {
                self.output.first(|line| DriverCommand::announced_port(words, line)).await
            }
            None => listening_port::port(&mut self.child).await,
        }
    }

    /// How it ended, if it has: this is known a moment after its connections are closed.
    pub(super) async fn end_in_words(&mut self) -> String {
        match tokio::time::timeout(EXIT, self.child.wait()).await {
            Ok(Ok(status)) => format!("the driver ended ({status})"),
            _ => String::new(),
        }
    }

    /// Watches a browser that this driver is about to start.
    pub(super) fn watch(&self) -> impl FnMut() -> StartProgress + use<> {
        let family = self.family.clone();
        let (before, mut was_there, mut alone) = (family.ended_children(), false, 0);
        move || {
            let has_others = family.has_others();
            was_there |= has_others || family.ended_children() > before;
            alone = if was_there && !has_others { alone + 1 } else { 0 };
            let words = match family.leader_end() {
                Some(end) => {
                    Some(format!("the driver ended while the browser was starting ({end})"))
                }
                None => {
                    (alone >= LOOKS).then(|| "the browser ended while it was starting".to_owned())
                }
            };
            let in_vain = words.map(|words| EngineError::Ended { words });
            StartProgress { in_vain, used: family.used() }
        }
    }

    /// Kills driver and browsers and waits until the last of them has ended: they share the pipe of
    /// the driver's output, which ends with its last holder.
    ///
    /// # Errors
    /// [`EngineError::Left`] where that is not so within a deadline.
    pub async fn end(mut self) -> Result<(), EngineError> {
        cleanup::end_family(&self.family);
        let gone = async {
            self.output.end().await;
            let _ = self.child.wait().await;
        };
        let gone = tokio::time::timeout(ENDING, gone).await;
        gone.map_err(|_| EngineError::Left { program: self.program.clone(), deadline: ENDING })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        cleanup::end_family(&self.family);
        cleanup::end_folder(&self.folder);
    }
}

/// A child that leads a process group, writes to one pipe, and keeps its files, and those of
/// everything that it starts, in `folder`.
fn spawn(
    installed: &Installed,
    display: Option<&Display>,
    clock: Option<&BrowserClock>,
    folder: &Path,
) -> std::io::Result<(Child, Family, Output)> {
    let (output, pipe) = Output::new(LAST_WORDS)?;
    let mut command = Command::new(&installed.driver);
    let driver = installed.kind.browser().driver();
    command.args(driver.arguments).envs(driver.variables.iter().copied());
    command.envs(FOLDERS.map(|variable| (variable, folder)));
    if let Some(display) = display {
        command.env("DISPLAY", display.name());
    }
    if let Some(clock) = clock.filter(|_| installed.kind.browser().inherits_clock()) {
        command.envs(clock.environment());
    }
    let (child, family) = start_family(&mut command, pipe, Signal::KILL)?;
    Ok((child, family, output))
}

/// Variables with the folders for files.
const FOLDERS: [&str; 5] = ["TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"];
