//! The channels of a session in addition to WebDriver: a second way to talk to its browser, or why
//! there is none.

use fantoccini::Client;
use tokio::sync::Mutex;
use url::Url;

use super::EngineError;
use super::bidi::Bidi;
use super::channel::failed;
use super::devtools::DevTools;
use crate::loopback::is_loopback;

pub(super) const NO_CHANNEL: &str = "the driver offers no channel for the browser's messages";

const ELSEWHERE: &str =
    "the driver is on another machine, and DevTools can only be reached from that machine";

const ANOTHER: &str = "another browser listens at the address that the driver reports";

/// The other channels of a session. A channel that cannot be reached is no fault of the browser,
/// which is played all the same.
#[derive(Debug)]
pub(super) struct SideChannels {
    /// WebDriver BiDi, or why it is unavailable.
    pub(super) bidi: Result<Mutex<Bidi>, String>,
    /// The address of Chromium's DevTools, or why it is unknown.
    pub(super) debugger: Result<String, String>,
}

impl SideChannels {
    /// The channels of a session that the driver at `driver` has opened.
    pub(super) async fn of(client: &Client, driver: &str) -> Self {
        Self { bidi: bidi(client).await, debugger: debugger(client, driver).await }
    }

    /// A new connection to DevTools, independent of the fate of other connections.
    pub(super) async fn devtools(&self) -> Result<DevTools, EngineError> {
        match &self.debugger {
            Ok(address) => DevTools::connect(address).await,
            Err(why) => Err(failed("reach its DevTools", why)),
        }
    }
}

async fn bidi(client: &Client) -> Result<Mutex<Bidi>, String> {
    let capabilities = client.capabilities();
    let url = capabilities.and_then(|all| all.get("webSocketUrl")?.as_str());
    let bidi = Bidi::connect(url.ok_or(NO_CHANNEL)?).await;
    bidi.map(Mutex::new).map_err(|error| unheard(&error))
}

/// An address on loopback refers to the driver's machine, and even there another process may be in
/// between. The browser is the right one only if it knows the session's tab.
async fn debugger(client: &Client, driver: &str) -> Result<String, String> {
    let options = client
        .capabilities()
        .and_then(|all| all.get("goog:chromeOptions").or_else(|| all.get("ms:edgeOptions")));
    let address = options.and_then(|options| options.get("debuggerAddress")?.as_str());
    let address = address.ok_or(NO_CHANNEL)?;
    if !Url::parse(driver).is_ok_and(|url| is_loopback(&url)) {
        return Err(ELSEWHERE.to_owned());
    }
    let tab = client.window().await.map_err(|error| error.to_string())?;
    let mut devtools = DevTools::connect(address).await.map_err(|error| unheard(&error))?;
    match devtools.has(&String::from(tab)).await {
        Ok(true) => Ok(address.to_owned()),
        Ok(false) => Err(ANOTHER.to_owned()),
        Err(error) => Err(unheard(&error)),
    }
}

pub(super) fn unheard(error: &EngineError) -> String {
    format!("the browser's messages could not be read: {error}")
}
