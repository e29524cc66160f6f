//! Policies: which origins may make which requests to a server. The rows of such a case are made from it.
//!
//! * `read` reads the file, with `routes`, `grants` and `origins`;
//! * `unlisted_origins` makes origins that a server may mistake for listed ones;
//! * `plan` decides which page sends which request, `calls` collects them up to a limit, and `rows`
//!   makes rows of them.

mod calls;
mod grants;
mod origins;
mod permission;
mod plan;
mod read;
mod routes;
mod rows;
mod unlisted_origins;

use super::stack::Stack;
pub(super) use grants::CREDENTIALS;
pub(super) use read::{EVERYBODY_ELSE, read};
pub(super) use routes::script_header;

/// The policy without its rows.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Listed origins, as browsers serialize them.
    pub listed: Vec<String>,
    /// Origins that are not tested although a server may allow them, with the reason.
    pub not_asked: Vec<NotAsked>,
    /// The software for which reports show the lines that repair a server, if the user named it.
    pub stack: Option<Stack>,
    /// Whether `check` made it from its options, so that hints name options and not keys of a file.
    pub is_of_check: bool,
}

/// An origin that no page can have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NotAsked {
    /// Its spelling.
    pub what: String,
    /// Why it is not tested.
    pub why: &'static str,
}

/// The request of a policy's row, and whether the policy allows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Asked {
    /// The page's origin as the browser serializes it.
    pub page: String,
    /// How it relates to the listed origins.
    pub kind: OriginKind,
    /// The listed origin that it looks like.
    pub like: Option<String>,
    /// Whether the page is same-site with the listed origin that it is or looks like.
    pub same_site: bool,
    /// The method.
    pub method: String,
    /// The route as the policy names it.
    pub route: String,
    /// Names of request headers in addition to those that the route's requests always have.
    pub headers: Vec<String>,
    /// Whether a user is logged in, and credentials are included.
    pub login: bool,
    /// Whether the policy allows it.
    pub allowed: bool,
    /// What exceeds the policy, if the page may do something, or if a request without a login is
    /// allowed for every origin with less.
    pub beyond: Option<Beyond>,
    /// Response headers that script may see.
    pub exposes: Vec<String>,
}

impl Asked {
    /// Names of the variables that every row of a policy has.
    pub const VARIABLES: [&'static str; 4] = ["page", "as", "request", "login"];

    /// Method and route.
    pub fn call(&self) -> String {
        format!("{} {}", self.method, self.route)
    }

    /// Method, route and the additional headers: `PUT /things + X-Request-Id`.
    pub fn request(&self) -> String {
        let headers: String = self.headers.iter().map(|name| format!(" + {name}")).collect();
        self.call() + &headers
    }

    /// The row's values, under [`Self::VARIABLES`].
    pub fn values(&self) -> [String; 4] {
        let login = if self.login { "yes" } else { "no" };
        [self.page.clone(), self.kind.as_str().to_owned(), self.request(), login.to_owned()]
    }
}

/// How a page's origin relates to the listed origins.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum OriginKind {
    /// A listed origin.
    Listed,
    /// A listed origin that is the origin of the requested server: CORS does not apply, and the
    /// server may still reject a request with its own `Origin`.
    Own,
    /// A listed origin that sends a simple GET which the policy does not mention: it shows whether the server
    /// allows the origin, if it refuses the preflights of all other requests.
    Probe,
    /// The policy denies it by name.
    Denied,
    /// An origin without any relation to them.
    Foreign,
    /// A page of another site with a request that sends no `Origin` and whose response script cannot read.
    NoOrigin,
    /// An opaque origin: a sandboxed frame in a page of another site.
    Null,
    /// A listed origin over plain HTTP.
    Http,
    /// An origin that begins like a listed one.
    Prefix,
    /// An origin that ends like a listed one.
    Suffix,
    /// A listed origin without its end.
    Part,
    /// A listed host below another top-level domain.
    TopLevel,
    /// A listed host and the next one, joined.
    Joined,
    /// A listed host with another character instead of a dot.
    Dot,
    /// A listed host with a longer first label.
    Label,
    /// An origin on the user's own machine.
    Localhost,
    /// An origin that begins like one on the user's own machine.
    LocalhostPrefix,
    /// A listed origin on another port.
    Port,
    /// Another host of the same site, or the site itself.
    Subdomain,
    /// A host below a listed one.
    Below,
    /// A listed host with a trailing dot.
    TrailingDot,
    /// A host that looks the same, with a letter of another script.
    Punycode,
}

impl OriginKind {
    /// The word in rows and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Own => "own",
            Self::Probe => "probe",
            Self::Denied => "denied",
            Self::Foreign => "foreign",
            Self::NoOrigin => "no-origin",
            Self::Null => "null",
            Self::Http => "http",
            Self::Prefix => "prefix",
            Self::Suffix => "suffix",
            Self::Part => "part",
            Self::TopLevel => "top-level",
            Self::Joined => "joined",
            Self::Dot => "dot",
            Self::Label => "label",
            Self::Localhost => "localhost",
            Self::LocalhostPrefix => "localhost-prefix",
            Self::Port => "port",
            Self::Subdomain => "subdomain",
            Self::Below => "below",
            Self::TrailingDot => "trailing-dot",
            Self::Punycode => "punycode",
        }
    }
}

/// What exceeds the policy in a request of a page that may do something.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Beyond {
    /// The origin may not request this route.
    Route,
    /// The origin may request the route only with other methods.
    Method,
    /// The origin may send the request only without this header.
    Header,
    /// The origin may send the request only without the user's login.
    Login,
}
