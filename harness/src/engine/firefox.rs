//! Firefox through geckodriver: which preferences, whom it trusts, how its cookie jar is filled.

use fantoccini::wd::Capabilities;
use serde_json::{Map, Value, json};

use super::bidi::Bidi;
use super::cookies::{expires, held, parse, path};
use super::limits::{GIB, MIB, Need, Needs};
use super::webdriver::object;
use super::{Authority, Browser, EngineError, Opening, Source};
use crate::case::{PlantedCookie, ThirdPartyCookies};
use crate::plan::PlannedRow;

/// What its start takes. Its database of places alone is a file of 5 MiB.
pub(super) const NEEDS: Needs = Needs {
    bytes: Need { least: 8 * MIB, takes: 20 * MIB },
    files: Need { least: 60, takes: 105 },
    address_space: Need { least: 16 * GIB, takes: 24 * GIB },
    file_size: Need { least: 4 * MIB, takes: 6 * MIB },
    open_files: Need { least: 65, takes: 128 },
};

/// What a session asks for. The driver makes the profile, in its own folder. A driver of somebody
/// else need not let us add an authority, so certificate errors are ignored there.
pub(super) fn capabilities(opening: &Opening<'_>) -> Capabilities {
    let mut options = object([
        ("args", json!(["-headless"])),
        ("prefs", Value::Object(preferences(opening.third_party_cookies))),
    ]);
    if let Some(binary) = opening.binary() {
        options.insert("binary".to_owned(), json!(binary));
    }
    let proxy = json!({
        "proxyType": "manual",
        "socksProxy": opening.socks.to_string(),
        "socksVersion": 5,
    });
    object([
        ("browserName", json!("firefox")),
        ("acceptInsecureCerts", json!(matches!(opening.source, Source::Remote(_)))),
        ("webSocketUrl", json!(true)),
        ("proxy", proxy),
        ("moz:firefoxOptions", Value::Object(options)),
    ])
}

/// Nothing here decides what a page may read: loopback names take the proxy like all others, and
/// are trustworthy as they are without one. The driver itself switches updates, telemetry, captive
/// portal and safe browsing off.
fn preferences(third_party_cookies: ThirdPartyCookies) -> Map<String, Value> {
    let mut preferences = object([
        ("network.proxy.allow_hijacking_localhost", json!(true)),
        ("network.proxy.testing_localhost_is_secure_when_hijacked", json!(true)),
        ("network.dns.disablePrefetch", json!(true)),
        // A 401 opens no window that asks for a password: nobody is there to close it.
        ("network.auth.subresource-http-auth-allow", json!(0)),
    ]);
    if third_party_cookies == ThirdPartyCookies::Allowed {
        preferences.insert("network.cookie.cookieBehavior".to_owned(), json!(0));
    }
    preferences
}

/// Adds the lab's authority to the ones the profile trusts, as an administrator would.
pub(super) async fn trust(browser: &Browser, authority: &Authority) -> Result<(), EngineError> {
    const ADD: &str = "Cc['@mozilla.org/security/x509certdb;1'].getService(Ci.nsIX509CertDB)\
                       .addCertFromBase64(arguments[0], 'C,,')";
    let base64: String = authority.pem.lines().filter(|line| !line.starts_with("-----")).collect();
    browser.vendor_command("moz/context", json!({ "context": "chrome" })).await?;
    let added = json!({ "script": ADD, "args": [base64] });
    browser.vendor_command("execute/sync", added).await?;
    browser.vendor_command("moz/context", json!({ "context": "content" })).await?;
    Ok(())
}

/// Plants rows' cookies first-party, as visits to their origins would, through WebDriver BiDi. Gives of
/// each row what went wrong, in words. The jar is read once for all of them: it may hold the cookies of
/// many more.
pub(super) async fn plant(
    bidi: &mut Bidi,
    context: Option<&str>,
    rows: &[PlannedRow],
) -> Vec<Result<(), String>> {
    // The jar of a profile within the browser, or the browser's own.
    let partition = context.map_or_else(
        || json!({ "type": "storageKey" }),
        |context| json!({ "type": "storageKey", "userContext": context }),
    );
    let mut set = Vec::with_capacity(rows.len());
    for row in rows {
        set.push(set_cookies(bidi, &partition, &row.cookies).await);
    }
    let jar = bidi.command("storage.getCookies", json!({ "partition": partition })).await;
    let jar = jar.map_err(|error| error.to_string());
    held(rows, set, &jar)
}

async fn set_cookies(
    bidi: &mut Bidi,
    partition: &Value,
    cookies: &[PlantedCookie],
) -> Result<(), String> {
    for planted in cookies {
        let cookie = json!({ "cookie": cookie_parameters(planted)?, "partition": partition });
        bidi.command("storage.setCookie", cookie).await.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// One cookie as `storage.setCookie` takes it.
fn cookie_parameters(planted: &PlantedCookie) -> Result<Value, String> {
    let cookie = parse(planted)?;
    if cookie.partitioned() == Some(true) {
        return Err("a partitioned cookie can only be set by a step".to_owned());
    }
    // The dot makes it a domain's cookie instead of a host's.
    let domain = cookie.domain().map(|domain| format!(".{domain}"));
    let mut parameters = object([
        ("name", json!(cookie.name())),
        ("value", json!({ "type": "string", "value": cookie.value() })),
        ("domain", json!(domain.unwrap_or_else(|| planted.origin.host.clone()))),
        ("path", json!(path(&cookie))),
        ("secure", json!(cookie.secure() == Some(true))),
        ("httpOnly", json!(cookie.http_only() == Some(true))),
    ]);
    let same_site = cookie.same_site().map(|same_site| same_site.to_string().to_lowercase());
    // Without the attribute the browser's own default applies.
    let same_site = same_site.unwrap_or_else(|| "default".to_owned());
    parameters.insert("sameSite".to_owned(), json!(same_site));
    if let Some(expiry) = expires(&cookie) {
        parameters.insert("expiry".to_owned(), json!(expiry));
    }
    Ok(Value::Object(parameters))
}
