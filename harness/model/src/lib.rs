#![doc = include_str!("../README.md")]
//!
//! # How it is written
//!
//! There is one module for each section of the standard. Functions have the names of its algorithms, and follow the
//! order of their steps. Anchors belong to <https://fetch.spec.whatwg.org/> at [`REVISION`]. Where the standard is
//! open or contradicts itself, [`choices`] says what the model does.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod abort;
mod body;
mod cache_storage;
pub mod choices;
mod client;
mod clock;
mod content_security_policy;
mod cookie;
mod cookie_date;
mod cookie_store;
mod cookies;
mod cors_preflight_cache;
mod cors_preflight_fetch;
mod embedder_policy;
mod fetch_call;
mod filtered_response;
mod formats;
mod freshness;
mod headers;
mod headers_init;
mod http_authentication;
mod http_cache;
mod http_fetch;
mod http_network_fetch;
mod http_network_or_cache_fetch;
mod integrity;
mod main_fetch;
mod mime;
mod network;
mod permitted_choices;
mod preload;
mod reasons;
mod request;
mod request_headers;
mod request_modes;
mod request_ruling;
mod resource_call;
mod resource_checks;
mod response;
mod response_checks;
mod ruling;
mod safelist;
mod scenario;
mod service_worker;
mod site;
mod strict_transport;
mod user_agent;
mod xhr_call;

#[cfg(test)]
mod tests;

pub use abort::{Abort, AbortBy, AbortMoment};
pub use body::{Body, BodyInit, blob_type, url_search_params_pairs};
pub use client::{Client, ServiceWorker, ServiceWorkerResponse};
pub use clock::{ExchangeTimes, Lifespan, Lifetime, Span, StepTimes, Timeline};
pub use content_security_policy::ContentSecurityPolicy;
pub use embedder_policy::EmbedderPolicy;
pub use fetch_call::FetchCall;
pub use formats::Format;
pub use headers::{HeaderList, get_decode_and_split};
pub use headers_init::HeadersInit;
pub use main_fetch::is_bad_port;
pub use network::{Ending, Exchange, HttpRequest, HttpResponse, Network, requested_path};
pub use permitted_choices::{Branch, PermittedChoice};
pub use request::Request;
pub use request_modes::{
    CacheMode, CredentialsMode, Destination, Mode, RedirectMode, Referrer, ReferrerPolicy,
};
pub use request_ruling::ruling;
pub use resource_call::ResourceCall;
pub use resource_checks::Consumer;
pub use response::{InvalidLocation, location_url};
pub use ruling::{Reason, Refusal, Ruling, Stage};
pub use safelist::{
    is_cors_safelisted_method, is_cors_safelisted_request_header,
    is_cors_safelisted_response_header_name, is_forbidden_request_header_name,
};
pub use scenario::{
    Call, Group, InitialCookie, Outcome, Run, RunOptions, Scenario, ScriptResponse,
    is_cookie_stored,
};
pub use url;
pub use xhr_call::XhrCall;

/// The revision of the standard that is modelled: <https://github.com/whatwg/fetch/commit/586cd2a>.
pub const REVISION: &str = "586cd2a";
