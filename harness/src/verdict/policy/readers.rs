//! Who gets in, whatever the policy says: what a first policy is written of.

use super::Can;
use crate::case::{Asked, Standing};
use crate::observation::RowObservation;

/// Who could read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Readers {
    /// Whether any page could, without a login.
    pub anybody: bool,
    /// Listed origins that could, each once, in the order asked.
    pub listed: Vec<Reader>,
}

/// A listed origin that could read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reader {
    /// As browsers serialise it.
    pub origin: String,
    /// Whether it could as the user who is logged in.
    pub with_login: bool,
    /// Response headers it saw beyond the safelisted ones.
    pub sees: Vec<String>,
}

/// Looks through rows that were played.
pub fn readers<'a>(rows: impl Iterator<Item = (&'a Asked, &'a RowObservation)>) -> Readers {
    let mut readers = Readers::default();
    for (asked, observation) in rows.filter(|(asked, _)| asked.beyond.is_none()) {
        let can = Can::of(observation);
        if !can.0.iter().any(|did| did.reads) {
            continue;
        }
        match asked.standing {
            Standing::Foreign => readers.anybody |= !asked.login,
            Standing::Listed | Standing::Own => readers.add(asked, &can),
            _ => {}
        }
    }
    readers
}

impl Readers {
    fn add(&mut self, asked: &Asked, can: &Can) {
        let sees = can.0.iter().flat_map(|did| did.sees.iter().cloned());
        match self.listed.iter_mut().find(|reader| reader.origin == asked.page) {
            Some(reader) => {
                reader.with_login |= asked.login;
                reader.sees.extend(sees);
            }
            None => self.listed.push(Reader {
                origin: asked.page.clone(),
                with_login: asked.login,
                sees: sees.collect(),
            }),
        }
    }
}
