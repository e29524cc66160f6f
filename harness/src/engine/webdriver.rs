//! One browser session over WebDriver: open, navigate, play.

use std::sync::Arc;
use std::time::Duration;

use fantoccini::Client;
use fantoccini::wd::{TimeoutConfiguration, WebDriverCompatibleCommand, WindowHandle};
use serde_json::Value;
use tokio::sync::Mutex;

use super::build::Build;
use super::connecting::Connected;
use super::profiles::Profile;
use super::reasons::{ConsoleListener, reasons_for};
use super::side_channels::SideChannels;
use super::{BrowserClock, EngineError, Kind, Opening, page};
use crate::contexts::RunsIn;
use crate::observation::RowSeen;
use crate::plan::{NextPage, PagePlan, PlannedRow};

/// How long a page may take to load.
const PAGE: Duration = Duration::from_secs(30);

/// How long a script may take: longer than all groups of steps of any row.
const SCRIPT: Duration = Duration::from_secs(600);

/// How long a browser may take to show that it still responds.
const ALIVE: Duration = Duration::from_secs(10);

/// A browser with its own profile, driven through one WebDriver session.
#[derive(Debug)]
pub struct OpenBrowser {
    pub(super) client: Client,
    pub(super) kind: Kind,
    /// The window that was open at the start.
    pub(super) first: WindowHandle,
    /// The tabs of the row that is played, in the order of opening. Empty while it has one.
    pub(super) tabs: Mutex<Vec<WindowHandle>>,
    /// The session's other channels. They stay available if the browser's messages cannot be read
    /// any more.
    pub(super) channels: SideChannels,
    listener: Mutex<ConsoleListener>,
    /// The profile in which pages are opened; at first the browser's own.
    profile: Mutex<Option<Profile>>,
    /// URL of the session.
    pub(super) address: String,
    /// The engine's version in the session's capabilities.
    pub version: String,
    /// Which build it is, if that is known.
    pub build: Option<Build>,
    /// Its clock, if that can be moved.
    pub(super) clock: Option<Arc<BrowserClock>>,
}

impl OpenBrowser {
    /// The browser of an open session.
    pub(super) async fn new(
        connected: Connected,
        kind: Kind,
        opening: &Opening<'_>,
    ) -> Result<Self, EngineError> {
        let Connected { client, driver, address } = connected;
        let version = client.capabilities().and_then(|all| all.get("browserVersion")?.as_str());
        let version = version.unwrap_or_default().to_owned();
        let channels = SideChannels::of(&client, &driver, &address).await;
        let listener = match opening.reads_console {
            true => kind.browser().listener(&channels).await,
            false => ConsoleListener::none(),
        };
        let (profile, listener, clock) =
            (Mutex::default(), Mutex::new(listener), opening.clock.clone());
        let first =
            client.window().await.map_err(|error| failed("find the first window", error))?;
        let browser = Self {
            client,
            kind,
            first,
            tabs: Mutex::default(),
            channels,
            listener,
            profile,
            address,
            version,
            build: None,
            clock,
        };
        browser.set_deadlines().await?;
        Ok(browser)
    }

    /// Its version, and its product and channel if they are known: `156.0.8078.108 (Google Chrome, stable)`.
    pub fn described(&self) -> String {
        match &self.build {
            Some(build) => format!("{} ({build})", self.version),
            None => self.version.clone(),
        }
    }

    /// Whether it is Microsoft Edge, whose vendor commands have a prefix of their own.
    pub(super) fn is_edge(&self) -> bool {
        let name = self.client.capabilities().and_then(|all| all.get("browserName"));
        name.and_then(|name| name.as_str()).is_some_and(|name| name.eq_ignore_ascii_case("msedge"))
    }

    /// The driver's own deadlines: it always responds, even if the page does not. Every call of a
    /// script has its own limit, so this deadline is for pages that hang.
    async fn set_deadlines(&self) -> Result<(), EngineError> {
        let deadlines = TimeoutConfiguration::new(Some(SCRIPT), Some(PAGE), None);
        self.client.update_timeouts(deadlines).await.map_err(|error| failed("set deadlines", error))
    }

    /// Whether it may use the stored response to a request of script for another request.
    pub fn stores_responses(&self) -> bool {
        self.kind.stores_responses()
    }

    /// Whether it can continue in a fresh profile.
    pub fn can_renew(&self) -> bool {
        self.kind.browser().has_profiles() && self.channels.is_any()
    }

    /// Continues in a profile as fresh as that of a browser that was just started, with an empty
    /// jar, empty caches and no connections. The profile before it is closed.
    ///
    /// # Errors
    /// [`EngineError::Command`], also where the engine has no such profiles.
    pub async fn renew(&self) -> Result<(), EngineError> {
        let (mut profile, browser) = (self.profile.lock().await, self.kind.browser());
        let fresh = browser.make_profile(&self.channels).await?;
        if let Err(error) = self.go_to(&fresh).await {
            // The first error says why nothing can be played there.
            let _ = browser.end_profile(&self.channels, &fresh.id).await;
            return Err(error);
        }
        self.tabs.lock().await.clear();
        match profile.replace(fresh) {
            Some(before) => browser.end_profile(&self.channels, &before.id).await,
            None => Ok(()),
        }
    }

    /// Removes the cookies of the profile in which pages are opened, if the browser limits their number.
    ///
    /// # Errors
    /// [`EngineError::Command`].
    pub async fn remove_cookies(&self) -> Result<(), EngineError> {
        let profile = self.profile_id().await;
        self.kind.browser().remove_cookies(self, profile.as_deref()).await
    }

    /// Removes the HTTP cache and the cookies of the profile in which pages are opened.
    ///
    /// # Errors
    /// [`EngineError::Command`], also where the engine cannot do that.
    pub async fn clear(&self) -> Result<(), EngineError> {
        let profile = self.profile_id().await;
        self.kind.browser().clear(self, profile.as_deref()).await
    }

    /// The profile in which pages are opened, if it is not the browser's own.
    pub(super) async fn profile_id(&self) -> Option<String> {
        self.profile.lock().await.as_ref().map(|profile| profile.id.clone())
    }

    async fn go_to(&self, profile: &Profile) -> Result<(), EngineError> {
        let window = WindowHandle::try_from(profile.window.clone())
            .map_err(|error| failed("open a tab", error))?;
        let switched = self.client.switch_to_window(window).await;
        switched.map_err(|error| failed("switch to a tab", error))
    }

    /// Opens a shared page, goes to where its steps run, and listens to it.
    pub async fn enter(&self, page: &PagePlan) -> Result<(), EngineError> {
        self.navigate(page).await?;
        self.listen().await;
        Ok(())
    }

    /// Opens a shared page and goes to where its steps run.
    pub async fn navigate(&self, page: &PagePlan) -> Result<(), EngineError> {
        self.close_tabs().await?;
        self.go_to_document((&page.url, page.runs_in), &page.origin).await
    }

    /// Opens another page of a row in the current tab, and goes to where its steps run.
    pub(super) async fn open_next(&self, page: &NextPage) -> Result<(), EngineError> {
        self.go_to_document((&page.url, page.runs_in), &page.origin).await
    }

    async fn go_to_document(
        &self,
        (url, runs_in): (&str, RunsIn),
        wanted: &str,
    ) -> Result<(), EngineError> {
        // The page before may have opened a window, and this one may open another.
        self.kind.browser().leave_windows(self).await?;
        let navigated = async {
            self.client.goto(url).await?;
            match runs_in {
                RunsIn::TopLevel => {}
                RunsIn::Frame => self.client.enter_frame(0).await?,
                RunsIn::Worker => {
                    return self.client.execute_async(page::WORKER_ORIGIN, Vec::new()).await;
                }
            }
            self.client.execute("return self.origin", Vec::new()).await
        };
        let origin = navigated.await.map_err(|error| failed("open the page", error))?;
        if origin != wanted {
            let (wanted, got) = (wanted.to_owned(), origin.to_string());
            return Err(EngineError::Page { wanted, got });
        }
        Ok(())
    }

    /// By how much its clock is ahead of the system's.
    pub fn ahead(&self) -> Duration {
        self.clock.as_ref().map_or(Duration::ZERO, |clock| clock.ahead())
    }

    /// Attaches to the page and its frames, to read the browser's own reasons.
    pub async fn listen(&self) {
        self.listener.lock().await.enter().await;
    }

    /// Sets the cookies of rows that have some, before their page is entered; returns what went
    /// wrong for each, in the order of the rows. A browser may have to visit their origins, whose
    /// servers must be hosted then.
    pub async fn set_cookies(&self, rows: &[PlannedRow]) -> Vec<Option<String>> {
        if rows.is_empty() {
            return Vec::new();
        }
        let profile = self.profile_id().await;
        let results = self.kind.browser().set_cookies(self, profile.as_deref(), rows).await;
        results.into_iter().map(Result::err).collect()
    }

    /// Opens a page and returns the names of the cookies that it gets from then on.
    pub(super) async fn visit(&self, url: &str) -> Result<Vec<String>, EngineError> {
        let visited = async {
            self.client.goto(url).await?;
            self.client.get_all_cookies().await
        };
        let cookies = visited.await.map_err(|error| failed("visit a page", error))?;
        Ok(cookies.iter().map(|cookie| cookie.name().to_owned()).collect())
    }

    /// Adds the browser's own messages while rows were played; their URLs say to which row they
    /// belong.
    pub async fn add_reasons(&self, rows: &[PlannedRow], seen: &mut [RowSeen], token: &str) {
        // Each document in which rows were played logs the text.
        let in_frames = rows.iter().zip(&*seen).filter(|(row, _)| row.frame.is_some());
        let played = in_frames.clone().filter(|(_, seen)| seen.trouble.is_none()).count();
        let documents = if in_frames.count() > 0 { played } else { 1 };
        let bidi = self.channels.bidi.as_ref().ok();
        let messages = self.listener.lock().await.read_console((token, documents), bidi).await;
        for (row, seen) in rows.iter().zip(seen) {
            match &messages {
                Ok(messages) => {
                    let texts = (token, row.play.marker.as_str());
                    seen.reasons = reasons_for(messages, texts, seen.step_groups.len());
                }
                Err(why) => seen.reasons_unavailable = Some(why.clone()),
            }
        }
    }

    /// Runs a script in the entered page, and returns the value with which it calls its last
    /// argument.
    pub async fn run_script(
        &self,
        script: &str,
        arguments: Vec<Value>,
    ) -> Result<Value, EngineError> {
        let ran = self.client.execute_async(script, arguments).await;
        ran.map_err(|error| failed("run the page's script", error))
    }

    /// Closes the session, and with it the browser.
    pub(super) async fn close(self) {
        // A browser that has already ended needs no closing.
        let _ = tokio::time::timeout(ALIVE, self.client.close()).await;
    }

    /// Whether the browser still responds.
    pub async fn answers(&self) -> bool {
        let answer = self.client.execute("return 1", Vec::new());
        matches!(tokio::time::timeout(ALIVE, answer).await, Ok(Ok(_)))
    }

    /// Sends a command of the driver itself, below `/session/{id}/`.
    pub(super) async fn vendor_command(
        &self,
        path: &'static str,
        body: Value,
    ) -> Result<Value, EngineError> {
        let command = VendorCommand { path, body };
        self.client.issue_cmd(command).await.map_err(|error| failed(path, error))
    }
}

pub(super) fn failed(what: &'static str, error: impl std::fmt::Display) -> EngineError {
    EngineError::Command { what, words: error.to_string() }
}

#[derive(Debug)]
struct VendorCommand {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for VendorCommand {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// A JSON object from pairs, in the form of capabilities.
pub(super) fn object(
    pairs: impl IntoIterator<Item = (&'static str, Value)>,
) -> serde_json::Map<String, Value> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
