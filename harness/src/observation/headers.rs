//! The headers of a request that are compared: those that script sets, and those of the browser
//! that describe the client, the kind of request and the page. The other headers that a browser
//! adds (`User-Agent`, `Accept-Encoding`, headers of the connection) say nothing about the
//! standard.

use cors_model::is_forbidden_request_header_name;
use serde::{Serialize, Serializer};
use url::Url;

use crate::case::Page;
use crate::secrets::Secrets;

/// The headers that are compared whether script sets them or not.
const ALWAYS: [&str; 8] = [
    "accept",
    "authorization",
    "content-language",
    "content-type",
    REFERER,
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
];

const REFERER: &str = "referer";

/// Headers for which a browser sends its own value if script sets none, or must not set one.
const OWN_VALUE: [&str; 4] = ["accept-language", "cache-control", "pragma", "user-agent"];

/// The compared headers of a request.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RequestHeaders {
    /// Names in lower case, sorted, each with all its values. The value of `Authorization` is
    /// removed.
    lines: Vec<(String, String)>,
    /// Names that reports show, whether the request has them or not.
    notable: Vec<String>,
}

impl RequestHeaders {
    /// All headers: names in lower case, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a header, by its name in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Names that script set or that reveal something, whether the request has them or not.
    pub fn notable(&self) -> impl Iterator<Item = &str> {
        self.notable.iter().map(String::as_str)
    }

    /// Names of the headers that differ, sorted. A request without any `Sec-Fetch-…` header comes
    /// from a browser that sends none there, and these headers are then not compared.
    pub fn differing<'h>(&'h self, other: &'h Self) -> Vec<&'h str> {
        let sends_metadata = self.has_metadata() && other.has_metadata();
        let is_compared = |name: &&str| sends_metadata || !is_metadata(name);
        let mut names: Vec<_> = self.iter().chain(other.iter()).map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| is_compared(name) && self.get(name) != other.get(name));
        names
    }

    /// Whether it has a header that script set. For headers for which a browser has its own value,
    /// this may be wrong.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
            || OWN_VALUE.contains(&name)
            || is_forbidden_request_header_name(name)
    }

    /// Whether it has the `Authorization` that script set.
    pub fn has_given_authorization(&self) -> bool {
        self.get(AUTHORIZATION).is_some_and(|shown| shown.starts_with(AS_GIVEN))
    }

    /// Makes a header what it is in others, by its name in lower case.
    pub(crate) fn copy(&mut self, name: &str, from: &Self) {
        let others = |line: &&(String, String)| line.0 == name;
        self.lines.retain(|(known, _)| known != name);
        self.lines.extend(from.lines.iter().find(others).cloned());
        self.lines.sort();
        self.notable.retain(|known| known != name);
        self.notable.extend(from.notable.iter().find(|known| *known == name).cloned());
    }

    fn has_metadata(&self) -> bool {
        self.iter().any(|(name, _)| is_metadata(name))
    }

    pub(super) fn hide(&mut self, secrets: &Secrets) {
        for (name, value) in &mut self.lines {
            match name.as_str() {
                AUTHORIZATION if secrets.has_any_length() && value.starts_with(AS_GIVEN) => {
                    AS_GIVEN.clone_into(value);
                }
                AUTHORIZATION => {}
                _ => *value = secrets.hidden_in(value),
            }
        }
    }
}

const AUTHORIZATION: &str = "authorization";

const AS_GIVEN: &str = "as given";

/// <https://w3c.github.io/webappsec-fetch-metadata/>
fn is_metadata(name: &str) -> bool {
    name.starts_with("sec-fetch-")
}

/// Serialized like other headers: pairs of name and value.
impl Serialize for RequestHeaders {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.lines.serialize(serializer)
    }
}

/// What is known of a step before it is played and decides which headers of its requests are
/// compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Authored {
    /// Names in lower case, each with the value that script sets, with the host names of the case.
    given: Vec<(String, String)>,
    /// The step or its page has a referrer policy.
    has_policy: bool,
    /// The URL of the page's document; `None` if its origin is opaque.
    document: Option<Url>,
    /// The value of `Accept` is left to the browser.
    has_own_accept: bool,
}

impl Authored {
    /// From header lines as script sets them, with the host names of the case.
    pub(crate) fn new<'h>(
        headers: impl Iterator<Item = (&'h str, &'h str)>,
        has_policy: bool,
        page: &Page,
    ) -> Self {
        let mut given: Vec<(String, String)> = Vec::new();
        for (name, value) in headers {
            let (name, value) = (name.to_ascii_lowercase(), value.trim());
            match given.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => *values = format!("{values}, {value}"),
                None => given.push((name, value.to_owned())),
            }
        }
        given.retain(|(name, _)| !is_forbidden_request_header_name(name));
        let document = page.referrer_url();
        let has_policy = has_policy || page.header("referrer-policy").next().is_some();
        Self { given, has_policy, document, has_own_accept: false }
    }

    /// The same for a request with this destination. For some, the standard only recommends a value of `Accept`:
    /// <https://fetch.spec.whatwg.org/#concept-fetch>.
    #[must_use]
    pub(crate) fn for_destination(self, destination: &str) -> Self {
        let recommended = ["document", "frame", "iframe", "image", "json", "style", "text"];
        Self { has_own_accept: recommended.contains(&destination), ..self }
    }

    /// The compared headers of a request for `url`. `value` returns all values of a header, joined
    /// by a comma.
    pub(crate) fn headers(
        &self,
        url: &str,
        value: impl Fn(&str) -> Option<String>,
    ) -> RequestHeaders {
        let given = self.given.iter().map(|(name, _)| name.as_str());
        let mut names: Vec<_> = ALWAYS.into_iter().chain(given).collect();
        names.sort_unstable();
        names.dedup();
        let line = |name: &str| Some((name.to_owned(), self.shown(name, value(name)?)?));
        let lines: Vec<_> = names.into_iter().filter_map(line).collect();
        let notable = self.notable(url, &lines);
        RequestHeaders { lines, notable }
    }

    fn given(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A value as reports show it; `None` if it is the browser's own.
    fn shown(&self, name: &str, value: String) -> Option<String> {
        let is_given = self.given(name) == Some(value.as_str());
        match name {
            AUTHORIZATION if is_given => Some(format!("{AS_GIVEN}, {} bytes", value.len())),
            AUTHORIZATION => Some(format!("not as given, {} bytes", value.len())),
            "content-type" if self.given(name).is_none() => Some(without_boundary(value)),
            "accept" if self.has_own_accept => is_given.then_some(value),
            _ if OWN_VALUE.contains(&name) => is_given.then_some(value),
            _ => Some(value),
        }
    }

    fn notable(&self, url: &str, lines: &[(String, String)]) -> Vec<String> {
        let value = |name: &str| lines.iter().find(|(known, _)| known == name).map(|(_, v)| v);
        let mut notable: Vec<_> = self.given.iter().map(|(name, _)| name.clone()).collect();
        if value(AUTHORIZATION).is_some() && self.given(AUTHORIZATION).is_none() {
            notable.push(AUTHORIZATION.to_owned());
        }
        let is_usual = |referer: &String| self.usual_referrer(url).as_ref() == Some(referer);
        if self.has_policy || value(REFERER).is_some_and(|referer| !is_usual(referer)) {
            notable.push(REFERER.to_owned());
        }
        notable
    }

    /// The value of `Referer` under the default policy, whatever redirects led there:
    /// <https://w3c.github.io/webappsec-referrer-policy/#referrer-policy-strict-origin-when-cross-origin>.
    fn usual_referrer(&self, url: &str) -> Option<String> {
        let (page, url) = (self.document.as_ref()?, Url::parse(url).ok()?);
        match page.origin() == url.origin() {
            true => Some(page.to_string()),
            false => Some(format!("{}/", page.origin().ascii_serialization())),
        }
    }
}

/// The boundary of form data is the browser's own.
fn without_boundary(value: String) -> String {
    match value.split_once("boundary=") {
        Some((before, _)) => format!("{before}boundary=…"),
        None => value,
    }
}
