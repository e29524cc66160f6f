//! The header lines to remove, so that a page cannot do what the policy does not allow.

use cors_model::is_cors_safelisted_method;

use super::exchange::Exchange;
use super::header_changes::{
    ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, HeaderChanges,
};
use super::lists::{granted_headers, granted_methods, without};
use crate::case::{Asked, Beyond};
use crate::verdict::policy::Played;

/// The changes of one response.
pub(super) fn changes<'a>(
    exchange: Exchange<'a>,
    played: &Played<'_>,
    rows: &[Played<'_>],
) -> HeaderChanges<'a> {
    let asked = played.asked;
    let mut changes = HeaderChanges::of(exchange);
    match (asked.beyond, exchange) {
        (Some(Beyond::Login), _) => changes.remove(ALLOW_CREDENTIALS),
        (Some(Beyond::Method), Exchange::Preflight(_)) if !is_simple(asked) => {
            let method = [asked.method.clone()];
            let others =
                without(changes.listed(ALLOW_METHODS), &method, granted_methods(asked, rows));
            changes.set_list(ALLOW_METHODS, &others);
        }
        (Some(Beyond::Header), Exchange::Preflight(_)) => {
            let known = changes.listed(ALLOW_HEADERS);
            let others = without(known, &asked.headers, granted_headers(asked, rows));
            changes.set_list(ALLOW_HEADERS, &others);
        }
        // The preflight fails, so this request is no longer sent.
        (Some(Beyond::Method), Exchange::Request(_)) if is_preflighted(played) => {}
        (Some(Beyond::Header), Exchange::Request(_)) if is_preflighted(played) => {}
        _ => deny(&mut changes, exchange),
    }
    changes
}

fn is_simple(asked: &Asked) -> bool {
    is_cors_safelisted_method(&asked.method)
}

fn is_preflighted(played: &Played<'_>) -> bool {
    let is_preflighted = played.observation.steps.iter().any(|step| !step.preflights.is_empty());
    is_preflighted && !(played.asked.beyond == Some(Beyond::Method) && is_simple(played.asked))
}

fn deny(changes: &mut HeaderChanges<'_>, exchange: Exchange<'_>) {
    let allows = |value: &&str| *value == "*" || Some(*value) == exchange.origin();
    if !changes.values(ALLOW_ORIGIN).iter().any(allows) {
        return;
    }
    changes.remove(ALLOW_ORIGIN);
    changes.remove(ALLOW_CREDENTIALS);
    if matches!(exchange, Exchange::Request(_)) {
        changes.vary();
    }
}
