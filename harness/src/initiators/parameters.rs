//! The parameters that requests of the same kind start from.

use super::RequestParameters;
use super::options::{Accepts, CROSSORIGIN, REFERRER_POLICIES, StepOption, any, one_of};

/// What `fetch()` and XMLHttpRequest start from.
pub(super) const SCRIPT_REQUEST: RequestParameters<'static> = RequestParameters {
    destination: "",
    mode: "cors",
    credentials: "same-origin",
    redirect: "follow",
    referrer_policy: "",
};

/// What an element starts from that has a `crossorigin` attribute, where it is not set:
/// <https://html.spec.whatwg.org/#create-a-potential-cors-request>. It is also what a style sheet requests without
/// CORS: <https://drafts.csswg.org/css-values-4/#fetch-a-style-resource>.
pub(super) const fn no_cors(destination: &'static str) -> RequestParameters<'static> {
    RequestParameters {
        destination,
        mode: "no-cors",
        credentials: "include",
        redirect: "follow",
        referrer_policy: "",
    }
}

/// What a style sheet requests with CORS: <https://drafts.csswg.org/css-values-4/#fetch-a-style-resource>. Modules
/// start from the same.
pub(super) const fn cors(destination: &'static str) -> RequestParameters<'static> {
    RequestParameters { destination, ..SCRIPT_REQUEST }
}

/// What a worker starts from: <https://html.spec.whatwg.org/#fetch-a-classic-worker-script>. The element `use` of SVG starts from
/// the same.
pub(super) const fn same_origin(destination: &'static str) -> RequestParameters<'static> {
    RequestParameters { mode: "same-origin", ..cors(destination) }
}

/// What a navigation starts from: <https://html.spec.whatwg.org/#create-navigation-params-by-fetching>.
pub(super) const fn navigation(destination: &'static str) -> RequestParameters<'static> {
    RequestParameters { mode: "navigate", ..no_cors(destination) }
}

/// The options of an element with a `crossorigin` attribute.
pub(super) const ELEMENT_OPTIONS: &[Accepts] =
    &[CROSSORIGIN_OPTION, one_of(StepOption::ReferrerPolicy, REFERRER_POLICIES)];

/// The options of an element with the attribute `integrity` too.
pub(super) const INTEGRITY_OPTIONS: &[Accepts] = &[
    CROSSORIGIN_OPTION,
    one_of(StepOption::ReferrerPolicy, REFERRER_POLICIES),
    any(StepOption::Integrity),
];

/// The option of an element with the attribute `crossorigin`, and without `referrerpolicy`.
pub(super) const CROSSORIGIN_OPTION: Accepts = one_of(StepOption::Crossorigin, CROSSORIGIN);

/// The reads of what is fetched with CORS, and of what another origin cannot load at all.
pub(super) const ALLOWED_OR_NOT: &[&str] = &["allowed", "blocked", "refused"];

/// The reads of what can be fetched without CORS.
pub(super) const ALL_READS: &[&str] = &["allowed", "opaque", "blocked", "refused"];

/// The reads of what script never reads.
pub(super) const OPAQUE_OR_NOT: &[&str] = &["opaque", "blocked", "refused"];
