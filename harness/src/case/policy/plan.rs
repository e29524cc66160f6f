//! Who asks what. Few enough rows to look through: everybody who is listed asks for everything, a
//! foreign page for every route, and look-alikes for an example of what the origin they look like may
//! do, since a server that mistakes one for the other seldom does so for a single route.

use indexmap::IndexMap;

use super::super::row::{Context, Origin, Page};
use super::grants::{Grant, Who};
use super::routes::Ask;
use super::strangers::{foreign, look_alikes, same_site};
use super::{Asked, Beyond, Standing};

/// A request header that no policy lists.
const UNLISTED_HEADER: &str = "X-Unlisted";

/// Methods that a route may answer although the policy names none of them, the most harmless first.
const OTHER_METHODS: [&str; 3] = ["PATCH", "PUT", "DELETE"];

/// A page, a request and whether a user is logged in.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) page: Page,
    pub(super) ask: Ask,
    pub(super) asked: Asked,
}

/// What decides about calls.
pub(super) struct Planner<'p> {
    pub(super) asks: &'p [Ask],
    pub(super) grants: &'p [Grant],
    /// Whether a user can be logged in.
    pub(super) login: bool,
}

/// A page that asks.
#[derive(Clone)]
struct Asker {
    page: Page,
    standing: Standing,
    like: Option<Origin>,
}

impl Asker {
    fn document(origin: &Origin, standing: Standing, like: Option<&Origin>) -> Self {
        let page = Page { origin: origin.clone(), context: Context::Document };
        Self { page, standing, like: like.cloned() }
    }

    /// Its origin, if that can be listed.
    fn origin(&self) -> Option<&Origin> {
        (self.page.context == Context::Document).then_some(&self.page.origin)
    }
}

impl Planner<'_> {
    /// All calls, each once.
    pub(super) fn calls(&self) -> Vec<Call> {
        let listed = self.listed();
        let mut calls = IndexMap::new();
        let mut add = |found: Vec<Call>| {
            for call in found {
                calls.entry(call.asked.values()).or_insert(call);
            }
        };
        let askers: Vec<_> = listed
            .iter()
            .map(|origin| Asker::document(origin, Standing::Listed, Some(origin)))
            .collect();
        for asker in &askers {
            add(self.listed_calls(asker));
            add(self.calls_beyond(asker));
        }
        add(askers.first().map_or_else(Vec::new, |asker| self.other_methods(asker)));
        add(self.foreign_calls(&foreign(&listed)));
        for stranger in look_alikes(&listed) {
            let asker = Asker::document(&stranger.origin, stranger.standing, Some(&stranger.like));
            let like = Some(&stranger.like);
            add(self.examples(&asker, |grant| grant.is_listing() && grant.is_for(like)));
        }
        calls.into_values().collect()
    }

    /// Origins that some grant lists, in the order written.
    pub(super) fn listed(&self) -> Vec<Origin> {
        let of_grants = self.grants.iter().filter_map(|grant| match &grant.who {
            Who::Listed(origins) => Some(origins),
            Who::Everybody => None,
        });
        let mut listed: Vec<Origin> = Vec::new();
        for origin in of_grants.flatten() {
            if !listed.contains(origin) {
                listed.push(origin.clone());
            }
        }
        listed
    }

    /// Everything that an origin may do, with and without a login and with the headers it may send.
    fn listed_calls(&self, asker: &Asker) -> Vec<Call> {
        let mut calls = Vec::new();
        for ask in self.asks {
            for grant in self.grants_of(asker, ask) {
                let beyond = grant.headers_beyond(ask);
                let sets = [Vec::new(), beyond].into_iter();
                for login in [true, false].into_iter().filter(|login| !login || grant.credentials) {
                    calls.extend(
                        sets.clone().filter_map(|headers| self.call(asker, ask, headers, login)),
                    );
                }
            }
        }
        calls
    }

    /// What a listed origin may not do: routes and methods of others, a login where none is due, and a
    /// header that nobody listed.
    fn calls_beyond(&self, asker: &Asker) -> Vec<Call> {
        let mut calls = Vec::new();
        for ask in self.asks {
            let granted: Vec<_> = self.grants_of(asker, ask).collect();
            if !granted.iter().any(|grant| grant.credentials) && self.login {
                calls.extend(self.call(asker, ask, Vec::new(), true));
            } else if granted.is_empty() {
                calls.extend(self.call(asker, ask, Vec::new(), false));
            }
        }
        let own = self.grants.iter().filter(|grant| grant.is_listing());
        for grant in own.filter(|grant| grant.is_for(asker.origin())) {
            let first = self.asks.iter().find(|ask| grant.covers(ask));
            let unlisted = vec![UNLISTED_HEADER.to_owned()];
            calls.extend(first.and_then(|ask| self.call(asker, ask, unlisted, grant.credentials)));
        }
        calls
    }

    /// On each route a method that the policy does not name, and a plain OPTIONS, without a login: where
    /// they get through, something may happen.
    fn other_methods(&self, asker: &Asker) -> Vec<Call> {
        let mut calls = Vec::new();
        let mut done = Vec::new();
        for ask in self.asks {
            if done.contains(&&ask.route) {
                continue;
            }
            done.push(&ask.route);
            let named = |method: &&&str| {
                let mut of_route = self.asks.iter().filter(|other| other.route == ask.route);
                of_route.any(|other| other.request.method == **method)
            };
            let other = OTHER_METHODS.iter().find(|method| !named(method));
            for method in other.into_iter().chain([&"OPTIONS"].into_iter().filter(|m| !named(m))) {
                calls.extend(self.call(asker, &ask.with_method(method), Vec::new(), false));
            }
        }
        calls
    }

    /// A foreign page asks for everything, and a sandboxed frame in it for examples.
    fn foreign_calls(&self, foreign: &Origin) -> Vec<Call> {
        let page = Asker::document(foreign, Standing::Foreign, None);
        let logins = || self.logins();
        let all = self.asks.iter().flat_map(|ask| logins().map(move |login| (ask, login)));
        let mut calls: Vec<_> =
            all.filter_map(|(ask, login)| self.call(&page, ask, Vec::new(), login)).collect();
        let context = Context::SandboxedIframe;
        let page = Page { origin: foreign.clone(), context };
        let frame = Asker { page, standing: Standing::Null, like: None };
        calls.extend(self.examples(&frame, |_| true));
        calls
    }

    fn logins(&self) -> impl Iterator<Item = bool> + use<> {
        let login = self.login;
        [true, false].into_iter().filter(move |with| login || !with)
    }

    /// Of each grant the first request that reads and the first that writes; where there is no grant,
    /// of everything.
    fn examples(&self, asker: &Asker, selected: impl Fn(&Grant) -> bool) -> Vec<Call> {
        let mut calls = Vec::new();
        let mut examples = |covers: &dyn Fn(&Ask) -> bool, login: bool| {
            for reads in [true, false] {
                let found = self.asks.iter().find(|ask| covers(ask) && is_read(ask) == reads);
                calls.extend(found.and_then(|ask| self.call(asker, ask, Vec::new(), login)));
            }
        };
        let selected: Vec<_> = self.grants.iter().filter(|grant| selected(grant)).collect();
        for grant in &selected {
            examples(&|ask| grant.covers(ask), grant.credentials);
        }
        if selected.is_empty() {
            examples(&|_| true, self.login);
        }
        calls
    }

    fn grants_of(&self, asker: &Asker, ask: &Ask) -> impl Iterator<Item = &Grant> {
        let of_asker = self.grants.iter().filter(|grant| grant.is_for(asker.origin()));
        of_asker.filter(|grant| grant.covers(ask))
    }

    /// A call and whether it is allowed; `None` for a page that asks its own origin.
    fn call(&self, asker: &Asker, ask: &Ask, headers: Vec<String>, login: bool) -> Option<Call> {
        if asker.origin().is_some() && asker.origin() == ask.origin().as_ref() {
            return None;
        }
        let allowing = self.allowing(asker, ask, &headers, login);
        let like = asker.like.as_ref();
        let asked = Asked {
            page: asker.page.serialised_origin(),
            standing: asker.standing,
            like: like.map(Origin::to_string),
            same_site: like.is_some_and(|like| same_site(like, &asker.page.origin)),
            method: ask.request.method.clone(),
            route: ask.route.clone(),
            login,
            allowed: !allowing.is_empty(),
            beyond: self.beyond(asker, ask, &headers, login),
            exposes: allowing.iter().flat_map(|grant| grant.exposes.clone()).collect(),
            headers,
        };
        Some(Call { page: asker.page.clone(), ask: ask.clone(), asked })
    }

    /// The grants that allow a call.
    fn allowing(&self, asker: &Asker, ask: &Ask, headers: &[String], login: bool) -> Vec<&Grant> {
        let with_headers = |grant: &&Grant| headers.iter().all(|name| grant.allows_header(name));
        let grants = self.grants_of(asker, ask).filter(|grant| !login || grant.credentials);
        grants.filter(with_headers).collect()
    }

    /// What would have to be left out of a call of a listed origin for it to be allowed.
    fn beyond(&self, asker: &Asker, ask: &Ask, headers: &[String], login: bool) -> Option<Beyond> {
        if asker.standing != Standing::Listed
            || !self.allowing(asker, ask, headers, login).is_empty()
        {
            return None;
        }
        let mut of_asker = self.grants.iter().filter(|grant| grant.is_for(asker.origin()));
        Some(if !self.allowing(asker, ask, headers, false).is_empty() {
            Beyond::Login
        } else if !self.allowing(asker, ask, &[], login).is_empty() {
            Beyond::Header
        } else if of_asker.any(|grant| grant.routes.contains(&ask.route)) {
            Beyond::Method
        } else {
            Beyond::Route
        })
    }
}

/// Whether a request reads and needs no preflight for its method.
fn is_read(ask: &Ask) -> bool {
    matches!(ask.request.method.as_str(), "GET" | "HEAD")
}
