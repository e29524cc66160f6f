//! What there is to say of a server: how it ended, and what it said last.

use std::process::ExitStatus;
use std::time::Duration;

use tokio::sync::watch::Receiver;

use super::secrets::ObservedSecrets;
use crate::children::LastWords;

/// What a process that has closed its connections may take to be known to have ended.
const MOMENT: Duration = Duration::from_millis(500);

/// What becomes of a server, for whoever wants to say so.
#[derive(Clone, Debug)]
pub(super) struct ServerExit {
    pub(super) exit: Receiver<Option<ExitStatus>>,
    pub(super) lines: LastWords,
    pub(super) secrets: ObservedSecrets,
}

impl ServerExit {
    /// How it ended, if it did, and its last words.
    pub(super) async fn words(mut self) -> String {
        // Its own end is known a moment after that of its connections.
        let ended = self.exit.wait_for(Option::is_some);
        let ended = tokio::time::timeout(MOMENT, ended).await.ok();
        let status = ended.and_then(|status| status.ok().and_then(|status| *status));
        match status {
            Some(status) => format!("it has ended ({status}); {}", self.last_words()),
            None => self.last_words(),
        }
    }

    /// Waits for its end.
    pub(super) async fn end(&mut self) -> Option<ExitStatus> {
        self.exit.wait_for(Option::is_some).await.ok().and_then(|status| *status)
    }

    /// The last lines, without what must not be told.
    pub(super) fn last_words(&self) -> String {
        match self.said() {
            said if said.is_empty() => "it said nothing".to_owned(),
            said => format!("its last words:\n{said}"),
        }
    }

    /// The last lines themselves, if there are any.
    pub(super) fn said(&self) -> String {
        self.secrets.hidden_in(self.lines.text().trim())
    }
}
