//! Decides which page sends which request. The rows must be few enough to review: every listed
//! origin sends every request, a page of another site requests every route, and look-alikes send an example
//! of what the origin that they resemble may do, because a server that mistakes one for the other
//! rarely does so for a single route.

use std::borrow::Cow;

use indexmap::{IndexMap, IndexSet};

use super::super::origin::Origin;
use super::super::page::Page;
use super::OriginKind;
use super::calls::{Asker, Call, Calls, TooMany};
use super::grants::Grant;
use super::origins::Origins;
use super::routes::Ask;
use super::unlisted_origins::{
    UnlistedOrigin, beside_pattern, foreign, is_tried_in_full, look_alikes, of_own_machine,
};
use crate::contexts::Context;

/// A request header that no policy lists.
const UNLISTED_HEADER: &str = "X-Unlisted";

/// Methods that a route may answer although the policy does not name them, the least harmful first.
const OTHER_METHODS: [&str; 3] = ["PATCH", "PUT", "DELETE"];

/// The input of the plan.
pub(super) struct Planner<'p> {
    pub(super) asks: &'p [Ask],
    pub(super) grants: &'p [Grant],
    /// Origins that are denied by name.
    pub(super) denied: &'p Origins,
    /// Whether a user can be logged in.
    pub(super) login: bool,
}

impl<'p> Planner<'p> {
    /// All calls, each once, as long as there are no more than `most`.
    ///
    /// # Errors
    /// There are more.
    pub(super) fn calls(&self, most: usize) -> Result<Vec<Call<'p>>, TooMany> {
        let listed = self.listed();
        let mut calls = Calls::up_to(most);
        for origin in &listed {
            self.of_listed(&Asker::document(origin, OriginKind::Listed, Some(origin)), &mut calls)?;
            self.probe(&Asker::document(origin, OriginKind::Probe, Some(origin)), &mut calls)?;
        }
        if let Some(first) = listed.first() {
            let asker = Asker::document(first, OriginKind::Listed, Some(first));
            self.other_methods(&asker, self.asks.iter(), &mut calls)?;
        }
        let servers = self.asks.iter().filter_map(Ask::origin);
        self.of_foreign(&foreign(&listed, servers), &mut calls)?;
        for origin in self.denied.tried(|origin| self.is_denied(origin)) {
            let asker = Asker::document(&origin, OriginKind::Denied, None);
            self.send_examples(&asker, &self.examples(|_| true), &mut calls)?;
        }
        for unlisted in self.unlisted() {
            let asker = Asker::document(&unlisted.origin, unlisted.kind, Some(&unlisted.like));
            let like = Some(&unlisted.like);
            let of_like = |grant: &Grant| grant.is_listing() && grant.is_for(like);
            match unlisted.asks_once {
                true => calls.add(self.single(&asker, &of_like))?,
                false => self.send_examples(&asker, &self.examples(of_like), &mut calls)?,
            }
        }
        if self.grants.is_empty() {
            self.of_own_machine(&mut calls)?;
        }
        Ok(calls.into_vec())
    }

    /// Pages of the user's own machine, which are look-alikes of every listed origin, if no origin is listed.
    fn of_own_machine(&self, calls: &mut Calls<'p>) -> Result<(), TooMany> {
        let examples = self.examples(|_| true);
        for (kind, origin) in of_own_machine().filter(|(_, origin)| !self.is_denied(origin)) {
            let asker = Asker::document(&origin, kind, None);
            match preferred(&examples) {
                Some(ask) if !is_tried_in_full(&origin) => {
                    calls.add(self.call(&asker, ask, Vec::new(), self.login))?;
                }
                _ => self.send_examples(&asker, &examples, calls)?,
            }
        }
        Ok(())
    }

    /// Origins that some grant lists, in the order written: of patterns, those that are tried.
    pub(super) fn listed(&self) -> IndexSet<Origin> {
        self.lists().flat_map(|list| list.tried(|origin| self.is_tried(origin))).collect()
    }

    /// Those of them that look-alikes are made of.
    pub(super) fn imitated(&self) -> IndexSet<Origin> {
        self.lists().flat_map(|list| list.imitated(|origin| self.is_tried(origin))).collect()
    }

    /// Look-alikes that the policy neither lists nor denies.
    fn unlisted(&self) -> impl Iterator<Item = UnlistedOrigin> {
        let bases = self.lists().flat_map(|list| list.bases(|origin| self.is_tried(origin)));
        let beside = bases.flat_map(|(member, base)| beside_pattern(&member, &base));
        let beside: Vec<_> = beside.collect();
        let imitated = self.imitated();
        let look_alikes: Vec<_> = look_alikes(&imitated).chain(beside).collect();
        let is_known = |origin: &Origin| self.is_denied(origin) || self.is_listed(origin);
        look_alikes.into_iter().filter(move |unlisted| !is_known(&unlisted.origin))
    }

    fn lists(&self) -> impl Iterator<Item = &'p Origins> {
        self.grants.iter().filter_map(Grant::listed)
    }

    fn is_listed(&self, origin: &Origin) -> bool {
        self.lists().any(|list| list.contains(origin))
    }

    /// Whether `deny` names an origin more specifically than `allow`, or as specifically.
    fn is_denied(&self, origin: &Origin) -> bool {
        let allowed = self.lists().filter_map(|list| list.specificity(origin)).max();
        self.denied.specificity(origin).is_some_and(|denied| Some(denied) >= allowed)
    }

    /// Whether a member of a pattern can be tested: no page sends cross-origin requests to its own
    /// server.
    fn is_tried(&self, origin: &Origin) -> bool {
        !self.is_denied(origin)
            && !self.asks.iter().any(|ask| ask.origin().as_ref() == Some(origin))
    }

    /// Whether a grant applies to an origin that is not denied.
    pub(super) fn is_for(&self, grant: &Grant, origin: Option<&Origin>) -> bool {
        let is_denied = || origin.is_some_and(|origin| self.is_denied(origin));
        grant.is_for(origin) && !(grant.is_listing() && is_denied())
    }

    /// What an origin may do, and what it may not do: routes and methods of other origins, a login
    /// that is not allowed, and a header that no entry allows.
    fn of_listed(&self, asker: &Asker, calls: &mut Calls<'p>) -> Result<(), TooMany> {
        self.granted(asker, calls)?;
        for ask in self.asks {
            let granted: Vec<_> = self.grants_of(asker, ask).collect();
            if !granted.iter().any(|grant| grant.credentials) && self.login {
                calls.add(self.call(asker, ask, Vec::new(), true))?;
            } else if granted.is_empty() {
                calls.add(self.call(asker, ask, Vec::new(), false))?;
            }
        }
        self.unlisted_header(asker, Grant::is_listing, calls)
    }

    /// Sends a GET to each server whose requests all need a preflight: if the server refuses the preflights, the
    /// GET shows whether it allows the origin.
    fn probe(&self, asker: &Asker, calls: &mut Calls<'p>) -> Result<(), TooMany> {
        for ask in self.only_preflighted() {
            for login in self.logins() {
                calls.add(self.call(
                    asker,
                    Cow::Owned(ask.with_method("GET")),
                    Vec::new(),
                    login,
                ))?;
            }
        }
        Ok(())
    }

    /// The first request to each server whose requests all need a preflight.
    fn only_preflighted(&self) -> Vec<&'p Ask> {
        let mut servers: IndexMap<_, Vec<&Ask>> = IndexMap::new();
        for ask in self.asks {
            servers.entry(ask.origin().map(|origin| origin.to_string())).or_default().push(ask);
        }
        let preflighted =
            servers.values().filter(|asks| asks.iter().all(|ask| ask.is_preflighted()));
        preflighted.filter_map(|asks| asks.first().copied()).collect()
    }

    /// Everything that an origin may do, with and without a login and with the headers it may send.
    fn granted(&self, asker: &Asker, calls: &mut Calls<'p>) -> Result<(), TooMany> {
        for ask in self.asks {
            for grant in self.grants_of(asker, ask) {
                let sets = [Vec::new(), grant.headers_beyond(ask)];
                for login in [true, false].into_iter().filter(|login| !login || grant.credentials) {
                    for headers in sets.clone() {
                        calls.add(self.call(asker, ask, headers, login))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Examples of what an origin may do, with a header that no entry allows.
    fn unlisted_header(
        &self,
        asker: &Asker,
        selected: impl Fn(&Grant) -> bool,
        calls: &mut Calls<'p>,
    ) -> Result<(), TooMany> {
        let of_asker = |grant: &&Grant| self.is_for(grant, asker.origin()) && selected(grant);
        for grant in self.grants.iter().filter(of_asker) {
            for ask in self.first_of_each(&|ask| grant.covers(ask)) {
                let unlisted = vec![UNLISTED_HEADER.to_owned()];
                calls.add(self.call(asker, ask, unlisted, grant.credentials))?;
            }
        }
        Ok(())
    }

    /// To each of these routes, a method that the policy does not name and a plain OPTIONS, without
    /// a login: if they succeed, they may change something.
    fn other_methods(
        &self,
        asker: &Asker,
        asks: impl Iterator<Item = &'p Ask>,
        calls: &mut Calls<'p>,
    ) -> Result<(), TooMany> {
        let routes: IndexMap<_, _> = asks.map(|ask| (&ask.route, ask)).collect();
        for (route, ask) in routes {
            let of_route = self.asks.iter().filter(|other| other.route == *route);
            let named: Vec<_> = of_route.map(|other| other.request.method.as_str()).collect();
            let mut other = OTHER_METHODS.into_iter().filter(|method| !named.contains(method));
            let options = Some("OPTIONS").filter(|method| !named.contains(method));
            for method in other.next().into_iter().chain(options) {
                let ask = Cow::Owned(ask.with_method(method));
                calls.add(self.call(asker, ask, Vec::new(), false))?;
            }
        }
        Ok(())
    }

    /// A page of another site sends every request, those that every origin may send also with headers;
    /// every GET without an `Origin`; and other methods to the routes of the examples, or to all
    /// routes if no origin is listed. A sandboxed frame in it sends examples.
    fn of_foreign(&self, foreign: &Origin, calls: &mut Calls<'p>) -> Result<(), TooMany> {
        let page = Asker::document(foreign, OriginKind::Foreign, None);
        for ask in self.asks {
            for login in self.logins() {
                calls.add(self.call(&page, ask, Vec::new(), login))?;
            }
        }
        self.granted(&page, calls)?;
        self.unlisted_header(&page, |grant| !grant.is_listing(), calls)?;
        let examples = self.examples(|_| true);
        if self.grants.iter().any(Grant::is_listing) {
            self.other_methods(&page, examples.iter().copied(), calls)?;
        } else {
            self.other_methods(&page, self.asks.iter(), calls)?;
        }
        let silent = Asker { kind: OriginKind::NoOrigin, ..page };
        for ask in self.asks.iter().filter(|ask| ask.is_bare_get()) {
            calls.add(self.call(&silent, ask, Vec::new(), self.login))?;
        }
        let probed = self.only_preflighted().into_iter().filter(|_| !self.listed().is_empty());
        for ask in probed {
            for login in self.logins() {
                let ask = Cow::Owned(ask.with_method("GET"));
                calls.add(self.call(&silent, ask, Vec::new(), login))?;
            }
        }
        let context = Context::SandboxedIframe;
        let page = Page::new(foreign.clone(), context);
        let frame = Asker { page, kind: OriginKind::Null, like: None };
        self.send_examples(&frame, &examples, calls)
    }

    /// An unlisted origin sends examples: those that read with and without a login, because a
    /// server may allow an origin and not its credentials, or the other way round; those that write
    /// with the login, if there is one. If none reads, the first that writes is sent both ways.
    fn send_examples(
        &self,
        asker: &Asker,
        examples: &[&'p Ask],
        calls: &mut Calls<'p>,
    ) -> Result<(), TooMany> {
        let none_reads = !examples.iter().any(|ask| is_read(ask));
        for (place, ask) in examples.iter().enumerate() {
            let is_told_apart = is_read(ask) || (none_reads && place == 0);
            for login in self.logins().filter(|login| is_told_apart || *login == self.login) {
                calls.add(self.call(asker, *ask, Vec::new(), login))?;
            }
        }
        Ok(())
    }

    /// One example, preferably one that reads, with credentials if a grant includes them.
    fn single(&self, asker: &Asker, selected: &dyn Fn(&Grant) -> bool) -> Option<Call<'p>> {
        let ask = preferred(&self.examples(selected))?;
        let mut grants = self.grants.iter().filter(|grant| selected(grant) && grant.covers(ask));
        let credentials = self.login && grants.any(|grant| grant.credentials);
        self.call(asker, ask, Vec::new(), credentials)
    }

    fn logins(&self) -> impl Iterator<Item = bool> + use<> {
        let login = self.login;
        [true, false].into_iter().filter(move |with| login || !with)
    }

    /// The first request that reads and the first that writes of each grant; without a grant, of
    /// all requests. Some may occur twice.
    fn examples(&self, selected: impl Fn(&Grant) -> bool) -> Vec<&'p Ask> {
        let mut selected = self.grants.iter().filter(|grant| selected(grant)).peekable();
        if selected.peek().is_none() {
            return self.first_of_each(&|_| true).collect();
        }
        selected.flat_map(|grant| self.first_of_each(&move |ask| grant.covers(ask))).collect()
    }

    /// The first request that reads and the first that writes.
    fn first_of_each(
        &self,
        covers: &dyn Fn(&Ask) -> bool,
    ) -> impl Iterator<Item = &'p Ask> + use<'p> {
        let first = |reads: bool| self.asks.iter().find(|ask| is_read(ask) == reads && covers(ask));
        [first(true), first(false)].into_iter().flatten()
    }

    pub(super) fn grants_of(&self, asker: &Asker, ask: &Ask) -> impl Iterator<Item = &'p Grant> {
        let of_asker = self.grants.iter().filter(|grant| self.is_for(grant, asker.origin()));
        of_asker.filter(|grant| grant.covers(ask))
    }
}

/// One of several requests, preferably one that reads.
fn preferred<'p>(examples: &[&'p Ask]) -> Option<&'p Ask> {
    examples.iter().find(|ask| is_read(ask)).or(examples.first()).copied()
}

/// Whether a request reads and needs no preflight for its method.
fn is_read(ask: &Ask) -> bool {
    matches!(ask.request.method.as_str(), "GET" | "HEAD")
}
