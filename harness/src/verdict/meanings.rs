//! Maps the engines' names of reasons to reasons of the standard.

/// The meaning of a name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    /// One of these reasons, at any stage. Empty: a rule that only the engine has.
    OneOf(&'static [Reason]),
    /// One of these reasons, at this stage.
    At(Stage, &'static [Reason]),
    /// The request failed; the name does not say why.
    Vague,
}

use Meaning::{At, OneOf, Vague};
use Stage::{CorsCheck, CorsPreflight};
use cors_model::{Reason, Refusal, Stage};

impl Meaning {
    /// The meaning of a name; `None` for an unknown one.
    pub(super) fn of(code: &str) -> Option<Self> {
        MEANINGS.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning)
    }

    /// Whether it can mean this denial.
    pub(super) fn covers(self, refusal: &Refusal) -> bool {
        match self {
            OneOf(reasons) => reasons.contains(&refusal.reason),
            At(stage, reasons) => stage == refusal.stage && reasons.contains(&refusal.reason),
            Vague => false,
        }
    }
}

const SEVERAL: &[Reason] = &[Reason::SeveralAllowOrigins, Reason::AllowOriginMismatch];
const MISMATCH: &[Reason] = &[Reason::AllowOriginMismatch];
const MISSING: &[Reason] = &[Reason::MissingAllowOrigin];
const WILDCARD: &[Reason] = &[Reason::WildcardWithCredentials];
const CREDENTIALS: &[Reason] = &[Reason::MissingAllowCredentials, Reason::AllowCredentialsNotTrue];
const STATUS: &[Reason] = &[Reason::PreflightStatus];
const METHOD: &[Reason] = &[Reason::MethodNotAllowed, Reason::MethodWildcardWithCredentials];
const HEADER: &[Reason] = &[
    Reason::HeaderNotAllowed,
    Reason::HeaderWildcardWithCredentials,
    Reason::AuthorizationNotListed,
];
const NOT_HTTP: &[Reason] = &[Reason::NotHttp, Reason::LocationNotHttp];
const USERINFO: &[Reason] =
    &[Reason::LocationWithCredentials, Reason::LocationWithCredentialsAfterCors];

/// Every name that the engines use for withholding a response from script: for Chromium
/// `Network.CorsError`, `Network.BlockedReason`, and the network errors that follow from a rule;
/// for Firefox the names of its console messages.
#[rustfmt::skip]
pub(super) const MEANINGS: &[(&str, Meaning)] = &[
    ("DisallowedByMode", OneOf(&[Reason::SameOriginMode])),
    ("InvalidResponse", Vague),
    ("WildcardOriginNotAllowed", At(CorsCheck, WILDCARD)),
    ("MissingAllowOriginHeader", At(CorsCheck, MISSING)),
    ("MultipleAllowOriginValues", At(CorsCheck, SEVERAL)),
    ("InvalidAllowOriginValue", At(CorsCheck, MISMATCH)),
    ("AllowOriginMismatch", At(CorsCheck, MISMATCH)),
    ("InvalidAllowCredentials", At(CorsCheck, CREDENTIALS)),
    ("CorsDisabledScheme", OneOf(NOT_HTTP)),
    ("PreflightInvalidStatus", OneOf(STATUS)),
    ("PreflightDisallowedRedirect", OneOf(STATUS)),
    ("PreflightWildcardOriginNotAllowed", At(CorsPreflight, WILDCARD)),
    ("PreflightMissingAllowOriginHeader", At(CorsPreflight, MISSING)),
    ("PreflightMultipleAllowOriginValues", At(CorsPreflight, SEVERAL)),
    ("PreflightInvalidAllowOriginValue", At(CorsPreflight, MISMATCH)),
    ("PreflightAllowOriginMismatch", At(CorsPreflight, MISMATCH)),
    ("PreflightInvalidAllowCredentials", At(CorsPreflight, CREDENTIALS)),
    ("InvalidAllowMethodsPreflightResponse", OneOf(&[Reason::UnparsableAllowMethods])),
    ("InvalidAllowHeadersPreflightResponse", OneOf(&[Reason::UnparsableAllowHeaders])),
    ("MethodDisallowedByPreflightResponse", OneOf(METHOD)),
    ("HeaderDisallowedByPreflightResponse", OneOf(HEADER)),
    ("RedirectContainsCredentials", OneOf(USERINFO)),
    ("NoCorsRedirectModeNotFollow", OneOf(&[Reason::NoCorsRedirectMode])),
    ("InsecureLocalNetwork", OneOf(&[])),
    ("InvalidLocalNetworkAccess", OneOf(&[])),
    ("LocalNetworkAccessPermissionDenied", OneOf(&[])),

    ("other", Vague),
    ("csp", OneOf(&[])),
    ("mixed-content", OneOf(&[Reason::MixedContent])),
    ("origin", OneOf(&[Reason::SameOriginMode])),
    ("inspector", OneOf(&[])),
    ("integrity", OneOf(&[])),
    ("subresource-filter", OneOf(&[])),
    ("content-type", OneOf(&[])),
    ("coep-frame-resource-needs-coep-header", OneOf(&[])),
    ("coop-sandboxed-iframe-cannot-navigate-to-coop-page", OneOf(&[])),
    ("corp-not-same-origin", OneOf(&[Reason::EmbeddingNotAllowed])),
    ("corp-not-same-origin-after-defaulted-to-same-origin-by-coep", OneOf(&[])),
    ("corp-not-same-origin-after-defaulted-to-same-origin-by-dip", OneOf(&[])),
    ("corp-not-same-origin-after-defaulted-to-same-origin-by-coep-and-dip", OneOf(&[])),
    ("corp-not-same-site", OneOf(&[Reason::EmbeddingNotAllowed])),
    ("sri-message-signature-mismatch", OneOf(&[])),

    ("net::ERR_ALPN_NEGOTIATION_FAILED", OneOf(&[Reason::StreamedBodyOverHttp1])),
    ("net::ERR_CACHE_MISS", OneOf(&[Reason::NotCached])),
    ("net::ERR_INVALID_REDIRECT", OneOf(&[Reason::InvalidLocation])),
    ("net::ERR_TOO_MANY_REDIRECTS", OneOf(&[Reason::TooManyRedirects])),
    ("net::ERR_UNSAFE_PORT", OneOf(&[Reason::BadPort])),
    ("net::ERR_UNSAFE_REDIRECT", OneOf(&[Reason::LocationNotHttp])),

    ("CORSDisabled", OneOf(&[])),
    ("CORSDidNotSucceed2", Vague),
    ("CORSOriginHeaderNotAdded", OneOf(&[])),
    ("CORSExternalRedirectNotAllowed", OneOf(STATUS)),
    ("CORSRequestNotHttp", OneOf(NOT_HTTP)),
    ("CORSMissingAllowOrigin2", OneOf(MISSING)),
    ("CORSMultipleAllowOriginNotAllowed", OneOf(SEVERAL)),
    ("CORSAllowOriginNotMatchingOrigin", OneOf(SEVERAL)),
    ("CORSNotSupportingCredentials", OneOf(WILDCARD)),
    ("CORSMethodNotFound", OneOf(METHOD)),
    ("CORSMissingAllowCredentials", OneOf(CREDENTIALS)),
    ("CORSPreflightDidNotSucceed3", OneOf(STATUS)),
    ("CORSInvalidAllowMethod", OneOf(&[Reason::UnparsableAllowMethods])),
    ("CORSInvalidAllowHeader", OneOf(&[Reason::UnparsableAllowHeaders])),
    ("CORSMissingAllowHeaderFromPreflight2", OneOf(HEADER)),
    ("BlockMixedActiveContent", OneOf(&[Reason::MixedContent])),
];
