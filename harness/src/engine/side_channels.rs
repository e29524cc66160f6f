//! The channels of a session in addition to WebDriver: a second way to talk to its browser, or why
//! there is none.

use fantoccini::Client;
use tokio::sync::Mutex;
use url::Url;

use super::EngineError;
use super::bidi::Bidi;
use super::channel::failed;
use super::devtools::{DevTools, socket_of};
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
    /// The URL of the WebSocket of Chromium's DevTools, or why it is unknown.
    pub(super) debugger: Result<String, String>,
}

impl SideChannels {
    /// The channels of the session at `address`, which the driver or grid at `driver` has opened.
    pub(super) async fn of(client: &Client, driver: &str, address: &str) -> Self {
        Self {
            bidi: bidi(client, address).await,
            debugger: debugger(client, driver, address).await,
        }
    }

    /// Whether one of them is there.
    pub(super) fn is_any(&self) -> bool {
        self.bidi.is_ok() || self.debugger.is_ok()
    }

    /// A new connection to DevTools, independent of the fate of other connections.
    pub(super) async fn devtools(&self) -> Result<DevTools, EngineError> {
        match &self.debugger {
            Ok(url) => DevTools::connect(url).await,
            Err(why) => Err(failed("reach its DevTools", why)),
        }
    }
}

/// A capability of the session that is a text.
fn capability<'c>(client: &'c Client, name: &str) -> Option<&'c str> {
    client.capabilities()?.get(name)?.as_str()
}

/// What Selenium Grid adds to the URL of a session to pass BiDi on.
const GRID_BIDI: &str = "se/bidi";

/// The same for DevTools.
const GRID_CDP: &str = "se/cdp";

/// A WebSocket of a grid, below the URL of a session. The grid may know itself by another address than this machine.
fn of_grid(address: &str, path: &str) -> String {
    format!("{}/{path}", address.replacen("http", "ws", 1))
}

async fn bidi(client: &Client, address: &str) -> Result<Mutex<Bidi>, String> {
    let url = capability(client, "webSocketUrl").ok_or(NO_CHANNEL)?;
    let url = if url.ends_with(GRID_BIDI) { of_grid(address, GRID_BIDI) } else { url.to_owned() };
    let bidi = Bidi::connect(&url).await;
    bidi.map(Mutex::new).map_err(|error| console_unreadable(&error))
}

/// The browser is the right one only if it knows the session's tab: an address on loopback refers to the driver's
/// machine, and even there another process may be in between.
async fn debugger(client: &Client, driver: &str, address: &str) -> Result<String, String> {
    let url = debugger_url(client, driver, address).await?;
    let tab = client.window().await.map_err(|error| error.to_string())?;
    let mut devtools = DevTools::connect(&url).await.map_err(|error| console_unreadable(&error))?;
    match devtools.has(&String::from(tab)).await {
        Ok(true) => Ok(url),
        Ok(false) => Err(ANOTHER.to_owned()),
        Err(error) => Err(console_unreadable(&error)),
    }
}

/// Where DevTools are: a grid passes them on, and a driver has them on its own machine.
async fn debugger_url(client: &Client, driver: &str, address: &str) -> Result<String, String> {
    if capability(client, "se:cdp").is_some() {
        return Ok(of_grid(address, GRID_CDP));
    }
    let options = client
        .capabilities()
        .and_then(|all| all.get("goog:chromeOptions").or_else(|| all.get("ms:edgeOptions")));
    let debugger = options.and_then(|options| options.get("debuggerAddress")?.as_str());
    let debugger = debugger.ok_or(NO_CHANNEL)?;
    if !Url::parse(driver).is_ok_and(|url| is_loopback(&url)) {
        return Err(ELSEWHERE.to_owned());
    }
    socket_of(debugger).await.map_err(|error| console_unreadable(&error))
}

pub(super) fn console_unreadable(error: &EngineError) -> String {
    format!("the browser's messages could not be read: {error}")
}
