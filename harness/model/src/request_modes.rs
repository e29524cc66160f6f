//! The words that describe a request: its destination, modes and policies, spelled as in the standards.

use url::Url;

macro_rules! keywords {
    ($(#[$about:meta])* $kind:ident: $($variant:ident $word:literal)+) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum $kind { $(#[doc = concat!("`", $word, "`")] $variant,)+ }

        impl $kind {
            /// All values, in the order of the standard.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The value with this name. Names are case-sensitive.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name)
            }

            /// The name of the value.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

keywords! {
    /// What the response is for: <https://fetch.spec.whatwg.org/#concept-request-destination>.
    Destination:
    Empty ""
    Audio "audio"
    AudioWorklet "audioworklet"
    Document "document"
    Font "font"
    Iframe "iframe"
    Image "image"
    Json "json"
    Manifest "manifest"
    Object "object"
    PaintWorklet "paintworklet"
    Report "report"
    Script "script"
    ServiceWorker "serviceworker"
    SharedWorker "sharedworker"
    Style "style"
    Text "text"
    Track "track"
    Video "video"
    Worker "worker"
    Xslt "xslt"
}

impl Destination {
    /// <https://fetch.spec.whatwg.org/#request-destination-script-like>
    pub(super) fn is_script_like(self) -> bool {
        matches!(
            self,
            Self::AudioWorklet
                | Self::PaintWorklet
                | Self::Script
                | Self::ServiceWorker
                | Self::SharedWorker
                | Self::Worker
        )
    }
}

keywords! {
    /// <https://fetch.spec.whatwg.org/#concept-request-mode>. `webtransport` is left out.
    Mode:
    SameOrigin "same-origin"
    Cors "cors"
    NoCors "no-cors"
    Navigate "navigate"
    WebSocket "websocket"
}

keywords! {
    /// When cookies and other credentials are sent: <https://fetch.spec.whatwg.org/#concept-request-credentials-mode>.
    CredentialsMode:
    Omit "omit"
    SameOrigin "same-origin"
    Include "include"
}

keywords! {
    /// How the HTTP cache is used: <https://fetch.spec.whatwg.org/#concept-request-cache-mode>.
    CacheMode:
    Default "default"
    NoStore "no-store"
    Reload "reload"
    NoCache "no-cache"
    ForceCache "force-cache"
    OnlyIfCached "only-if-cached"
}

keywords! {
    /// What happens at a redirect: <https://fetch.spec.whatwg.org/#concept-request-redirect-mode>.
    RedirectMode:
    Follow "follow"
    Error "error"
    Manual "manual"
}

keywords! {
    /// <https://w3c.github.io/webappsec-referrer-policy/#referrer-policies>. The empty one leaves the policy to the client.
    ReferrerPolicy:
    Empty ""
    NoReferrer "no-referrer"
    NoReferrerWhenDowngrade "no-referrer-when-downgrade"
    SameOrigin "same-origin"
    Origin "origin"
    StrictOrigin "strict-origin"
    OriginWhenCrossOrigin "origin-when-cross-origin"
    StrictOriginWhenCrossOrigin "strict-origin-when-cross-origin"
    UnsafeUrl "unsafe-url"
}

/// <https://fetch.spec.whatwg.org/#concept-request-referrer>
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Referrer {
    /// `no-referrer`
    NoReferrer,
    /// `client`: the URL of the client.
    Client,
    /// A URL.
    Url(Url),
}

/// <https://fetch.spec.whatwg.org/#concept-request-response-tainting>
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ResponseTainting {
    Basic,
    Cors,
    Opaque,
}
