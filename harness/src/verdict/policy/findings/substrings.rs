//! Finds origins that a server allows because it searches for a text in them: the listed host, or a part of it.

use super::comparisons::{host, is_alike};
use super::implied::implies;
use super::tried_rows::{TriedRow, TriedRows};
use crate::case::{Asked, OriginKind};

/// The length of the shortest text that a server is said to search for.
const SHORTEST: usize = 3;

/// An origin that begins and one that ends like a listed origin, if the server allows both, each for no
/// other reason.
fn ends<'t>(tried: &'t TriedRows<'_>, asked: &Asked) -> Option<[&'t Asked; 2]> {
    let end = |kind| {
        let mut of_request = tried.of_request(asked).filter(|other| {
            other.did.is_some() && other.asked.kind == kind && is_alike(other.asked, asked)
        });
        of_request.find(|other| !implies(tried, other.asked)).map(|other| other.asked)
    };
    Some([end(OriginKind::Prefix)?, end(OriginKind::Suffix)?])
}

/// Whether both are allowed, so that the server compares neither the beginning nor the end.
pub(super) fn has_both_ends(tried: &TriedRows<'_>, asked: &Asked) -> bool {
    ends(tried, asked).is_some()
}

/// Whether such a server allows an origin because of a text that it shares with both ends and with the
/// listed host. No origin with this text is rejected.
pub(super) fn is_found_by_search(tried: &TriedRows<'_>, asked: &Asked) -> bool {
    let (Some(listed), Some(own)) = (asked.like.as_deref().and_then(host), host(&asked.page))
    else {
        return false;
    };
    let Some(ends) = ends(tried, asked) else { return false };
    let ends: Vec<_> = ends.iter().filter_map(|end| host(&end.page)).collect();
    let rejected = tried.of_request(asked).filter(|row| row.did.is_none());
    let rejected: Vec<_> = rejected.filter_map(|row| host(&row.asked.page)).collect();
    texts(&listed).any(|text| {
        own.contains(text)
            && ends.iter().all(|end| end.contains(text))
            && !rejected.iter().any(|host| host.contains(text))
    })
}

/// Whether the server allows an origin that has only a part of the listed host, so that this part is what it
/// searches for.
pub(super) fn searches_for_part(tried: &TriedRows<'_>, asked: &Asked) -> bool {
    let listed = asked.like.as_deref().and_then(host);
    let is_partial = |row: &&TriedRow<'_>| {
        let whole = |host: String| listed.as_ref().is_some_and(|listed| host.contains(listed));
        row.did.is_some()
            && !row.asked.allowed
            && row.asked.like == asked.like
            && host(&row.asked.page).is_some_and(|host| !whole(host))
    };
    let mut partial = tried.of_request(asked).filter(is_partial);
    partial.any(|row| is_found_by_search(tried, row.asked))
}

/// All parts of a host, the longest first.
fn texts(host: &str) -> impl Iterator<Item = &str> {
    let lengths = (SHORTEST..=host.len()).rev();
    lengths.flat_map(move |length| {
        (0..=host.len() - length).filter_map(move |start| host.get(start..start + length))
    })
}
