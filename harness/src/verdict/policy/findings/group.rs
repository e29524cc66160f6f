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
}

/// What somebody can do or can not do.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum What {
    /// It can do too much; if all that comes of it is an error, which.
    Can { sends: bool, reads: bool, cookies: bool, error: Option<u16> },
    /// It can not do what it should; if a login matters, with one or without.
    Cannot { login: Option<bool> },
    /// It can not see this response header.
    CannotSee(String),
    /// It reads without the user's cookies.
    WithoutCookies,
}

/// What sentences have in common that become one.
type Key = (Severity, &'static str, What, String);

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
        let Remark { row, severity, name, who, what, call, cause } = remark;
        let group = groups.entry((severity, name, what, cause)).or_default();
        let calls = group.entry(who).or_default();
        calls.names.insert(call);
        calls.rows.insert(row);
    }
    groups.into_iter().flat_map(|(key, group)| of_group(&key, group)).collect()
}

/// Pages that asked for the same share a sentence.
fn of_group((severity, name, what, cause): &Key, group: IndexMap<String, Calls>) -> Vec<Finding> {
    let mut alike: IndexMap<Vec<String>, (Vec<String>, BTreeSet<usize>)> = IndexMap::new();
    for (who, calls) in group {
        let (pages, rows) = alike.entry(calls.names.into_iter().collect()).or_default();
        pages.push(who);
        rows.extend(calls.rows);
    }
    let finding = |(calls, (pages, rows)): (Vec<String>, (Vec<String>, BTreeSet<usize>))| Finding {
        severity: *severity,
        name,
        sentence: format!("{} {}: {cause}", listed(&pages), said(what, &calls)),
        rows: rows.into_iter().collect(),
    };
    alike.into_iter().map(finding).collect()
}

fn said(what: &What, calls: &[String]) -> String {
    let calls = listed(calls);
    match what {
        What::Can { sends, reads, cookies, error } => {
            let with = if *cookies { " with the user's cookies" } else { "" };
            let answer =
                error.map_or("the answer".to_owned(), |error| format!("the answer {error}"));
            match (sends, reads) {
                (true, true) => format!("can send {calls}{with} and read {answer}"),
                (true, false) => format!("can send {calls}{with}, without reading {answer}"),
                (false, _) if error.is_some() => format!("can read {answer} to {calls}{with}"),
                (false, _) => format!("can read {calls}{with}"),
            }
        }
        What::Cannot { login: None } => format!("can not {calls}"),
        What::Cannot { login: Some(true) } => format!("can not {calls} with the user's cookies"),
        What::Cannot { login: Some(false) } => format!("can not {calls} without a login"),
        What::CannotSee(header) => format!("can not see {header} of {calls}"),
        What::WithoutCookies => format!("reads {calls} without the user's cookies"),
    }
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
