//! The model: a browser that does what the Fetch standard says, without a network. It plays a row
//! and says what would be observed, and why.
//!
//! One module for each section of the standard, with functions named after its algorithms and steps
//! in its order. Anchors belong to <https://fetch.spec.whatwg.org/> at [`REVISION`]. [`choices`]
//! lists the decisions where the standard is open or contradicts itself.
//!
//! Pure: it opens nothing, reads no clock, and uses neither YAML nor what a browser did.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod body;
pub mod choices;
mod client;
mod clock;
mod cookie;
mod cookie_date;
mod cookie_store;
mod cookies;
mod corp;
mod cors_check;
mod fetch_metadata;
mod fetch_method;
mod filter;
mod freshness;
mod headers;
mod http_cache;
mod http_fetch;
mod main_fetch;
mod methods;
mod mime;
mod mixed_content;
mod network;
mod network_or_cache;
mod origin;
mod permitted_choices;
mod preflight;
mod preflight_cache;
mod range;
mod reasons;
mod redirect;
mod referrer;
mod request;
mod ruling;
mod safelist;
mod simulate;
mod site;
mod strict_transport;
mod user_agent;
mod wire;
mod xhr;

#[cfg(test)]
mod tests;

pub use clock::{ExchangeTimes, Lifespan, Lifetime, Span, StepTimes, Timeline};
pub use headers::HeaderList;
pub use methods::is_cors_safelisted_method;
pub use permitted_choices::{Branch, PermittedChoice};
pub use ruling::{Reason, Refusal, RowRuling, Ruling, Stage};
pub use safelist::is_cors_safelisted_response_header_name;
pub use simulate::{Circumstances, Run, keeps, play, run};
pub use wire::{WireReply, WireRequest, World};

/// The modelled revision of the standard: <https://github.com/whatwg/fetch/commit/586cd2a>.
pub const REVISION: &str = "586cd2a";
