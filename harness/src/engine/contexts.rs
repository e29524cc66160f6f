//! Profiles within a browser that is open: a jar, caches and connections of their own, for a fraction
//! of what another browser costs.

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::bidi::Bidi;
use super::channel::failed;
use super::devtools::DevTools;
use super::side_channels::SideChannels;
use super::{EngineError, Kind};

/// A profile within a browser, and the one tab that is open in it.
#[derive(Debug)]
pub(super) struct UserContext {
    /// As the browser calls it.
    pub(super) id: String,
    /// Its tab, as WebDriver calls it.
    pub(super) window: String,
}

/// Makes a profile within a browser.
///
/// # Errors
/// [`EngineError::Command`], also where the engine has no such profiles.
pub(super) async fn make(kind: Kind, beside: &SideChannels) -> Result<UserContext, EngineError> {
    match (kind, &beside.bidi) {
        (Kind::Chromium, _) => in_chromium(&mut beside.devtools().await?).await,
        (Kind::Firefox, Ok(bidi)) => over_bidi(bidi).await,
        (Kind::Firefox, Err(why)) => Err(failed(MAKE, why)),
        (Kind::WebKit, _) => Err(failed(MAKE, "WebKitGTK has none")),
    }
}

const MAKE: &str = "make a fresh profile";

/// Ends a profile that [`make`] has made, with all that is open in it.
pub(super) async fn end(kind: Kind, beside: &SideChannels, id: &str) -> Result<(), EngineError> {
    match (kind, &beside.bidi) {
        (Kind::Chromium, _) => end_in_chromium(&mut beside.devtools().await?, id).await,
        (Kind::Firefox, Ok(bidi)) => end_over_bidi(bidi, id).await,
        _ => Ok(()),
    }
}

/// Makes a profile in Chromium, which calls it a browser context.
async fn in_chromium(devtools: &mut DevTools) -> Result<UserContext, EngineError> {
    const CREATE: &str = "Target.createBrowserContext";
    const OPEN: &str = "Target.createTarget";
    let context = devtools.command(CREATE, json!({})).await?;
    let id = text(CREATE, &context["browserContextId"])?;
    let tab = json!({ "url": "about:blank", "browserContextId": id });
    let opened = devtools.command(OPEN, tab).await;
    match opened.and_then(|tab| text(OPEN, &tab["targetId"])) {
        Ok(window) => Ok(UserContext { id, window }),
        Err(error) => {
            // What is told is why it is of no use.
            let _ = end_in_chromium(devtools, &id).await;
            Err(error)
        }
    }
}

async fn end_in_chromium(devtools: &mut DevTools, id: &str) -> Result<(), EngineError> {
    let ended = json!({ "browserContextId": id });
    devtools.command("Target.disposeBrowserContext", ended).await.map(drop)
}

/// Makes a profile over WebDriver BiDi, which calls it a user context.
async fn over_bidi(bidi: &Mutex<Bidi>) -> Result<UserContext, EngineError> {
    const CREATE: &str = "browser.createUserContext";
    const OPEN: &str = "browsingContext.create";
    let context = bidi.lock().await.command(CREATE, json!({})).await?;
    let id = text(CREATE, &context["userContext"])?;
    let tab = json!({ "type": "tab", "userContext": id });
    let opened = bidi.lock().await.command(OPEN, tab).await;
    match opened.and_then(|tab| text(OPEN, &tab["context"])) {
        Ok(window) => Ok(UserContext { id, window }),
        Err(error) => {
            let _ = end_over_bidi(bidi, &id).await;
            Err(error)
        }
    }
}

async fn end_over_bidi(bidi: &Mutex<Bidi>, id: &str) -> Result<(), EngineError> {
    let ended = json!({ "userContext": id });
    bidi.lock().await.command("browser.removeUserContext", ended).await.map(drop)
}

fn text(what: &'static str, value: &Value) -> Result<String, EngineError> {
    value.as_str().map(str::to_owned).ok_or_else(|| failed(what, "it has no name"))
}
