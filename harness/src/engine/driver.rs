//! A WebDriver server as a child process: started on a port of its own choice, ended with every
//! browser it started.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;
use tokio::process::{Child, Command};

use super::start_deadline::StartProgress;
use super::{Display, DriverCommand, EngineError, Installed, Kind, listening_port};
use crate::children::{Family, Output, cleanup, start_family};

/// What a driver may take to listen on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a driver says that found its port taken. chromedriver chooses one that is free over IPv6, and then
/// wants the same over IPv4.
const PORT_TAKEN: &str = "Address already in use";

/// How often a driver is started at most.
const TRIES: usize = 5;

/// Lines of its output that are kept.
pub(super) const LAST_WORDS: usize = 8;

/// What everything that a driver started may take to be gone after it was killed.
const ENDING: Duration = Duration::from_secs(10);

/// What may pass between the end of a driver's connections and its own.
const EXIT: Duration = Duration::from_millis(500);

/// How often in a row a driver is seen without a browser before that is taken for its end. A driver that notices
/// says more about it.
const LOOKS: usize = 10;

/// A running driver. Dropping it kills it with everything it started and removes its folder.
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
    /// Starts an engine's driver and waits until it listens. `display` is where a browser that has
    /// no headless mode is shown. One that lost a race for its port is started again: it has opened no browser.
    pub async fn start(
        installed: &Installed,
        display: Option<&Display>,
    ) -> Result<Self, EngineError> {
        for _ in 1..TRIES {
            match Self::start_once(installed, display).await {
                Err(EngineError::Start { words, .. }) if words.contains(PORT_TAKEN) => {}
                started => return started,
            }
        }
        Self::start_once(installed, display).await
    }

    async fn start_once(
        installed: &Installed,
        display: Option<&Display>,
    ) -> Result<Self, EngineError> {
        let failed = |words| EngineError::Start { program: installed.driver.clone(), words };
        let folder = cleanup::make_folder();
        let folder = folder.map_err(|error| EngineError::Folder { words: error.to_string() })?;
        let spawned = spawn(installed, display, &folder);
        let (child, family, output) = spawned.map_err(|error| failed(error.to_string()))?;
        let (url, program) = (String::new(), installed.driver.clone());
        let mut driver = Self { url, program, family, folder, child, output };
        let port = tokio::time::timeout(PATIENCE, driver.port(installed.kind)).await;
        let Ok(Some(port)) = port else {
            let words = [driver.last_words(), driver.end_in_words().await];
            let words = words.map(|words| (!words.is_empty()).then_some(words));
            let words: Vec<_> = words.into_iter().flatten().collect();
            return Err(failed(match words.is_empty() {
                true => "it listens on no port and says nothing".to_owned(),
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

    /// What driver and browser said last, oldest first.
    pub fn last_words(&self) -> String {
        self.output.last_words()
    }

    /// The port it took, or nothing if it ended before it had one.
    async fn port(&mut self, kind: Kind) -> Option<u16> {
        match kind.browser().driver().announces {
            Some(words) => {
                self.output.first(|line| DriverCommand::announced_port(words, line)).await
            }
            None => listening_port::port(&mut self.child).await,
        }
    }

    /// How it ended, if it has: its connections are closed a moment before that is known.
    pub(super) async fn end_in_words(&mut self) -> String {
        match tokio::time::timeout(EXIT, self.child.wait()).await {
            Ok(Ok(status)) => format!("the driver ended ({status})"),
            _ => String::new(),
        }
    }

    /// Looks after a browser that this driver is about to start.
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

    /// Kills driver and browsers and waits until the last of them is gone: they share the pipe that
    /// the driver's output comes through, and it ends with its last holder.
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

/// A child that leads a process group, talks into one pipe, and keeps its files, and those of
/// everything it starts, in `folder`.
fn spawn(
    installed: &Installed,
    display: Option<&Display>,
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
    let (child, family) = start_family(&mut command, pipe, Signal::KILL)?;
    Ok((child, family, output))
}

/// Variables that say where files go.
const FOLDERS: [&str; 5] = ["TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"];
