//! Departures of an engine that show in every row of a kind, in any case. Each is written here
//! once, holds for every folder of cases, and is taken out of an observation before it is compared.
//!
//! A new kind of departure is a variant of [`Observable`]: where it can show, whether it shows, and how it
//! is taken out.

mod observable;
mod request_headers;
mod take_out;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use observable::{Observable, OnTheWire};
pub(super) use request_headers::is_http_on_loopback;

use super::Field;
use crate::case::{KnownKind, Page};
use crate::observation::RowObservation;

/// A departure of an engine from the standard, wherever it can show.
#[derive(Debug, Eq, PartialEq)]
pub struct EngineDeparture {
    /// The engine that departs.
    pub engine: &'static str,
    /// What sort of departure it is.
    pub kind: KnownKind,
    /// Why, for people.
    pub because: &'static str,
    /// Where it is discussed.
    pub link: &'static str,
    /// What exactly differs.
    pub observable: Observable,
}

const FETCH_METADATA: &str =
    "https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header";

const DOWNGRADE: &str = "https://github.com/w3c/webappsec-referrer-policy/pull/124";

const REFERRER: &str =
    "https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer";

/// All engine-wide departures.
pub static ENGINE_DEPARTURES: [EngineDeparture; 11] = [
    EngineDeparture {
        engine: "firefox",
        kind: KnownKind::Bug,
        because: "Over HTTP/2 Firefox adds a response header that no server sent, `X-Firefox-Spdy`, and shows it to \
                  script that can see all headers.",
        link: "https://bugzilla.mozilla.org/show_bug.cgi?id=736882",
        observable: Observable::ResponseHeader { name: "x-firefox-spdy", protocol: "h2" },
    },
    EngineDeparture {
        engine: "webkit",
        kind: KnownKind::Bug,
        because: "WebKit sends `Referer` from a sandboxed frame. By the Referrer Policy standard a document with an \
                  opaque origin sends none.",
        link: REFERRER,
        observable: Observable::ReferrerOfOpaqueOrigin,
    },
    EngineDeparture {
        engine: "webkit",
        kind: KnownKind::Bug,
        because: "After a redirect WebKit computes the `Referer` of a preflight anew, by the default policy. By the Fetch \
                  standard it is the referrer of the request that the preflight is for.",
        link: "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
        observable: Observable::PreflightReferrerAfterRedirect,
    },
    EngineDeparture {
        engine: "chromium",
        kind: KnownKind::StandardGap,
        because: NO_REFERRER_TO_LOOPBACK,
        link: DOWNGRADE,
        observable: Observable::NoReferrerToLoopback,
    },
    EngineDeparture {
        engine: "firefox",
        kind: KnownKind::StandardGap,
        because: NO_REFERRER_TO_LOOPBACK,
        link: DOWNGRADE,
        observable: Observable::NoReferrerToLoopback,
    },
    EngineDeparture {
        engine: "chromium",
        kind: KnownKind::Bug,
        because: PREFLIGHT_SITE,
        link: FETCH_METADATA,
        observable: Observable::PreflightSiteAfterRedirect,
    },
    EngineDeparture {
        engine: "firefox",
        kind: KnownKind::Bug,
        because: PREFLIGHT_SITE,
        link: FETCH_METADATA,
        observable: Observable::PreflightSiteAfterRedirect,
    },
    EngineDeparture {
        engine: "firefox",
        kind: KnownKind::Bug,
        because: "Between two ports of a loopback host over http, Firefox sends `Sec-Fetch-Site: cross-site` after a \
                  redirect, and for an IPv6 address always. Equal hosts without a registrable domain are same-site.",
        link: "https://html.spec.whatwg.org/#schemelessly-same-site",
        observable: Observable::LoopbackIsCrossSite,
    },
    mixed_content("chromium"),
    mixed_content("firefox"),
    mixed_content("webkit"),
];

/// The model follows the browsers here, because pages of development servers are on loopback hosts.
const fn mixed_content(engine: &'static str) -> EngineDeparture {
    EngineDeparture {
        engine,
        kind: KnownKind::StandardGap,
        because: "Browsers block mixed content only for pages over https. By the Mixed Content standard a page on a \
                  loopback host may not load other hosts over http either, because its origin is potentially \
                  trustworthy.",
        link: "https://w3c.github.io/webappsec-mixed-content/#categorize-settings-object",
        observable: Observable::NoMixedContentOnLoopback,
    }
}

const NO_REFERRER_TO_LOOPBACK: &str = "The browser treats every request from https to http as a downgrade and sends no \
                                       `Referer`. By the Referrer Policy standard a loopback URL is potentially \
                                       trustworthy, so the origin is sent.";

const PREFLIGHT_SITE: &str = "After a redirect the browser computes `Sec-Fetch-Site` of a preflight from the preflight's \
                              URL only. By the standard it counts all URLs that led there, as for the request itself.";

/// A row that an engine played, apart from what was observed.
#[derive(Clone, Copy, Debug)]
pub struct RowOfEngine<'a> {
    /// The engine's name.
    pub engine: &'a str,
    /// The page.
    pub page: &'a Page,
    /// What was on the wire.
    pub wire: OnTheWire<'a>,
}

/// Where departures of an engine can show in a row, and where they do.
#[derive(Clone, Debug, Default)]
pub struct EngineWide {
    /// Those that can show in some step of the row.
    pub possible: Vec<&'static EngineDeparture>,
    /// Those that show.
    pub shown: Vec<Shown>,
}

/// A departure of an engine that shows in a step.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// The number of the step, from 0.
    pub step: usize,
    /// The field of the step.
    pub field: Field,
    /// The departure.
    pub departure: &'static EngineDeparture,
}

impl EngineWide {
    /// Whether an engine has any departure.
    pub fn has_any(engine: &str) -> bool {
        ENGINE_DEPARTURES.iter().any(|departure| departure.engine == engine)
    }

    /// Takes the departures of an engine out of what was observed of a row. `standard` is what the standard
    /// says about the row.
    pub fn take_out(
        row: RowOfEngine<'_>,
        observation: &mut RowObservation,
        standard: &RowObservation,
    ) -> Self {
        let mut found = Self::default();
        let of_engine = |departure: &&EngineDeparture| departure.engine == row.engine;
        for departure in ENGINE_DEPARTURES.iter().filter(of_engine) {
            let mut possible = false;
            for (step, seen) in observation.steps.iter_mut().enumerate() {
                let taken = departure.observable.take_out(seen, standard.steps.get(step), row);
                possible |= taken.possible;
                let shown = taken.shown.into_iter().map(|field| Shown { step, field, departure });
                found.shown.extend(shown);
            }
            found.possible.extend(possible.then_some(departure));
        }
        found
    }
}

/// How often each departure could show and did show in a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EngineWideCounts([Count; ENGINE_DEPARTURES.len()]);

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Count {
    possible: usize,
    shown: usize,
    cases: BTreeSet<String>,
}

/// A departure in a run: in how many rows it could show, and in how many rows of how many cases it does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Counted {
    /// The departure.
    pub departure: &'static EngineDeparture,
    /// Rows in which it could show.
    pub possible: usize,
    /// Rows in which it shows.
    pub shown: usize,
    /// Cases with such a row.
    pub cases: usize,
}

impl EngineWideCounts {
    /// Adds a row of a case.
    pub fn add(&mut self, case: &str, row: &EngineWide) {
        for (departure, count) in ENGINE_DEPARTURES.iter().zip(&mut self.0) {
            if row.possible.contains(&departure) {
                count.possible += 1;
            }
            if row.shown.iter().any(|shown| shown.departure == departure) {
                count.shown += 1;
                count.cases.insert(case.to_owned());
            }
        }
    }

    /// Adds what other rows have shown.
    pub fn extend(&mut self, more: &Self) {
        for (count, more) in self.0.iter_mut().zip(&more.0) {
            count.possible += more.possible;
            count.shown += more.shown;
            count.cases.extend(more.cases.iter().cloned());
        }
    }

    /// The departures that could show somewhere.
    pub fn all(&self) -> impl Iterator<Item = Counted> {
        let counted = |(departure, count): (&'static EngineDeparture, &Count)| Counted {
            departure,
            possible: count.possible,
            shown: count.shown,
            cases: count.cases.len(),
        };
        ENGINE_DEPARTURES.iter().zip(&self.0).map(counted).filter(|counted| counted.possible > 0)
    }

    /// Whether a departure that could show did not show anywhere: it is gone.
    pub fn any_gone(&self) -> bool {
        self.all().any(|counted| counted.is_gone())
    }
}

impl Counted {
    /// Whether it could show and did not show anywhere.
    pub fn is_gone(&self) -> bool {
        self.possible > 0 && self.shown == 0
    }
}
