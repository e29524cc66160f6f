//! WebKitGTK's MiniBrowser through WebKitWebDriver: its arguments, and how its cookie jar is
//! filled.

use std::path::Path;
use std::time::Duration;

use fantoccini::wd::Capabilities;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::cookies::{parse, refused};
use super::limits::{GIB, KIB, MIB, Need, Needs};
use super::reasons::ConsoleListener;
use super::side_channels::SideChannels;
use super::webdriver::object;
use super::{Browser, DriverCommand, OpenBrowser, Opening, Program};
use crate::case::ThirdPartyCookies;
use crate::plan::{PlannedRow, Visit};

/// WebKitGTK.
#[derive(Debug)]
pub(super) struct WebKit;

impl Browser for WebKit {
    fn programs(&self) -> &'static [Program] {
        const PROGRAMS: &[Program] = &[
            Program {
                name: "MiniBrowser",
                // The GTK 3 build: the GTK 4 build accepts no `--proxy` while it is driven.
                places: &[
                    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
                    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
                    "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
                    "/usr/lib/webkit2gtk-4.1/MiniBrowser",
                ],
                tells_version: true,
            },
            Program::on_path(&["WebKitWebDriver"]).without_version(),
            Program::on_path(&["Xvfb"]).without_version(),
        ];
        PROGRAMS
    }

    fn needs(&self) -> &'static Needs {
        &NEEDS
    }

    fn usual_start(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn driver(&self) -> &'static DriverCommand {
        // It prints nothing.
        &DriverCommand {
            arguments: &["--port=0"],
            variables: &[],
            announces: None,
            has_version_of_browser: false,
        }
    }

    fn capability_name(&self) -> &'static str {
        "MiniBrowser"
    }

    /// Under a driver it has an ephemeral session, which has no HTTP cache. The log of each row shows that.
    fn stores_responses(&self) -> bool {
        false
    }

    /// It has no profile on disk.
    fn capabilities(&self, opening: &Opening<'_>, _: Option<&Path>) -> Capabilities {
        capabilities(opening)
    }

    fn listener<'a>(&'a self, _: &'a SideChannels) -> BoxFuture<'a, ConsoleListener> {
        std::future::ready(ConsoleListener::unavailable("WebKitGTK gives a driver no reasons"))
            .boxed()
    }

    fn set_cookies<'a>(
        &'a self,
        browser: &'a OpenBrowser,
        _: Option<&'a str>,
        rows: &'a [PlannedRow],
    ) -> BoxFuture<'a, Vec<Result<(), String>>> {
        set_row_cookies(browser, rows).boxed()
    }
}

/// What its start needs. It has no profile on disk.
const NEEDS: Needs = Needs {
    bytes: Need { least: 0, takes: 330 * KIB },
    files: Need { least: 0, takes: 12 },
    address_space: Need { least: 4 * GIB, takes: 6 * GIB },
    file_size: Need { least: MIB, takes: 4 * MIB },
    open_files: Need { least: 0, takes: 64 },
};

/// The capabilities of a session. The driver takes a proxy only as an argument of the browser, and
/// there is no way to trust an authority for one session, so certificate errors are ignored.
fn capabilities(opening: &Opening<'_>) -> Capabilities {
    let mut arguments = vec![
        "--automation".to_owned(),
        format!("--proxy=socks5://{}", opening.socks),
        // Script opens windows without a click of the user, as in the other engines under a driver.
        "--javascript-can-open-windows-automatically=true".to_owned(),
    ];
    if opening.third_party_cookies == ThirdPartyCookies::Allowed {
        arguments.push("--cookies-policy=always".to_owned());
    }
    let mut options = object([("args", json!(arguments))]);
    if let Some(binary) = opening.source.binary() {
        options.insert("binary".to_owned(), json!(binary));
    }
    object([
        ("browserName", json!(WebKit.capability_name())),
        ("acceptInsecureCerts", json!(true)),
        ("webkitgtk:browserOptions", Value::Object(options)),
    ])
}

/// Sets rows' cookies by visits to their origins, whose servers set them; no protocol sets a cookie
/// for a site that is not open. Returns for each row what went wrong, if anything.
async fn set_row_cookies(browser: &OpenBrowser, rows: &[PlannedRow]) -> Vec<Result<(), String>> {
    let mut results = Vec::with_capacity(rows.len());
    for row in rows {
        results.push(visit(browser, &row.visits).await);
    }
    results
}

async fn visit(browser: &OpenBrowser, visits: &[Visit]) -> Result<(), String> {
    for visit in visits {
        let held = browser.visit(&visit.url).await.map_err(|error| error.to_string())?;
        for user_cookie in &visit.cookies {
            let name = parse(user_cookie)?.name().to_owned();
            if !held.contains(&name) {
                return Err(refused(user_cookie));
            }
        }
    }
    Ok(())
}
