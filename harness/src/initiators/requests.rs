//! Requests that script makes without an element.

use cors_model::Consumer as Resource;

use super::options::{
    BOOLEAN, CACHE_MODES, CREDENTIALS_MODES, FETCH_ABORTS, FETCH_ABORTS_BY, FETCH_BODIES,
    HEADERS_INITS, MODES, REDIRECT_MODES, REFERRER_POLICIES, StepOption, XHR_ABORTS, XHR_ABORTS_BY,
    XHR_BODIES, any, one_of,
};
use super::parameters::{ALL_READS, ALLOWED_OR_NOT, OPAQUE_OR_NOT, SCRIPT_REQUEST, no_cors};
use super::{Consumer, Definition, Needs, RequestParameters};

/// The reads of fetch().
const FETCH_READS: &[&str] =
    &["allowed", "opaque", "blocked", "refused", "aborted", "timed-out", "pending"];

/// The reads of XMLHttpRequest.
const XHR_READS: &[&str] = &["allowed", "blocked", "refused", "aborted", "timed-out", "pending"];

pub(super) const FETCH: Definition = Definition {
    word: "fetch",
    request: SCRIPT_REQUEST,
    consumer: Consumer::Response,
    needs: Needs::Nothing,
    options: &[
        any(StepOption::Method),
        any(StepOption::Headers),
        one_of(StepOption::HeadersAs, HEADERS_INITS),
        any(StepOption::Body),
        one_of(StepOption::BodyAs, FETCH_BODIES),
        any(StepOption::BlobType),
        one_of(StepOption::Credentials, CREDENTIALS_MODES),
        one_of(StepOption::Mode, MODES),
        one_of(StepOption::Redirect, REDIRECT_MODES),
        one_of(StepOption::Cache, CACHE_MODES),
        one_of(StepOption::ReferrerPolicy, REFERRER_POLICIES),
        one_of(StepOption::Keepalive, BOOLEAN),
        any(StepOption::Integrity),
        one_of(StepOption::Abort, FETCH_ABORTS),
        one_of(StepOption::AbortBy, FETCH_ABORTS_BY),
    ],
    reads: FETCH_READS,
    script: include_str!("../engine/page/fetch.js"),
};

pub(super) const XHR: Definition = Definition {
    word: "xhr",
    request: SCRIPT_REQUEST,
    consumer: Consumer::XmlHttpRequest,
    needs: Needs::NoServiceWorker,
    options: &[
        any(StepOption::Method),
        any(StepOption::Headers),
        any(StepOption::Body),
        one_of(StepOption::BodyAs, XHR_BODIES),
        any(StepOption::BlobType),
        any(StepOption::Username),
        any(StepOption::Password),
        one_of(StepOption::UploadListeners, BOOLEAN),
        one_of(StepOption::Async, BOOLEAN),
        one_of(StepOption::Credentials, &["same-origin", "include"]),
        one_of(StepOption::Abort, XHR_ABORTS),
        one_of(StepOption::AbortBy, XHR_ABORTS_BY),
    ],
    reads: XHR_READS,
    script: include_str!("../engine/page/xhr.js"),
};

pub(super) const EVENT_SOURCE: Definition = Definition {
    word: "event-source",
    request: SCRIPT_REQUEST,
    consumer: Consumer::Resource(Resource::EventStream),
    needs: Needs::NoServiceWorker,
    options: &[one_of(StepOption::Credentials, &["same-origin", "include"])],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/event-source.js"),
};

/// <https://websockets.spec.whatwg.org/#concept-websocket-establish>
pub(super) const WEBSOCKET: Definition = Definition {
    word: "websocket",
    request: RequestParameters { mode: "websocket", redirect: "error", ..no_cors("") },
    consumer: Consumer::Resource(Resource::WebSocket),
    needs: Needs::Nothing,
    options: &[],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/websocket.js"),
};

pub(super) const RESOURCE_TIMING: Definition = Definition {
    word: "resource-timing",
    request: SCRIPT_REQUEST,
    consumer: Consumer::Resource(Resource::ResourceTiming),
    needs: Needs::Document,
    options: &[one_of(StepOption::Credentials, CREDENTIALS_MODES), one_of(StepOption::Mode, MODES)],
    reads: ALL_READS,
    script: include_str!("../engine/page/resource-timing.js"),
};

pub(super) const BEACON: Definition = Definition {
    word: "beacon",
    request: no_cors(""),
    consumer: Consumer::Resource(Resource::Beacon),
    needs: Needs::Document,
    options: &[
        any(StepOption::Body),
        one_of(StepOption::BodyAs, XHR_BODIES),
        any(StepOption::BlobType),
    ],
    reads: OPAQUE_OR_NOT,
    script: include_str!("../engine/page/beacon.js"),
};
