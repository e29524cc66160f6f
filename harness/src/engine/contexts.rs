//! Profiles within a browser that is open: a jar, caches and connections of their own, for a fraction
//! of what another browser costs.

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::EngineError;
use super::bidi::Bidi;
use super::channel::failed;
use super::devtools::DevTools;

/// A profile within a browser, and the one tab that is open in it.
#[derive(Debug)]
pub(super) struct UserContext {
    /// As the browser calls it.
    pub(super) id: String,
    /// Its tab, as WebDriver calls it.
    pub(super) window: String,
}

/// Makes a profile in Chromium, which calls it a browser context.
pub(super) async fn in_chromium(devtools: &mut DevTools) -> Result<UserContext, EngineError> {
    const CREATE: &str = "Target.createBrowserContext";
    const OPEN: &str = "Target.createTarget";
    let context = devtools.command(CREATE, json!({})).await?;
    let id = text(CREATE, &context["browserContextId"])?;
    let tab = json!({ "url": "about:blank", "browserContextId": id });
    let window = text(OPEN, &devtools.command(OPEN, tab).await?["targetId"])?;
    Ok(UserContext { id, window })
}

/// Ends a profile of Chromium with all that is open in it.
pub(super) async fn end_in_chromium(devtools: &mut DevTools, id: &str) -> Result<(), EngineError> {
    let ended = json!({ "browserContextId": id });
    devtools.command("Target.disposeBrowserContext", ended).await.map(drop)
}

/// Makes a profile over WebDriver BiDi, which calls it a user context.
pub(super) async fn over_bidi(bidi: &Mutex<Bidi>) -> Result<UserContext, EngineError> {
    const CREATE: &str = "browser.createUserContext";
    const OPEN: &str = "browsingContext.create";
    let mut bidi = bidi.lock().await;
    let id = text(CREATE, &bidi.command(CREATE, json!({})).await?["userContext"])?;
    let tab = json!({ "type": "tab", "userContext": id });
    let window = text(OPEN, &bidi.command(OPEN, tab).await?["context"])?;
    Ok(UserContext { id, window })
}

/// Ends a profile that was made over BiDi with all that is open in it.
pub(super) async fn end_over_bidi(bidi: &Mutex<Bidi>, id: &str) -> Result<(), EngineError> {
    let ended = json!({ "userContext": id });
    bidi.lock().await.command("browser.removeUserContext", ended).await.map(drop)
}

fn text(what: &'static str, value: &Value) -> Result<String, EngineError> {
    value.as_str().map(str::to_owned).ok_or_else(|| failed(what, "it has no name"))
}
