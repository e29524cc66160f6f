//! What there is to say of a server: how it ended, and what it said last.

use std::process::ExitStatus;
use std::time::Duration;

use tokio::sync::watch::Receiver;

use crate::children::LastWords;

/// Shorter values of the environment are no secrets, and stand in too many other words.
const SHORTEST_SECRET: usize = 6;

/// What a process that has closed its connections may take to be known to have ended.
const MOMENT: Duration = Duration::from_millis(500);

/// What becomes of a server, for whoever wants to say so.
#[derive(Clone, Debug)]
pub(super) struct Fate {
    pub(super) exit: Receiver<Option<ExitStatus>>,
    pub(super) said: LastWords,
    /// Values of its environment.
    pub(super) secrets: Vec<String>,
}

impl Fate {
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

    /// The last lines, without values of the environment.
    pub(super) fn last_words(&self) -> String {
        match self.said.text().trim() {
            "" => "it said nothing".to_owned(),
            said => format!("its last words:\n{}", without(said, &self.secrets)),
        }
    }
}

fn without(said: &str, secrets: &[String]) -> String {
    let secrets = secrets.iter().filter(|secret| secret.len() >= SHORTEST_SECRET);
    secrets.fold(said.to_owned(), |said, secret| {
        said.replace(secret.as_str(), &format!("<{} bytes>", secret.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn values_of_the_environment_are_left_out() {
        let secrets = ["hunter2".to_owned(), "1".to_owned()];
        assert_eq!(without("key hunter2, port 1", &secrets), "key <7 bytes>, port 1");
    }
}
