//! Which of several origins that were allowed explains the others: a server that allows any origin also
//! allows look-alikes, and one finding is enough.

use super::super::Did;
use super::explained::is_explained;
use super::tried::{Tried, TriedRows};
use crate::case::{Asked, Standing};

/// Whether another finding already covers what a row shows: its cause explains this origin as well, and
/// its page could do at least as much.
pub(super) fn implies(tried: &TriedRows<'_>, asked: &Asked) -> bool {
    if is_explained(tried, asked) {
        return true;
    }
    let has = |kind: &dyn Fn(&Asked) -> bool| has(tried, asked, kind);
    let anybody = || has(&|other| other.standing == Standing::Foreign);
    // One that differs by its port alone says nothing of other ports.
    let begins_alike = || {
        has(&|other| {
            other.standing == Standing::Prefix && other.like == asked.like && !other.same_site
        })
    };
    let ends_alike = || has(&|other| other.standing == Standing::Suffix && !other.same_site);
    let of_the_site = || has(&|other| other.standing == Standing::Subdomain);
    let ends_like_host =
        || has(&|other| other.standing == Standing::Suffix && other.like == asked.like);
    let on_any_port = || has(&|other| other.standing == Standing::Port && other.like == asked.like);
    match asked.standing {
        Standing::Foreign => false,
        Standing::Port | Standing::TrailingDot => anybody() || begins_alike(),
        Standing::Joined => anybody() || begins_alike() || ends_alike(),
        Standing::Label => anybody() || ends_alike() || of_the_site(),
        Standing::Dot | Standing::Subdomain => anybody() || ends_alike(),
        Standing::Below => anybody() || ends_alike() || of_the_site() || ends_like_host(),
        // The same host without its port.
        Standing::Part if asked.same_site => anybody() || begins_alike() || on_any_port(),
        Standing::Suffix if asked.same_site => anybody() || ends_alike() || of_the_site(),
        _ => anybody(),
    }
}

/// Whether another page of this kind could do at least as much with the same request.
fn has(tried: &TriedRows<'_>, asked: &Asked, kind: &dyn Fn(&Asked) -> bool) -> bool {
    let is_excessive = |other: &&Tried<'_>| !other.asked.allowed;
    let page = |other: &&Tried<'_>| other.asked.page == asked.page;
    let own = tried.of_request(asked).find(page).and_then(|row| row.did.as_ref());
    let mut others = tried.of_request(asked).filter(is_excessive);
    others.any(|other| {
        kind(other.asked)
            && other.did.as_ref().is_some_and(|did| own.is_none_or(|own| is_as_bad(did, own)))
    })
}

/// Whether what one page could do is at least as bad as what another could: what it sends and reads, the
/// user's cookies, and a response that is no error.
pub(super) fn is_as_bad(one: &Did, other: &Did) -> bool {
    (one.sends || !other.sends)
        && (one.reads || !other.reads)
        && (one.cookies || !other.cookies)
        && (one.error.is_none() || other.error.is_some())
}
