//! What a case means once it is read: plain data, one [`Row`] for each combination of the matrix.

use std::fmt;
use std::path::PathBuf;

use super::policy::{Asked, Policy};
use cors_servers::script::{CorsPolicy, Route, Scheme, Versions};

use super::own::Own;

/// A case's path below the folder of cases, without its extension: `claims/12-the-request-is-sent`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CaseId(pub String);

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One YAML file: a sentence about CORS, and everything needed to see whether it is so.
#[derive(Clone, Debug)]
pub struct Case {
    /// Where it stands below the folder of cases.
    pub id: CaseId,
    /// The file it was read from, for messages.
    pub file: PathBuf,
    /// The case as a sentence.
    pub name: String,
    /// Why it matters.
    pub because: String,
    /// Ids of behaviours it covers.
    pub covers: Vec<String>,
    /// Anchor in the Fetch standard, without `#`.
    pub spec: Option<String>,
    /// Who runs it.
    pub engines: Vec<EngineChoice>,
    /// Names of the matrix, in the order written. Every row's `values` has exactly these.
    pub variables: Vec<String>,
    /// Departures from the standard that are explained. Each selects at least one row.
    pub known: Vec<Known>,
    /// All combinations, the last variable changing fastest. Never empty.
    pub rows: Vec<Row>,
    /// The policy that the rows were made of, if the case is one.
    pub policy: Option<Policy>,
}

/// Who runs a case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EngineChoice {
    /// Every real browser, and the model of the standard.
    Browsers,
    /// One engine by name: `control`, `chromium`, …
    Named(String),
}

/// A departure of an engine from the standard, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Known {
    /// The engine that departs.
    pub engine: String,
    /// What sort of departure it is.
    pub kind: KnownKind,
    /// Why, for people.
    pub because: String,
    /// Where it is discussed.
    pub link: Option<String>,
    /// Variables and the values that select rows; without any, all rows.
    pub values: Vec<(String, Vec<String>)>,
}

impl Known {
    /// Whether it is about this row.
    pub fn selects(&self, row: &Row) -> bool {
        self.values.iter().all(|(name, values)| {
            row.value(name).is_some_and(|value| values.iter().any(|known| known == value))
        })
    }
}

/// What sort of departure something is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KnownKind {
    /// The engine is wrong.
    Bug,
    /// The engine protects its users beyond the standard.
    Policy,
    /// The standard does not say, or says what nobody does.
    StandardGap,
}

impl KnownKind {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Bug, Self::Policy, Self::StandardGap];

    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bug => "bug",
            Self::Policy => "policy",
            Self::StandardGap => "standard-gap",
        }
    }
}

/// One combination of a case's matrix.
#[derive(Clone, Debug)]
pub struct Row {
    /// Variable and value, in the order of [`Case::variables`].
    pub values: Vec<(String, String)>,
    /// The servers, in the order written. No two share scheme-and-host-and-port or host-and-port.
    pub servers: Vec<Server>,
    /// Cookies in the jar before the first step.
    pub cookies: Vec<PlantedCookie>,
    /// Where the script runs.
    pub page: Page,
    /// What the script does, in order. Never empty.
    pub steps: Vec<Moment>,
    /// Which of the two cookie profiles the browser has.
    pub third_party_cookies: ThirdPartyCookies,
    /// Whether host names may be replaced by names of the row's own.
    pub names: Names,
    /// What a policy says of it, if it was made of one.
    pub asked: Option<Asked>,
}

impl Row {
    /// The value of a variable.
    pub fn value(&self, variable: &str) -> Option<&str> {
        let (_, value) = self.values.iter().find(|(name, _)| name == variable)?;
        Some(value)
    }

    /// Whether a server of its is the team's own, so that nobody knows beforehand what it answers.
    pub fn has_own_server(&self) -> bool {
        self.servers.iter().any(|server| server.own.is_some())
    }

    /// All steps in the order written, those of a `together` one after another.
    pub fn all_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().flat_map(|moment| match moment {
            Moment::One(step) => std::slice::from_ref(step),
            Moment::Together(steps) => steps.as_slice(),
        })
    }
}

/// A tuple origin: <https://html.spec.whatwg.org/#concept-origin-tuple>.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Origin {
    /// Scheme.
    pub scheme: Scheme,
    /// Host as URLs serialise it: ASCII lower case, IPv6 in brackets.
    pub host: String,
    /// Port, the scheme's default included.
    pub port: u16,
}

impl fmt::Display for Origin {
    /// The ASCII serialisation of an origin: the default port is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host)?;
        if self.port == self.scheme.default_port() { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// An origin server of a case.
#[derive(Clone, Debug)]
pub struct Server {
    /// Where it is.
    pub origin: Origin,
    /// HTTP versions it offers.
    pub versions: Versions,
    /// Middleware in front of its routes.
    pub cors: Option<CorsPolicy>,
    /// What it answers.
    pub routes: Vec<Route>,
    /// The team's own server that answers instead: no middleware and no routes then.
    pub own: Option<Own>,
}

/// A cookie that a user got by visiting `origin` before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlantedCookie {
    /// The site visited.
    pub origin: Origin,
    /// The cookie as a `Set-Cookie` value; parses with the `cookie` crate.
    pub set_cookie: String,
}

/// The page whose script runs the steps.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Page {
    /// Origin of the document's URL.
    pub origin: Origin,
    /// The kind of document.
    pub context: Context,
}

impl Page {
    /// The origin as the browser serialises it in an `Origin` header: `null` for an opaque one.
    pub fn serialised_origin(&self) -> String {
        match self.context {
            Context::Document | Context::Iframe { .. } => self.origin.to_string(),
            Context::SandboxedIframe => "null".to_owned(),
        }
    }
}

/// The kind of document a page is.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Context {
    /// A top-level document.
    Document,
    /// A frame in a top-level page of another origin.
    Iframe {
        /// Origin of the top-level page.
        inside: Origin,
    },
    /// A frame with `sandbox="allow-scripts"`: an opaque origin.
    SandboxedIframe,
}

/// Steps that start together, or one alone.
#[derive(Clone, Debug)]
pub enum Moment {
    /// One step.
    One(Step),
    /// Several at the same time. Their URLs differ in more than the fragment, so that each request
    /// is known to belong to one of them.
    Together(Vec<Step>),
}

/// One call that the page's script makes.
#[derive(Clone, Debug)]
pub struct Step {
    /// The API it goes through.
    pub initiator: Initiator,
    /// The URL as written, after `${…}`; absolute.
    pub url: String,
    /// Method as written; the API may normalise it.
    pub method: String,
    /// Header lines as written.
    pub headers: Vec<(String, String)>,
    /// The text that the body is made of.
    pub body: Option<String>,
    /// The object that is handed to the API as the body.
    pub body_as: BodyType,
    /// Whether listeners are registered on the upload object of an XMLHttpRequest.
    pub upload_listeners: bool,
    /// `credentials`, or for XMLHttpRequest `withCredentials`. `None` leaves it to the API's default.
    pub credentials: Option<Credentials>,
    /// `mode` of fetch().
    pub mode: Option<String>,
    /// `redirect` of fetch().
    pub redirect: Option<String>,
    /// `cache` of fetch().
    pub cache: Option<String>,
    /// `referrerPolicy` of fetch().
    pub referrer_policy: Option<String>,
}

impl Step {
    /// The step's name in snapshots and reports: `fetch PUT https://api.example.com/me`, the method
    /// left out where it is the default.
    pub fn label(&self) -> String {
        let method = if self.method == "GET" { String::new() } else { format!("{} ", self.method) };
        format!("{} {method}{}", self.initiator.as_str(), self.url)
    }
}

/// The API that a step goes through.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Initiator {
    /// `fetch()`.
    Fetch,
    /// `XMLHttpRequest`.
    Xhr,
}

impl Initiator {
    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Xhr => "xhr",
        }
    }
}

/// What a body is made as: <https://fetch.spec.whatwg.org/#bodyinit-unions>.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum BodyType {
    /// A string.
    #[default]
    Text,
    /// `URLSearchParams` of the text.
    UrlSearchParams,
    /// `FormData` of the pairs in the text, which is written like a query.
    FormData,
    /// A `Blob` without a type.
    Blob,
    /// A `ReadableStream`: a body with no source.
    Stream,
}

impl BodyType {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::Text, Self::UrlSearchParams, Self::FormData, Self::Blob, Self::Stream];

    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::UrlSearchParams => "url-search-params",
            Self::FormData => "form-data",
            Self::Blob => "blob",
            Self::Stream => "stream",
        }
    }
}

/// <https://fetch.spec.whatwg.org/#concept-request-credentials-mode>
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Credentials {
    /// Never.
    Omit,
    /// To the page's own origin.
    SameOrigin,
    /// Always.
    Include,
}

impl Credentials {
    /// The word in a case and in fetch().
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Omit => "omit",
            Self::SameOrigin => "same-origin",
            Self::Include => "include",
        }
    }
}

/// Which cookie profile a browser has.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ThirdPartyCookies {
    /// Nothing but the standard's own rules.
    Allowed,
    /// As a user gets the browser.
    AsShipped,
}

/// How a row's host names reach the browser.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Names {
    /// As names of the row's own that keep every relation.
    Mapped,
    /// As written, in a browser of the row's own.
    Verbatim,
}
