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

            /// The URL of its place in the standard.
            pub fn link(self) -> String {
                match self.anchor() {
                    url if url.starts_with("https://") => url.to_owned(),
                    fragment => format!("https://fetch.spec.whatwg.org/#{fragment}"),
                }
            }
        }
    };
}

named! {
    /// Where in the standard a request ended.
    Stage:
    Construction "construction" at "dom-request" "The API throws before it makes a request."
    MainFetch "main-fetch" at "main-fetch" "The browser blocks the request before it is sent."
    CorsPreflight "cors-preflight" at "cors-preflight-fetch" "The response to the preflight request does not allow the request."
    CorsCheck "cors-check" at "cors-check" "The response does not pass the CORS check."
    ResourcePolicy "resource-policy" at "cross-origin-resource-policy-check"
        "The Cross-Origin-Resource-Policy header blocks the response."
    ServiceWorker "service-worker" at "http-fetch" "The browser does not accept the response of the service worker."
    Redirect "redirect" at "http-redirect-fetch" "The browser does not follow the redirect."
    Network "network" at "http-network-or-cache-fetch" "There is no response."
    Use "use" at "https://html.spec.whatwg.org/#fetching-resources" "The initiator cannot use the response."
}

named! {
    /// Why a request ended.
    Reason:
    InvalidUrl "invalid-url" at "dom-request" "The URL cannot be parsed."
    UrlWithCredentials "url-with-credentials" at "dom-request" "fetch() does not accept a URL with a username or a password."
    InvalidMethod "invalid-method" at "concept-method" "The method is not a token."
    ForbiddenMethod "forbidden-method" at "forbidden-method" "Script cannot use the methods CONNECT, TRACE and TRACK."
    InvalidHeaderName "invalid-header-name" at "header-name" "The header name is not a token."
    InvalidHeaderValue "invalid-header-value" at "header-value"
        "The header value contains a NUL, a line break, or a character above U+00FF."
    UnknownMode "unknown-mode" at "requestmode" "The value of `mode` is not a request mode."
    NavigateMode "navigate-mode" at "dom-request" "Script cannot use the mode `navigate`."
    UnknownRedirectMode "unknown-redirect-mode" at "requestredirect" "The value of `redirect` is not a redirect mode."
    UnknownCacheMode "unknown-cache-mode" at "requestcache" "The value of `cache` is not a cache mode."
    UnknownReferrerPolicy "unknown-referrer-policy" at "requestinit"
        "The value of `referrerPolicy` is not a referrer policy."
    OnlyIfCachedElsewhere "only-if-cached-elsewhere" at "dom-request"
        "The cache mode `only-if-cached` requires the mode `same-origin`."
    NoCorsMethod "no-cors-method" at "dom-request" "The mode `no-cors` allows only the methods GET, HEAD and POST."
    BodyWithoutPlace "body-without-place" at "dom-request" "A request with the method GET or HEAD cannot have a body."
    StreamedBodyMode "streamed-body-mode" at "dom-request"
        "A request with a stream as its body requires the mode `cors` or `same-origin`."
    RegistrationFromAboutUrl "registration-from-about-url" at "https://w3c.github.io/ServiceWorker/#register-algorithm"
        "The URL of the document is about:blank or about:srcdoc, and a service worker has to be same-origin with that URL."
    BadPort "bad-port" at "port-blocking" "The port is on the list of blocked ports."
    MixedContent "mixed-content" at "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"
        "A page loaded over HTTPS cannot request a URL over HTTP: the browser blocks mixed content."
    ContentSecurityPolicy "content-security-policy" at "https://w3c.github.io/webappsec-csp/#should-block-request"
        "The Content-Security-Policy of the page does not allow the URL."
    SameOriginMode "same-origin-mode" at "main-fetch" "The URL is cross-origin, and the mode is `same-origin`."
    NoCorsRedirectMode "no-cors-redirect-mode" at "main-fetch"
        "The mode `no-cors` requires the redirect mode `follow`."
    NotHttp "not-http" at "main-fetch" "CORS requests require a URL with the scheme http or https."
    MissingAllowOrigin "missing-allow-origin" at "cors-check"
        "The response has no Access-Control-Allow-Origin header."
    WildcardWithCredentials "wildcard-with-credentials" at "cors-check"
        "The Access-Control-Allow-Origin header is `*`, which browsers reject for credentialed requests."
    SeveralAllowOrigins "several-allow-origins" at "cors-check"
        "The response has several Access-Control-Allow-Origin headers, but only one is allowed."
    AllowOriginMismatch "allow-origin-mismatch" at "cors-check"
        "The Access-Control-Allow-Origin header is not equal to the origin of the request."
    MissingAllowCredentials "missing-allow-credentials" at "cors-check"
        "The request is credentialed, and the response has no Access-Control-Allow-Credentials header."
    AllowCredentialsNotTrue "allow-credentials-not-true" at "cors-check"
        "The request is credentialed, and the Access-Control-Allow-Credentials header is not `true`."
    PreflightStatus "preflight-status" at "cors-preflight-fetch"
        "The status of the preflight response is not an ok status, 200 to 299."
    UnparsableAllowMethods "unparsable-allow-methods" at "cors-preflight-fetch"
        "The Access-Control-Allow-Methods header of the preflight response cannot be parsed as a list of methods."
    UnparsableAllowHeaders "unparsable-allow-headers" at "cors-preflight-fetch"
        "The Access-Control-Allow-Headers header of the preflight response cannot be parsed as a list of header names."
    MethodNotAllowed "method-not-allowed" at "cors-preflight-fetch"
        "The preflight response does not allow the method."
    MethodWildcardWithCredentials "method-wildcard-with-credentials" at "cors-preflight-fetch"
        "The Access-Control-Allow-Methods header is `*`, which is not a wildcard for credentialed requests."
    AuthorizationNotListed "authorization-not-listed" at "cors-non-wildcard-request-header-name"
        "The wildcard `*` in Access-Control-Allow-Headers does not cover Authorization, which must be listed."
    HeaderNotAllowed "header-not-allowed" at "cors-preflight-fetch"
        "The preflight response does not allow the request header."
    HeaderWildcardWithCredentials "header-wildcard-with-credentials" at "cors-preflight-fetch"
        "The Access-Control-Allow-Headers header is `*`, which is not a wildcard for credentialed requests."
    EmbeddingNotAllowed "embedding-not-allowed" at "cross-origin-resource-policy-internal-check"
        "The Cross-Origin-Resource-Policy header does not allow the origin of the request."
    EmbedderPolicy "embedder-policy" at "cross-origin-resource-policy-internal-check"
        "The page has Cross-Origin-Embedder-Policy: require-corp, and the response has no Cross-Origin-Resource-Policy header."
    ServiceWorkerResponse "service-worker-response" at "http-fetch"
        "The service worker gives no response, or one that the mode or the redirect mode of the request does not allow."
    RedirectModeError "redirect-mode-error" at "http-fetch" "The response is a redirect, and the redirect mode is `error`."
    InvalidLocation "invalid-location" at "http-redirect-fetch" "The Location header cannot be parsed as a URL."
    LocationNotHttp "location-not-http" at "http-redirect-fetch"
        "The URL in the Location header does not have the scheme http or https."
    TooManyRedirects "too-many-redirects" at "http-redirect-fetch" "Browsers follow at most twenty redirects."
    LocationWithCredentials "location-with-credentials" at "http-redirect-fetch"
        "The URL in the Location header is cross-origin and contains a username or a password."
    LocationWithCredentialsAfterCors "location-with-credentials-after-cors" at "http-redirect-fetch"
        "The URL in the Location header contains a username or a password, and the request was already cross-origin."
    StreamedBodyRedirected "streamed-body-redirected" at "http-redirect-fetch"
        "The body is a stream, which cannot be sent again after a redirect."
    NotCached "not-cached" at "http-network-or-cache-fetch"
        "The cache mode is `only-if-cached`, and the response is not in the cache."
    StreamedBodyOverHttp1 "streamed-body-over-http1" at "http-network-fetch"
        "The body is a stream, which browsers do not send over HTTP/1.x."
    StreamedBodyAuthenticated "streamed-body-authenticated" at "http-network-or-cache-fetch"
        "The server asks for HTTP authentication, and the body is a stream, which cannot be sent again."
    Nosniff "nosniff" at "should-response-to-request-be-blocked-due-to-nosniff?"
        "X-Content-Type-Options is nosniff, and the type of the response is not that of a script or a style sheet."
    BlockedMimeType "blocked-mime-type" at "should-response-to-request-be-blocked-due-to-mime-type?"
        "The browser does not run scripts of this type."
    IntegrityOfOpaque "integrity-of-opaque" at "main-fetch"
        "The request has integrity metadata and the mode `no-cors`: the integrity of a cross-origin response needs CORS."
    IntegrityMismatch "integrity-mismatch" at "main-fetch"
        "The body does not match the integrity metadata of the request."
    UnusableStatus "unusable-status" at "https://html.spec.whatwg.org/#fetching-resources"
        "The browser does not use a response with this status."
    NoImage "no-image" at "https://html.spec.whatwg.org/#updating-the-image-data"
        "The body is not an image in a known format."
    NoSvg "no-svg" at "https://svgwg.org/svg2-draft/struct.html#UseElement"
        "An element of another document needs the type image/svg+xml."
    NoJavascript "no-javascript" at "https://html.spec.whatwg.org/#fetch-a-single-module-script"
        "A module script needs a JavaScript type."
    NoStyleSheet "no-style-sheet" at "https://html.spec.whatwg.org/#link-type-stylesheet"
        "A style sheet needs the type text/css."
    NoJson "no-json" at "https://html.spec.whatwg.org/#fetch-a-single-module-script"
        "A JSON module needs a JSON type."
    NoFont "no-font" at "https://drafts.csswg.org/css-fonts-4/#font-fetching-requirements"
        "The body is not a font in a known format."
    NoMedia "no-media" at "https://html.spec.whatwg.org/#concept-media-load-resource"
        "The body is not audio or video in a known format."
    NoTrack "no-track" at "https://html.spec.whatwg.org/#start-the-track-processing-model"
        "The body is not a text track in the format WebVTT."
    NoEventStream "no-event-stream" at "https://html.spec.whatwg.org/#dom-eventsource"
        "An event stream needs the type text/event-stream."
    Aborted "aborted" at "abort-fetch" "Script aborted the call."
    TimedOut "timed-out" at "https://dom.spec.whatwg.org/#dom-abortsignal-timeout"
        "The time that script set for the call has passed."
    ConnectionClosed "connection-closed" at "http-network-fetch"
        "The server closes the connection before its response is complete."
    NoAnswer "no-answer" at "http-network-fetch" "The server does not complete its response, and the call waits for it."
    NoServer "no-server" at "http-network-fetch" "The connection failed: there is no server."
}
