//! Policies: which origins may make which requests to a server. The rows of such a case are made from it.
//!
//! * `read` reads the file, with `routes`, `grants` and `origins`;
//! * `strangers` makes origins that a server may mistake for listed ones;
//! * `plan` decides who asks what, `calls` keeps it as long as it is not too much, and `rows` makes rows
//!   of that.

mod calls;
mod grants;
mod origins;
mod plan;
mod read;
mod routes;
mod rows;
mod unlisted_origins;

pub(super) use grants::CREDENTIALS;
pub(super) use read::{EVERYBODY_ELSE, read};
pub(super) use routes::script_header;

/// What a policy says beside its rows.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Origins that are listed, as browsers serialise them.
    pub listed: Vec<String>,
    /// Origins that are not tested although a server may allow them, and why.
    pub not_asked: Vec<NotAsked>,
}

/// An origin that no page can have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NotAsked {
    /// What it would look like.
    pub what: String,
    /// Why it is not tested.
    pub why: &'static str,
}

/// What a row of a policy asks, and whether it may.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Asked {
    /// The page's origin as the browser serialises it.
    pub page: String,
    /// How it relates to the listed origins.
    pub kind: OriginKind,
    /// The listed origin that it looks like.
    pub like: Option<String>,
    /// Whether the page belongs to the site of the listed origin that it is or looks like.
    pub same_site: bool,
    /// The method.
    pub method: String,
    /// The route as the policy names it.
    pub route: String,
    /// Names of request headers beyond those that the route's requests have anyway.
    pub headers: Vec<String>,
    /// Whether a user is logged in, and credentials are included.
    pub login: bool,
    /// Whether the policy allows it.
    pub allowed: bool,
    /// What goes beyond the policy, if the page may do something, or if a request without a login is allowed
    /// for every origin with less.
    pub beyond: Option<Beyond>,
    /// Response headers that script may see.
    pub exposes: Vec<String>,
}

impl Asked {
    /// Names of the values that every row of a policy has.
    pub const VARIABLES: [&'static str; 4] = ["page", "as", "request", "login"];

    /// Method and route.
    pub fn call(&self) -> String {
        format!("{} {}", self.method, self.route)
    }

    /// Method, route and the headers beyond: `PUT /things + X-Request-Id`.
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
    /// It is one of them.
    Listed,
    /// It is one of them, and the origin of the server that is asked: CORS has no part in it, and the
    /// server may still refuse a request with its own `Origin`.
    Own,
    /// The policy denies it by name.
    Denied,
    /// It has nothing to do with them.
    Foreign,
    /// A foreign page that asks in a way that sends no origin and shows it nothing.
    NoOrigin,
    /// An opaque origin: a sandboxed frame in a foreign page.
    Null,
    /// A listed one over plain HTTP.
    Http,
    /// It begins like a listed one.
    Prefix,
    /// It ends like a listed one.
    Suffix,
    /// A listed one without its end.
    Part,
    /// A listed one below another top-level domain.
    TopLevel,
    /// One listed host and the next, without anything between.
    Joined,
    /// Another character where a listed one has a dot.
    Dot,
    /// The first label of a listed one goes on.
    Label,
    /// Something on the user's own machine.
    Localhost,
    /// It begins like an origin of the user's own machine.
    LocalhostPrefix,
    /// A listed one on another port.
    Port,
    /// Another host of the same site, or the site itself.
    Subdomain,
    /// A host below a listed one.
    Below,
    /// A listed host with a dot behind it.
    TrailingDot,
    /// A host that looks the same and is written with a letter of another script.
    Punycode,
}

impl OriginKind {
    /// The word in rows and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Own => "own",
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

/// What goes beyond the policy in a request of a page that may do something.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Beyond {
    /// The origin may not ask for this route at all.
    Route,
    /// It may, with other methods.
    Method,
    /// It may, without this header.
    Header,
    /// It may, without the user's login.
    Login,
}
