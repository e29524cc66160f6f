//! Lists of methods and headers as the policy grants them, and responses that have more in them.

use cors_model::is_cors_safelisted_method;
use indexmap::IndexSet;

use super::exchange::{Exchange, requested_headers};
use super::header_changes::{ALLOW_HEADERS, ALLOW_METHODS, HeaderChanges, MAX_AGE};
use crate::case::Asked;
use crate::verdict::policy::Played;

/// The longest time for which Chromium keeps a preflight response, in seconds.
const LONGEST: &str = "7200";

/// Rows in which the same page may use the same route.
fn granted<'r, 'a>(
    asked: &'r Asked,
    rows: &'r [Played<'a>],
) -> impl Iterator<Item = &'r Played<'a>> {
    rows.iter().filter(move |other| {
        let other = other.asked;
        other.allowed && other.page == asked.page && other.route == asked.route
    })
}

/// The methods that the policy allows for this page and route.
pub(super) fn granted_methods(asked: &Asked, rows: &[Played<'_>]) -> Vec<String> {
    let methods = granted(asked, rows).map(|other| other.asked.method.clone());
    methods.collect::<IndexSet<_>>().into_iter().collect()
}

/// The request headers that the policy allows for this page and route.
pub(super) fn granted_headers(asked: &Asked, rows: &[Played<'_>]) -> Vec<String> {
    let names = granted(asked, rows).flat_map(|other| {
        let preflights = other.observation.steps.iter().flat_map(|step| &step.preflights);
        let requested = preflights.flat_map(requested_headers).map(str::to_ascii_lowercase);
        requested.chain(other.asked.headers.iter().map(|name| name.to_ascii_lowercase()))
    });
    names.collect::<IndexSet<_>>().into_iter().collect()
}

/// Whether a list of names contains one, in any case.
pub(super) fn is_listed(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// A list that the server sends, with the members that it lacks. Other pages may need the members that it has. A wildcard
/// is removed, because it does not allow what is missing.
pub(super) fn with_missing(known: Vec<String>, needed: Vec<String>) -> Vec<String> {
    let is_kept = |member: &String| member != "*" && !is_listed(&needed, member);
    known.into_iter().filter(is_kept).chain(needed.iter().cloned()).collect()
}

/// A list that the server sends without this member. A wildcard is replaced by what the policy allows.
pub(super) fn without(known: Vec<String>, member: &[String], granted: Vec<String>) -> Vec<String> {
    let list = if is_listed(&known, "*") { granted } else { known };
    list.into_iter().filter(|one| one != "*" && !is_listed(member, one)).collect()
}

/// Without methods that the policy does not mention.
pub(super) fn methods<'a>(exchange: Exchange<'a>, rows: &[Played<'_>]) -> HeaderChanges<'a> {
    let is_known = |method: &String| {
        method == "*"
            || is_cors_safelisted_method(&method.to_ascii_uppercase())
            || rows.iter().any(|row| row.asked.method.eq_ignore_ascii_case(method))
    };
    shortened(exchange, ALLOW_METHODS, is_known)
}

/// Without headers that the policy does not mention.
pub(super) fn headers<'a>(exchange: Exchange<'a>, rows: &[Played<'_>]) -> HeaderChanges<'a> {
    let steps = rows.iter().flat_map(|row| &row.observation.steps);
    let preflights = steps.flat_map(|step| &step.preflights);
    let requested: Vec<_> = preflights.flat_map(requested_headers).map(str::to_owned).collect();
    shortened(exchange, ALLOW_HEADERS, |name| name == "*" || is_listed(&requested, name))
}

fn shortened<'a>(
    exchange: Exchange<'a>,
    header: &str,
    is_known: impl Fn(&String) -> bool,
) -> HeaderChanges<'a> {
    let mut changes = HeaderChanges::of(exchange);
    let listed = changes.listed(header);
    let known: Vec<_> = listed.iter().filter(|member| is_known(member)).cloned().collect();
    if matches!(exchange, Exchange::Preflight(_)) && known.len() < listed.len() {
        changes.set_list(header, &known);
    }
    changes
}

/// With a lifetime that browsers keep.
pub(super) fn max_age(exchange: Exchange<'_>) -> HeaderChanges<'_> {
    let mut changes = HeaderChanges::of(exchange);
    if !changes.values(MAX_AGE).is_empty() {
        changes.set(MAX_AGE, LONGEST);
    }
    changes
}

/// With `Vary: Origin`.
pub(super) fn vary(exchange: Exchange<'_>) -> HeaderChanges<'_> {
    let mut changes = HeaderChanges::of(exchange);
    if matches!(exchange, Exchange::Request(_)) {
        changes.vary();
    }
    changes
}
