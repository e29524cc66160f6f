//! Why something is denied: a name, a sentence and an anchor for each reason.

macro_rules! named {
    (
        $(#[$about:meta])* $kind:ident:
        $($variant:ident $name:literal at $anchor:literal $sentence:literal)+
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
        pub enum $kind { $(#[doc = $sentence] $variant,)+ }

        impl $kind {
            /// All of them, in the order of the standard.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name for machines.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The sentence for people.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),+ }
            }

            /// Its place in the standard: a fragment of <https://fetch.spec.whatwg.org/>, or the
            /// whole URL in another standard.
            pub fn anchor(self) -> &'static str {
                match self { $(Self::$variant => $anchor),+ }
            }
        }
    };
}

named! {
    /// Where in the standard a request ended.
    Stage:
    Construction "construction" at "dom-request" "The call is refused before there is a request."
    MainFetch "main-fetch" at "main-fetch" "The request is refused before it leaves the browser."
    CorsPreflight "cors-preflight" at "cors-preflight-fetch" "The server was asked first and did not agree."
    CorsCheck "cors-check" at "cors-check" "The response does not allow this origin to read it."
    ResourcePolicy "resource-policy" at "cross-origin-resource-policy-check"
        "The response does not let other origins embed it."
    Redirect "redirect" at "http-redirect-fetch" "The redirect is not followed."
    Network "network" at "http-network-or-cache-fetch" "There is no response."
}

named! {
    /// Why a request ended.
    Reason:
    InvalidUrl "invalid-url" at "dom-request" "The URL cannot be parsed."
    UrlWithCredentials "url-with-credentials" at "dom-request" "fetch() takes no URL with a user name or a password."
    InvalidMethod "invalid-method" at "concept-method" "The method is not a token."
    ForbiddenMethod "forbidden-method" at "forbidden-method" "CONNECT, TRACE and TRACK are closed to script."
    InvalidHeaderName "invalid-header-name" at "header-name" "The header name is not a token."
    InvalidHeaderValue "invalid-header-value" at "header-value"
        "The header value holds a NUL, a line break, or a character beyond U+00FF."
    UnknownMode "unknown-mode" at "requestmode" "There is no such mode."
    NavigateMode "navigate-mode" at "dom-request" "Script cannot make a navigation request."
    UnknownRedirectMode "unknown-redirect-mode" at "requestredirect" "There is no such redirect mode."
    UnknownCacheMode "unknown-cache-mode" at "requestcache" "There is no such cache mode."
    UnknownReferrerPolicy "unknown-referrer-policy" at "requestinit" "There is no such referrer policy."
    OnlyIfCachedElsewhere "only-if-cached-elsewhere" at "dom-request"
        "The cache mode only-if-cached needs the mode same-origin."
    NoCorsMethod "no-cors-method" at "dom-request" "The mode no-cors takes GET, HEAD and POST only."
    BodyWithoutPlace "body-without-place" at "dom-request" "GET and HEAD have no body."
    StreamedBodyMode "streamed-body-mode" at "dom-request"
        "A streamed body needs the mode cors or same-origin."
    BadPort "bad-port" at "port-blocking" "The port belongs to another protocol."
    MixedContent "mixed-content" at "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"
        "A page that is delivered securely may not fetch over plain HTTP."
    SameOriginMode "same-origin-mode" at "main-fetch" "The mode same-origin takes no URL of another origin."
    NoCorsRedirectMode "no-cors-redirect-mode" at "main-fetch"
        "The mode no-cors follows redirects; it takes no other redirect mode."
    NotHttp "not-http" at "main-fetch" "CORS is spoken over HTTP and HTTPS only."
    MissingAllowOrigin "missing-allow-origin" at "cors-check"
        "The response has no Access-Control-Allow-Origin."
    WildcardWithCredentials "wildcard-with-credentials" at "cors-check"
        "With credentials included, `*` stands for no origin."
    SeveralAllowOrigins "several-allow-origins" at "cors-check"
        "Several Access-Control-Allow-Origin lines are joined, and the joined value is no origin."
    AllowOriginMismatch "allow-origin-mismatch" at "cors-check"
        "Access-Control-Allow-Origin is not, byte for byte, the origin of the request."
    MissingAllowCredentials "missing-allow-credentials" at "cors-check"
        "Credentials were included and the response has no Access-Control-Allow-Credentials."
    AllowCredentialsNotTrue "allow-credentials-not-true" at "cors-check"
        "Credentials were included and Access-Control-Allow-Credentials is not exactly `true`."
    PreflightStatus "preflight-status" at "cors-preflight-fetch" "The status of a preflight response is to be 200 to 299."
    UnparsableAllowMethods "unparsable-allow-methods" at "cors-preflight-fetch"
        "Access-Control-Allow-Methods is not a list of methods."
    UnparsableAllowHeaders "unparsable-allow-headers" at "cors-preflight-fetch"
        "Access-Control-Allow-Headers is not a list of header names."
    MethodNotAllowed "method-not-allowed" at "cors-preflight-fetch"
        "The preflight response does not list the method."
    MethodWildcardWithCredentials "method-wildcard-with-credentials" at "cors-preflight-fetch"
        "With credentials included, `*` in Access-Control-Allow-Methods is a method of that name."
    AuthorizationNotListed "authorization-not-listed" at "cors-non-wildcard-request-header-name"
        "Authorization is to be listed by name; `*` does not cover it."
    HeaderNotAllowed "header-not-allowed" at "cors-preflight-fetch"
        "The preflight response does not list the header."
    HeaderWildcardWithCredentials "header-wildcard-with-credentials" at "cors-preflight-fetch"
        "With credentials included, `*` in Access-Control-Allow-Headers is a header of that name."
    EmbeddingNotAllowed "embedding-not-allowed" at "cross-origin-resource-policy-internal-check"
        "Cross-Origin-Resource-Policy keeps the response to its own origin or site."
    RedirectModeError "redirect-mode-error" at "http-fetch" "The redirect mode error takes no redirect."
    InvalidLocation "invalid-location" at "http-redirect-fetch" "The Location cannot be parsed."
    LocationNotHttp "location-not-http" at "http-redirect-fetch" "The Location leads away from HTTP."
    TooManyRedirects "too-many-redirects" at "http-redirect-fetch" "Twenty redirects are followed, not more."
    LocationWithCredentials "location-with-credentials" at "http-redirect-fetch"
        "A redirect to another origin may not bring a user name or a password."
    LocationWithCredentialsAfterCors "location-with-credentials-after-cors" at "http-redirect-fetch"
        "After another origin was met, no redirect may bring a user name or a password."
    StreamedBodyRedirected "streamed-body-redirected" at "http-redirect-fetch"
        "A streamed body cannot be sent a second time."
    NotCached "not-cached" at "http-network-or-cache-fetch"
        "The cache mode only-if-cached asks nobody, and the cache has no response."
    StreamedBodyOverHttp1 "streamed-body-over-http1" at "http-network-fetch"
        "A streamed body is not sent over HTTP/1.x."
    NoServer "no-server" at "http-network-fetch" "There is no server."
}
