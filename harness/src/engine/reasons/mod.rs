//! Why a browser withheld responses, in its own words: listening to it while a page plays.
//!
//! What it says is evidence. Where it cannot be heard, rows are played and told all the same.

mod chromium;
mod firefox;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;

use super::Kind;
use super::beside::{Beside, NO_CHANNEL, unheard};
use super::bidi::Bidi;
use super::devtools::DevTools;
use crate::observation::EngineReason;

/// What the end of a page's messages may take to arrive, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(10);

const SILENT: &str = "WebKitGTK tells a driver no reasons";
const UNASKED: &str = "the browser was not listened to";

/// What a browser is listened to with.
#[derive(Debug)]
pub(super) enum Ear {
    /// The log and the issues of Chromium.
    DevTools(Box<DevTools>),
    /// The console of Firefox, through the session's own second channel.
    Console,
    /// None: the engine tells nothing, or could not be heard once, and why.
    Deaf(String),
}

impl Ear {
    /// The ear for an engine, with what its session offers. A browser that cannot be listened to is
    /// still a browser.
    pub(super) async fn new(kind: Kind, Beside { bidi, debugger }: &Beside) -> Self {
        let ear = match (kind, bidi, debugger) {
            (Kind::Chromium, _, Ok(address)) => {
                DevTools::connect(address).await.map(|devtools| Self::DevTools(devtools.into()))
            }
            (Kind::Firefox, Ok(bidi), _) => {
                bidi.lock().await.subscribe(&[firefox::EVENT]).await.map(|()| Self::Console)
            }
            (Kind::Chromium, _, Err(why)) | (Kind::Firefox, Err(why), _) => {
                Ok(Self::Deaf(why.clone()))
            }
            (Kind::WebKit, ..) => Ok(Self::Deaf(SILENT.to_owned())),
        };
        ear.unwrap_or_else(|error| Self::Deaf(unheard(&error)))
    }

    /// None, for whoever has no use for reasons.
    pub(super) fn none() -> Self {
        Self::Deaf(UNASKED.to_owned())
    }

    /// A page was entered: its frames are there from now on.
    pub(super) async fn enter(&mut self) {
        if let Self::DevTools(devtools) = self
            && let Err(error) = devtools.listen().await
        {
            *self = Self::Deaf(unheard(&error));
        }
    }

    /// All that the browser said of its own accord until a script logged `token` as its last act; in
    /// words, why that is not known.
    pub(super) async fn hear(
        &mut self,
        token: &str,
        bidi: Option<&Mutex<Bidi>>,
    ) -> Result<Vec<EngineReason>, String> {
        let heard = match (&mut *self, bidi) {
            (Self::DevTools(devtools), _) => match devtools.events().await {
                Ok(events) => Ok(chromium::reasons(&events)),
                Err(error) => Err(unheard(&error)),
            },
            (Self::Console, Some(bidi)) => read_console(&mut *bidi.lock().await, token).await,
            (Self::Console, None) => Err(NO_CHANNEL.to_owned()),
            (Self::Deaf(why), _) => Err(why.clone()),
        };
        if let Err(why) = &heard {
            // Whoever could not be heard once would be waited for in vain again.
            *self = Self::Deaf(why.clone());
        }
        heard
    }
}

async fn read_console(bidi: &mut Bidi, token: &str) -> Result<Vec<EngineReason>, String> {
    let entries = bidi.events_until(|entry| firefox::says(entry, token), PATIENCE).await;
    match entries.last() {
        Some(last) if firefox::says(last, token) => Ok(firefox::reasons(&entries)),
        _ => Err("the browser's console did not show the end of the page's script".to_owned()),
    }
}

/// A text that no other script of this process logs.
pub(super) fn token() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("cors-harness act {}", LAST.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_browser_that_cannot_be_listened_to_is_one_without_reasons() {
        // Nobody listens on the discard port.
        let mut beside =
            Beside { bidi: Err(NO_CHANNEL.to_owned()), debugger: Ok("127.0.0.1:9".to_owned()) };
        let mut ear = Ear::new(Kind::Chromium, &beside).await;
        ear.enter().await;
        let why = ear.hear("the end", None).await.unwrap_err();
        assert!(why.starts_with("the browser could not be listened to: "), "{why}");
        beside.debugger = Err(NO_CHANNEL.to_owned());
        let mut ear = Ear::new(Kind::Chromium, &beside).await;
        assert_eq!(ear.hear("the end", None).await.unwrap_err(), NO_CHANNEL);
    }

    #[test]
    fn no_two_acts_end_with_the_same_text() {
        assert_ne!(token(), token());
    }
}
