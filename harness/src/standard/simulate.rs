//! Plays a row on the model.

use std::time::Duration;

use super::client::Client;
use super::clock::{Clock, Lifetime, Span, Timeline, WRITTEN_START};
use super::cookie_store::{CookieContext, CookieStore, SameSiteMode};
use super::filter::{Filtered, Readable};
use super::permitted_choices::{Branch, Branches};
use super::request::{Request, without_fragment};
use super::ruling::{Fetched, Refusal, RowRuling, Ruling, Stage, Stop};
use super::user_agent::{Exchanges, UserAgent};
use super::wire::World;
use super::{fetch_method, xhr};
use crate::case::{Initiator, Label, PlantedCookie, Row, Step, StepGroup};
use crate::observation::{Authored, Read, Response, RowObservation, StepObservation};

/// What a browser that follows the standard does with a row, and why: with the times of the case as
/// written, and with the default of every choice. Never panics.
pub fn play(row: &Row, world: &mut dyn World) -> RowRuling {
    run(row, world, Circumstances::default()).ruling
}

/// What a run of the model depends on in addition to the row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances<'c> {
    /// Measured times. `None`: time passes only while a server waits.
    pub measured: Option<&'c Timeline>,
    /// The choices at the first places with several choices; at all others the first choice.
    pub ways: &'c [usize],
}

/// A run of the model.
#[derive(Clone, Debug)]
pub struct Run {
    /// What the model did, and why.
    pub ruling: RowRuling,
    /// The places where it could have made another choice.
    pub branches: Vec<Branch>,
    /// The lifetimes on which it depended.
    pub lifetimes: Vec<Lifetime>,
}

/// Plays a row in these circumstances. Never panics.
pub fn run(row: &Row, world: &mut dyn World, circumstances: Circumstances<'_>) -> Run {
    let Circumstances { measured, ways } = circumstances;
    let (clock, branches) = (Clock::new(measured), Branches::told(ways));
    let mut browser =
        UserAgent::new(Client::new(&row.page, row.asked.is_some()), world, clock, branches);
    row.cookies.iter().for_each(|cookie| browser.plant(cookie));
    let mut ruling = RowRuling { observation: RowObservation::default(), rulings: Vec::new() };
    for moment in &row.steps {
        browser.play_moment(moment, &mut ruling);
        browser.world.settled();
    }
    for (step, Label { text, url }) in ruling.observation.steps.iter_mut().zip(row.labels()) {
        (step.step, step.url) = (text, url);
    }
    let UserAgent { clock, branches, .. } = browser;
    Run { ruling, branches: branches.into_made(), lifetimes: clock.into_lifetimes() }
}

impl UserAgent<'_> {
    fn plant(&mut self, cookie: &PlantedCookie) {
        let now = (self.clock.planted(), self.clock.start());
        plant(&mut self.cookies, cookie, now);
    }

    /// Steps that start together share their start, and are played in the order written.
    fn play_moment(&mut self, moment: &StepGroup, ruling: &mut RowRuling) {
        let steps = match moment {
            StepGroup::One(step) => std::slice::from_ref(step),
            StepGroup::Together(steps) => steps.as_slice(),
        };
        let start = self.clock.written();
        let mut end = start;
        for step in steps {
            self.clock.begin(ruling.rulings.len(), start);
            let (observation, outcome) = match ruling.rulings.last() {
                Some(Ruling::CannotJudge(_)) => untold(AFTER.to_owned()),
                _ => self.play_step(step),
            };
            end = end.max(self.clock.written());
            ruling.observation.steps.push(observation);
            ruling.rulings.push(outcome);
        }
        self.clock.end(end);
    }

    fn play_step(&mut self, step: &Step) -> (StepObservation, Ruling) {
        let lines = step.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let authored = Authored::new(
            lines,
            step.referrer_policy.is_some(),
            &self.client.page,
            self.client.of_a_policy,
        );
        self.exchanges = Exchanges { authored, ..Exchanges::default() };
        let mut request = match construct(step, &self.client) {
            Ok(request) => request,
            Err(refusal) => return self.denied(refusal),
        };
        let fetched = self.fetch(&mut request);
        match fetched.and_then(|filtered| response(step, &request, filtered)) {
            Ok(None) => (self.observation(Read::Opaque, None), Ruling::Opaque),
            Ok(response) => (self.observation(Read::Allowed, response), Ruling::Allowed),
            Err(Stop::NetworkError(refusal)) => self.denied(refusal),
            Err(Stop::CannotJudge(what)) => untold(what),
        }
    }

    fn denied(&mut self, refusal: Refusal) -> (StepObservation, Ruling) {
        let read = if self.exchanges.is_empty() { Read::Refused } else { Read::Blocked };
        (self.observation(read, None), Ruling::Denied(refusal))
    }

    fn observation(&mut self, read: Read, response: Option<Response>) -> StepObservation {
        let Exchanges { preflights, requests, .. } = std::mem::take(&mut self.exchanges);
        let read = Some(read);
        StepObservation { read, preflights, requests, response, ..StepObservation::default() }
    }
}

/// Whether a browser that follows the standard stores a given cookie.
pub fn keeps(cookie: &PlantedCookie) -> bool {
    let mut cookies = CookieStore::default();
    let now = Span::default();
    plant(&mut cookies, cookie, (now, WRITTEN_START));
    cookies.has_any(now)
}

/// Stores a cookie as if the user had visited its origin before.
fn plant(cookies: &mut CookieStore, cookie: &PlantedCookie, now: (Span, Duration)) {
    let Ok(url) = url::Url::parse(&cookie.origin.to_string()) else { return };
    let (mode, top) = (SameSiteMode::StrictOrLess, url.origin());
    if let Some(visit) = CookieContext::new(&url, mode, &top, now) {
        cookies.parse_and_store(cookie.set_cookie.as_bytes(), &visit);
    }
}

fn construct(step: &Step, client: &Client) -> Result<Request, Refusal> {
    let request = match step.initiator {
        Initiator::Fetch => fetch_method::new_request(step, client),
        Initiator::Xhr => xhr::send(step, client),
    };
    request.map_err(|failure| failure.at(Stage::Construction))
}

/// The part of a response that script sees. XMLHttpRequest shows no type, and of redirects only the
/// final URL.
fn response(step: &Step, request: &Request, filtered: Filtered) -> Fetched<Option<Response>> {
    let Filtered::Readable(readable) = filtered else { return Ok(None) };
    let urls = request.url_list();
    let Readable { kind, status, headers, header_names, body } = readable;
    let (kind, redirected, body) = match step.initiator {
        Initiator::Fetch => (Some(kind.to_owned()), urls.len() > 1, fetch_method::text(&body)),
        Initiator::Xhr => {
            let ended_elsewhere =
                without_fragment(&urls[0]) != without_fragment(request.current_url());
            (None, ended_elsewhere, xhr::text_response(&headers, &body)?)
        }
    };
    Ok(Some(Response { kind, status, redirected, headers: header_names, body: Some(body) }))
}

/// A step before this one was inconclusive, so the state of the browser is unknown.
const AFTER: &str = "a step before this one cannot be judged";

fn untold(reason: String) -> (StepObservation, Ruling) {
    let observation =
        StepObservation { inconclusive: Some(reason.clone()), ..StepObservation::default() };
    (observation, Ruling::CannotJudge(reason))
}
