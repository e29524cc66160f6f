//! Requests of elements and of other APIs that have no `Response` object, and what these need of a response.

use std::sync::Arc;

use super::body::{Body, BodyInit};
use super::client::Client;
use super::embedder_policy::EmbedderPolicy;
use super::fetch_call::parse_url;
use super::integrity::check_integrity;
use super::network::Ending;
use super::preload::PreloadKey;
use super::request::Request;
use super::request_modes::{
    CacheMode, CredentialsMode, Destination, Mode, RedirectMode, Referrer, ReferrerPolicy,
    ResponseTainting,
};
use super::resource_checks::{Consumer, check_coding, check_mime_type};
use super::ruling::{FetchError, Fetched, Reason, Refusal, Stage, cannot_judge, network_error};
use super::user_agent::UserAgent;

/// A request that an element or an API other than `fetch()` makes, and what uses the response.
///
/// ```
/// use cors_model::{CredentialsMode, Destination, Mode, Consumer, ResourceCall};
///
/// // <img crossorigin src="https://cdn.example/logo.png">
/// let mut image = ResourceCall::new("https://cdn.example/logo.png", Consumer::Image);
/// image.destination = Destination::Image;
/// image.mode = Mode::Cors;
/// image.credentials_mode = CredentialsMode::SameOrigin;
/// ```
#[derive(Clone, Debug)]
pub struct ResourceCall {
    /// The URL, absolute.
    pub url: String,
    /// <https://fetch.spec.whatwg.org/#concept-request-destination>
    pub destination: Destination,
    /// <https://fetch.spec.whatwg.org/#concept-request-mode>
    pub mode: Mode,
    /// <https://fetch.spec.whatwg.org/#concept-request-credentials-mode>
    pub credentials_mode: CredentialsMode,
    /// <https://fetch.spec.whatwg.org/#concept-request-referrer-policy>
    pub referrer_policy: ReferrerPolicy,
    /// The body of a beacon.
    pub body: Option<BodyInit>,
    /// <https://fetch.spec.whatwg.org/#concept-request-integrity-metadata>
    pub integrity: String,
    /// What uses the response.
    pub consumer: Consumer,
}

impl ResourceCall {
    /// A request as an element without a `crossorigin` attribute makes it:
    /// <https://html.spec.whatwg.org/#create-a-potential-cors-request>.
    pub fn new(url: impl Into<String>, consumer: Consumer) -> Self {
        Self {
            url: url.into(),
            destination: Destination::Empty,
            mode: Mode::NoCors,
            credentials_mode: CredentialsMode::Include,
            referrer_policy: ReferrerPolicy::Empty,
            body: None,
            integrity: String::new(),
            consumer,
        }
    }

    /// The request.
    ///
    /// # Errors
    /// The URL cannot be parsed.
    pub fn request(&self, client: impl Into<Arc<Client>>) -> Result<Request, Refusal> {
        let url = parse_url(&self.url).map_err(|failure| failure.at(Stage::Construction))?;
        let mut request = Request::new(url, client);
        request.destination = self.destination;
        request.mode = self.mode;
        request.credentials_mode = self.credentials_mode;
        request.referrer_policy = self.referrer_policy;
        request.integrity.clone_from(&self.integrity);
        // https://html.spec.whatwg.org/#create-navigation-params-by-fetching
        request.use_url_credentials = self.mode == Mode::Navigate;
        match self.consumer {
            Consumer::EventStream => {
                request.headers.append("Accept", "text/event-stream");
                request.cache_mode = CacheMode::NoStore;
            }
            Consumer::ServiceWorkerScript => {
                request.headers.append("Service-Worker", "script");
                request.cache_mode = CacheMode::NoCache;
                request.redirect_mode = RedirectMode::Error;
            }
            // https://websockets.spec.whatwg.org/#concept-websocket-establish
            Consumer::WebSocket => {
                let lines = [
                    ("Upgrade", "websocket"),
                    ("Connection", "Upgrade"),
                    ("Sec-WebSocket-Key", WEBSOCKET_KEY),
                    ("Sec-WebSocket-Version", "13"),
                ];
                lines.into_iter().for_each(|(name, value)| request.headers.append(name, value));
                request.cache_mode = CacheMode::NoStore;
                request.redirect_mode = RedirectMode::Error;
                request.referrer = Referrer::NoReferrer;
            }
            Consumer::Beacon | Consumer::Form => request.method = "POST".to_owned(),
            _ => {}
        }
        if self.consumer == Consumer::Beacon {
            request.unsafe_request = request.mode == Mode::Cors;
        }
        if let Some(init) = &self.body {
            let content_type = match (self.consumer, init) {
                // https://html.spec.whatwg.org/#submit-body
                (Consumer::Form, BodyInit::UrlSearchParams(_)) => {
                    Some("application/x-www-form-urlencoded".to_owned())
                }
                _ => init.content_type(),
            };
            content_type
                .into_iter()
                .for_each(|value| request.headers.append("Content-Type", value));
            request.body = Some(Body::extract(init));
        }
        Ok(request)
    }
}

/// A browser chooses it at random; no rule depends on it.
const WEBSOCKET_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAA==";

impl UserAgent<'_> {
    /// Fetches a resource and gives it to what uses it. The result says whether script can read the content.
    pub(super) fn load(&mut self, call: &ResourceCall, request: &mut Request) -> Fetched<bool> {
        check_embedder(call, request)?;
        check_registration(call, request)?;
        self.note_load(call)?;
        let key = PreloadKey::new(request);
        let fetched = self.fetch_unfiltered(request);
        if call.consumer == Consumer::Preload {
            self.preloads.insert(key, request, &fetched);
        }
        if call.consumer == Consumer::ResourceTiming
            && !matches!(fetched, Err(FetchError::CannotJudge(_)))
        {
            // https://fetch.spec.whatwg.org/#fetch-finale: the entry of a network error shows no times either.
            return Ok(fetched.is_ok() && !request.timing_allow_failed);
        }
        if call.consumer == Consumer::Beacon && self.has_sent_a_request() {
            // Script does not learn whether the response passes the CORS check.
            return Ok(false);
        }
        let response = fetched?;
        if response.ending != Ending::Complete {
            return cannot_judge(
                "a body without an end is modelled for fetch() and XMLHttpRequest only",
            );
        }
        check_mime_type(request, &response.headers)?;
        check_integrity(request, &response)?;
        check_coding(&response)?;
        call.consumer.check(&response)?;
        Ok(match call.consumer {
            Consumer::Beacon
            | Consumer::Preload
            | Consumer::ModulePreload
            | Consumer::Audio
            | Consumer::StyleImage => false,
            Consumer::Frame | Consumer::Form => request.is_same_origin(),
            _ => request.response_tainting != ResponseTainting::Opaque,
        })
    }

    /// Whether anything but preflights was sent in this call.
    fn has_sent_a_request(&self) -> bool {
        self.exchanges.iter().any(|exchange| exchange.request.preflight_method().is_none())
    }

    /// What a document keeps of an image, a script or a style sheet is not modelled:
    /// <https://html.spec.whatwg.org/#list-of-available-images>, <https://html.spec.whatwg.org/#module-map>.
    fn note_load(&mut self, call: &ResourceCall) -> Fetched<()> {
        let keeps_nothing = [
            Consumer::EventStream,
            Consumer::WebSocket,
            Consumer::ResourceTiming,
            Consumer::Beacon,
            Consumer::Frame,
            Consumer::Form,
        ];
        if keeps_nothing.contains(&call.consumer) {
            return Ok(());
        }
        let load = (call.consumer, call.url.clone());
        let is_kept = |(consumer, url): &(Consumer, String)| {
            *url == call.url && consumer.is_kept_for(call.consumer)
        };
        if self.loads.iter().any(is_kept) {
            return cannot_judge("a document can keep a resource, which is not modelled");
        }
        self.loads.push(load);
        Ok(())
    }
}

/// A service worker has to be same-origin with the creation URL of the document that registers it:
/// <https://w3c.github.io/ServiceWorker/#register-algorithm>, step 2.
fn check_registration(call: &ResourceCall, request: &Request) -> Fetched<()> {
    let is_registration = call.consumer == Consumer::ServiceWorkerScript;
    match is_registration && request.client.has_about_url {
        true => network_error(Stage::Construction, Reason::RegistrationFromAboutUrl, ""),
        false => Ok(()),
    }
}

/// What an embedder policy needs of documents and workers is not modelled.
fn check_embedder(call: &ResourceCall, request: &Request) -> Fetched<()> {
    let has_policies = matches!(
        call.consumer,
        Consumer::Frame | Consumer::Form | Consumer::WorkerScript | Consumer::ServiceWorkerScript
    );
    match request.client.embedder_policy {
        EmbedderPolicy::RequireCorp | EmbedderPolicy::Credentialless if has_policies => {
            cannot_judge("the embedder policies of documents and workers are not modelled")
        }
        _ => Ok(()),
    }
}

impl Consumer {
    /// Whether a document can give what one has loaded to another.
    fn is_kept_for(self, other: Self) -> bool {
        let is_image = |consumer| matches!(consumer, Self::Image | Self::StyleImage);
        let is_preload = matches!(self, Self::Preload | Self::ModulePreload);
        self == other || is_preload || (is_image(self) && is_image(other))
    }
}
