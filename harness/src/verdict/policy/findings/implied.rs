//! Which of several origins that were allowed explains the others: a server that allows any origin also
//! allows look-alikes, and one finding is enough.

use super::super::StepAccess;
use super::explained::is_explained;
use super::tried_rows::{TriedRow, TriedRows};
use crate::case::{Asked, OriginKind};

/// Whether another finding already covers what a row shows: its cause explains this origin too, and
/// its page could do at least as much.
pub(super) fn implies(tried: &TriedRows<'_>, asked: &Asked) -> bool {
    let own = tried.did(asked);
    is_explained(tried, asked)
        || others(tried, asked).any(|(_, did)| own.is_none_or(|own| did.is_as_bad_as(own)))
}

/// The row whose cause explains this one, which could do more only because the browser sent the
/// user's cookies: `SameSite` prevents that for other sites, whatever the server allows.
pub(super) fn explained_by<'t>(tried: &'t TriedRows<'_>, asked: &Asked) -> Option<&'t Asked> {
    let own = tried.did(asked).filter(|own| own.cookies)?;
    let explaining = others(tried, asked).filter(|(_, did)| !did.cookies && !did.is_as_bad_as(own));
    explaining.map(|(other, _)| other).min_by_key(|other| other.kind != OriginKind::Foreign)
}

/// Pages that the policy does not allow either, whose cause may explain this row.
fn others<'t>(
    tried: &'t TriedRows<'_>,
    asked: &Asked,
) -> impl Iterator<Item = (&'t Asked, &'t StepAccess)> {
    let of_request = tried.of_request(asked).filter(|other| !other.asked.allowed);
    let explaining = of_request.filter(|other| may_explain(other.asked, asked));
    explaining.filter_map(|TriedRow { asked, did, .. }| Some((*asked, did.as_ref()?)))
}

/// Whether a server that allows one origin is known to allow the other for the same reason.
fn may_explain(one: &Asked, other: &Asked) -> bool {
    let is = |kind| one.kind == kind;
    let is_alike = |kind| is(kind) && one.like == other.like;
    let anybody = is(OriginKind::Foreign);
    // An origin that differs only in its port says nothing about other ports.
    let begins_alike = is_alike(OriginKind::Prefix) && !one.same_site;
    let ends_alike = is(OriginKind::Suffix) && !one.same_site;
    let of_the_site = is(OriginKind::Subdomain);
    match other.kind {
        OriginKind::Foreign => false,
        OriginKind::Port | OriginKind::TrailingDot => anybody || begins_alike,
        OriginKind::Joined => anybody || begins_alike || ends_alike,
        OriginKind::Label => anybody || ends_alike || of_the_site,
        OriginKind::Dot | OriginKind::Subdomain => anybody || ends_alike,
        OriginKind::Below => anybody || ends_alike || of_the_site || is_alike(OriginKind::Suffix),
        // The same host without its port.
        OriginKind::Part if other.same_site => {
            anybody || begins_alike || is_alike(OriginKind::Port)
        }
        OriginKind::Suffix if other.same_site => anybody || ends_alike || of_the_site,
        _ => anybody,
    }
}
