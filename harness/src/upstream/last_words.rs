//! What is known about a server: how it ended, and its last output.

use std::process::ExitStatus;
use std::time::Duration;

use tokio::sync::watch::Receiver;

use super::secrets::ObservedSecrets;
use crate::children::LastWords;

/// How long after its connections the end of a process is known.
const MOMENT: Duration = Duration::from_millis(500);

/// The end and the last output of a server.
#[derive(Clone, Debug)]
pub(super) struct ServerExit {
    pub(super) exit: Receiver<Option<ExitStatus>>,
    pub(super) lines: LastWords,
    pub(super) secrets: ObservedSecrets,
}

impl ServerExit {
    /// How it ended, if it did, and its last output.
    pub(super) async fn words(mut self) -> String {
        // Its end is known a moment after that of its connections.
        let ended = self.exit.wait_for(Option::is_some);
        let ended = tokio::time::timeout(MOMENT, ended).await.ok();
        let status = ended.and_then(|status| status.ok().and_then(|status| *status));
        match status {
            Some(status) => format!("it ended ({status}); {}", self.last_words()),
            None => self.last_words(),
        }
    }

    /// Waits for its end.
    pub(super) async fn end(&mut self) -> Option<ExitStatus> {
        self.exit.wait_for(Option::is_some).await.ok().and_then(|status| *status)
    }

    /// The last lines, without secrets.
    pub(super) fn last_words(&self) -> String {
        match self.said() {
            said if said.is_empty() => "it printed nothing".to_owned(),
            said => format!("its last output:\n{said}"),
        }
    }

    /// The last lines themselves, if there are any.
    pub(super) fn said(&self) -> String {
        self.secrets.hidden_in(self.lines.text().trim())
    }
}
