//! Rows that differ from the reviewed snapshot.

use super::{Access, Line, StepAccess};

/// What a change means for the server's users. The worst comes first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Effect {
    /// A page can do more.
    Loosened,
    /// A page can do more in one respect and less in another.
    Both,
    /// A row that was not tested before.
    New,
    /// A page can do less.
    Tightened,
    /// A row that is not tested any more.
    Vanished,
    /// Access has not changed.
    WithoutEffect,
}

impl Effect {
    /// The words in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loosened => "loosened",
            Self::Both => "loosened and tightened",
            Self::New => "new",
            Self::Tightened => "tightened",
            Self::Vanished => "vanished",
            Self::WithoutEffect => "changed without effect",
        }
    }
}

/// A line that differs from the reviewed one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// Its effect.
    pub effect: Effect,
    /// The line as reviewed; `None` if it is new.
    pub before: Option<Line>,
    /// The line now; `None` if it has vanished.
    pub now: Option<Line>,
}

/// Every change from one snapshot to another, the worst first, in the order of the lines.
pub fn changes(before: &[Line], now: &[Line]) -> Vec<Change> {
    let same_row = |line: &&Line, other: &Line| line.values == other.values;
    let of_now = now.iter().filter_map(|line| {
        let before = before.iter().find(|other| same_row(other, line));
        change(before, Some(line))
    });
    let gone = before.iter().filter(|line| !now.iter().any(|other| same_row(&other, line)));
    let mut changes: Vec<_> =
        of_now.chain(gone.filter_map(|line| change(Some(line), None))).collect();
    changes.sort_by_key(|change| change.effect);
    changes
}

fn change(before: Option<&Line>, now: Option<&Line>) -> Option<Change> {
    let effect = match (before, now) {
        (Some(before), Some(now)) if before == now => return None,
        (Some(before), Some(now)) => effect(&before.can, &now.can),
        (None, _) => Effect::New,
        (_, None) => Effect::Vanished,
    };
    Some(Change { effect, before: before.cloned(), now: now.cloned() })
}

fn effect(before: &Access, now: &Access) -> Effect {
    match (is_more(now, before), is_more(before, now)) {
        (true, true) => Effect::Both,
        (true, false) => Effect::Loosened,
        (false, true) => Effect::Tightened,
        (false, false) => Effect::WithoutEffect,
    }
}

/// Whether one has any access that the other does not have, in any step. A response instead of an
/// error counts as access.
fn is_more(one: &Access, other: &Access) -> bool {
    let nothing = StepAccess::default();
    one.0.iter().enumerate().any(|(step, did)| {
        let other = other.0.get(step).unwrap_or(&nothing);
        (did.sends && !other.sends)
            || (did.reads && !other.reads)
            || (did.cookies && !other.cookies)
            || (did.is_any() && did.error.is_none() && other.error.is_some())
            || did.sees.iter().any(|name| !other.sees.contains(name))
    })
}
