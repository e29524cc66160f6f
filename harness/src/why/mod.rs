//! Understands the messages that browsers print to the console about CORS, and says what to do.
//!
//! Pure. A message comes from Chromium, Firefox or WebKit, alone or within a log.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod cause;
mod check_command;
mod chromium;
mod firefox;
mod text;
mod webkit;

pub use cause::Cause;
pub use text::explanation;

/// A message of a browser.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// The browser that prints it.
    pub browser: &'static str,
    /// Why the browser blocks the response.
    pub cause: Cause,
    /// Whether the response to the preflight is the problem, where the message says so.
    pub of_preflight: bool,
    /// What made the request, in the browser's word: `fetch`, `XMLHttpRequest`, `font`.
    pub initiator: Option<String>,
    /// The URL that was requested last.
    pub url: Option<String>,
    /// The URL that was requested first, if there was a redirect.
    pub redirected_from: Option<String>,
    /// The origin of the page.
    pub origin: Option<String>,
    /// The value that failed: a header value, a method, the name of a header, or a status code.
    pub value: Option<String>,
}

impl Message {
    /// A message that only has a cause.
    fn new(browser: &'static str, cause: Cause) -> Self {
        Self {
            browser,
            cause,
            of_preflight: false,
            initiator: None,
            url: None,
            redirected_from: None,
            origin: None,
            value: None,
        }
    }
}

/// What a text can be.
pub const UNDERSTOOD: &str = "\
These messages are understood, alone or within a log:
  Chromium  Access to fetch at 'URL' from origin 'ORIGIN' has been blocked by CORS policy: …
  Firefox   Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at URL. (Reason: …)
  WebKit    Origin ORIGIN is not allowed by Access-Control-Allow-Origin. Status code: …
            Fetch API cannot load URL due to access control checks.
            Preflight response is not successful. Status code: …
  any       Failed to fetch, NetworkError when attempting to fetch resource, Load failed, Mixed Content: …
Copy the complete line from the browser's console. Messages in other languages than English are not understood.";

/// All messages in a text, each once, in order; empty if it has none.
pub fn messages(text: &str) -> Vec<Message> {
    let text = plain(text);
    let mut found = chromium::messages(&text);
    found.extend(firefox::messages(&text));
    if found.is_empty() {
        found.extend(webkit::messages(&text));
    }
    if found.is_empty() {
        found.extend(without_reason(&text));
    }
    let mut distinct: Vec<Message> = Vec::new();
    for message in found {
        if !distinct.contains(&message) {
            distinct.push(message);
        }
    }
    distinct
}

/// The text without line breaks and repeated spaces, which a terminal or an editor may have added.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What script sees. The standard gives no reason to script, so only the console has one.
fn without_reason(text: &str) -> Option<Message> {
    const ERRORS: [(&str, &str); 5] = [
        ("Chromium", "Failed to fetch"),
        ("Chromium", "net::ERR_FAILED"),
        ("Firefox", "NetworkError when attempting to fetch resource"),
        ("WebKit", "Load failed"),
        ("any browser", "Network Error"),
    ];
    let (browser, _) = ERRORS.iter().find(|(_, words)| text.contains(words))?;
    Some(Message::new(browser, Cause::NoReason))
}

/// The text between two others.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(between, _)| between)
}

/// The parts of a text that begin with one of its occurrences of `head`, each without it.
fn parts<'t>(text: &'t str, head: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(head).skip(1)
}
