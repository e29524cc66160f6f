//! Describes changes in sentences for a review, with their severity.

use super::findings::{self, Severity};
use super::{Change, Effect, Line, Played, StepAccess};
use crate::case::OriginKind;

/// What is added for an origin that is no longer listed.
const DROPPED: &str =
    "; whether it still has access is unknown: list it under `deny` to keep testing it";

/// A change as a sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DescribedChange {
    /// The change.
    pub change: Change,
    /// The severity of the new state.
    pub severity: Severity,
    /// One sentence.
    pub sentence: String,
    /// Number of the row among the played rows; `None` if it has vanished.
    pub row: Option<usize>,
}

/// Describes changes, the worst of each effect first. `rows` are the current rows.
pub fn describe(changes: Vec<Change>, rows: &[Played<'_>]) -> Vec<DescribedChange> {
    let place = |line: &Line| rows.iter().position(|played| played.asked.values() == line.values);
    let found = changes.into_iter().map(|change| {
        let row = change.now.as_ref().and_then(place);
        let description =
            Description { change: &change, played: row.and_then(|row| rows.get(row)), rows };
        let (severity, plain, full) = (
            description.severity(),
            description.sentence(""),
            description.sentence(description.login()),
        );
        (change, severity, plain, full, row)
    });
    let found: Vec<_> = found.collect();
    let twin = |one: &Change, plain: &str| {
        found.iter().any(|(other, _, of_other, ..)| {
            other.effect == one.effect && *of_other == plain && values(other) != values(one)
        })
    };
    let login_matters = |change: &Change| {
        let [page, kind, request, login] = values(change);
        let is_other = |played: &Played<'_>| {
            let [of_page, of_standing, of_request, of_login] = played.asked.values();
            (&of_page, &of_standing, &of_request) == (page, kind, request) && of_login != *login
        };
        rows.iter().any(is_other)
    };
    let mut described: Vec<_> = found
        .iter()
        .map(|(change, severity, plain, full, row)| {
            let is_alone = values(change)[3] == "no" && !login_matters(change);
            let either = is_alone || twin(change, plain);
            let sentence = if either { plain } else { full }.clone();
            DescribedChange { change: change.clone(), severity: *severity, sentence, row: *row }
        })
        .collect();
    described.sort_by_key(|one| (one.change.effect, one.severity));
    described
}

fn values(change: &Change) -> [&String; 4] {
    const NONE: &String = &String::new();
    let line = change.now.as_ref().or(change.before.as_ref());
    line.map_or([NONE; 4], |line| line.values.each_ref())
}

/// A change that is being described.
struct Description<'a> {
    change: &'a Change,
    played: Option<&'a Played<'a>>,
    rows: &'a [Played<'a>],
}

/// The access that a page has gained or lost.
#[derive(Default)]
struct Difference {
    gained: Vec<String>,
    lost: Vec<String>,
    /// The reason, if the responses show it.
    why: Vec<String>,
}

impl Description<'_> {
    fn who(&self) -> String {
        let [page, kind, ..] = values(self.change);
        match kind.as_str() {
            "foreign" => "Any website".to_owned(),
            "null" => "A sandboxed frame on any website".to_owned(),
            _ => page.clone(),
        }
    }

    /// The addition for a row whose counterpart with the other login has not changed in the same
    /// way.
    fn login(&self) -> &'static str {
        if values(self.change)[3] == "yes" {
            " with the user's cookies"
        } else {
            " without credentials"
        }
    }

    fn sentence(&self, login: &str) -> String {
        let who = self.who();
        let [.., request, _] = values(self.change);
        match self.change.effect {
            Effect::New => {
                let can =
                    self.change.now.as_ref().map(|line| line.can.to_string()).unwrap_or_default();
                format!("{who} was not tested with {request}{login} before; what it can do: {can}")
            }
            Effect::Vanished => {
                let why = if self.is_dropped() { DROPPED } else { "" };
                format!("{who} is no longer tested with {request}{login}{why}")
            }
            Effect::WithoutEffect => {
                format!("{who} has the same access as before to {request}{login}")
            }
            Effect::Loosened | Effect::Both | Effect::Tightened => {
                self.difference_in_words(&who, login)
            }
        }
    }

    /// Whether it concerns an origin that was listed and is no longer tested.
    fn is_dropped(&self) -> bool {
        let [page, kind, ..] = values(self.change);
        let is_asking = |played: &Played<'_>| played.asked.page == *page;
        self.change.effect == Effect::Vanished
            && [OriginKind::Listed, OriginKind::Own].iter().any(|it| it.as_str() == kind)
            && !self.rows.iter().any(is_asking)
    }

    fn difference_in_words(&self, who: &str, login: &str) -> String {
        let Difference { gained, lost, why } = self.difference(login);
        let now = (!gained.is_empty()).then(|| format!("can now {}", gained.join(" and ")));
        let not = (!lost.is_empty()).then(|| format!("can no longer {}", lost.join(" or ")));
        let parts: Vec<_> = now.into_iter().chain(not).collect();
        let why = if why.is_empty() { String::new() } else { format!(": {}", why.join("; ")) };
        format!("{who} {}{why}", parts.join(", and "))
    }

    fn difference(&self, login: &str) -> Difference {
        let (Some(before), Some(now)) = (&self.change.before, &self.change.now) else {
            return Difference::default();
        };
        let nothing = StepAccess::default();
        let [.., request, _] = values(self.change);
        let mut difference = Difference::default();
        for step in 0..before.can.0.len().max(now.can.0.len()) {
            let of = |line: &Line| line.can.0.get(step).cloned().unwrap_or_else(|| nothing.clone());
            let request = if step == 0 { request.clone() } else { format!("{request} again") };
            difference.add(&of(before), &of(now), &request, login);
        }
        difference.why.extend(self.played.and_then(|played| self.cause(played, &difference)));
        difference.why.dedup();
        difference
    }

    /// What the responses say about it.
    fn cause(&self, played: &Played<'_>, difference: &Difference) -> Option<String> {
        match difference.lost.is_empty() {
            false if difference.why.is_empty() => {
                findings::withheld(played, self.rows).map(|(_, cause)| cause)
            }
            true if !played.asked.allowed => {
                findings::access_beyond_policy(played, self.rows).and_then(|(_, cause)| cause)
            }
            _ => None,
        }
    }

    fn severity(&self) -> Severity {
        let Some(played) = self.played else {
            return if self.is_dropped() { Severity::Medium } else { Severity::Note };
        };
        let is_any = played.access().is_any();
        let is_worth = match (self.change.effect, played.asked.allowed) {
            (Effect::Loosened | Effect::Both | Effect::New, false) => is_any,
            (Effect::Tightened | Effect::Both, true) => true,
            (Effect::New, true) => !is_any,
            _ => false,
        };
        match (is_worth, played.asked.allowed) {
            (false, _) => Severity::Note,
            (true, false) => findings::access_beyond_policy(played, self.rows)
                .map_or(Severity::Note, |(severity, _)| severity),
            // Script may have lost only a header, and everything else is unchanged.
            (true, true)
                if played.access().0.iter().all(|did| did.reads && did.error.is_none()) =>
            {
                Severity::Medium
            }
            (true, true) => findings::withheld(played, self.rows)
                .map_or(Severity::High, |(severity, _)| severity),
        }
    }
}

impl Difference {
    fn add(&mut self, before: &StepAccess, now: &StepAccess, request: &str, login: &str) {
        let with = if now.cookies { " with the user's cookies" } else { "" };
        self.gained.extend(more(before, now, &format!("{request}{with}")));
        self.lost.extend(less(before, now, &format!("{request}{login}")));
        let sees = |one: &StepAccess, other: &StepAccess| {
            let sees = one.sees.iter().filter(|name| !other.sees.contains(name));
            sees.cloned().collect::<Vec<_>>()
        };
        let (appeared, gone) = (sees(now, before), sees(before, now));
        if before.reads && now.reads {
            self.gained.extend(seeing(&appeared, request));
            self.lost.extend(seeing(&gone, &format!("{request}{login}")));
            if !gone.is_empty() {
                self.why.push("the response does not expose it".to_owned());
            }
        }
        if before.cookies && !now.cookies && now.is_any() {
            self.why.push("the browser sends no cookie".to_owned());
        }
        match (before.error, now.error) {
            (None, Some(status)) if before.is_any() => {
                self.why.push(format!("the status is {status}"));
            }
            (Some(status), None) if now.is_any() => {
                self.why.push(format!("the status was {status}"));
            }
            _ => {}
        }
    }
}

fn seeing(names: &[String], request: &str) -> Option<String> {
    (!names.is_empty()).then(|| format!("see {} of {request}", names.join(", ")))
}

/// What a page can do that it could not do before.
fn more(before: &StepAccess, now: &StepAccess, request: &str) -> Option<String> {
    let is_more = |of: fn(&StepAccess) -> bool| of(now) && !of(before);
    let (sends, reads) = (is_more(|did| did.sends), is_more(|did| did.reads));
    let same_but_better = now.is_any()
        && (is_more(|did| did.cookies) || (before.error.is_some() && now.error.is_none()));
    let response = findings::response(now.error);
    match (sends, reads) {
        (true, true) => Some(format!("send {request} and read {response}")),
        (false, true) if now.sends => Some(format!("read {response} to {request}")),
        (false, true) if now.error.is_some() => Some(format!("read {response} to {request}")),
        (false, true) => Some(format!("read {request}")),
        (true, false) => Some(format!("send {request}")),
        (false, false) if !same_but_better => None,
        (false, false) if now.sends => Some(format!("send {request}")),
        (false, false) => Some(format!("read {request}")),
    }
}

/// What a page could do before and cannot do any more.
fn less(before: &StepAccess, now: &StepAccess, request: &str) -> Option<String> {
    let is_less = |of: fn(&StepAccess) -> bool| of(before) && !of(now);
    let worse = before.is_any()
        && (is_less(|did| did.cookies) || (before.error.is_none() && now.error.is_some()));
    match (is_less(|did| did.sends), is_less(|did| did.reads)) {
        (true, _) => Some(format!("send {request}")),
        (false, true) if now.sends => Some(format!("read the response to {request}")),
        (false, true) => Some(format!("read {request}")),
        (false, false) if !worse => None,
        (false, false) if now.sends => Some(format!("send {request}")),
        (false, false) => Some(format!("read {request}")),
    }
}
