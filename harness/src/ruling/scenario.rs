//! Converts a row for the model: its pages, its cookies and its calls.

use std::sync::Arc;

use cors_model::url::{Host, Origin, Url};
use cors_model::{
    BodyInit, Call, Client, ContentSecurityPolicy, CredentialsMode, Destination, EmbedderPolicy,
    FetchCall, Group, HeadersInit, InitialCookie, Mode, ReferrerPolicy, ResourceCall, Scenario,
    ServiceWorker, ServiceWorkerResponse, XhrCall, url_search_params_pairs,
};
use cors_servers::script::Scheme;

use crate::case::{
    self, AbortBy, AbortMoment, BodyType, Credentials, HeadersType, Page, PageChange, Row, Step,
    StepGroup, Tab, UserCookie,
};
use crate::contexts;
use crate::initiators::Consumer;

/// A row as the model plays it.
pub(super) fn scenario(row: &Row) -> Scenario {
    let first = Arc::new(client(&row.page));
    let mut tabs = Tabs::new(&first);
    let groups = row.steps.iter().map(|group| match group {
        StepGroup::Wait(time) => Group::Wait(*time),
        StepGroup::Open(change) => Group::Open(tabs.client_of(change)),
        StepGroup::One(_) | StepGroup::Together(_) => {
            Group::Calls(group.steps().iter().map(call).collect())
        }
    });
    let groups = groups.collect();
    let cookies = row.cookies.iter().filter_map(initial_cookie).collect();
    Scenario { client: first, cookies, groups }
}

/// The document or worker in each tab.
struct Tabs {
    clients: Vec<Arc<Client>>,
    current: usize,
}

impl Tabs {
    fn new(first: &Arc<Client>) -> Self {
        Self { clients: vec![Arc::clone(first)], current: 0 }
    }

    /// The document or worker whose steps follow.
    fn client_of(&mut self, change: &PageChange) -> Arc<Client> {
        let opened = || Arc::new(client(&change.opened.page));
        match change.tab {
            Tab::Current => self.clients[self.current] = opened(),
            Tab::New => {
                self.current = self.clients.len();
                self.clients.push(opened());
            }
            Tab::Earlier(tab) => self.current = tab,
        }
        Arc::clone(&self.clients[self.current])
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
        has_about_url: page.context.definition().has_about_url,
        service_worker: service_worker(page),
        ..client
    }
}

fn service_worker(page: &Page) -> Option<ServiceWorker> {
    let contexts::Definition { service_worker, documents, .. } = page.context.definition();
    let script = documents.last()?;
    let script_url = Url::parse(&format!("{}{}", page.origin, script.path)).ok()?;
    let response = match (*service_worker)? {
        contexts::ServiceWorker::FetchesRequest => ServiceWorkerResponse::OfRequest,
        contexts::ServiceWorker::FetchesUrl => ServiceWorkerResponse::OfUrl,
        contexts::ServiceWorker::FetchesUrlWithoutCors => ServiceWorkerResponse::OfUrlWithoutCors,
        contexts::ServiceWorker::FetchesUrlWithoutRedirects => {
            ServiceWorkerResponse::OfUrlWithoutRedirects
        }
        contexts::ServiceWorker::Puts => ServiceWorkerResponse::Put,
        contexts::ServiceWorker::PutsWithoutCors => ServiceWorkerResponse::PutWithoutCors,
        contexts::ServiceWorker::Adds => ServiceWorkerResponse::Added,
        contexts::ServiceWorker::AddsWithoutCors => ServiceWorkerResponse::AddedWithoutCors,
        contexts::ServiceWorker::MakesResponse => ServiceWorkerResponse::New,
        contexts::ServiceWorker::MakesResponseToOptions => ServiceWorkerResponse::NewToOptions,
        contexts::ServiceWorker::MakesError => ServiceWorkerResponse::Error,
    };
    Some(ServiceWorker { script_url, response })
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

pub(super) fn initial_cookie(cookie: &UserCookie) -> Option<InitialCookie> {
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
                is_async: step.is_async,
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
    let by = match abort.by {
        AbortBy::Abort => cors_model::AbortBy::Script,
        AbortBy::Timeout => cors_model::AbortBy::Timeout,
        AbortBy::Leave => cors_model::AbortBy::Leaving { keepalive: step.keepalive },
    };
    Some(cors_model::Abort { at, by })
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
