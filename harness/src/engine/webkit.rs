//! WebKitGTK's MiniBrowser through WebKitWebDriver: which arguments, how its cookie jar is filled.

use fantoccini::wd::Capabilities;
use serde_json::{Value, json};

use super::cookies::{parse, refused};
use super::limits::{GIB, KIB, MIB, Need, Needs};
use super::webdriver::object;
use super::{Browser, Opening};
use crate::case::ThirdPartyCookies;
use crate::plan::{PlannedRow, Visit};

/// What its start takes. It does without a profile on disk.
pub(super) const NEEDS: Needs = Needs {
    bytes: Need { least: 0, takes: 330 * KIB },
    files: Need { least: 0, takes: 12 },
    address_space: Need { least: 4 * GIB, takes: 6 * GIB },
    file_size: Need { least: MIB, takes: 4 * MIB },
    open_files: Need { least: 0, takes: 64 },
};

/// What a session asks for. The driver takes a proxy only as an argument of the browser, and there
/// is no way to trust an authority for one session, so certificate errors are ignored.
pub(super) fn capabilities(opening: &Opening<'_>) -> Capabilities {
    let mut arguments =
        vec!["--automation".to_owned(), format!("--proxy=socks5://{}", opening.socks)];
    if opening.third_party_cookies == ThirdPartyCookies::Allowed {
        arguments.push("--cookies-policy=always".to_owned());
    }
    let mut options = object([("args", json!(arguments))]);
    if let Some(binary) = opening.binary() {
        options.insert("binary".to_owned(), json!(binary));
    }
    object([
        ("browserName", json!("MiniBrowser")),
        ("acceptInsecureCerts", json!(true)),
        ("webkitgtk:browserOptions", Value::Object(options)),
    ])
}

/// Plants rows' cookies by visits to their origins, whose servers set them; no protocol sets a cookie
/// for a site that is not open. Gives of each row what went wrong, in words.
pub(super) async fn plant(browser: &Browser, rows: &[PlannedRow]) -> Vec<Result<(), String>> {
    let mut planted = Vec::with_capacity(rows.len());
    for row in rows {
        planted.push(visit(browser, &row.visits).await);
    }
    planted
}

async fn visit(browser: &Browser, visits: &[Visit]) -> Result<(), String> {
    for visit in visits {
        let held = browser.visit(&visit.url).await.map_err(|error| error.to_string())?;
        for planted in &visit.cookies {
            let name = parse(planted)?.name().to_owned();
            if !held.contains(&name) {
                return Err(refused(planted));
            }
        }
    }
    Ok(())
}
