//! One browser session over WebDriver: open, navigate, play.

use std::time::Duration;

use fantoccini::Client;
use fantoccini::wd::{TimeoutConfiguration, WebDriverCompatibleCommand, WindowHandle};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::connecting::Connected;
use super::contexts::{self, UserContext};
use super::reasons::{ConsoleListener, reasons_for, token};
use super::side_channels::SideChannels;
use super::{CALL_PATIENCE, EngineError, Kind, chromium, firefox, page, webkit};
use crate::observation::RowSeen;
use crate::plan::{PagePlan, PlannedRow};

/// What a page may take to load.
const PAGE: Duration = Duration::from_secs(30);

/// What a script may take: more than all groups of steps of any row.
const SCRIPT: Duration = Duration::from_secs(600);

/// What a browser may take to show that it still listens.
const ALIVE: Duration = Duration::from_secs(10);

/// A browser with a profile of its own, driven through one WebDriver session.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    kind: Kind,
    /// The session's other channels, whatever becomes of the ear.
    beside: SideChannels,
    ear: Mutex<ConsoleListener>,
    /// The profile that pages are opened in; at first the browser's own.
    context: Mutex<Option<UserContext>>,
    /// URL of the session.
    pub(super) address: String,
    /// The engine's version, as the session's capabilities tell it.
    pub version: String,
}

impl Browser {
    /// The browser of a session that is open.
    pub(super) async fn new(
        connected: Connected,
        kind: Kind,
        heard: bool,
    ) -> Result<Self, EngineError> {
        let Connected { client, driver, address } = connected;
        let version = client.capabilities().and_then(|all| all.get("browserVersion")?.as_str());
        let version = version.unwrap_or_default().to_owned();
        let beside = SideChannels::of(&client, &driver).await;
        let ear = match heard {
            true => ConsoleListener::new(kind, &beside).await,
            false => ConsoleListener::none(),
        };
        let (context, ear) = (Mutex::default(), Mutex::new(ear));
        let browser = Self { client, kind, beside, ear, context, address, version };
        browser.set_deadlines().await?;
        Ok(browser)
    }

    /// The driver's own deadlines: it always answers, if only to say that the page did not. Every call
    /// of a script bounds itself, so this one is for pages that stand still.
    async fn set_deadlines(&self) -> Result<(), EngineError> {
        let deadlines = TimeoutConfiguration::new(Some(SCRIPT), Some(PAGE), None);
        self.client.update_timeouts(deadlines).await.map_err(|error| failed("set deadlines", error))
    }

    /// Goes on in a profile as fresh as that of a browser just started: nothing of what was done
    /// before is in its jar, its caches or its connections. The one before is gone then.
    ///
    /// # Errors
    /// [`EngineError::Command`], also where the engine has no such profiles.
    pub async fn renew(&self) -> Result<(), EngineError> {
        let mut context = self.context.lock().await;
        let fresh = contexts::make(self.kind, &self.beside).await?;
        if let Err(error) = self.go_to(&fresh).await {
            // What is told is why nothing can be played there; it may go or not.
            let _ = contexts::end(self.kind, &self.beside, &fresh.id).await;
            return Err(error);
        }
        match context.replace(fresh) {
            Some(before) => contexts::end(self.kind, &self.beside, &before.id).await,
            None => Ok(()),
        }
    }

    async fn go_to(&self, context: &UserContext) -> Result<(), EngineError> {
        let window = WindowHandle::try_from(context.window.clone())
            .map_err(|error| failed("open a tab", error))?;
        let switched = self.client.switch_to_window(window).await;
        switched.map_err(|error| failed("go to a tab", error))
    }

    /// Opens the page of a stage and goes to where its steps run.
    pub async fn enter(&self, page: &PagePlan) -> Result<(), EngineError> {
        let navigated = async {
            self.client.goto(&page.url).await?;
            if page.in_frame {
                self.client.enter_frame(0).await?;
            }
            self.client.execute("return self.origin", Vec::new()).await
        };
        let origin = navigated.await.map_err(|error| failed("open the page", error))?;
        if origin != page.origin {
            let (wanted, got) = (page.origin.clone(), origin.to_string());
            return Err(EngineError::Page { wanted, got });
        }
        self.ear.lock().await.enter().await;
        Ok(())
    }

    /// Plants the cookies of rows that have some, before their page is entered; what went wrong with
    /// each, in the order of the rows. A browser may have to visit their origins, whose servers must be there then.
    pub async fn plant(&self, rows: &[PlannedRow]) -> Vec<Option<String>> {
        if rows.is_empty() {
            return Vec::new();
        }
        let context = self.context.lock().await;
        let context = context.as_ref().map(|context| context.id.as_str());
        let planted = match (self.kind, &self.beside.bidi) {
            (Kind::Chromium, _) => chromium::plant(self, rows).await,
            (Kind::Firefox, Ok(bidi)) => {
                firefox::plant(&mut *bidi.lock().await, context, rows).await
            }
            (Kind::Firefox, Err(why)) => {
                vec![Err(format!("no cookie can be set without WebDriver BiDi: {why}")); rows.len()]
            }
            (Kind::WebKit, _) => webkit::plant(self, rows).await,
        };
        planted.into_iter().map(Result::err).collect()
    }

    /// Opens a page and gives the names of the cookies it is sent with from then on.
    pub(super) async fn visit(&self, url: &str) -> Result<Vec<String>, EngineError> {
        let visited = async {
            self.client.goto(url).await?;
            self.client.get_all_cookies().await
        };
        let cookies = visited.await.map_err(|error| failed("visit a page", error))?;
        Ok(cookies.iter().map(|cookie| cookie.name().to_owned()).collect())
    }

    /// Plays rows at the same time in the page that was entered; reports stand in the order of the rows.
    pub async fn play(&self, rows: &[PlannedRow]) -> Result<Vec<RowSeen>, EngineError> {
        let plays: Vec<_> = rows.iter().map(|row| &row.play).collect();
        let script = page::script(plays.iter().copied());
        let token = token();
        let arguments = vec![json!(plays), json!(CALL_PATIENCE.as_millis()), json!(token)];
        let reports = self.run_script(&script, arguments).await?;
        let mut seen: Vec<RowSeen> = serde_json::from_value(reports)
            .map_err(|error| failed("read the page's report", error))?;
        self.add_reasons(rows, &mut seen, &token).await;
        Ok(seen)
    }

    /// Adds what the browser itself said while rows were played; which row it speaks of is told by
    /// its URL.
    async fn add_reasons(&self, rows: &[PlannedRow], seen: &mut [RowSeen], token: &str) {
        let heard = self.ear.lock().await.hear(token, self.beside.bidi.as_ref().ok()).await;
        for (row, seen) in rows.iter().zip(seen) {
            match &heard {
                Ok(heard) => {
                    let texts = (token, row.play.marker.as_str());
                    seen.reasons = reasons_for(heard, texts, seen.moments.len());
                }
                Err(why) => seen.unheard = Some(why.clone()),
            }
        }
    }

    /// Runs a script in the page that was entered, and gives what it calls its last argument with.
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
        // One that is gone already needs no closing.
        let _ = tokio::time::timeout(ALIVE, self.client.close()).await;
    }

    /// Whether the browser still does what it is told.
    pub async fn answers(&self) -> bool {
        let answer = self.client.execute("return 1", Vec::new());
        matches!(tokio::time::timeout(ALIVE, answer).await, Ok(Ok(_)))
    }

    /// Sends a command of the driver's own below `/session/{id}/`.
    pub(super) async fn vendor_command(
        &self,
        path: &'static str,
        body: Value,
    ) -> Result<Value, EngineError> {
        let command = VendorCommand { path, body };
        self.client.issue_cmd(command).await.map_err(|error| failed(path, error))
    }
}

fn failed(what: &'static str, error: impl std::fmt::Display) -> EngineError {
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

/// A JSON object from pairs, as capabilities want it.
pub(super) fn object(
    pairs: impl IntoIterator<Item = (&'static str, Value)>,
) -> serde_json::Map<String, Value> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
