//! What a policy says about one request: whether it is allowed, and what would have to be removed from it to make it so.

use std::borrow::Cow;

use super::super::origin::Origin;
use super::calls::{Asker, Call};
use super::grants::Grant;
use super::plan::Planner;
use super::routes::Ask;
use super::unlisted_origins::same_site;
use super::{Asked, Beyond, OriginKind};

impl<'p> Planner<'p> {
    /// A call, and whether it is allowed; `None` for a page that requests its own origin, which
    /// CORS does not prevent, unless the policy allows that.
    pub(super) fn call(
        &self,
        asker: &Asker,
        ask: impl Into<Cow<'p, Ask>>,
        headers: Vec<String>,
        login: bool,
    ) -> Option<Call<'p>> {
        let ask = ask.into();
        let is_own = asker.origin().is_some() && asker.origin() == ask.origin().as_ref();
        let allowing = self.allowing(asker, &ask, &headers, login);
        if is_own && (asker.kind != OriginKind::Listed || allowing.is_empty()) {
            return None;
        }
        // A page can see all headers of its own origin's responses.
        let exposing = allowing.iter().filter(|_| !is_own);
        let like = asker.like.as_ref();
        let asked = Asked {
            page: asker.page.serialised_origin(),
            kind: if is_own { OriginKind::Own } else { asker.kind },
            like: like.map(Origin::to_string),
            same_site: like.is_some_and(|like| same_site(like, &asker.page.origin)),
            method: ask.request.method.clone(),
            route: ask.route.clone(),
            login,
            allowed: !allowing.is_empty(),
            beyond: self.beyond(asker, &ask, &headers, login),
            exposes: exposing.flat_map(|grant| grant.exposes.clone()).collect(),
            headers,
        };
        Some(Call { page: asker.page.clone(), ask, asked })
    }

    /// The grants that allow a call. Without an `Origin` there are none, because script cannot read
    /// the response.
    fn allowing(
        &self,
        asker: &Asker,
        ask: &Ask,
        headers: &[String],
        login: bool,
    ) -> Vec<&'p Grant> {
        let with_headers = |grant: &&Grant| headers.iter().all(|name| grant.allows_header(name));
        let grants = self.grants_of(asker, ask).filter(|grant| !login || grant.credentials);
        let has_origin = |_: &&Grant| asker.kind != OriginKind::NoOrigin;
        grants.filter(with_headers).filter(has_origin).collect()
    }

    /// What would have to be removed from a call to make it allowed: for a listed origin, and,
    /// apart from the login, for any page that may do something.
    fn beyond(&self, asker: &Asker, ask: &Ask, headers: &[String], login: bool) -> Option<Beyond> {
        let is_listed = asker.kind == OriginKind::Listed;
        let is_allowed = |headers, login| !self.allowing(asker, ask, headers, login).is_empty();
        let is_evidence = matches!(asker.kind, OriginKind::NoOrigin | OriginKind::Probe);
        if is_allowed(headers, login) || is_evidence || (!is_listed && login) {
            return None;
        }
        let mut of_asker = self.grants.iter().filter(|grant| self.is_for(grant, asker.origin()));
        if is_allowed(headers, false) {
            Some(Beyond::Login)
        } else if is_allowed(&[], login) {
            Some(Beyond::Header)
        } else if of_asker.any(|grant| grant.has_route(&ask.route)) {
            Some(Beyond::Method)
        } else {
            is_listed.then_some(Beyond::Route)
        }
    }
}
