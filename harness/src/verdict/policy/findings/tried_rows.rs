//! What each row that reached a server shows about the origins that the server allows.

use cors_model::Reason;

use super::super::{Played, StepAccess};
use super::redirects::is_ended_by_redirect;
use crate::case::{Asked, OriginKind};

/// A row that reached a server, and in which the browser checks CORS headers.
pub(super) struct TriedRow<'a> {
    pub(super) asked: &'a Asked,
    /// The step in which the page could do most; `None` if it could do nothing.
    pub(super) did: Option<StepAccess>,
    /// Whether the page's origin is the reason why it could do nothing.
    origin_rejected: bool,
    /// The status of the last response.
    status: u16,
}

/// All of them.
pub(super) struct TriedRows<'a>(pub(super) Vec<TriedRow<'a>>);

impl<'a> TriedRows<'a> {
    /// The rows that reached a server and sent an origin.
    pub(super) fn of(rows: &[Played<'a>]) -> Self {
        Self(rows.iter().filter_map(TriedRow::of).collect())
    }

    /// The rows with the same request and login.
    pub(super) fn of_request(&self, asked: &Asked) -> impl Iterator<Item = &TriedRow<'a>> {
        let request = asked.request();
        let login = asked.login;
        let rows = self.0.iter();
        rows.filter(move |other| other.asked.login == login && other.asked.request() == request)
    }

    /// What a page could do with this request.
    pub(super) fn did(&self, asked: &Asked) -> Option<&StepAccess> {
        let mut of_page = self
            .of_request(asked)
            .filter(|other| other.asked.page == asked.page && other.asked.kind == asked.kind);
        of_page.next().and_then(|row| row.did.as_ref())
    }

    /// Other requests of the same page that the server rejects because of its origin. An error
    /// shows that only if the same request from a listed origin succeeds.
    pub(super) fn rejected_elsewhere(&self, asked: &Asked) -> impl Iterator<Item = &'a Asked> {
        let (page, kind, request) = (asked.page.clone(), asked.kind, asked.request());
        let of_page = self.0.iter().filter(move |other| {
            other.asked.page == page && other.asked.kind == kind && other.asked.request() != request
        });
        let rejected = of_page.filter(|other| {
            let allows_listed =
                || self.of_request(other.asked).any(TriedRow::is_listed_and_allowed);
            let is_rejected = other.did.is_none() && other.origin_rejected;
            is_rejected && (other.status < 400 || allows_listed())
        });
        rejected.map(|other| other.asked)
    }
}

impl<'a> TriedRow<'a> {
    fn of(played: &Played<'a>) -> Option<Self> {
        let step = played.observation.steps.first()?;
        let is_sent = !step.preflights.is_empty() || !step.requests.is_empty();
        let is_checked = !matches!(
            played.asked.kind,
            OriginKind::NoOrigin | OriginKind::Own | OriginKind::Probe
        );
        let is_conclusive = step.read.is_some() && is_checked;
        let did = strongest(played);
        // A redirect that ends the request shows nothing about the origin.
        let is_conclusive = is_conclusive && (did.is_some() || !is_ended_by_redirect(played));
        let refusal = played.steps().find_map(|(_, refusal)| refusal);
        let is_of_origin = |reason: Reason| {
            matches!(reason, Reason::MissingAllowOrigin | Reason::AllowOriginMismatch)
        };
        (is_sent && is_conclusive).then(|| Self {
            asked: played.asked,
            did,
            origin_rejected: refusal.is_some_and(|refusal| is_of_origin(refusal.reason)),
            status: step.answers().last().map_or(0, |answer| answer.status),
        })
    }

    fn is_listed_and_allowed(&self) -> bool {
        self.asked.kind == OriginKind::Listed && self.did.is_some()
    }
}

/// The step in which the page could do most.
pub(super) fn strongest(played: &Played<'_>) -> Option<StepAccess> {
    let steps = played.access().0.into_iter().filter(StepAccess::is_any);
    steps.max_by_key(|did| (did.error.is_none(), did.cookies, did.reads, did.sends))
}
