//! The options of a step: their keys, what they are, and the words that they can have.

/// An option of a step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StepOption {
    /// The request's method.
    Method,
    /// Header lines that script sets.
    Headers,
    /// The text that the body is made of.
    Body,
    /// The object that is given to the API as the body.
    BodyAs,
    /// The type of a `Blob`.
    BlobType,
    /// The object that is given to the API as the headers.
    HeadersAs,
    /// The user name of `XMLHttpRequest`.
    Username,
    /// The password of `XMLHttpRequest`.
    Password,
    /// Whether listeners are registered on the upload object.
    UploadListeners,
    /// The credentials mode.
    Credentials,
    /// The mode.
    Mode,
    /// The redirect mode.
    Redirect,
    /// The cache mode.
    Cache,
    /// The referrer policy.
    ReferrerPolicy,
    /// The `crossorigin` attribute.
    Crossorigin,
    /// Whether the request outlives its page.
    Keepalive,
    /// Whether `XMLHttpRequest` is asynchronous.
    Async,
    /// The `as` attribute of a preload.
    As,
    /// The integrity metadata.
    Integrity,
    /// Where the response of a form is shown.
    Target,
    /// When script aborts the call.
    Abort,
    /// How script aborts the call.
    AbortBy,
}

impl StepOption {
    /// All there are, in the order of the documentation.
    pub const ALL: &'static [Self] = &[
        Self::Method,
        Self::Headers,
        Self::Body,
        Self::BodyAs,
        Self::BlobType,
        Self::HeadersAs,
        Self::Username,
        Self::Password,
        Self::UploadListeners,
        Self::Credentials,
        Self::Mode,
        Self::Redirect,
        Self::Cache,
        Self::ReferrerPolicy,
        Self::Crossorigin,
        Self::Keepalive,
        Self::Async,
        Self::As,
        Self::Integrity,
        Self::Target,
        Self::Abort,
        Self::AbortBy,
    ];

    /// The key in a case.
    pub fn key(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Headers => "headers",
            Self::Body => "body",
            Self::BodyAs => "body-as",
            Self::BlobType => "blob-type",
            Self::HeadersAs => "headers-as",
            Self::Username => "username",
            Self::Password => "password",
            Self::UploadListeners => "upload-listeners",
            Self::Credentials => "credentials",
            Self::Mode => "mode",
            Self::Redirect => "redirect",
            Self::Cache => "cache",
            Self::ReferrerPolicy => "referrer-policy",
            Self::Crossorigin => "crossorigin",
            Self::Keepalive => "keepalive",
            Self::Async => "async",
            Self::As => "as",
            Self::Integrity => "integrity",
            Self::Target => "target",
            Self::Abort => "abort",
            Self::AbortBy => "abort-by",
        }
    }

    /// What its value is, for a reader who wrote something else.
    pub fn about(self) -> &'static str {
        match self {
            Self::Method => "a method, by default `GET`",
            Self::Headers => "a list of header lines: `- Name: value`",
            Self::Body => "text; JSON goes into single quotes: '{\"a\": 1}'",
            Self::BodyAs => "`text`, `url-search-params`, `form-data`, `blob` or `stream`",
            Self::BlobType => "the type of the `Blob`: `application/json`",
            Self::HeadersAs => "`pairs`, `record` or `headers`",
            Self::Username => "the user name for HTTP authentication",
            Self::Password => "the password for HTTP authentication",
            Self::UploadListeners => "`\"true\"` or `\"false\"`",
            Self::Credentials => "`omit`, `same-origin` or `include`",
            Self::Mode => "`cors`, `no-cors` or `same-origin`",
            Self::Redirect => "`follow`, `error` or `manual`",
            Self::Cache => "a cache mode of fetch(): `no-store`",
            Self::ReferrerPolicy => "a policy of the Referrer Policy standard: `no-referrer`",
            Self::Crossorigin => "`none` (no attribute), `anonymous` or `use-credentials`",
            Self::Keepalive => "`\"true\"` or `\"false\"`",
            Self::Async => "`\"true\"` or `\"false\"`",
            Self::Abort => "`before`, `preflight` or `request`",
            Self::AbortBy => "`abort` or `timeout`; of fetch() `leave` too",
            Self::As => "what is preloaded: `script`, `style`, `image`, `font`, `track` or `fetch`",
            Self::Integrity => "hashes of the body: `sha256-…`",
            Self::Target => "`frame` or `window`, a new one",
        }
    }

    /// The option with this key.
    pub fn named(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|option| option.key() == key)
    }
}

/// An option that an initiator takes.
#[derive(Debug)]
pub struct Accepts {
    /// The option.
    pub option: StepOption,
    /// The words that it can have; without any, its value is free.
    pub words: &'static [&'static str],
}

/// An option with any value.
pub(super) const fn any(option: StepOption) -> Accepts {
    Accepts { option, words: &[] }
}

/// An option with one of these words.
pub(super) const fn one_of(option: StepOption, words: &'static [&'static str]) -> Accepts {
    Accepts { option, words }
}

/// <https://fetch.spec.whatwg.org/#bodyinit-unions>
pub(super) const FETCH_BODIES: &[&str] =
    &["text", "url-search-params", "form-data", "blob", "stream"];
/// XMLHttpRequest sends no streams: <https://xhr.spec.whatwg.org/#the-send()-method>.
pub(super) const XHR_BODIES: &[&str] = &["text", "url-search-params", "form-data", "blob"];
/// <https://fetch.spec.whatwg.org/#typedefdef-headersinit>, and a `Headers` object.
pub(super) const HEADERS_INITS: &[&str] = &["pairs", "record", "headers"];
/// <https://fetch.spec.whatwg.org/#requestcredentials>
pub(super) const CREDENTIALS_MODES: &[&str] = &["omit", "same-origin", "include"];
/// <https://fetch.spec.whatwg.org/#requestmode>, without `navigate`, which fetch() refuses.
pub(super) const MODES: &[&str] = &["cors", "no-cors", "same-origin"];
/// <https://fetch.spec.whatwg.org/#requestredirect>
pub(super) const REDIRECT_MODES: &[&str] = &["follow", "error", "manual"];
/// <https://fetch.spec.whatwg.org/#requestcache>
pub(super) const CACHE_MODES: &[&str] =
    &["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"];
/// <https://html.spec.whatwg.org/#cors-settings-attribute>, and `none` for an element without it.
pub(super) const CROSSORIGIN: &[&str] = &["none", "anonymous", "use-credentials"];
/// <https://html.spec.whatwg.org/#translate-a-preload-destination>. `fetch` is the empty destination.
pub(super) const PRELOADS: &[&str] = &["fetch", "font", "image", "script", "style", "track"];
/// When a call is aborted. An `XMLHttpRequest` can be aborted after send().
pub(super) const FETCH_ABORTS: &[&str] = &["before", "preflight", "request"];
/// See [`FETCH_ABORTS`].
pub(super) const XHR_ABORTS: &[&str] = &["preflight", "request"];
/// How a call is aborted: by script, because a time has passed, or because its document goes away.
pub(super) const FETCH_ABORTS_BY: &[&str] = &["abort", "timeout", "leave"];
/// See [`FETCH_ABORTS_BY`].
pub(super) const XHR_ABORTS_BY: &[&str] = &["abort", "timeout"];
/// Whether something is so.
pub(super) const BOOLEAN: &[&str] = &["true", "false"];
/// <https://w3c.github.io/webappsec-referrer-policy/#enumdef-referrerpolicy>
pub(super) const REFERRER_POLICIES: &[&str] = &[
    "",
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];
/// Those that a `Referrer-Policy` header can name: all but the empty string.
pub(crate) const REFERRER_POLICY_NAMES: &[&str] = REFERRER_POLICIES.split_at(1).1;
