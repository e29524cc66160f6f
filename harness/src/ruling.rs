//! What the model of the standard says about a row: a row as a scenario of [`cors_model`], and its outcomes in the
//! words of an observation, so that both can be compared field by field.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::sync::Arc;

use cors_model::url::{Host, Origin, Url};
use cors_model::{
    BodyInit, Branch, Call, Client, ContentSecurityPolicy, CredentialsMode, Destination,
    EmbedderPolicy, Exchange, FetchCall, Group, HeadersInit, InitialCookie, Lifetime, Mode,
    Network, Outcome, Reason, ReferrerPolicy, Refusal, ResourceCall, Ruling, RunOptions, Scenario,
    ScriptResponse, XhrCall, get_decode_and_split, location_url, url_search_params_pairs,
};
use cors_servers::script::Scheme;
use serde::Serialize;

use crate::case::{
    self, AbortBy, AbortMoment, BodyType, Credentials, HeadersType, Label, Page, PlantedCookie,
    Row, Step, StepGroup,
};
use crate::initiators::Consumer;
use crate::observation::{
    Answer, Authored, Preflight, Read, Request, Response, RowObservation, StepObservation,
    origin_without_server,
};
use crate::secrets::without_secret;

/// What a browser that follows the standard does with a row, and why.
#[derive(Clone, Debug, Serialize)]
pub struct RowRuling {
    /// What would be observed.
    pub observation: RowObservation,
    /// One for each step, in the order of [`Row::all_steps`].
    pub rulings: Vec<Ruling>,
}

/// A run of the model on a row.
#[derive(Clone, Debug)]
pub struct Run {
    /// What it did, and why.
    pub ruling: RowRuling,
    /// Where the standard leaves a choice to the browser.
    pub branches: Vec<Branch>,
    /// The lifetimes that decided something.
    pub lifetimes: Vec<Lifetime>,
}

/// What a browser that follows the standard does with a row as it is written.
pub fn play(row: &Row, network: &mut dyn Network) -> RowRuling {
    run(row, network, RunOptions::default()).ruling
}

/// Runs the model on a row under these conditions.
pub fn run(row: &Row, network: &mut dyn Network, options: RunOptions<'_>) -> Run {
    let cors_model::Run { outcomes, branches, lifetimes } = scenario(row).run(network, options);
    let mut observation = RowObservation::default();
    let mut rulings = Vec::with_capacity(outcomes.len());
    for ((step, label), outcome) in row.all_steps().zip(row.labels()).zip(outcomes) {
        let Label { text, url } = label;
        let seen = self::observation(row, step, &outcome);
        observation.steps.push(StepObservation { step: text, url, ..seen });
        rulings.push(without_secrets(outcome.ruling, step));
    }
    Run { ruling: RowRuling { observation, rulings }, branches, lifetimes }
}

/// Whether a browser that follows the standard stores a planted cookie.
pub fn is_stored(cookie: &PlantedCookie) -> bool {
    initial_cookie(cookie).is_some_and(|cookie| cors_model::is_cookie_stored(&cookie))
}

/// A row as the model plays it.
fn scenario(row: &Row) -> Scenario {
    let groups = row.steps.iter().map(|group| match group {
        StepGroup::Wait(time) => Group::Wait(*time),
        StepGroup::Open(opened) => Group::Open(Arc::new(client(&opened.page))),
        StepGroup::One(_) | StepGroup::Together(_) => {
            Group::Calls(group.steps().iter().map(call).collect())
        }
    });
    Scenario {
        client: Arc::new(client(&row.page)),
        cookies: row.cookies.iter().filter_map(initial_cookie).collect(),
        groups: groups.collect(),
    }
}

fn client(page: &Page) -> Client {
    let top_level_origin = origin(page.top_level_origin());
    let origin = match page.context.definition().is_opaque {
        true => Origin::new_opaque(),
        false => origin(&page.origin),
    };
    let mut client = Client::new(origin, top_level_origin, page.referrer_url());
    let is_secure = client.prohibits_mixed_content;
    // No browser follows the standard for pages over http on loopback hosts; see the engine-wide departures.
    client.prohibits_mixed_content &= [&page.origin, page.top_level_origin()]
        .into_iter()
        .any(|origin| origin.scheme == Scheme::Https);
    let embedder_policy = page.header("cross-origin-embedder-policy").next().filter(|_| is_secure);
    Client {
        referrer_policy: referrer_policy(page),
        content_security_policies: page
            .header("content-security-policy")
            .flat_map(ContentSecurityPolicy::parse_all)
            .collect(),
        embedder_policy: embedder_policy.map(EmbedderPolicy::parse).unwrap_or_default(),
        ..client
    }
}

/// The last policy that is known: <https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header>.
fn referrer_policy(page: &Page) -> ReferrerPolicy {
    let tokens = page.header("referrer-policy").flat_map(|value| value.split(','));
    let policies =
        tokens.filter_map(|token| ReferrerPolicy::parse(&token.trim().to_ascii_lowercase()));
    policies
        .filter(|policy| *policy != ReferrerPolicy::Empty)
        .last()
        .unwrap_or(ReferrerPolicy::Empty)
}

fn origin(origin: &case::Origin) -> Origin {
    let host = Host::parse(&origin.host).unwrap_or_else(|_| Host::Domain(origin.host.clone()));
    Origin::Tuple(origin.scheme.as_str().to_owned(), host, origin.port)
}

fn initial_cookie(cookie: &PlantedCookie) -> Option<InitialCookie> {
    let url = Url::parse(&cookie.origin.to_string()).ok()?;
    Some(InitialCookie { url, set_cookie: cookie.set_cookie.clone().into_bytes() })
}

fn call(step: &Step) -> Call {
    let (method, headers) = (step.method.clone(), step.headers.clone());
    let body = step.body.as_deref().map(|text| body(text, step));
    let consumer = match step.initiator.definition().consumer {
        Consumer::Response => {
            return Call::Fetch(FetchCall {
                url: step.url.clone(),
                method,
                headers,
                headers_init: headers_init(step.headers_as),
                body,
                mode: step.mode.clone(),
                credentials: step.credentials.map(credentials_mode),
                cache: step.cache.clone(),
                redirect: step.redirect.clone(),
                referrer_policy: step.referrer_policy.clone(),
                integrity: step.integrity.clone().unwrap_or_default(),
                abort: abort(step),
            });
        }
        Consumer::XmlHttpRequest => {
            return Call::Xhr(XhrCall {
                method,
                url: step.url.clone(),
                headers,
                with_credentials: step.credentials == Some(Credentials::Include),
                body,
                username: step.username.clone(),
                password: step.password.clone(),
                upload_listeners: step.upload_listeners,
                abort: abort(step),
            });
        }
        Consumer::Resource(consumer) => consumer,
    };
    let body = if consumer == cors_model::Consumer::Form { Some(form_body(step)) } else { body };
    Call::Resource(ResourceCall { body, ..resource(step, consumer) })
}

/// The pairs of a form. Without another encoding they are sent as a query is written.
fn form_body(step: &Step) -> BodyInit {
    let pairs = url_search_params_pairs(step.body.as_deref().unwrap_or_default());
    match step.body_as {
        BodyType::FormData => BodyInit::FormData(pairs),
        _ => BodyInit::UrlSearchParams(pairs),
    }
}

/// What an element, or an API without a `Response` object, requests. The registry has words of the standards only.
fn resource(step: &Step, consumer: cors_model::Consumer) -> ResourceCall {
    let words = step.request();
    ResourceCall {
        url: step.url.clone(),
        destination: Destination::parse(words.destination).unwrap_or(Destination::Empty),
        mode: Mode::parse(words.mode).unwrap_or(Mode::NoCors),
        credentials_mode: CredentialsMode::parse(words.credentials)
            .unwrap_or(CredentialsMode::SameOrigin),
        referrer_policy: ReferrerPolicy::parse(words.referrer_policy)
            .unwrap_or(ReferrerPolicy::Empty),
        body: None,
        integrity: step.integrity.clone().unwrap_or_default(),
        consumer,
    }
}

fn body(text: &str, step: &Step) -> BodyInit {
    match step.body_as {
        BodyType::Text => BodyInit::Text(text.to_owned()),
        BodyType::UrlSearchParams => BodyInit::UrlSearchParams(url_search_params_pairs(text)),
        BodyType::FormData => BodyInit::FormData(url_search_params_pairs(text)),
        BodyType::Blob => BodyInit::Blob {
            bytes: text.into(),
            blob_type: step.blob_type.clone().unwrap_or_default(),
        },
        BodyType::Stream => BodyInit::Stream(text.into()),
    }
}

fn abort(step: &Step) -> Option<cors_model::Abort> {
    let abort = step.abort.as_ref()?;
    let at = match abort.at {
        AbortMoment::Before => cors_model::AbortMoment::Before,
        AbortMoment::Preflight => cors_model::AbortMoment::Preflight,
        AbortMoment::Request => cors_model::AbortMoment::Request,
    };
    Some(cors_model::Abort { at, is_timeout: abort.by == AbortBy::Timeout })
}

fn headers_init(headers_as: HeadersType) -> HeadersInit {
    match headers_as {
        HeadersType::Pairs => HeadersInit::Pairs,
        HeadersType::Record => HeadersInit::Record,
        HeadersType::Headers => HeadersInit::Headers,
    }
}

fn credentials_mode(credentials: Credentials) -> CredentialsMode {
    match credentials {
        Credentials::Omit => CredentialsMode::Omit,
        Credentials::SameOrigin => CredentialsMode::SameOrigin,
        Credentials::Include => CredentialsMode::Include,
    }
}

/// What would be observed of a step. Of one that cannot be judged, nothing is known.
fn observation(row: &Row, step: &Step, outcome: &Outcome) -> StepObservation {
    let read = match &outcome.ruling {
        Ruling::CannotJudge(reason) => {
            let inconclusive = Some(reason.clone());
            return StepObservation { inconclusive, ..StepObservation::default() };
        }
        Ruling::Allowed => Read::Allowed,
        Ruling::Opaque => Read::Opaque,
        Ruling::Denied(Refusal { reason: Reason::Aborted, .. }) => Read::Aborted,
        Ruling::Denied(Refusal { reason: Reason::TimedOut, .. }) => Read::TimedOut,
        Ruling::Denied(Refusal { reason: Reason::NoAnswer, .. }) => Read::Pending,
        Ruling::Denied(_) if outcome.exchanges.is_empty() => Read::Refused,
        Ruling::Denied(_) => Read::Blocked,
    };
    let lines = step.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let has_policy = step.referrer_policy.is_some();
    let authored = Authored::new(lines, has_policy, row.page_of(step))
        .for_destination(step.request().destination);
    let mut observed = StepObservation {
        read: Some(read),
        unforeseen: outcome
            .ruling
            .missing_server()
            .and_then(origin_without_server)
            .into_iter()
            .collect(),
        response: outcome.response.clone().map(response),
        ..StepObservation::default()
    };
    for exchange in &outcome.exchanges {
        observed.add(exchange, &authored);
    }
    observed
}

impl StepObservation {
    fn add(&mut self, exchange: &Exchange, authored: &Authored) {
        let sent = &exchange.request;
        let header = |name: &str| sent.headers.get(name).map(|value| text(&value));
        let (url, origin, answer) = (sent.url.to_string(), header("origin"), answer(exchange));
        let headers = authored.headers(&url, header);
        match sent.preflight_method() {
            Some(method) => self.preflights.push(Preflight {
                url,
                origin,
                method,
                headers: header("access-control-request-headers"),
                request_headers: headers,
                answer,
            }),
            None => self.requests.push(Request {
                method: sent.method.clone(),
                url,
                origin,
                cookies: sent.cookie_names(),
                headers,
                answer,
            }),
        }
    }
}

fn answer(exchange: &Exchange) -> Answer {
    let received = &exchange.response;
    let lines = received.headers.iter().filter(|(name, _)| Answer::keeps(name));
    Answer {
        status: received.status,
        headers: lines.map(|(name, value)| (name.to_owned(), text(value))).collect(),
        redirects_to: redirects_to(exchange),
        repeats_url: repeats_url(exchange),
    }
}

/// The URL that the model follows, without the parts that can hold secrets: query, fragment and credentials.
fn redirects_to(exchange: &Exchange) -> Option<String> {
    let Exchange { request, response } = exchange;
    let mut url = location_url(response.status, &response.headers, &request.url).ok()??;
    url.set_query(None);
    url.set_fragment(None);
    let is_http = matches!(url.scheme(), "http" | "https");
    let is_clean = url.set_username("").is_ok() && url.set_password(None).is_ok();
    (is_http && is_clean).then(|| url.into())
}

/// Whether the model follows a redirect to exactly the requested URL, with `Location` as an absolute URL.
fn repeats_url(Exchange { request, response }: &Exchange) -> bool {
    let target = location_url(response.status, &response.headers, &request.url).ok().flatten();
    let written = response.headers.get("location").and_then(|line| Url::parse(&text(&line)).ok());
    let without_fragment = |mut url: Url| {
        url.set_fragment(None);
        url
    };
    let target = target.filter(|_| written.is_some()).map(without_fragment);
    target.is_some_and(|target| target == without_fragment(request.url.clone()))
}

fn response(response: ScriptResponse) -> Response {
    let ScriptResponse { response_type, status, redirected, header_names, text } = response;
    let kind = response_type.map(str::to_owned);
    let breaks_off = text.is_none();
    Response { kind, status, redirected, headers: header_names, body: text, breaks_off }
}

/// A refused header value can be a secret, which its name tells.
fn without_secrets(ruling: Ruling, step: &Step) -> Ruling {
    match ruling {
        Ruling::Denied(Refusal {
            stage,
            reason: reason @ Reason::InvalidHeaderValue,
            value: Some(refused),
        }) => {
            let line = step.headers.iter().find(|(_, value)| *value == refused);
            let hidden = line.and_then(|(name, value)| without_secret(name, value));
            Ruling::Denied(Refusal { stage, reason, value: Some(hidden.unwrap_or(refused)) })
        }
        ruling => ruling,
    }
}

impl Answer {
    /// The items of all values of a list header, in order; the name is in lower case:
    /// <https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split>.
    pub fn listed<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let parts = self.values(name).flat_map(|value| get_decode_and_split(value.as_bytes()));
        // It is text that was split at commas.
        parts.filter_map(|part| std::str::from_utf8(part).ok())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
