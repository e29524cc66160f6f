//! Firefox through geckodriver: its preferences, the authority that it trusts, and how its cookie
//! jar is filled.

use std::path::Path;
use std::time::Duration;

use fantoccini::wd::Capabilities;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

use super::bidi::Bidi;
use super::channel::failed;
use super::cookies::{expires, held, parse, path};
use super::limits::{GIB, MIB, Need, Needs};
use super::profiles::{self, MAKE, OPEN_TAB, Profile};
use super::reasons::ConsoleListener;
use super::side_channels::SideChannels;
use super::webdriver::object;
use super::{Authority, Browser, DriverCommand, EngineError, OpenBrowser, Opening, Program};
use crate::case::{ThirdPartyCookies, UserCookie};
use crate::plan::PlannedRow;

/// Firefox.
#[derive(Debug)]
pub(super) struct Firefox;

impl Browser for Firefox {
    fn programs(&self) -> &'static [Program] {
        const PROGRAMS: &[Program] =
            &[Program::on_path(&["firefox-esr", "firefox"]), Program::on_path(&["geckodriver"])];
        PROGRAMS
    }

    fn needs(&self) -> &'static Needs {
        &NEEDS
    }

    fn usual_start(&self) -> Duration {
        Duration::from_secs(3)
    }

    fn driver(&self) -> &'static DriverCommand {
        &DriverCommand {
            // Trusting the lab's authority needs system access.
            arguments: &["--port=0", "--websocket-port=0", "--allow-system-access"],
            // Without it, a release accepts no other server for its remote settings than Mozilla's,
            // which it requests repeatedly, and the driver's own preference for none has no effect.
            variables: &[("MOZ_REMOTE_SETTINGS_DEVTOOLS", "1")],
            announces: Some("Listening on 127.0.0.1:"),
            has_version_of_browser: false,
        }
    }

    fn capability_name(&self) -> &'static str {
        "firefox"
    }

    /// The driver makes the profile, in its own folder.
    fn capabilities(&self, opening: &Opening<'_>, _: Option<&Path>) -> Capabilities {
        capabilities(opening)
    }

    fn trust<'a>(
        &'a self,
        browser: &'a OpenBrowser,
        authority: &'a Authority,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        trust(browser, authority).boxed()
    }

    fn listener<'a>(&'a self, channels: &'a SideChannels) -> BoxFuture<'a, ConsoleListener> {
        ConsoleListener::over_bidi(channels).boxed()
    }

    fn set_cookies<'a>(
        &'a self,
        browser: &'a OpenBrowser,
        profile: Option<&'a str>,
        rows: &'a [PlannedRow],
    ) -> BoxFuture<'a, Vec<Result<(), String>>> {
        async move {
            match &browser.channels.bidi {
                Ok(bidi) => {
                    set_row_cookies(&mut *bidi.lock().await, profile, rows, browser.ahead()).await
                }
                Err(why) => {
                    let why = format!("cookies cannot be set without WebDriver BiDi: {why}");
                    vec![Err(why); rows.len()]
                }
            }
        }
        .boxed()
    }

    fn has_profiles(&self) -> bool {
        true
    }

    fn make_profile<'a>(
        &'a self,
        channels: &'a SideChannels,
    ) -> BoxFuture<'a, Result<Profile, EngineError>> {
        async move {
            let bidi = channels.bidi.as_ref().map_err(|why| failed(MAKE, why))?;
            profiles::make_over_bidi(bidi).await
        }
        .boxed()
    }

    fn open_tab<'a>(
        &'a self,
        channels: &'a SideChannels,
        profile: &'a str,
    ) -> BoxFuture<'a, Result<String, EngineError>> {
        async move {
            let bidi = channels.bidi.as_ref().map_err(|why| failed(OPEN_TAB, why))?;
            profiles::open_tab_over_bidi(bidi, profile).await
        }
        .boxed()
    }

    /// A window that a page closes while it is left can take the place of the next page for WebDriver.
    fn leave_windows<'a>(
        &'a self,
        browser: &'a OpenBrowser,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        browser.close_opened_windows().boxed()
    }

    fn clear<'a>(
        &'a self,
        browser: &'a OpenBrowser,
        _: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        clear(browser).boxed()
    }

    fn remove_cookies<'a>(
        &'a self,
        browser: &'a OpenBrowser,
        profile: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        remove_cookies(browser, profile).boxed()
    }

    fn end_profile<'a>(
        &'a self,
        channels: &'a SideChannels,
        id: &'a str,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        async move {
            match &channels.bidi {
                Ok(bidi) => profiles::end_over_bidi(bidi, id).await,
                Err(_) => Ok(()),
            }
        }
        .boxed()
    }
}

/// What its start needs. Its places database alone is a file of 5 MiB.
const NEEDS: Needs = Needs {
    bytes: Need { least: 8 * MIB, takes: 20 * MIB },
    files: Need { least: 60, takes: 105 },
    address_space: Need { least: 16 * GIB, takes: 24 * GIB },
    file_size: Need { least: 4 * MIB, takes: 6 * MIB },
    open_files: Need { least: 65, takes: 128 },
};

/// The capabilities of a session. A driver that the harness did not start may not allow adding an
/// authority, so certificate errors are ignored there.
fn capabilities(opening: &Opening<'_>) -> Capabilities {
    let mut options =
        object([("args", json!(["-headless"])), ("prefs", Value::Object(preferences(opening)))]);
    if let Some(binary) = opening.source.binary() {
        options.insert("binary".to_owned(), json!(binary));
    }
    object([
        ("browserName", json!(Firefox.capability_name())),
        ("acceptInsecureCerts", json!(!opening.source.is_local())),
        ("webSocketUrl", json!(true)),
        ("moz:firefoxOptions", Value::Object(options)),
    ])
}

/// No preference decides what a page may read: loopback names use the proxy like all others, and
/// are trustworthy as they are without one. The driver itself switches updates, telemetry, captive
/// portal and safe browsing off.
///
/// The proxy is here because Selenium Grid does not start Firefox with a `proxy` capability that has a SOCKS proxy only.
fn preferences(opening: &Opening<'_>) -> Map<String, Value> {
    let mut preferences = object([
        // 1: the proxy is configured by the preferences that follow.
        ("network.proxy.type", json!(1)),
        ("network.proxy.socks", json!(opening.socks.ip().to_string())),
        ("network.proxy.socks_port", json!(opening.socks.port())),
        ("network.proxy.socks_version", json!(5)),
        ("network.proxy.allow_hijacking_localhost", json!(true)),
        ("network.proxy.testing_localhost_is_secure_when_hijacked", json!(true)),
        ("network.dns.disablePrefetch", json!(true)),
        // A 401 opens no window that asks for a password, because no user could close it.
        ("network.auth.subresource-http-auth-allow", json!(0)),
    ]);
    if opening.third_party_cookies == ThirdPartyCookies::Allowed {
        preferences.insert("network.cookie.cookieBehavior".to_owned(), json!(0));
    }
    preferences
}

/// Adds the lab's authority to those that the profile trusts, as an administrator would.
async fn trust(browser: &OpenBrowser, authority: &Authority) -> Result<(), EngineError> {
    const ADD: &str = "Cc['@mozilla.org/security/x509certdb;1'].getService(Ci.nsIX509CertDB)\
                       .addCertFromBase64(arguments[0], 'C,,')";
    let base64: String = authority.pem.lines().filter(|line| !line.starts_with("-----")).collect();
    in_browser(browser, ADD, json!([base64])).await
}

/// Runs a script with the privileges of the browser's own.
async fn in_browser(
    browser: &OpenBrowser,
    script: &str,
    arguments: Value,
) -> Result<(), EngineError> {
    browser.vendor_command("moz/context", json!({ "context": "chrome" })).await?;
    let command = json!({ "script": script, "args": arguments });
    let ran = browser.vendor_command("execute/sync", command).await;
    browser.vendor_command("moz/context", json!({ "context": "content" })).await?;
    ran.map(drop)
}

/// Removes caches and cookies of all profiles in the browser, including those that are partitioned. One profile is in use.
async fn clear(browser: &OpenBrowser) -> Result<(), EngineError> {
    const CLEAR: &str = "Services.cookies.removeAll();\
                         Services.cache2.clear();\
                         Cc['@mozilla.org/network/protocol;1?name=http']\
                         .getService(Ci.nsIHttpProtocolHandler).clearCORSPreflightCache();";
    in_browser(browser, CLEAR, json!([])).await
}

async fn remove_cookies(browser: &OpenBrowser, profile: Option<&str>) -> Result<(), EngineError> {
    // Without this channel no cookie was set.
    let Ok(bidi) = &browser.channels.bidi else { return Ok(()) };
    let cookies = json!({ "partition": partition(profile) });
    bidi.lock().await.command("storage.deleteCookies", cookies).await.map(drop)
}

/// The jar of a profile in the browser, or the browser's own.
fn partition(profile: Option<&str>) -> Value {
    match profile {
        Some(profile) => json!({ "type": "storageKey", "userContext": profile }),
        None => json!({ "type": "storageKey" }),
    }
}

/// Sets rows' cookies first-party, as visits to their origins would, through WebDriver BiDi.
/// Returns for each row what went wrong, if anything. The jar is read once for all of them, because
/// it may hold the cookies of many more.
async fn set_row_cookies(
    bidi: &mut Bidi,
    context: Option<&str>,
    rows: &[PlannedRow],
    ahead: Duration,
) -> Vec<Result<(), String>> {
    let partition = partition(context);
    let mut set = Vec::with_capacity(rows.len());
    for row in rows {
        set.push(set_cookies(bidi, &partition, &row.cookies, ahead).await);
    }
    let jar = bidi.command("storage.getCookies", json!({ "partition": partition })).await;
    let jar = jar.map_err(|error| error.to_string());
    held(rows, set, &jar)
}

async fn set_cookies(
    bidi: &mut Bidi,
    partition: &Value,
    cookies: &[UserCookie],
    ahead: Duration,
) -> Result<(), String> {
    for user_cookie in cookies {
        let cookie = cookie_parameters(user_cookie, ahead)?;
        let older = for_older_versions(&cookie);
        let set = set_cookie(bidi, partition, cookie).await;
        match (set, older) {
            (Err(words), Some(older)) if words.contains("sameSite") => {
                set_cookie(bidi, partition, older).await?;
            }
            (set, _) => set?,
        }
    }
    Ok(())
}

async fn set_cookie(bidi: &mut Bidi, partition: &Value, cookie: Value) -> Result<(), String> {
    let parameters = json!({ "cookie": cookie, "partition": partition });
    let set = bidi.command("storage.setCookie", parameters).await;
    set.map(drop).map_err(|error| error.to_string())
}

/// The parameters of a cookie without SameSite for Firefox 140, which rejects the value `default`. It stores a cookie
/// without the member as `None`, which is its default.
fn for_older_versions(cookie: &Value) -> Option<Value> {
    let mut older = cookie.as_object()?.clone();
    let same_site = older.remove("sameSite")?;
    (same_site == "default").then_some(Value::Object(older))
}

/// One cookie as a parameter of `storage.setCookie`, for a browser whose clock is ahead by this much.
fn cookie_parameters(user_cookie: &UserCookie, ahead: Duration) -> Result<Value, String> {
    let cookie = parse(user_cookie)?;
    if cookie.partitioned() == Some(true) {
        return Err("a partitioned cookie can only be set by a step".to_owned());
    }
    // The dot makes it a domain cookie instead of a host cookie.
    let domain = cookie.domain().map(|domain| format!(".{domain}"));
    let mut parameters = object([
        ("name", json!(cookie.name())),
        ("value", json!({ "type": "string", "value": cookie.value() })),
        ("domain", json!(domain.unwrap_or_else(|| user_cookie.origin.host.clone()))),
        ("path", json!(path(&cookie))),
        ("secure", json!(cookie.secure() == Some(true))),
        ("httpOnly", json!(cookie.http_only() == Some(true))),
    ]);
    let same_site = cookie.same_site().map(|same_site| same_site.to_string().to_lowercase());
    // Without the attribute the browser's default applies.
    let same_site = same_site.unwrap_or_else(|| "default".to_owned());
    parameters.insert("sameSite".to_owned(), json!(same_site));
    if let Some(expiry) = expires(&cookie, ahead) {
        parameters.insert("expiry".to_owned(), json!(expiry));
    }
    Ok(Value::Object(parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_cookie_without_same_site_is_set_in_another_way_in_older_versions() {
        let parameters = |attributes: &str| {
            let origin = "https://api.example.com".parse().unwrap();
            let cookie = UserCookie { origin, set_cookie: format!("sid=1; Secure{attributes}") };
            cookie_parameters(&cookie, Duration::ZERO).unwrap()
        };
        let older = for_older_versions(&parameters("")).unwrap();
        assert_eq!((&older["name"], older.get("sameSite")), (&json!("sid"), None));
        assert_eq!(for_older_versions(&parameters("; SameSite=Lax")), None);
    }
}
