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
    Construction "construction" at "dom-request" "The API refuses the call before there is a \
    request."
    MainFetch "main-fetch" at "main-fetch" "The request is refused before it leaves the browser."
    CorsPreflight "cors-preflight" at "cors-preflight-fetch" "The preflight fails."
    CorsCheck "cors-check" at "cors-check" "The response fails the CORS check."
    ResourcePolicy "resource-policy" at "cross-origin-resource-policy-check"
        "The response fails the Cross-Origin-Resource-Policy check."
    Redirect "redirect" at "http-redirect-fetch" "The redirect is not followed."
    Network "network" at "http-network-or-cache-fetch" "There is no response."
}

named! {
    /// Why a request ended.
    Reason:
    InvalidUrl "invalid-url" at "dom-request" "The URL cannot be parsed."
    UrlWithCredentials "url-with-credentials" at "dom-request" "fetch() rejects a URL with a user \
    name or a password."
    InvalidMethod "invalid-method" at "concept-method" "The method is not a token."
    ForbiddenMethod "forbidden-method" at "forbidden-method" "Script cannot use the methods \
    CONNECT, TRACE and TRACK."
    InvalidHeaderName "invalid-header-name" at "header-name" "The header name is not a token."
    InvalidHeaderValue "invalid-header-value" at "header-value"
        "The header value contains a NUL, a line break, or a character beyond U+00FF."
    UnknownMode "unknown-mode" at "requestmode" "There is no such mode."
    NavigateMode "navigate-mode" at "dom-request" "Script cannot make a navigation request."
    UnknownRedirectMode "unknown-redirect-mode" at "requestredirect" "There is no such redirect \
    mode."
    UnknownCacheMode "unknown-cache-mode" at "requestcache" "There is no such cache mode."
    UnknownReferrerPolicy "unknown-referrer-policy" at "requestinit" "There is no such referrer \
    policy."
    OnlyIfCachedElsewhere "only-if-cached-elsewhere" at "dom-request"
        "The cache mode only-if-cached needs the mode same-origin."
    NoCorsMethod "no-cors-method" at "dom-request" "The mode no-cors allows only GET, HEAD and \
    POST."
    BodyWithoutPlace "body-without-place" at "dom-request" "A GET or HEAD request cannot have a \
    body."
    StreamedBodyMode "streamed-body-mode" at "dom-request"
        "A streamed body needs the mode cors or same-origin."
    BadPort "bad-port" at "port-blocking" "The port is blocked, because it belongs to another \
    protocol."
    MixedContent "mixed-content" at "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"
        "The request is mixed content: a page on HTTPS cannot fetch over plain HTTP."
    SameOriginMode "same-origin-mode" at "main-fetch" "The mode same-origin does not allow a URL \
    of another origin."
    NoCorsRedirectMode "no-cors-redirect-mode" at "main-fetch"
        "The mode no-cors allows only the redirect mode follow."
    NotHttp "not-http" at "main-fetch" "CORS requests use HTTP or HTTPS only."
    MissingAllowOrigin "missing-allow-origin" at "cors-check"
        "The response has no Access-Control-Allow-Origin."
    WildcardWithCredentials "wildcard-with-credentials" at "cors-check"
        "The Access-Control-Allow-Origin header is `*`, which is not accepted for credentialed \
        requests."
    SeveralAllowOrigins "several-allow-origins" at "cors-check"
        "There are several Access-Control-Allow-Origin headers, and their joined value is not an \
        origin."
    AllowOriginMismatch "allow-origin-mismatch" at "cors-check"
        "Access-Control-Allow-Origin is not equal to the origin of the request."
    MissingAllowCredentials "missing-allow-credentials" at "cors-check"
        "The response to a credentialed request has no Access-Control-Allow-Credentials."
    AllowCredentialsNotTrue "allow-credentials-not-true" at "cors-check"
        "The response to a credentialed request has an Access-Control-Allow-Credentials that is \
        not `true`."
    PreflightStatus "preflight-status" at "cors-preflight-fetch" "The preflight response does not \
    have an ok status (200 to 299)."
    UnparsableAllowMethods "unparsable-allow-methods" at "cors-preflight-fetch"
        "Access-Control-Allow-Methods is not a list of methods."
    UnparsableAllowHeaders "unparsable-allow-headers" at "cors-preflight-fetch"
        "Access-Control-Allow-Headers is not a list of header names."
    MethodNotAllowed "method-not-allowed" at "cors-preflight-fetch"
        "The preflight response does not list the method."
    MethodWildcardWithCredentials "method-wildcard-with-credentials" at "cors-preflight-fetch"
        "The preflight response does not list the method; `*` is not a wildcard for credentialed \
        requests."
    AuthorizationNotListed "authorization-not-listed" at "cors-non-wildcard-request-header-name"
        "The preflight response does not list Authorization; `*` does not cover it."
    HeaderNotAllowed "header-not-allowed" at "cors-preflight-fetch"
        "The preflight response does not list the header."
    HeaderWildcardWithCredentials "header-wildcard-with-credentials" at "cors-preflight-fetch"
        "The preflight response does not list the header; `*` is not a wildcard for credentialed \
        requests."
    EmbeddingNotAllowed "embedding-not-allowed" at "cross-origin-resource-policy-internal-check"
        "Cross-Origin-Resource-Policy allows the response only for its own origin or site."
    RedirectModeError "redirect-mode-error" at "http-fetch" "The redirect mode error does not \
    allow redirects."
    InvalidLocation "invalid-location" at "http-redirect-fetch" "The Location cannot be parsed."
    LocationNotHttp "location-not-http" at "http-redirect-fetch" "The Location is not an HTTP or \
    HTTPS URL."
    TooManyRedirects "too-many-redirects" at "http-redirect-fetch" "There are more than twenty \
    redirects."
    LocationWithCredentials "location-with-credentials" at "http-redirect-fetch"
        "A redirect to another origin has a user name or a password in its URL."
    LocationWithCredentialsAfterCors "location-with-credentials-after-cors" at "http-redirect-fetch"
        "After a redirect to another origin, a redirect has a user name or a password in its URL."
    StreamedBodyRedirected "streamed-body-redirected" at "http-redirect-fetch"
        "A streamed body cannot be sent again."
    NotCached "not-cached" at "http-network-or-cache-fetch"
        "The cache mode only-if-cached sends no request, and the cache has no response."
    StreamedBodyOverHttp1 "streamed-body-over-http1" at "http-network-fetch"
        "A streamed body is not sent over HTTP/1.x."
    NoServer "no-server" at "http-network-fetch" "There is no server."
}
