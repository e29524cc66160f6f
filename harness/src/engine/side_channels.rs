//! What a session offers beside WebDriver: a second way to talk to its browser, or why there is none.

use fantoccini::Client;
use tokio::sync::Mutex;
use url::Url;

use super::EngineError;
use super::bidi::Bidi;
use super::channel::failed;
use super::devtools::DevTools;
use crate::loopback::is_loopback;

pub(super) const NO_CHANNEL: &str = "the driver offers no way to listen to the browser";

const ELSEWHERE: &str =
    "the driver is on another machine, and DevTools are within reach of that one only";

const ANOTHER: &str = "where the driver says that it listens there is another browser";

/// The other channels of a session. What is not within reach is no fault of the browser: it is played all
/// the same.
#[derive(Debug)]
pub(super) struct SideChannels {
    /// WebDriver BiDi, or in words why there is none.
    pub(super) bidi: Result<Mutex<Bidi>, String>,
    /// Where Chromium listens for DevTools, or in words why that is not known.
    pub(super) debugger: Result<String, String>,
}

impl SideChannels {
    /// Those of a session that the driver at `driver` has opened.
    pub(super) async fn of(client: &Client, driver: &str) -> Self {
        Self { bidi: bidi(client).await, debugger: debugger(client, driver).await }
    }

    /// A new connection to DevTools: what became of another one says nothing of it.
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

/// An address on loopback means the driver's machine, and even there somebody may be in between, so the
/// browser is the right one only if it knows the session's tab.
async fn debugger(client: &Client, driver: &str) -> Result<String, String> {
    let options = client.capabilities().and_then(|all| all.get("goog:chromeOptions"));
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
    format!("the browser could not be listened to: {error}")
}
