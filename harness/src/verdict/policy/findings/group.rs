//! Remarks about single rows, put together to sentences.

use std::collections::BTreeSet;
use std::hash::Hash;

use indexmap::{IndexMap, IndexSet};

use super::{Finding, Severity};

/// How many of a kind a sentence names.
const NAMED: usize = 4;

/// Something to be said of one row.
#[derive(Clone, Debug)]
pub(super) struct Remark {
    pub(super) row: usize,
    pub(super) severity: Severity,
    pub(super) name: &'static str,
    /// The page, or whoever it stands for.
    pub(super) who: String,
    pub(super) what: What,
    /// Method and route, and headers where they matter.
    pub(super) call: String,
    /// Why.
    pub(super) cause: String,
    /// What else is to be known.
    pub(super) note: Option<&'static str>,
}

/// What somebody can do or cannot do.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum What {
    /// It can do too much; if all that comes of it is an error, which.
    Can { sends: bool, reads: bool, cookies: bool, error: Option<u16> },
    /// It cannot do what it should: send the request, or read the response to one that was `sent`; if a
    /// login matters, with one or without.
    Cannot { sent: bool, login: Option<bool> },
    /// It gets no response to what it may ask, sent or not; if a login matters, with one or without.
    NoResponse { login: Option<bool> },
    /// It cannot see this response header.
    CannotSee(String),
    /// It reads without the user's cookies.
    WithoutCookies,
}

/// What sentences have in common that become one.
type Key = (Severity, &'static str, What, String, Option<&'static str>);

/// What somebody asked for, and the rows that show it.
#[derive(Default)]
struct Calls {
    names: IndexSet<String>,
    rows: BTreeSet<usize>,
}

/// A finding for each group of pages that the same is to be said of.
pub(super) fn findings(remarks: Vec<Remark>) -> Vec<Finding> {
    let mut groups: IndexMap<Key, IndexMap<String, Calls>> = IndexMap::new();
    for remark in remarks {
        let Remark { row, severity, name, who, what, call, cause, note } = remark;
        let group = groups.entry((severity, name, what, cause, note)).or_default();
        let calls = group.entry(who).or_default();
        calls.names.insert(call);
        calls.rows.insert(row);
    }
    groups.into_iter().flat_map(|(key, group)| of_group(&key, group)).collect()
}

/// Pages that asked for the same share a sentence.
fn of_group(
    (severity, name, what, cause, note): &Key,
    group: IndexMap<String, Calls>,
) -> Vec<Finding> {
    let mut alike: IndexMap<Vec<String>, (Vec<String>, BTreeSet<usize>)> = IndexMap::new();
    for (who, calls) in group {
        let (pages, rows) = alike.entry(calls.names.into_iter().collect()).or_default();
        pages.push(who);
        rows.extend(calls.rows);
    }
    let finding = |(calls, (pages, rows)): (Vec<String>, (Vec<String>, BTreeSet<usize>))| Finding {
        severity: *severity,
        name,
        sentence: format!(
            "{}: {} {}{}",
            capitalised(cause),
            listed(&pages),
            said(what, &calls),
            note.unwrap_or_default()
        ),
        rows: rows.into_iter().collect(),
    };
    alike.into_iter().map(finding).collect()
}

fn said(what: &What, calls: &[String]) -> String {
    let calls = listed(calls);
    match what {
        What::Can { sends, reads, cookies, error } => {
            let with = if *cookies { " with the user's cookies" } else { "" };
            let response = response(*error);
            match (sends, reads) {
                (true, true) => format!("can send {calls}{with} and read {response}"),
                (true, false) => format!("can send {calls}{with}, without reading {response}"),
                (false, _) if error.is_some() => format!("can read {response} to {calls}{with}"),
                (false, _) => format!("can read {calls}{with}"),
            }
        }
        What::Cannot { sent, login } => {
            let what = if *sent { "read the response to" } else { "send" };
            format!("cannot {what} {calls}{}", with(*login))
        }
        What::NoResponse { login } => format!("cannot get a response to {calls}{}", with(*login)),
        What::CannotSee(header) => {
            format!("cannot read the header `{header}` of the response to {calls}")
        }
        What::WithoutCookies => format!("reads {calls} without the user's cookies"),
    }
}

/// With or without a login, where that matters.
fn with(login: Option<bool>) -> &'static str {
    match login {
        None => "",
        Some(true) => " with the user's cookies",
        Some(false) => " without credentials",
    }
}

/// A response, with its status if that is one of an error.
pub(in super::super) fn response(error: Option<u16>) -> String {
    error.map_or("the response".to_owned(), |status| format!("the {status} response"))
}

/// A text that begins a sentence.
pub(in super::super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Each once, in the order of the first of each.
pub(super) fn distinct<T: Eq + Hash>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    all.into_iter().collect::<IndexSet<_>>().into_iter().collect()
}

/// `a, b and c`; of many the first ones and how many there are.
pub(super) fn listed(all: &[String]) -> String {
    let more = (all.len() > NAMED + 1).then(|| format!("{} more", all.len() - NAMED));
    let named = if more.is_some() { &all[..NAMED] } else { all };
    let named: Vec<_> = named.iter().map(String::as_str).chain(more.as_deref()).collect();
    match named.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}
