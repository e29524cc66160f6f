//! Makes findings from remarks about single rows.

use std::collections::BTreeSet;
use std::hash::Hash;

use indexmap::{IndexMap, IndexSet};

use super::finding::{Finding, Severity};

/// How many requests a sentence names.
const NAMED: usize = 4;

/// How many pages a sentence names.
const NAMED_PAGES: usize = 8;

/// How many abilities of pages a sentence names.
const CLAUSES: usize = 3;

/// A page of any website, which is not named.
pub(super) const ANY_WEBSITE: &str = "any website";

/// A remark about one row.
#[derive(Clone, Debug)]
pub(super) struct RowFinding {
    pub(super) row: usize,
    pub(super) severity: Severity,
    pub(super) name: &'static str,
    /// What all remarks of one finding share.
    pub(super) family: String,
    /// The page, or `any website`.
    pub(super) who: String,
    pub(super) what: AccessChange,
    /// Method and route, and headers if they matter.
    pub(super) call: String,
    /// The cause.
    pub(super) cause: String,
    /// The end of the cause that may differ between remarks of one finding.
    pub(super) obstacle: &'static str,
    /// What follows the cause if this remark is the worst of its finding.
    pub(super) addition: &'static str,
    /// Whether the cause is that the server reflects any origin.
    pub(super) reflects: bool,
    /// An additional note.
    pub(super) note: Option<String>,
}

/// What a page can or cannot do.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum AccessChange {
    /// It can do too much; if it only gets an error, the status of the error.
    Can { sends: bool, reads: bool, cookies: bool, error: Option<u16> },
    /// It cannot do what it should: send the request, or read the response to one that was `sent`;
    /// with or without a login, if that matters.
    Cannot { sent: bool, login: Option<bool> },
    /// It gets no response to a request that it may send, sent or not; with or without a login, if
    /// that matters.
    NoResponse { login: Option<bool> },
    /// It cannot see this response header.
    CannotSee(String),
    /// It reads without the user's cookies.
    WithoutCookies,
}

/// A finding for each family of remarks, with the worst of what pages can do.
/// The cause is that of the worst remark.
pub(super) fn findings(remarks: Vec<RowFinding>) -> Vec<Finding> {
    let mut holes: IndexMap<String, Vec<RowFinding>> = IndexMap::new();
    for remark in remarks {
        holes.entry(remark.family.clone()).or_default().push(remark);
    }
    holes.into_values().filter_map(of_hole).collect()
}

fn of_hole(mut remarks: Vec<RowFinding>) -> Option<Finding> {
    let rows: BTreeSet<_> = remarks.iter().map(|remark| remark.row).collect();
    remarks.sort_by_key(|remark| remark.severity);
    let RowFinding { severity, name, addition, cause, note, .. } = remarks.first()?.clone();
    let note = note.unwrap_or_default();
    let cause = with_obstacles(&cause, remarks.iter().map(|remark| remark.obstacle));
    let worst = remarks.iter().filter(|remark| remark.severity == severity);
    // The worst rows come first: the report shows the first one.
    let first: IndexSet<_> = worst.clone().map(|remark| remark.row).collect();
    let is_of_any = |remark: &&RowFinding| remark.who == ANY_WEBSITE;
    let names_any = worst.clone().any(|remark| is_of_any(&remark));
    let of_any = remarks.iter().filter(|remark| !names_any && is_of_any(remark));
    let clauses_text = clauses(worst).into_iter().chain(clauses(of_any).into_iter().take(1));
    let clauses_text = clauses_text.collect::<Vec<_>>().join("; ");
    Some(Finding {
        severity,
        name,
        sentence: format!("{}{addition}: {clauses_text}{note}", capitalised(&cause)),
        rows: first.into_iter().chain(rows).collect::<IndexSet<_>>().into_iter().collect(),
    })
}

/// What pages can do, each with its requests.
type Doings<'r> = Vec<(&'r AccessChange, Vec<String>)>;

/// A clause for each group of pages that can do the same.
fn clauses<'r>(remarks: impl Iterator<Item = &'r RowFinding>) -> Vec<String> {
    let mut pages: IndexMap<&str, IndexMap<&AccessChange, IndexSet<&str>>> = IndexMap::new();
    for RowFinding { what, who, call, .. } in remarks {
        pages.entry(who).or_default().entry(what).or_default().insert(call);
    }
    let mut alike: IndexMap<Doings<'_>, Vec<String>> = IndexMap::new();
    for (page, doings) in pages {
        let owned = |calls: IndexSet<&str>| calls.into_iter().map(str::to_owned).collect();
        let doings = doings.into_iter().map(|(what, calls)| (what, owned(calls))).collect();
        alike.entry(doings).or_default().push(page.to_owned());
    }
    let clause = |(doings, pages): (&Doings<'_>, &Vec<String>)| {
        let clauses_text =
            doings.iter().take(CLAUSES).map(|(what, calls)| clauses_text(what, calls, pages.len()));
        format!(
            "{} {}",
            first_of(pages, NAMED_PAGES),
            clauses_text.collect::<Vec<_>>().join(", and ")
        )
    };
    alike.iter().take(CLAUSES).map(clause).collect()
}

fn clauses_text(what: &AccessChange, calls: &[String], pages: usize) -> String {
    let calls = listed(calls);
    match what {
        AccessChange::Can { sends, reads, cookies, error } => {
            let with = if *cookies { " with the user's cookies" } else { "" };
            let response = response(*error);
            match (sends, reads) {
                (true, true) => format!("can send {calls}{with} and read {response}"),
                (true, false) => format!("can send {calls}{with}, without reading {response}"),
                (false, _) if error.is_some() => format!("can read {response} to {calls}{with}"),
                (false, _) => format!("can read {calls}{with}"),
            }
        }
        AccessChange::Cannot { sent, login } => {
            let what = if *sent { "read the response to" } else { "send" };
            format!("cannot {what} {calls}{}", with(*login))
        }
        AccessChange::NoResponse { login } => {
            format!("cannot get a response to {calls}{}", with(*login))
        }
        AccessChange::CannotSee(header) => {
            format!("cannot read the header `{header}` of the response to {calls}")
        }
        AccessChange::WithoutCookies => {
            let reads = if pages == 1 { "reads" } else { "read" };
            format!("{reads} {calls} without the user's cookies")
        }
    }
}

/// With or without a login, if that matters.
fn with(login: Option<bool>) -> &'static str {
    match login {
        None => "",
        Some(true) => " with the user's cookies",
        Some(false) => " without credentials",
    }
}

/// A response, with its status if it is an error.
pub(in super::super) fn response(error: Option<u16>) -> String {
    error.map_or("the response".to_owned(), |status| format!("the {status} response"))
}

/// A text that begins a sentence.
pub(in super::super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Each value once, in the order of first occurrence.
pub(super) fn distinct<T: Eq + Hash>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    all.into_iter().collect::<IndexSet<_>>().into_iter().collect()
}

/// `a, b and c`; of many the first ones, and how many there are.
pub(super) fn listed(all: &[String]) -> String {
    first_of(all, NAMED)
}

/// The same with another number of names.
pub(super) fn first_of(all: &[String], named: usize) -> String {
    let more = (all.len() > named + 1).then(|| format!("{} more", all.len() - named));
    let named = if more.is_some() { &all[..named] } else { all };
    let named: Vec<_> = named.iter().map(String::as_str).chain(more.as_deref()).collect();
    match named.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// Each reason once, after the words that they follow.
pub(super) fn with_obstacles(words: &str, obstacles: impl Iterator<Item = &'static str>) -> String {
    let obstacles = distinct(obstacles.filter(|one| !one.is_empty()));
    words.to_owned() + &obstacles.join(", and").replace(", and, ", ", and ")
}
