//! A server that the run started.

use std::io;
use std::process::ExitStatus;
use std::time::Instant;

use axum::Router;
use cors_servers::Upstream;
use rustix::process::Signal;
use tokio::process::{Child, Command};
use tokio::sync::watch;

use super::last_words::{ObservedSecrets, ServerExit};
use super::port::ReservedPort;
use super::ready;
use crate::case::{Launch, PORT, StopSignal};
use crate::children::{Family, GRACE, Output, cleanup, start_family};

/// The number of lines of its output that are kept.
const LAST_WORDS: usize = 20;

/// A running server. Dropping it kills everything that it started.
#[derive(Debug)]
pub(super) struct Launched {
    port: ReservedPort,
    stop: Signal,
    family: Family,
    output: Output,
    exit: ServerExit,
}

impl Launched {
    /// Starts a server and waits until it is ready; otherwise returns what went wrong.
    pub(super) async fn start(launch: &Launch) -> Result<Self, String> {
        let failed = |why: String| format!("`{}` {why}", launch.command);
        let port = ReservedPort::new().map_err(|error| failed(format!("got no port: {error}")))?;
        let mut server = Self::spawn(launch, port).map_err(failed)?;
        match server.ready(launch).await {
            Ok(()) => Ok(server),
            Err(why) => {
                // Its output while it is being stopped is not the reason.
                let words = failed(format!("{why}; {}", server.exit.last_words()));
                server.stop().await;
                Err(words)
            }
        }
    }

    fn spawn(launch: &Launch, port: ReservedPort) -> Result<Self, String> {
        if !launch.folder.as_os_str().is_empty() && !launch.folder.is_dir() {
            let folder = launch.folder.display();
            return Err(format!("cannot run in `{folder}`, which is not a folder"));
        }
        let not_started = |error: io::Error| format!("did not start: {error}");
        let (output, pipe) = Output::new(LAST_WORDS).map_err(not_started)?;
        let (mut command, stop) = (command(launch, port.number()), signal(launch.stop));
        let started = start_family(&mut command, pipe, stop);
        let (child, family) = started.map_err(not_started)?;
        let secrets = ObservedSecrets::default();
        for (name, value) in &launch.environment {
            secrets.learn(name, &filled(value, port.number()));
        }
        let exit = ServerExit { exit: watch_over(child), lines: output.words(), secrets };
        Ok(Self { port, stop, family, output, exit })
    }

    async fn ready(&mut self, launch: &Launch) -> Result<(), String> {
        let deadline = tokio::time::Instant::now() + launch.ready_within;
        let upstream = self.upstream();
        let mut exit = self.exit.clone();
        let waiting = ready::until(launch.ready.as_ref(), &upstream, &mut self.output, deadline);
        let early = tokio::select! {
            // Another process may answer on the port of a server that has ended.
            biased;
            status = exit.end() => ended(status),
            ready = waiting => return ready.map_err(|missing| {
                format!("was not ready within {} s: {missing}", launch.ready_within.as_secs_f64())
            }),
        };
        // Its last output may still be in the pipe, which ends with its last holder.
        let _ = tokio::time::timeout(GRACE, self.output.end()).await;
        Err(early)
    }

    /// Its address.
    pub(super) fn upstream(&self) -> Upstream {
        Upstream { host: "localhost".to_owned(), port: self.port.number(), tls: None }
    }

    /// The router that sends requests to it, and learns secrets from what passes.
    pub(super) fn router(&self) -> Router {
        self.exit.secrets.listen(self.upstream().proxy())
    }

    /// Its end and its last output.
    pub(super) fn exit(&self) -> ServerExit {
        self.exit.clone()
    }

    /// Asks it to end, and kills what is left after the grace period.
    pub(super) async fn stop(mut self) {
        self.family.signal(self.stop);
        self.family.wait(Instant::now() + GRACE).await;
        cleanup::end_family(&self.family);
        // A process that still holds the pipe is not of its family.
        let _ = tokio::time::timeout(GRACE, self.output.end()).await;
    }
}

impl Drop for Launched {
    fn drop(&mut self) {
        cleanup::end_family(&self.family);
    }
}

fn ended(status: Option<ExitStatus>) -> String {
    let status = status.map_or("with an unknown status".to_owned(), |status| status.to_string());
    format!("ended before it was ready ({status})")
}

fn command(launch: &Launch, port: u16) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(filled(&launch.command, port)).env("PORT", port.to_string());
    command.envs(launch.environment.iter().map(|(name, value)| (name, filled(value, port))));
    if !launch.folder.as_os_str().is_empty() {
        command.current_dir(&launch.folder);
    }
    command
}

/// A text of a launch with the port filled in.
fn filled(text: &str, port: u16) -> String {
    text.replace(PORT, &port.to_string())
}

/// Waits for the child's end, so that it is known and the child is no zombie.
fn watch_over(mut child: Child) -> watch::Receiver<Option<ExitStatus>> {
    let (send, receive) = watch::channel(None);
    tokio::spawn(async move {
        let status = child.wait().await.ok();
        // The receiver may be gone.
        let _ = send.send(status);
    });
    receive
}

fn signal(stop: StopSignal) -> Signal {
    match stop {
        StopSignal::Term => Signal::TERM,
        StopSignal::Int => Signal::INT,
        StopSignal::Quit => Signal::QUIT,
    }
}
