//! A page's calls from the first to the last, with everything that the browser keeps between them.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::abort::Abort;
use super::client::Client;
use super::clock::{Clock, Lifetime, Span, Timeline, WRITTEN_START};
use super::cookie::{CookieContext, SameSiteMode};
use super::cookie_store::CookieStore;
use super::fetch_call::{self, FetchCall};
use super::filtered_response::{Filtered, Readable};
use super::network::{Ending, Exchange, Network, requested_url};
use super::permitted_choices::{Branch, Branches};
use super::request::Request;
use super::resource_call::ResourceCall;
use super::ruling::{FetchError, Fetched, Reason, Refusal, Ruling, Stage, network_error};
use super::user_agent::UserAgent;
use super::xhr_call::{self, XhrCall};

/// What a page does in a browser without any state but these cookies.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The document or worker that makes the calls, until another page is opened.
    pub client: Arc<Client>,
    /// The cookies of earlier visits.
    pub cookies: Vec<InitialCookie>,
    /// What the page does, in order. A group starts when the one before has finished.
    pub groups: Vec<Group>,
}

/// What a page does next.
#[derive(Clone, Debug)]
pub enum Group {
    /// Calls that start at the same time.
    Calls(Vec<Call>),
    /// Nothing, for this long. A run with measured times takes the time from them.
    Wait(Duration),
    /// The calls that follow are those of this document or worker: of a page that the browser opens, or of one that is
    /// still open, which has the same client. What the browser keeps stays.
    Open(Arc<Client>),
}

impl Group {
    /// The calls that it makes.
    pub fn calls(&self) -> &[Call] {
        match self {
            Self::Calls(calls) => calls,
            Self::Wait(_) | Self::Open(_) => &[],
        }
    }
}

/// A cookie that a user got by visiting a URL.
#[derive(Clone, Debug)]
pub struct InitialCookie {
    /// The URL.
    pub url: Url,
    /// The value of its `Set-Cookie` header.
    pub set_cookie: Vec<u8>,
}

/// One call, which makes one request.
#[derive(Clone, Debug)]
pub enum Call {
    /// `fetch()`
    Fetch(FetchCall),
    /// `XMLHttpRequest`
    Xhr(XhrCall),
    /// A request of an element, or of another API without a `Response` object.
    Resource(ResourceCall),
    /// Any other request, whose response script gets.
    Request(Box<Request>),
}

/// The conditions of a run that are not part of the scenario.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunOptions<'o> {
    /// When things happened. Without it, only the delays of servers take time.
    pub measured: Option<&'o Timeline>,
    /// The alternatives to take at the first branches; at all others the first one. See [`Branch`].
    pub choices: &'o [usize],
}

/// What a browser that follows the standard does.
#[derive(Clone, Debug)]
pub struct Run {
    /// One outcome for each call, in the order of [`Scenario::groups`].
    pub outcomes: Vec<Outcome>,
    /// Where the standard leaves a choice to the browser.
    pub branches: Vec<Branch>,
    /// The lifetimes that decided something.
    pub lifetimes: Vec<Lifetime>,
}

/// What happens in one call.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What the standard says about it.
    pub ruling: Ruling,
    /// The requests that reached a server, and the responses, in order.
    pub exchanges: Vec<Exchange>,
    /// What script sees, of an allowed response.
    pub response: Option<ScriptResponse>,
    /// What script gets in place of a response, of a denied call of `fetch()` or `XMLHttpRequest`: the name of an
    /// exception, or an event.
    pub error: Option<&'static str>,
}

/// A response as script sees it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ScriptResponse {
    /// `type`: `basic` or `cors`. `XMLHttpRequest` does not show it.
    pub response_type: Option<&'static str>,
    /// Status code.
    pub status: u16,
    /// `redirected`. For `XMLHttpRequest`: whether `responseURL` is not the URL that was opened.
    pub redirected: bool,
    /// The names of the headers that script can read: in lower case, sorted.
    pub header_names: Vec<String>,
    /// `text()` or `responseText`; `None` if `text()` is rejected because the body breaks off.
    pub text: Option<String>,
}

impl Scenario {
    /// Runs the scenario against servers. Never panics.
    pub fn run(&self, network: &mut dyn Network, options: RunOptions<'_>) -> Run {
        let RunOptions { measured, choices } = options;
        let (clock, branches) = (Clock::new(measured), Branches::with_choices(choices));
        let mut browser = UserAgent::new(network, clock, branches);
        self.cookies.iter().for_each(|cookie| browser.store(cookie));
        let mut outcomes =
            Vec::with_capacity(self.groups.iter().map(|group| group.calls().len()).sum());
        let mut client = &self.client;
        for group in &self.groups {
            match group {
                Group::Calls(calls) => browser.run_group(calls, client, &mut outcomes),
                Group::Wait(time) => browser.clock.wait(*time),
                Group::Open(next) => {
                    browser.change_document(client, next);
                    client = next;
                }
            }
            browser.network.group_finished();
        }
        let UserAgent { clock, branches, .. } = browser;
        Run { outcomes, branches: branches.into_made(), lifetimes: clock.into_lifetimes() }
    }
}

impl Call {
    fn request(&self, client: &Arc<Client>) -> Result<Request, Refusal> {
        match self {
            Self::Fetch(call) => call.request(Arc::clone(client)),
            Self::Xhr(call) => call.request(Arc::clone(client)),
            Self::Resource(call) => call.request(Arc::clone(client)),
            Self::Request(request) => Ok(Request::clone(request)),
        }
    }

    fn abort(&self) -> Option<Abort> {
        match self {
            Self::Fetch(call) => call.abort,
            Self::Xhr(call) => call.abort,
            Self::Resource(_) | Self::Request(_) => None,
        }
    }

    fn error(&self, ruling: &Ruling) -> Option<&'static str> {
        match (self, ruling) {
            (Self::Fetch(call), Ruling::Denied(refusal)) => call.error(refusal),
            (Self::Xhr(call), Ruling::Denied(refusal)) => call.error(refusal),
            _ => None,
        }
    }

    fn response(&self, request: &Request, filtered: Filtered) -> Fetched<Option<ScriptResponse>> {
        let Filtered::Readable(readable) = filtered else { return Ok(None) };
        let urls = request.url_list();
        let Readable { kind, status, headers, header_names, body, ending } = readable;
        let is_xhr = matches!(self, Self::Xhr(_));
        // https://xhr.spec.whatwg.org/#handle-errors; nothing settles the promise of `text()` of an endless body.
        let ends = |reason: &Reason| is_xhr || *reason == Reason::NoAnswer;
        if let Some(reason) = ending.failure().filter(ends) {
            let place = request.current_url().origin().ascii_serialization();
            return network_error(Stage::Network, reason, place);
        }
        let (response_type, redirected, text) = match self {
            Self::Fetch(_) | Self::Resource(_) | Self::Request(_) => {
                let text = (ending == Ending::Complete).then(|| fetch_call::text(&body));
                (Some(kind), urls.len() > 1, text)
            }
            Self::Xhr(_) => {
                let redirected = requested_url(&urls[0]) != requested_url(request.current_url());
                (None, redirected, Some(xhr_call::text_response(&headers, &body)?))
            }
        };
        Ok(Some(ScriptResponse { response_type, status, redirected, header_names, text }))
    }
}

impl UserAgent<'_> {
    fn store(&mut self, cookie: &InitialCookie) {
        let now = (self.clock.cookies_set(), self.clock.start());
        store(&mut self.cookies, cookie, now);
    }

    /// The calls of a group have the same start, and are made in order.
    fn run_group(&mut self, calls: &[Call], client: &Arc<Client>, outcomes: &mut Vec<Outcome>) {
        let start = self.clock.written();
        let mut end = start;
        for call in calls {
            self.clock.begin(outcomes.len(), start);
            let outcome = match outcomes.last().map(|outcome| &outcome.ruling) {
                Some(Ruling::CannotJudge(_)) => self.outcome(Ruling::CannotJudge(AFTER.to_owned())),
                _ => self.run_call(call, client),
            };
            let outcome = Outcome { error: call.error(&outcome.ruling), ..outcome };
            end = end.max(self.clock.written());
            outcomes.push(outcome);
        }
        self.clock.end(end);
    }

    fn run_call(&mut self, call: &Call, client: &Arc<Client>) -> Outcome {
        let mut request = match call.request(client) {
            Ok(request) => request,
            Err(refusal) => return self.outcome(Ruling::Denied(refusal)),
        };
        self.abort = call.abort();
        let url = request.current_url().as_str();
        if let Some(refusal) = self.abort.and_then(|abort| abort.before(url)) {
            return self.outcome(Ruling::Denied(refusal));
        }
        if let Call::Resource(call) = call {
            let used = self.load(call, &mut request);
            return self.used(used);
        }
        let fetched = self.fetch(&mut request);
        if let Some(abort) = self.abort.filter(|abort| abort.is_outlived())
            && !matches!(fetched, Err(FetchError::CannotJudge(_)))
        {
            let is_request = |exchange: &&Exchange| exchange.request.preflight_method().is_none();
            let requests = self.exchanges.iter().filter(is_request).count();
            return self.outcome(abort.outlived(requests, request.current_url().as_str()));
        }
        match fetched.and_then(|filtered| call.response(&request, filtered)) {
            Ok(None) => self.outcome(Ruling::Opaque),
            Ok(response) => Outcome { response, ..self.outcome(Ruling::Allowed) },
            Err(FetchError::NetworkError(refusal)) => self.outcome(Ruling::Denied(refusal)),
            Err(FetchError::CannotJudge(what)) => self.outcome(Ruling::CannotJudge(what)),
        }
    }

    /// The outcome of a resource: whether script can read it.
    fn used(&mut self, used: Fetched<bool>) -> Outcome {
        self.outcome(match used {
            Ok(true) => Ruling::Allowed,
            Ok(false) => Ruling::Opaque,
            Err(FetchError::NetworkError(refusal)) => Ruling::Denied(refusal),
            Err(FetchError::CannotJudge(what)) => Ruling::CannotJudge(what),
        })
    }

    fn outcome(&mut self, ruling: Ruling) -> Outcome {
        if ruling == Ruling::Allowed {
            let last = self.exchanges.last();
            self.clock.wait(last.map_or(Duration::ZERO, |exchange| exchange.response.transfer));
        }
        let exchanges = std::mem::take(&mut self.exchanges);
        Outcome { ruling, exchanges, response: None, error: None }
    }
}

/// Whether a browser without other cookies stores this one.
pub fn is_cookie_stored(cookie: &InitialCookie) -> bool {
    let mut cookies = CookieStore::default();
    let now = Span::default();
    store(&mut cookies, cookie, (now, WRITTEN_START));
    cookies.has_any(now)
}

fn store(cookies: &mut CookieStore, cookie: &InitialCookie, now: (Span, Duration)) {
    let InitialCookie { url, set_cookie } = cookie;
    let (mode, top) = (SameSiteMode::StrictOrLess, url.origin());
    if let Some(visit) = CookieContext::new(url, mode, top, now) {
        cookies.parse_and_store(set_cookie, &visit);
    }
}

/// What the browser keeps after a call that cannot be judged is not known.
const AFTER: &str = "an earlier step cannot be judged";
