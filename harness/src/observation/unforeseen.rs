//! Requests for which the case has no reply, or the row no server. The model decides whether the standard asks for such a
//! request: see [`crate::verdict::verdict`].

use std::collections::BTreeSet;
use std::fmt;

use cors_servers::exchange::{Exchange, ReplySource};
use serde::Serialize;
use url::Url;

use super::recorded::is_preflight;
use super::redirect::is_at_place;
use super::{RowObservation, StepObservation};
use crate::plan::Names;

/// A request that the case does not foresee.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Unforeseen {
    /// What was requested.
    pub asked: Asked,
    /// The same as a sentence.
    pub words: String,
}

/// What was requested.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// A request for which its server has no reply.
    Request {
        /// Method.
        method: String,
        /// URL.
        url: String,
    },
    /// A host and port where the row has no server. The request itself is unknown.
    Host(String),
}

/// A host and port. The host is in lower case and without brackets.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// Host.
    pub host: String,
    /// Port.
    pub port: u16,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bracketed = self.host.contains(':');
        match bracketed {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

/// A request for which the server had no reply. A preflight always has one: it is not granted.
pub(super) fn request(exchange: &Exchange, names: &Names) -> Option<Unforeseen> {
    let source = exchange.reply.as_ref()?.source;
    let missing = matches!(source, ReplySource::MethodNotAllowed | ReplySource::NotFound);
    if !missing || is_preflight(exchange) {
        return None;
    }
    let (method, url) = (exchange.request.method.clone(), names.logical(&exchange.request.url()));
    let words = format!("the case has no reply for {method} {url}");
    Some(Unforeseen { asked: Asked::Request { method, url }, words })
}

/// A request for a host without a server. `words` is the sentence about it.
pub(super) fn host(place: &Place, words: &str, names: &Names) -> Unforeseen {
    let host = names.logical(&place.to_string());
    Unforeseen { asked: Asked::Host(host), words: names.logical(words) }
}

/// The request for an origin without a server that ends a call of the model.
pub(crate) fn origin_without_server(origin: &str) -> Option<Unforeseen> {
    let url = Url::parse(origin).ok()?;
    let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
    let place = Place { host, port: url.port_or_known_default()? };
    let words = format!("{place} was requested, and this row has no server there");
    Some(Unforeseen { asked: Asked::Host(place.to_string()), words })
}

/// Whether a call led to exactly this host and port. A browser that upgrades to https connects to another port than the URL
/// has; such a request is not judged here.
pub(super) fn led_to(place: &Place, urls: &BTreeSet<String>) -> bool {
    urls.iter().any(|url| is_at_place(url, (&place.host, place.port)))
}

impl StepObservation {
    /// The hosts without a server that were requested.
    pub fn unserved(&self) -> impl Iterator<Item = &str> {
        self.unforeseen.iter().filter_map(|unforeseen| match &unforeseen.asked {
            Asked::Host(host) => Some(host.as_str()),
            Asked::Request { .. } => None,
        })
    }
}

impl RowObservation {
    /// The same with each step inconclusive that has an unforeseen request: what would have followed is unknown.
    #[must_use]
    pub fn inconclusive_where_unforeseen(mut self) -> Self {
        for step in &mut self.steps {
            if let Some(first) = step.unforeseen.first() {
                step.inconclusive.get_or_insert_with(|| first.words.clone());
                (step.read, step.response) = (None, None);
            }
        }
        self
    }
}
