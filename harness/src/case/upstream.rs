//! What a case says of a server of a team's own.

use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::Case;
use super::row::{Origin, Row, Server};

/// Stands for the port in a [`Launch`].
pub const PORT: &str = "${port}";

/// A server of a team's own, behind an origin of a case.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct UpstreamSpec {
    /// Who answers.
    pub server: UpstreamServer,
    /// The origin that browsers reach it at, where it gets the headers that a reverse proxy adds:
    /// `X-Forwarded-Proto` and its like. `None` where it gets none.
    pub forwarded: Option<Origin>,
    /// Whether the CORS headers of its answers are taken off on the way, to see what notices.
    pub without_cors: bool,
}

impl UpstreamSpec {
    /// One name for each server and way of passing its answers on, the same as long as this process
    /// lives. It says nothing of what they are: an environment may hold secrets.
    pub fn name(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        format!("own server {:016x}", hasher.finish())
    }
}

impl Case {
    /// The same with another server that answers for an origin. It gets `X-Forwarded-…` headers where the
    /// one before did.
    #[must_use]
    pub fn answered_by(&self, origin: &Origin, server: &UpstreamServer) -> Self {
        self.with_servers(|here| {
            if here.origin == *origin {
                here.cors = None;
                here.routes.clear();
                let forwarded = here.upstream.as_ref().and_then(|own| own.forwarded.clone());
                here.upstream =
                    Some(UpstreamSpec { server: server.clone(), forwarded, without_cors: false });
            }
        })
    }

    /// The same with the CORS headers of the team's own servers taken off on the way.
    #[must_use]
    pub fn without_cors(&self) -> Self {
        self.with_servers(|here| {
            if let Some(own) = &mut here.upstream {
                own.without_cors = true;
            }
        })
    }

    /// Whether a router of the program that runs the suite answers for this origin in any row.
    pub fn is_served_by(&self, origin: &Origin) -> bool {
        let router = UpstreamServer::InProcess(origin.clone());
        self.rows.iter().flat_map(Row::upstreams).any(|own| own.server == router)
    }

    pub(super) fn with_servers(&self, change: impl Fn(&mut Server)) -> Self {
        let changed = |row: &Row| {
            let mut row = row.clone();
            row.servers.iter_mut().for_each(&change);
            row
        };
        Self { rows: self.rows.iter().map(changed).collect(), ..self.clone() }
    }
}

/// Who a team's own server is.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum UpstreamServer {
    /// It runs already, at this URL: scheme, host and port.
    Upstream(Url),
    /// It is started for the run, once for all rows that say the same of it.
    Command(Launch),
    /// It runs in this process, and is known by the origin that it was given for.
    InProcess(Origin),
}

/// How a server is started, and how it is stopped.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Launch {
    /// A line for the shell. `${port}` in it, and in the environment, is a port of loopback that is free.
    pub command: String,
    /// Folder it runs in.
    pub folder: PathBuf,
    /// Variables of its environment beside those of this process.
    pub environment: Vec<(String, String)>,
    /// When it is ready; without it, when its port accepts a connection.
    pub ready: Option<Ready>,
    /// What it may take to be ready.
    pub patience: Duration,
    /// Name of the signal that asks it to stop: `TERM`.
    pub stop: StopSignal,
}

/// Values of the environment are shown by their length.
impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let environment = self.environment.iter().map(|(name, value)| (name, value.len()));
        f.debug_struct("Launch")
            .field("command", &self.command)
            .field("folder", &self.folder)
            .field("environment", &environment.collect::<Vec<_>>())
            .field("ready", &self.ready)
            .field("patience", &self.patience)
            .field("stop", &self.stop)
            .finish()
    }
}

/// What shows that a server is ready.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Ready {
    /// This path is answered, with whatever status below 500.
    Path(String),
    /// It prints a line with this in it.
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
