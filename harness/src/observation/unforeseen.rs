//! What a browser asked for although the case has no reply for it, or the row no server. Whether it
//! was to ask for that, the standard says; see [`crate::verdict::verdict`].

use std::collections::BTreeSet;
use std::fmt;

use cors_servers::exchange::{Exchange, ReplySource};
use serde::Serialize;

use super::recorded::is_preflight;
use super::redirect::is_at_place;
use super::{RowObservation, StepObservation};
use crate::plan::Names;

/// Something that was asked for and that the case does not foresee.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Unforeseen {
    /// What was asked for.
    pub asked: Asked,
    /// The same in words.
    pub words: String,
}

/// What was asked for.
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
    /// A host and port where the row has no server. What would have been sent there is not known.
    Host(String),
}

/// A host and port, as logs name them: the host in lower case and without brackets.
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

/// A request for which the server had no reply. A preflight has one always: that it is not granted.
pub(super) fn request(exchange: &Exchange, names: &Names) -> Option<Unforeseen> {
    let source = exchange.reply.as_ref()?.source;
    let missing = matches!(source, ReplySource::MethodNotAllowed | ReplySource::NotFound);
    if !missing || is_preflight(exchange) {
        return None;
    }
    let (method, url) = (exchange.request.method.clone(), names.logical(&exchange.request.url()));
    let words = format!("{method} {url} arrived, and the case has no reply for it");
    Some(Unforeseen { asked: Asked::Request { method, url }, words })
}

/// A place without a server. `words` say so.
pub(super) fn host(place: &Place, words: &str, names: &Names) -> Unforeseen {
    let host = names.logical(&place.to_string());
    Unforeseen { asked: Asked::Host(host), words: names.logical(words) }
}

/// Whether a call led exactly there. A browser that was told to use https asks for another port than
/// the URL has, and that is nothing to be judged here.
pub(super) fn led_to(place: &Place, urls: &BTreeSet<String>) -> bool {
    urls.iter().any(|url| is_at_place(url, (&place.host, place.port)))
}

impl StepObservation {
    /// The places without a server that it asked for.
    pub fn unserved(&self) -> impl Iterator<Item = &str> {
        self.unforeseen.iter().filter_map(|unforeseen| match &unforeseen.asked {
            Asked::Host(host) => Some(host.as_str()),
            Asked::Request { .. } => None,
        })
    }
}

impl RowObservation {
    /// The same where what the case does not foresee leaves open what would have happened: such a
    /// step cannot be told.
    #[must_use]
    pub fn untold_where_unforeseen(mut self) -> Self {
        for step in &mut self.steps {
            if let Some(first) = step.unforeseen.first() {
                step.inconclusive.get_or_insert_with(|| first.words.clone());
                (step.read, step.response) = (None, None);
            }
        }
        self
    }
}
