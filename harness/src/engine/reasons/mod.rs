//! Reads why a browser withheld responses, in its own words, while a page plays.
//!
//! The reasons are evidence. If they cannot be read, rows are played and reported all the same.

mod chromium;
mod firefox;

pub(crate) use chromium::cors_error;
pub(crate) use firefox::cors_reason;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;

use super::bidi::Bidi;
use super::devtools::DevTools;
use super::side_channels::{NO_CHANNEL, SideChannels, console_unreadable};
use crate::observation::{EngineReason, ReasonSeen};

/// How long the end of a page's messages may take to arrive on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(10);

const UNASKED: &str = "the browser's messages were not read";

/// A message of a browser.
#[derive(Clone, Debug)]
pub(super) enum ConsoleMessage {
    /// A reason.
    Reason(EngineReason),
    /// A text that script logged.
    Text(String),
}

/// The reasons in the messages, each with the group of calls of a row that had not settled yet, if
/// the page logged the end of all `groups` but the last. `marker` is the one that the row's page
/// received.
pub(super) fn reasons_for(
    messages: &[ConsoleMessage],
    (token, marker): (&str, &str),
    groups: usize,
) -> Vec<ReasonSeen> {
    let mut settled = 0;
    let mut seen = Vec::new();
    for one in messages {
        match one {
            ConsoleMessage::Reason(reason) => {
                seen.push(ReasonSeen { reason: reason.clone(), group: Some(settled) });
            }
            ConsoleMessage::Text(text) if *text == format!("{token} {marker}{settled}") => {
                settled += 1
            }
            ConsoleMessage::Text(_) => {}
        }
    }
    if settled + 1 < groups {
        seen.iter_mut().for_each(|seen| seen.group = None);
    }
    seen
}

/// The way in which a browser's messages are read.
#[derive(Debug)]
pub(super) enum ConsoleListener {
    /// The log and the issues of Chromium.
    DevTools(Box<DevTools>),
    /// The console of Firefox, through the session's own second channel.
    Console,
    /// None: the engine reports nothing, or reading failed once; and why.
    Unavailable(String),
}

impl ConsoleListener {
    /// Reads the log and the issues of Chromium. If that is not possible, rows are played without
    /// reasons.
    pub(super) async fn over_devtools(channels: &SideChannels) -> Self {
        let address = match &channels.debugger {
            Ok(address) => address,
            Err(why) => return Self::unavailable(why),
        };
        let connected = DevTools::connect(address).await;
        let listener = connected.map(|devtools| Self::DevTools(devtools.into()));
        listener.unwrap_or_else(|error| Self::Unavailable(console_unreadable(&error)))
    }

    /// Reads the console of Firefox. If that is not possible, rows are played without reasons.
    pub(super) async fn over_bidi(channels: &SideChannels) -> Self {
        let bidi = match &channels.bidi {
            Ok(bidi) => bidi,
            Err(why) => return Self::unavailable(why),
        };
        let subscribed = bidi.lock().await.subscribe(&[firefox::EVENT]).await;
        subscribed
            .map_or_else(|error| Self::Unavailable(console_unreadable(&error)), |()| Self::Console)
    }

    /// Reads nothing, for the given reason.
    pub(super) fn unavailable(why: &str) -> Self {
        Self::Unavailable(why.to_owned())
    }

    /// Reads nothing, because reasons were not requested.
    pub(super) fn none() -> Self {
        Self::unavailable(UNASKED)
    }

    /// A page was entered: its frames exist from now on.
    pub(super) async fn enter(&mut self) {
        if let Self::DevTools(devtools) = self
            && let Err(error) = devtools.listen().await
        {
            *self = Self::Unavailable(console_unreadable(&error));
        }
    }

    /// Every message of the browser until the scripts of that many documents have logged `token` at their end; or why
    /// they are unknown.
    pub(super) async fn read_console(
        &mut self,
        (token, documents): (&str, usize),
        bidi: Option<&Mutex<Bidi>>,
    ) -> Result<Vec<ConsoleMessage>, String> {
        let messages = match (&mut *self, bidi) {
            (Self::DevTools(devtools), _) => match devtools.events().await {
                Ok(events) => Ok(chromium::console_messages(&events)),
                Err(error) => Err(console_unreadable(&error)),
            },
            (Self::Console, Some(bidi)) => {
                read_console(&mut *bidi.lock().await, token, documents).await
            }
            (Self::Console, None) => Err(NO_CHANNEL.to_owned()),
            (Self::Unavailable(why), _) => Err(why.clone()),
        };
        if let Err(why) = &messages {
            // A channel that failed once would fail again after the same wait.
            *self = Self::Unavailable(why.clone());
        }
        messages
    }
}

async fn read_console(
    bidi: &mut Bidi,
    token: &str,
    documents: usize,
) -> Result<Vec<ConsoleMessage>, String> {
    let mut entries = Vec::new();
    for _ in 0..documents {
        entries.extend(bidi.events_until(|entry| firefox::says(entry, token), TIMEOUT).await);
        if !entries.last().is_some_and(|last| firefox::says(last, token)) {
            let words = "the browser's console did not show the end of the page's script";
            return Err(words.to_owned());
        }
    }
    Ok(firefox::console_messages(&entries))
}

/// A text that no other script of this process logs.
pub fn token() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("cors-harness act {}", LAST.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_browser_without_a_console_channel_gives_no_reasons() {
        // Nothing listens on the discard port.
        let mut beside = SideChannels {
            bidi: Err(NO_CHANNEL.to_owned()),
            debugger: Ok("ws://127.0.0.1:9/".to_owned()),
        };
        let mut listener = ConsoleListener::over_devtools(&beside).await;
        listener.enter().await;
        let why = listener.read_console(("the end", 1), None).await.unwrap_err();
        assert!(why.starts_with("the browser's messages could not be read: "), "{why}");
        beside.debugger = Err(NO_CHANNEL.to_owned());
        let mut listener = ConsoleListener::over_devtools(&beside).await;
        assert_eq!(listener.read_console(("the end", 1), None).await.unwrap_err(), NO_CHANNEL);
    }

    #[test]
    fn a_reason_belongs_to_the_group_that_had_not_settled_when_it_was_logged() {
        let reason = || {
            let (url, text) = ("https://a.test/".to_owned(), String::new());
            ConsoleMessage::Reason(EngineReason { url, code: None, detail: None, text })
        };
        let text = |text: &str| ConsoleMessage::Text(text.to_owned());
        let messages =
            [reason(), text("act /r1/0"), reason(), text("act /r2/0"), text("act /r1/1"), reason()];
        let groups = |marker, groups| -> Vec<_> {
            reasons_for(&messages, ("act", marker), groups)
                .into_iter()
                .map(|seen| seen.group)
                .collect()
        };
        assert_eq!(groups("/r1/", 3), [Some(0), Some(1), Some(2)]);
        assert_eq!(groups("/r2/", 2), [Some(0), Some(0), Some(1)]);
        assert_eq!(groups("/r1/", 4), [None; 3], "the end of a group is missing");
    }

    #[test]
    fn no_two_changes_have_the_same_text() {
        assert_ne!(token(), token());
    }
}
