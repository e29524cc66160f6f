//! The frame of the page: its head, the elements that the scripts fill, and the scripts.

use maud::{DOCTYPE, PreEscaped, html};

const STYLE: &str = include_str!("page/report.css");

/// The scripts in the order in which they run. All of them share one scope.
const SCRIPTS: [&str; 9] = [
    include_str!("page/data.js"),
    include_str!("page/overview.js"),
    include_str!("page/comparison.js"),
    include_str!("page/findings.js"),
    include_str!("page/matrix.js"),
    include_str!("page/initiators.js"),
    include_str!("page/picture.js"),
    include_str!("page/row.js"),
    include_str!("page/main.js"),
];

/// Nothing is loaded and nothing is sent: the page works without a network.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      base-uri 'none'; form-action 'none'";

/// A placeholder for the data, which is too large to keep in memory.
const PLACE_OF_DATA: &str = "data-of-the-run";

/// What is written before and after the data.
pub(super) fn around(verdict: &str, about: &str) -> (String, String) {
    let title = format!("cors-harness: {verdict}");
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="referrer" content="no-referrer";
                title { (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a class="skip" href="#main" { "Skip to the content" }
                div #trouble role="alert" hidden {}
                header {
                    h1 { (title) }
                    p class="muted" { (about) }
                    nav aria-label="Views" {}
                }
                main #main tabindex="-1" {
                    noscript { "This report is drawn by a script. Allow scripts for this file to read it." }
                }
                footer { "Values of cookies and of Authorization are replaced by their length." }
                script type="application/json" id="data" { (PLACE_OF_DATA) }
                @for script in SCRIPTS {
                    script { (PreEscaped(script)) }
                }
            }
        }
    };
    let page = page.into_string();
    let (before, after) = page.split_once(PLACE_OF_DATA).unwrap_or((&page, ""));
    (before.to_owned(), after.to_owned())
}
