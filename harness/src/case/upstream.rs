//! Real servers: servers of a case that run outside of the harness or that the harness starts.

use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::origin::Origin;

/// The placeholder of the port in a [`Launch`].
pub const PORT: &str = "${port}";

/// A real server behind an origin of a case.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct UpstreamSpec {
    /// The server that answers.
    pub server: UpstreamServer,
    /// The origin at which browsers reach it, if it gets the headers that a reverse proxy adds:
    /// `X-Forwarded-Proto` and similar. `None` if it gets none.
    pub forwarded: Option<Origin>,
    /// Whether CORS headers are removed from its responses, to test whether the suite notices.
    pub without_cors: bool,
    /// Options with which `curl` accepts the certificate of a server that already runs, as words of a shell.
    pub certificate_options: Vec<String>,
}

impl UpstreamSpec {
    /// A name for each server and each way of passing its responses on, stable while this process
    /// lives. It contains nothing of the server's description, because an environment may contain
    /// secrets.
    pub fn name(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        format!("own server {:016x}", hasher.finish())
    }
}

/// Which real server it is.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum UpstreamServer {
    /// A server that already runs at this URL: scheme, host and port.
    Upstream(Url),
    /// A server that the run starts, once for all rows with the same description.
    Command(Launch),
    /// A router in this process, identified by the origin for which it was given.
    InProcess(Origin),
}

/// How a server is started, and how it is stopped.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Launch {
    /// A shell command. `${port}` in it, and in the environment, is a free port of loopback.
    pub command: String,
    /// Its working directory.
    pub folder: PathBuf,
    /// Variables that are added to the environment of this process.
    pub environment: Vec<(String, String)>,
    /// The condition for readiness; `None`: its port accepts a connection.
    pub ready: Option<Ready>,
    /// How long it may take to be ready.
    pub ready_within: Duration,
    /// The signal that asks it to stop.
    pub stop: StopSignal,
}

/// Shows values of the environment by their length.
impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let environment = self.environment.iter().map(|(name, value)| (name, value.len()));
        f.debug_struct("Launch")
            .field("command", &self.command)
            .field("folder", &self.folder)
            .field("environment", &environment.collect::<Vec<_>>())
            .field("ready", &self.ready)
            .field("ready_within", &self.ready_within)
            .field("stop", &self.stop)
            .finish()
    }
}

/// How a server shows that it is ready.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Ready {
    /// This path answers with a status below 500.
    Path(String),
    /// It prints a line that contains this text.
    Line(String),
}

/// A signal that asks a server to stop.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum StopSignal {
    /// `SIGTERM`.
    #[default]
    Term,
    /// `SIGINT`.
    Int,
    /// `SIGQUIT`.
    Quit,
}
