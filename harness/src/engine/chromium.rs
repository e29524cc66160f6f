//! Chromium through chromedriver: its switches, and how its cookie jar is filled.

use std::path::Path;
use std::time::Duration;

use fantoccini::wd::Capabilities;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::chosen::is_edge;
use super::cookies::{expires, held, parse, path};
use super::limits::{GIB, MIB, Need, Needs};
use super::profiles::{self, Profile};
use super::reasons::ConsoleListener;
use super::side_channels::SideChannels;
use super::webdriver::object;
use super::{Browser, DriverCommand, EngineError, OpenBrowser, Opening, Program};
use crate::case::{ThirdPartyCookies, UserCookie};
use crate::plan::PlannedRow;

/// Chromium.
#[derive(Debug)]
pub(super) struct Chromium;

impl Browser for Chromium {
    fn programs(&self) -> &'static [Program] {
        const PROGRAMS: &[Program] = &[
            Program::on_path(&[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
            ]),
            Program::on_path(&["chromedriver"]),
        ];
        PROGRAMS
    }

    fn needs(&self) -> &'static Needs {
        &NEEDS
    }

    fn usual_start(&self) -> Duration {
        Duration::from_millis(500)
    }

    fn driver(&self) -> &'static DriverCommand {
        // The first line of its output names port 0.
        &DriverCommand {
            arguments: &["--port=0"],
            variables: &[],
            announces: Some("started successfully on port "),
            has_version_of_browser: true,
        }
    }

    /// The whole browser does not start with a moved clock. Its network service does, and that has the caches and cookies.
    fn inherits_clock(&self) -> bool {
        false
    }

    fn capability_name(&self) -> &'static str {
        "chrome"
    }

    fn capabilities(&self, opening: &Opening<'_>, profile: Option<&Path>) -> Capabilities {
        capabilities(opening, profile)
    }

    fn listener<'a>(&'a self, channels: &'a SideChannels) -> BoxFuture<'a, ConsoleListener> {
        ConsoleListener::over_devtools(channels).boxed()
    }

    fn set_cookies<'a>(
        &'a self,
        browser: &'a OpenBrowser,
        _: Option<&'a str>,
        rows: &'a [PlannedRow],
    ) -> BoxFuture<'a, Vec<Result<(), String>>> {
        set_row_cookies(browser, rows).boxed()
    }

    fn has_profiles(&self) -> bool {
        true
    }

    fn make_profile<'a>(
        &'a self,
        channels: &'a SideChannels,
    ) -> BoxFuture<'a, Result<Profile, EngineError>> {
        async { profiles::make_over_devtools(&mut channels.devtools().await?).await }.boxed()
    }

    fn open_tab<'a>(
        &'a self,
        channels: &'a SideChannels,
        profile: &'a str,
    ) -> BoxFuture<'a, Result<String, EngineError>> {
        async move {
            profiles::open_tab_over_devtools(&mut channels.devtools().await?, profile).await
        }
        .boxed()
    }

    fn clear<'a>(
        &'a self,
        browser: &'a OpenBrowser,
        profile: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        async move {
            devtools(browser, "Network.clearBrowserCache", json!({})).await?;
            self.remove_cookies(browser, profile).await
        }
        .boxed()
    }

    fn remove_cookies<'a>(
        &'a self,
        browser: &'a OpenBrowser,
        _: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        async { devtools(browser, "Network.clearBrowserCookies", json!({})).await.map(drop) }
            .boxed()
    }

    /// A tab stays in the background, where it does not render, after a window of its page was closed.
    fn leave_windows<'a>(
        &'a self,
        browser: &'a OpenBrowser,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        async { devtools(browser, "Page.bringToFront", json!({})).await.map(drop) }.boxed()
    }

    fn end_profile<'a>(
        &'a self,
        channels: &'a SideChannels,
        id: &'a str,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        async move { profiles::end_over_devtools(&mut channels.devtools().await?, id).await }
            .boxed()
    }
}

/// What its start needs. Its script engine reserves address space for all its heaps at once.
const NEEDS: Needs = Needs {
    bytes: Need { least: MIB, takes: 2 * MIB },
    files: Need { least: 60, takes: 210 },
    address_space: Need { least: 64 * GIB, takes: 128 * GIB },
    file_size: Need { least: MIB, takes: 4 * MIB },
    open_files: Need { least: 129, takes: 256 },
};

/// The number of connections that it may keep to its proxy, the maximum; the default is 32. Without
/// a proxy, as users have it, there is no such limit for different hosts.
const CONNECTIONS: u32 = 99;

/// The capabilities of a session with a fresh profile. Without a folder for the profile, the driver
/// makes one.
fn capabilities(opening: &Opening<'_>, profile: Option<&Path>) -> Capabilities {
    let mut options = object([
        ("args", json!(switches(opening, profile))),
        ("prefs", preferences(opening.third_party_cookies)),
        ("localState", local_state()),
    ]);
    if let Some(binary) = opening.source.binary() {
        options.insert("binary".to_owned(), json!(binary));
    }
    let is_edge = opening.source.binary().is_some_and(is_edge);
    let (name, key) = match is_edge {
        true => ("MicrosoftEdge", "ms:edgeOptions"),
        false => (Chromium.capability_name(), "goog:chromeOptions"),
    };
    object([("browserName", json!(name)), (key, Value::Object(options))])
}

/// No user can type a password or close the window that asks for one. Without an authentication
/// scheme, a page gets the 401 as it does when that window is closed.
fn local_state() -> Value {
    json!({ "net.max_connections_per_proxy": CONNECTIONS, "auth.schemes": "" })
}

/// No switch decides what a page may read: some lead names and trust to the lab, the others stop
/// the browser's own traffic. Loopback names use the proxy like all others. No user sees the pages, so that
/// no process emulates a graphics card for them, which would take a tenth of the browser's processor time.
fn switches(opening: &Opening<'_>, profile: Option<&Path>) -> Vec<String> {
    let mut switches = vec![
        "--headless".to_owned(),
        format!("--proxy-server=socks5://{}", opening.socks),
        "--proxy-bypass-list=<-loopback>".to_owned(),
        format!("--ignore-certificate-errors-spki-list={}", opening.authority.spki_sha256),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-sync".to_owned(),
        "--no-first-run".to_owned(),
    ];
    if let Some(profile) = profile {
        switches.push(format!("--user-data-dir={}", profile.display()));
    }
    if let Some(clock) = &opening.clock {
        let variables =
            clock.environment().map(|(name, path)| format!("{name}={}", path.display()));
        switches.push(format!("--utility-cmd-prefix=env {}", variables.join(" ")));
    }
    if rustix::process::geteuid().is_root() {
        // Chromium's sandbox cannot be set up by root.
        switches.push("--no-sandbox".to_owned());
    }
    switches
}

fn preferences(third_party_cookies: ThirdPartyCookies) -> Value {
    match third_party_cookies {
        ThirdPartyCookies::AsShipped => json!({}),
        ThirdPartyCookies::Allowed => json!({
            "profile.cookie_controls_mode": 0,
            "profile.block_third_party_cookies": false,
        }),
    }
}

/// Sets rows' cookies first-party, as visits to their origins would, through the DevTools protocol.
/// Returns for each row what went wrong, if anything. All cookies are set at once, unless the browser refuses some.
async fn set_row_cookies(browser: &OpenBrowser, rows: &[PlannedRow]) -> Vec<Result<(), String>> {
    let cookies: Vec<_> = rows.iter().flat_map(|row| row.cookies.clone()).collect();
    let mut set = vec![Ok(()); rows.len()];
    if set_cookies(browser, &cookies).await.is_err() {
        for (row, set) in rows.iter().zip(&mut set) {
            *set = set_cookies(browser, &row.cookies).await;
        }
    }
    let jar = jar(browser, &cookies).await.map_err(|error| error.to_string());
    held(rows, set, &jar)
}

async fn set_cookies(browser: &OpenBrowser, cookies: &[UserCookie]) -> Result<(), String> {
    let cookie = |cookie| cookie_parameters(cookie, browser.ahead());
    let parameters: Vec<_> = cookies.iter().map(cookie).collect::<Result<_, _>>()?;
    let set = devtools(browser, "Network.setCookies", json!({ "cookies": parameters })).await;
    set.map(drop).map_err(|error| error.to_string())
}

/// What the profile of the tab holds of these cookies. It may hold those of many more rows.
async fn jar(browser: &OpenBrowser, cookies: &[UserCookie]) -> Result<Value, EngineError> {
    let urls = cookies.iter().flat_map(|user_cookie| {
        let path = parse(user_cookie).map_or("/".to_owned(), |cookie| path(&cookie).to_owned());
        let host = &user_cookie.origin.host;
        ["http", "https"].map(|scheme| format!("{scheme}://{host}{path}"))
    });
    let urls: Vec<_> = urls.collect();
    devtools(browser, "Network.getCookies", json!({ "urls": urls })).await
}

async fn devtools(
    browser: &OpenBrowser,
    command: &str,
    parameters: Value,
) -> Result<Value, EngineError> {
    let body = json!({ "cmd": command, "params": parameters });
    let command = if browser.is_edge() { "ms/cdp/execute" } else { "goog/cdp/execute" };
    browser.vendor_command(command, body).await
}

/// One cookie as a parameter of `Network.setCookies`, for a browser whose clock is ahead by this much.
fn cookie_parameters(user_cookie: &UserCookie, ahead: Duration) -> Result<Value, String> {
    let cookie = parse(user_cookie)?;
    if cookie.partitioned() == Some(true) {
        return Err("a partitioned cookie can only be set by a step".to_owned());
    }
    let mut parameters = object([
        ("url", json!(format!("{}/", user_cookie.origin))),
        ("name", json!(cookie.name())),
        ("value", json!(cookie.value())),
        ("path", json!(path(&cookie))),
        ("secure", json!(cookie.secure() == Some(true))),
        ("httpOnly", json!(cookie.http_only() == Some(true))),
    ]);
    // Without these members the browser's defaults apply, as they do without the attributes.
    if let Some(domain) = cookie.domain() {
        // Without the dot the protocol treats it as a host, not as a domain.
        parameters.insert("domain".to_owned(), json!(format!(".{domain}")));
    }
    if let Some(same_site) = cookie.same_site() {
        parameters.insert("sameSite".to_owned(), json!(same_site.to_string()));
    }
    if let Some(expires) = expires(&cookie, ahead) {
        parameters.insert("expires".to_owned(), json!(expires));
    }
    Ok(Value::Object(parameters))
}
