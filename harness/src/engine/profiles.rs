//! Profiles in an open browser. Each has its own cookie jar, caches and connections, for a fraction
//! of the cost of another browser.

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::EngineError;
use super::bidi::Bidi;
use super::channel::failed;
use super::devtools::DevTools;

/// A profile in a browser, and the tab that was opened with it.
#[derive(Debug)]
pub(super) struct Profile {
    /// Its id in the browser.
    pub(super) id: String,
    /// Its tab, as WebDriver names it.
    pub(super) window: String,
}

pub(super) const MAKE: &str = "make a fresh profile";

pub(super) const OPEN_TAB: &str = "open a tab";

/// Makes a profile over DevTools, which call it a browser context.
pub(super) async fn make_over_devtools(devtools: &mut DevTools) -> Result<Profile, EngineError> {
    const CREATE: &str = "Target.createBrowserContext";
    let context = devtools.command(CREATE, json!({})).await?;
    let id = text(CREATE, &context["browserContextId"])?;
    match open_tab_over_devtools(devtools, &id).await {
        Ok(window) => Ok(Profile { id, window }),
        Err(error) => {
            // The first error says why the profile cannot be used.
            let _ = end_over_devtools(devtools, &id).await;
            Err(error)
        }
    }
}

/// Opens a tab in a profile over DevTools.
pub(super) async fn open_tab_over_devtools(
    devtools: &mut DevTools,
    profile: &str,
) -> Result<String, EngineError> {
    const OPEN: &str = "Target.createTarget";
    let tab = json!({ "url": "about:blank", "browserContextId": profile });
    let tab = devtools.command(OPEN, tab).await?;
    text(OPEN, &tab["targetId"])
}

/// Ends a profile over DevTools.
pub(super) async fn end_over_devtools(
    devtools: &mut DevTools,
    id: &str,
) -> Result<(), EngineError> {
    let ended = json!({ "browserContextId": id });
    devtools.command("Target.disposeBrowserContext", ended).await.map(drop)
}

/// Makes a profile over WebDriver BiDi, which calls it a user context.
pub(super) async fn make_over_bidi(bidi: &Mutex<Bidi>) -> Result<Profile, EngineError> {
    const CREATE: &str = "browser.createUserContext";
    let context = bidi.lock().await.command(CREATE, json!({})).await?;
    let id = text(CREATE, &context["userContext"])?;
    match open_tab_over_bidi(bidi, &id).await {
        Ok(window) => Ok(Profile { id, window }),
        Err(error) => {
            let _ = end_over_bidi(bidi, &id).await;
            Err(error)
        }
    }
}

/// Opens a tab in a profile over WebDriver BiDi.
pub(super) async fn open_tab_over_bidi(
    bidi: &Mutex<Bidi>,
    profile: &str,
) -> Result<String, EngineError> {
    const OPEN: &str = "browsingContext.create";
    let tab = json!({ "type": "tab", "userContext": profile });
    let tab = bidi.lock().await.command(OPEN, tab).await?;
    text(OPEN, &tab["context"])
}

/// Ends a profile over WebDriver BiDi.
pub(super) async fn end_over_bidi(bidi: &Mutex<Bidi>, id: &str) -> Result<(), EngineError> {
    let ended = json!({ "userContext": id });
    bidi.lock().await.command("browser.removeUserContext", ended).await.map(drop)
}

fn text(what: &'static str, value: &Value) -> Result<String, EngineError> {
    value.as_str().map(str::to_owned).ok_or_else(|| failed(what, "it has no name"))
}
