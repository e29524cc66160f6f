//! Finds servers that reflect every origin except some that they reject by a rule: each allowed look-alike then
//! seems to have a cause, and the cause of all of them is that the server reflects what it does not reject.

use std::collections::BTreeSet;

use super::comparisons::host;
use super::group::{first_of, listed};
use super::tried_rows::{TriedRow, TriedRows};
use crate::case::{Asked, OriginKind};

/// The fewest kinds of unlisted origins that are allowed together for no common reason.
const KINDS: usize = 5;

/// The length of the shortest text by which a server is said to reject origins.
const SHORTEST: usize = 4;

/// How many rejected origins are named.
const NAMED: usize = 4;

/// A property by which a server may reject origins.
type Property = (&'static str, fn(&Asked) -> bool);

const PROPERTIES: [Property; 5] = [
    ("`null`", |asked| asked.kind == OriginKind::Null),
    ("origins over plain HTTP", |asked| asked.page.starts_with("http:")),
    ("the user's own machine", |asked| asked.kind == OriginKind::Localhost),
    ("hosts with letters of other alphabets", |asked| asked.page.contains("xn--")),
    ("origins with a port", |asked| asked.page.matches(':').count() > 1),
];

/// What such a server does, if the rows of this request show one.
pub(super) fn reflects_almost_all(tried: &TriedRows<'_>, asked: &Asked) -> Option<String> {
    let is_unlisted = |row: &&TriedRow<'_>| {
        !row.asked.allowed && !matches!(row.asked.kind, OriginKind::Listed | OriginKind::Denied)
    };
    let unlisted = tried.of_request(asked).filter(is_unlisted);
    let (allowed, rejected): (Vec<_>, Vec<_>) = unlisted.partition(|row| row.did.is_some());
    let is_of_any = |row: &&TriedRow<'_>| row.asked.kind == OriginKind::Foreign;
    let is_any_rejected = rejected.iter().any(is_of_any);
    if !is_any_rejected || !have_nothing_in_common(tried, &allowed) {
        return None;
    }
    let rule = rule(&allowed, &rejected)?;
    let names = rejected.iter().map(|row| format!("`{}`", row.asked.page));
    let names = first_of(&names.collect::<Vec<_>>(), NAMED);
    let (count, all) = (allowed.len(), allowed.len() + rejected.len());
    let most =
        if count > all / 2 { "almost every origin" } else { "any origin that it does not reject" };
    Some(format!(
        "the server reflects {most} ({count} of the {all} unlisted ones that sent this request), and rejects \
         only {rule} ({names})"
    ))
}

/// Whether many kinds of origins are allowed, and no label of a listed host is in all of them.
fn have_nothing_in_common(tried: &TriedRows<'_>, allowed: &[&TriedRow<'_>]) -> bool {
    let kinds: BTreeSet<_> = allowed.iter().map(|row| row.asked.kind).collect();
    let listed = tried.0.iter().filter(|row| row.asked.kind == OriginKind::Listed);
    let hosts: BTreeSet<_> = listed.filter_map(|row| host(&row.asked.page)).collect();
    let mut labels = hosts.iter().flat_map(|host| host.split('.')).filter(|label| label.len() > 2);
    let is_everywhere = |label: &str| allowed.iter().all(|row| row.asked.page.contains(label));
    kinds.len() >= KINDS && !labels.any(is_everywhere)
}

/// What all rejected origins have, and no allowed one: properties, and at most one text.
fn rule(allowed: &[&TriedRow<'_>], rejected: &[&TriedRow<'_>]) -> Option<String> {
    let has =
        |rows: &[&TriedRow<'_>], property: &Property| rows.iter().any(|row| property.1(row.asked));
    let fitting: Vec<_> = PROPERTIES
        .iter()
        .filter(|property| has(rejected, property) && !has(allowed, property))
        .collect();
    let is_told = |row: &TriedRow<'_>| fitting.iter().any(|property| property.1(row.asked));
    let others = rejected.iter().filter(|row| !is_told(row)).map(|row| row.asked.page.as_str());
    let others: Vec<_> = others.collect();
    let text = match others.split_first() {
        None => None,
        Some((first, rest)) => Some(shared_text(first, rest, allowed)?),
    };
    let text = text.map(|text| format!("origins that contain `{text}`"));
    // Origins of the user's own machine are over plain HTTP.
    let is_new = |place: &usize| {
        rejected.iter().any(|row| {
            fitting[*place].1(row.asked) && !fitting[..*place].iter().any(|it| it.1(row.asked))
        })
    };
    let names = (0..fitting.len()).filter(is_new).map(|place| fitting[place].0.to_owned());
    Some(listed(&text.into_iter().chain(names).collect::<Vec<_>>()))
}

/// The longest text in all of these origins and in no allowed one.
fn shared_text<'t>(first: &'t str, rest: &[&str], allowed: &[&TriedRow<'_>]) -> Option<&'t str> {
    let lengths = (SHORTEST..=first.len()).rev();
    let mut texts = lengths.flat_map(|length| {
        (0..=first.len() - length).filter_map(move |start| first.get(start..start + length))
    });
    texts.find(|text| {
        rest.iter().all(|page| page.contains(text))
            && !allowed.iter().any(|row| row.asked.page.contains(text))
    })
}
