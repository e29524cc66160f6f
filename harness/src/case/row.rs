//! What a row means once it is read: plain data, one [`Row`] for each combination of the matrix.

use std::fmt;

use cors_servers::script::{Address, CorsPolicy, Route, Scheme, Versions};
use url::Url;

use super::policy::Asked;
use super::step::{Step, StepGroup};
use super::upstream::UpstreamSpec;
use crate::contexts::{Context, Place};

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
    pub steps: Vec<StepGroup>,
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
    pub fn has_upstream(&self) -> bool {
        self.upstreams().next().is_some()
    }

    /// Those of its servers that are the team's own.
    pub fn upstreams(&self) -> impl Iterator<Item = &UpstreamSpec> {
        self.servers.iter().filter_map(|server| server.upstream.as_ref())
    }

    /// All steps in the order written, those of a `together` one after another.
    pub fn all_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().flat_map(|moment| match moment {
            StepGroup::One(step) => std::slice::from_ref(step),
            StepGroup::Together(steps) => steps.as_slice(),
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

impl Origin {
    /// Where its server is reached.
    pub fn address(&self) -> Address {
        let host = self.host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Address { scheme: self.scheme, host, port: self.port }
    }
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
    pub upstream: Option<UpstreamSpec>,
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
    /// The kind of document or worker.
    pub context: Context,
    /// Origin of the top-level document, where the context has one of its own.
    pub inside: Option<Origin>,
}

impl Page {
    /// A page whose context needs no other origin.
    pub fn new(origin: Origin, context: Context) -> Self {
        Self { origin, context, inside: None }
    }

    /// The origin as the browser serialises it in an `Origin` header: `null` for an opaque one.
    pub fn serialised_origin(&self) -> String {
        match self.context.definition().is_opaque {
            true => "null".to_owned(),
            false => self.origin.to_string(),
        }
    }

    /// The URL that is the referrer of its requests; `None` where they have none.
    pub fn referrer_url(&self) -> Option<Url> {
        let path = self.context.definition().referrer?;
        Url::parse(&format!("{}{path}", self.origin)).ok()
    }

    /// The origin at a place.
    pub fn origin_at(&self, place: Place) -> &Origin {
        match (place, &self.inside) {
            (Place::Inside, Some(inside)) => inside,
            _ => &self.origin,
        }
    }

    /// The origin of the top-level document.
    pub fn top_level_origin(&self) -> &Origin {
        self.origin_at(self.context.definition().top_level)
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
    /// As names of the row's own that keep every relation, where its hosts can have others.
    Mapped,
    /// As written, in a profile of the row's own.
    Verbatim,
}
