//! Scenarios in few words.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cors_model::url::Url;
use cors_model::{
    Abort, AbortBy, AbortMoment, BodyInit, Call, Client, CredentialsMode, Exchange, FetchCall,
    Group, HeadersInit, InitialCookie, Network, Outcome, Ruling, Run, RunOptions, Scenario,
    XhrCall, url_search_params_pairs,
};

pub use crate::servers::*;

pub const PAGE: &str = "https://app.example";
pub const API: &str = "https://api.example";

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Initiator {
    Fetch,
    Xhr,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BodyType {
    Text,
    UrlSearchParams,
    FormData,
    Blob,
    JsonBlob,
    Stream,
}

/// One call, by either API.
#[derive(Clone, Debug)]
pub struct Step {
    pub initiator: Initiator,
    pub url: String,
    pub method: String,
    pub headers: Vec<(String, String)>,
    pub headers_init: HeadersInit,
    pub username: Option<String>,
    pub body: Option<String>,
    pub body_as: BodyType,
    pub upload_listeners: bool,
    pub credentials: Option<CredentialsMode>,
    pub mode: Option<String>,
    pub redirect: Option<String>,
    pub cache: Option<String>,
    pub referrer_policy: Option<String>,
    pub integrity: String,
    pub abort: Option<Abort>,
}

/// Where the calls are made.
#[derive(Clone, Debug)]
pub enum Context {
    Document,
    Iframe { inside: String },
    SandboxedIframe,
}

/// A page, its servers, and its calls.
#[derive(Clone, Debug)]
pub struct Row {
    pub page: String,
    pub context: Context,
    pub servers: Vec<Server>,
    pub cookies: Vec<InitialCookie>,
    pub groups: Vec<Vec<Step>>,
    /// How many seconds pass before each group, by its number.
    pub waits: BTreeMap<usize, u64>,
    /// Which page is opened before each group, by its number: its origin and that of the top-level document.
    pub opens: BTreeMap<usize, (&'static str, &'static str)>,
}

pub fn url(text: &str) -> Url {
    Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub fn step(initiator: Initiator, method: &str, url: &str) -> Step {
    Step {
        initiator,
        url: url.to_owned(),
        method: method.to_owned(),
        headers: Vec::new(),
        headers_init: HeadersInit::Pairs,
        username: None,
        body: None,
        body_as: BodyType::Text,
        upload_listeners: false,
        credentials: None,
        mode: None,
        redirect: None,
        cache: None,
        referrer_policy: None,
        integrity: String::new(),
        abort: None,
    }
}

fn blob(text: &str, blob_type: &str) -> BodyInit {
    BodyInit::Blob { bytes: text.into(), blob_type: blob_type.to_owned() }
}

pub fn fetch(method: &str, url: &str) -> Step {
    step(Initiator::Fetch, method, url)
}

/// Steps in few words.
impl Step {
    pub fn line(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn mode(mut self, mode: &str) -> Self {
        self.mode = Some(mode.to_owned());
        self
    }

    pub fn redirect(mut self, mode: &str) -> Self {
        self.redirect = Some(mode.to_owned());
        self
    }

    pub fn cache(mut self, mode: &str) -> Self {
        self.cache = Some(mode.to_owned());
        self
    }

    pub fn body(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    pub fn username(mut self, name: &str) -> Self {
        self.username = Some(name.to_owned());
        self
    }

    pub fn integrity(mut self, metadata: &str) -> Self {
        metadata.clone_into(&mut self.integrity);
        self
    }

    pub fn abort(mut self, at: AbortMoment) -> Self {
        self.abort = Some(Abort { at, by: AbortBy::Script });
        self
    }

    pub fn include(mut self) -> Self {
        self.credentials = Some(CredentialsMode::Include);
        self
    }

    pub fn call(&self) -> Call {
        let (method, url, headers) = (self.method.clone(), self.url.clone(), self.headers.clone());
        let body = self.body.as_deref().map(|text| match self.body_as {
            BodyType::Text => BodyInit::Text(text.to_owned()),
            BodyType::UrlSearchParams => BodyInit::UrlSearchParams(url_search_params_pairs(text)),
            BodyType::FormData => BodyInit::FormData(url_search_params_pairs(text)),
            BodyType::Blob => blob(text, ""),
            BodyType::JsonBlob => blob(text, "application/json"),
            BodyType::Stream => BodyInit::Stream(text.into()),
        });
        match self.initiator {
            Initiator::Fetch => Call::Fetch(FetchCall {
                url,
                method,
                headers,
                headers_init: self.headers_init,
                body,
                mode: self.mode.clone(),
                credentials: self.credentials,
                cache: self.cache.clone(),
                redirect: self.redirect.clone(),
                referrer_policy: self.referrer_policy.clone(),
                integrity: self.integrity.clone(),
                abort: self.abort,
            }),
            Initiator::Xhr => Call::Xhr(XhrCall {
                method,
                url,
                headers,
                username: self.username.clone(),
                password: self.username.clone(),
                with_credentials: self.credentials == Some(CredentialsMode::Include),
                body,
                upload_listeners: self.upload_listeners,
                is_async: true,
                abort: self.abort,
            }),
        }
    }
}

pub fn row(page: &str, servers: Vec<Server>, steps: Vec<Step>) -> Row {
    Row {
        page: page.to_owned(),
        context: Context::Document,
        servers,
        cookies: Vec::new(),
        groups: steps.into_iter().map(|step| vec![step]).collect(),
        waits: BTreeMap::new(),
        opens: BTreeMap::new(),
    }
}

pub fn with_user_cookies(mut row: Row, at: &str, cookies: &[&str]) -> Row {
    let user_cookie =
        |cookie: &&str| InitialCookie { url: url(at), set_cookie: cookie.as_bytes().to_vec() };
    row.cookies.extend(cookies.iter().map(user_cookie));
    row
}

impl Row {
    /// Lets this many seconds pass before a group.
    pub fn wait(mut self, group: usize, seconds: u64) -> Self {
        self.waits.insert(group, seconds);
        self
    }

    /// Opens another page before a group, inside a page of another origin.
    pub fn open(mut self, group: usize, page: &'static str, inside: &'static str) -> Self {
        self.opens.insert(group, (page, inside));
        self
    }

    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.groups.iter().flatten()
    }

    /// The origin of the page that makes each step: `null` in a sandbox.
    pub fn page_origins(&self) -> impl Iterator<Item = &str> {
        let is_sandboxed = matches!(self.context, Context::SandboxedIframe);
        let first = if is_sandboxed { "null" } else { &self.page };
        self.groups.iter().enumerate().flat_map(move |(number, group)| {
            let opened = self.opens.range(..=number).next_back();
            std::iter::repeat_n(opened.map_or(first, |(_, (page, _))| *page), group.len())
        })
    }

    fn scenario(&self) -> Scenario {
        let document = url(&format!("{}/page", self.page));
        let client = match &self.context {
            Context::Document => Client::document(document),
            Context::Iframe { inside } => Client::frame(document, url(inside).origin()),
            Context::SandboxedIframe => Client::document(document).sandboxed(),
        };
        let groups = self.groups.iter().enumerate().flat_map(|(number, group)| {
            let wait = self.waits.get(&number).map(|time| Group::Wait(Duration::from_secs(*time)));
            let open = self.opens.get(&number).map(|(page, inside)| {
                let document = url(&format!("{page}/page"));
                Group::Open(Arc::new(Client::frame(document, url(inside).origin())))
            });
            wait.into_iter()
                .chain(open)
                .chain([Group::Calls(group.iter().map(Step::call).collect())])
        });
        Scenario {
            client: Arc::new(client),
            cookies: self.cookies.clone(),
            groups: groups.collect(),
        }
    }
}

/// The outcomes of a row with other servers.
pub fn play(row: &Row, network: &mut dyn Network) -> Vec<Outcome> {
    row.scenario().run(network, RunOptions::default()).outcomes
}

/// The outcomes of a row in which a browser makes these choices.
pub fn ruled_with(row: &Row, choices: &[usize]) -> Vec<Outcome> {
    run_with(row, choices).outcomes
}

/// The run in which a browser makes these choices.
pub fn run_with(row: &Row, choices: &[usize]) -> Run {
    let options = RunOptions { measured: None, choices };
    row.scenario().run(&mut Servers::new(&row.servers), options)
}

pub fn ruled(row: &Row) -> Vec<Outcome> {
    play(row, &mut Servers::new(&row.servers))
}

/// What is sent and received in a row.
pub fn exchanged(row: &Row) -> Vec<(cors_model::HttpRequest, Option<cors_model::HttpResponse>)> {
    let mut servers = Servers::new(&row.servers);
    play(row, &mut servers);
    servers.exchanges
}

/// Outcomes in few words.
pub trait Seen {
    fn requests(&self) -> Vec<&Exchange>;
    fn preflights(&self) -> Vec<&Exchange>;
    fn text(&self) -> &str;
}

impl Seen for Outcome {
    fn requests(&self) -> Vec<&Exchange> {
        let requests = self.exchanges.iter();
        requests.filter(|exchange| exchange.request.preflight_method().is_none()).collect()
    }

    fn preflights(&self) -> Vec<&Exchange> {
        let requests = self.exchanges.iter();
        requests.filter(|exchange| exchange.request.preflight_method().is_some()).collect()
    }

    fn text(&self) -> &str {
        self.response.as_ref().and_then(|response| response.text.as_deref()).expect("a text")
    }
}

/// A header of a request.
pub fn header(exchange: &Exchange, name: &str) -> Option<String> {
    let value = exchange.request.headers.get(name)?;
    Some(String::from_utf8_lossy(&value).into_owned())
}

/// What happens in each step: `PUT?` for a preflight, `PUT` for a request, then what is read or why not.
pub fn outcomes(row: &Row) -> Vec<String> {
    ruled(row).iter().map(|outcome| format!("{}{}", sent(outcome), end(outcome))).collect()
}

pub fn sent(outcome: &Outcome) -> String {
    if let Ruling::CannotJudge(_) = outcome.ruling {
        return String::new();
    }
    let preflights = outcome
        .preflights()
        .into_iter()
        .map(|exchange| format!("{}? ", exchange.request.preflight_method().unwrap_or_default()));
    let requests = outcome.requests().into_iter().map(|seen| format!("{} ", seen.request.method));
    preflights.chain(requests).collect()
}

pub fn end(outcome: &Outcome) -> String {
    match &outcome.ruling {
        Ruling::Denied(refusal) => refusal.reason.as_str().to_owned(),
        Ruling::CannotJudge(_) => "cannot judge".to_owned(),
        Ruling::Allowed => "allowed".to_owned(),
        Ruling::Opaque => "opaque".to_owned(),
    }
}
