//! Collects the requests of a policy, each once, up to the largest number of rows.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::super::origin::Origin;
use super::super::page::Page;
use super::routes::Ask;
use super::{Asked, OriginKind};
use crate::contexts::Context;

/// A page, a request, and whether a user is logged in.
#[derive(Clone, Debug)]
pub(super) struct Call<'p> {
    pub(super) page: Page,
    pub(super) ask: Cow<'p, Ask>,
    pub(super) asked: Asked,
}

/// Calls by the values of their rows, in the order in which they were added.
pub(super) struct Calls<'p> {
    found: IndexMap<[String; 4], Call<'p>>,
    most: usize,
}

/// There are more calls than a case can have rows.
#[derive(Debug)]
pub(super) struct TooMany;

impl<'p> Calls<'p> {
    /// Holds at most `most` calls.
    pub(super) fn up_to(most: usize) -> Self {
        Self { found: IndexMap::new(), most }
    }

    /// Adds a call unless it is there already. The first one decides its properties.
    ///
    /// # Errors
    /// There is no room for it.
    pub(super) fn add(&mut self, call: Option<Call<'p>>) -> Result<(), TooMany> {
        let Some(call) = call else { return Ok(()) };
        let values = call.asked.values();
        if self.found.len() == self.most && !self.found.contains_key(&values) {
            return Err(TooMany);
        }
        self.found.entry(values).or_insert(call);
        Ok(())
    }

    /// All of them.
    pub(super) fn into_vec(self) -> Vec<Call<'p>> {
        self.found.into_values().collect()
    }
}

/// A page that sends requests.
#[derive(Clone)]
pub(super) struct Asker {
    pub(super) page: Page,
    pub(super) kind: OriginKind,
    pub(super) like: Option<Origin>,
}

impl Asker {
    /// A document of an origin.
    pub(super) fn document(origin: &Origin, kind: OriginKind, like: Option<&Origin>) -> Self {
        let page = Page::new(origin.clone(), Context::Document);
        Self { page, kind, like: like.cloned() }
    }

    /// Its origin, unless it is opaque.
    pub(super) fn origin(&self) -> Option<&Origin> {
        (self.page.context == Context::Document).then_some(&self.page.origin)
    }
}
