//! Why browsers block responses, as far as their messages distinguish the causes.

use crate::repair::finding_help;

/// Why a browser blocks a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cause {
    /// The response has no `Access-Control-Allow-Origin`.
    MissingAllowOrigin,
    /// The response does not allow the origin; the message does not say what it allows.
    OriginNotAllowed,
    /// `Access-Control-Allow-Origin` has another origin.
    OtherAllowOrigin,
    /// `Access-Control-Allow-Origin` is not an origin.
    InvalidAllowOrigin,
    /// There are several `Access-Control-Allow-Origin` values.
    SeveralAllowOrigins,
    /// `*` and a credentialed request.
    WildcardWithCredentials,
    /// `Access-Control-Allow-Credentials` is not `true`.
    CredentialsNotAllowed,
    /// The status of the preflight response is not 2xx.
    PreflightStatus,
    /// The preflight response is a redirect.
    PreflightRedirect,
    /// The preflight response does not allow the method.
    MethodNotAllowed,
    /// The preflight response does not allow a request header.
    HeaderNotAllowed,
    /// `Access-Control-Allow-Methods` cannot be parsed.
    UnparsableAllowMethods,
    /// `Access-Control-Allow-Headers` cannot be parsed.
    UnparsableAllowHeaders,
    /// The page asked for `mode: "same-origin"`.
    RequestMode,
    /// The URL is not an HTTP URL.
    NotHttp,
    /// A redirect leads to a URL with a user name and a password.
    RedirectWithUserinfo,
    /// An insecure page requests a server of the local network.
    InsecureLocalNetwork,
    /// The server is in another address space than the request says.
    OtherAddressSpace,
    /// The user did not permit access to the local network.
    LocalNetworkPermission,
    /// The preflight response lacks a header of Private Network Access.
    PrivateNetworkHeader,
    /// A secure page requests an insecure URL.
    MixedContent,
    /// `Cross-Origin-Resource-Policy`, or opaque response blocking.
    EmbeddingBlocked,
    /// There was no valid HTTP response.
    NetworkError,
    /// The browser could not read the response.
    InvalidResponse,
    /// CORS is turned off in the browser.
    CorsDisabled,
    /// The browser could not add `Origin` to the request.
    OriginNotAdded,
    /// The message gives no reason.
    NoReason,
}

/// The texts for a cause.
#[derive(Clone, Copy, Debug)]
pub(super) struct Texts {
    /// What is wrong, without the value.
    pub(super) what: &'static str,
    /// What it means.
    pub(super) meaning: &'static str,
    /// What to change.
    pub(super) repair: &'static str,
}

const OPTIONS: &str = "Before the request, the browser sends a CORS-preflight request: OPTIONS with the method and the \
                       headers of the request, without cookies. The request is sent only if the response allows all of them.";

const CHECK: &str = "The server may have processed the request. The browser compares Access-Control-Allow-Origin with the \
                     origin of the page, and script gets a network error because they differ.";

impl Cause {
    /// Whether the request had credentials, which the message implies.
    pub(super) fn has_credentials(self) -> bool {
        matches!(self, Self::WildcardWithCredentials | Self::CredentialsNotAllowed)
    }

    /// Whether header lines of a server repair it.
    pub(super) fn is_of_server(self) -> bool {
        self.finding().is_some() || self == Self::NoReason
    }

    /// The name of the finding about the same fault of a server.
    fn finding(self) -> Option<&'static str> {
        Some(match self {
            Self::MissingAllowOrigin | Self::OriginNotAllowed | Self::OtherAllowOrigin => {
                "origin-not-allowed"
            }
            Self::InvalidAllowOrigin => "origin-with-slash-or-path",
            Self::SeveralAllowOrigins => "two-allow-origin-lines",
            Self::WildcardWithCredentials => "wildcard-with-credentials",
            Self::CredentialsNotAllowed => "credentials-not-allowed",
            Self::PreflightStatus => "preflight-not-ok",
            Self::PreflightRedirect => "preflight-redirected",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::HeaderNotAllowed => "header-not-allowed",
            Self::UnparsableAllowMethods | Self::UnparsableAllowHeaders => "preflight-unreadable",
            _ => return None,
        })
    }

    pub(super) fn texts(self) -> Texts {
        let (what, meaning, own) = self.words();
        let repair = self.finding().map_or(own, |name| finding_help(name).1);
        Texts { what, meaning, repair }
    }

    /// What is wrong, what it means, and what to change where no finding says it.
    #[rustfmt::skip]
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::MissingAllowOrigin => (
                "the response has no Access-Control-Allow-Origin header",
                "Script may read a cross-origin response only if this header allows the origin of the page. Many servers leave it \
                 out for origins that they do not list, and proxies and error pages often lose it.", ""),
            Self::OriginNotAllowed => ("Access-Control-Allow-Origin is missing or does not allow the origin of the page", CHECK, ""),
            Self::OtherAllowOrigin => ("Access-Control-Allow-Origin has another value than the origin of the page", CHECK, ""),
            Self::InvalidAllowOrigin => ("the value of Access-Control-Allow-Origin is not an origin", CHECK, ""),
            Self::SeveralAllowOrigins => (
                "Access-Control-Allow-Origin has several values",
                "The header can hold one origin or `*`. Often the application and a proxy both add it.", ""),
            Self::WildcardWithCredentials => (
                "Access-Control-Allow-Origin is `*`, which browsers reject for credentialed requests",
                "The request has the credentials mode `include` (`withCredentials` of XMLHttpRequest). Such a response must name \
                 the origin.", ""),
            Self::CredentialsNotAllowed => (
                "Access-Control-Allow-Credentials is not `true`",
                "The request has the credentials mode `include` (`withCredentials` of XMLHttpRequest). If the page needs no \
                 cookies, leave out that mode.", ""),
            Self::PreflightStatus => ("the status of the preflight response is not 2xx", OPTIONS, ""),
            Self::PreflightRedirect => ("the preflight response is a redirect, which browsers do not follow", OPTIONS, ""),
            Self::MethodNotAllowed => ("the preflight response does not allow the method", OPTIONS, ""),
            Self::HeaderNotAllowed => ("the preflight response does not allow a request header", OPTIONS, ""),
            Self::UnparsableAllowMethods => ("Access-Control-Allow-Methods of the preflight response cannot be parsed", OPTIONS, ""),
            Self::UnparsableAllowHeaders => ("Access-Control-Allow-Headers of the preflight response cannot be parsed", OPTIONS, ""),
            Self::RequestMode => (
                "the page asked for a same-origin request, and the URL is cross-origin",
                "The request has the mode `same-origin`, or a mode that the browser does not accept here.",
                "Use the mode `cors`, the default of fetch(), or request a URL of the page's own origin."),
            Self::NotHttp => (
                "the URL is not an HTTP or HTTPS URL",
                "CORS works over HTTP only. A page that was opened from a file has the origin `null`, and its requests for other \
                 files are cross-origin.",
                "Serve the page and the resource over HTTP, for example with a development server."),
            Self::RedirectWithUserinfo => (
                "a redirect leads to a URL with a user name or a password",
                "Browsers do not follow such a redirect of a cross-origin request.",
                "Redirect to a URL without a user name and a password."),
            Self::InsecureLocalNetwork => (
                "a page that is not secure requests a server of a more private network",
                "Local Network Access: <https://wicg.github.io/local-network-access/>. Only secure pages may request servers of \
                 the local network and of the user's own machine.",
                "Serve the page over HTTPS."),
            Self::OtherAddressSpace => (
                "the server is in another address space than the request says",
                "The page gave the option `targetAddressSpace`, and the address of the server does not belong to it.",
                "Give the address space of the server, or leave out the option."),
            Self::LocalNetworkPermission => (
                "the user has not permitted the page to access the local network",
                "Local Network Access: <https://wicg.github.io/local-network-access/>. The browser asks the user before a public \
                 page may request servers of the local network or of the user's own machine.",
                "Permit it in the site settings of the browser. No header of the server replaces the permission."),
            Self::PrivateNetworkHeader => (
                "the preflight response has no header for Private Network Access",
                "Versions of Chromium that enforce Private Network Access send Access-Control-Request-Private-Network with the \
                 preflight to a server of a more private network.",
                "Answer such a preflight with Access-Control-Allow-Private-Network: true if public pages should have access."),
            Self::MixedContent => (
                "a page over HTTPS requests a URL over HTTP (mixed content)",
                "The browser blocks the request before it sends anything, so no header of the server helps.",
                "Request the URL over HTTPS."),
            Self::EmbeddingBlocked => (
                "the response may not be embedded by this page",
                "This is not the CORS check: the response has Cross-Origin-Resource-Policy, or its type is not one for the element \
                 (opaque response blocking).",
                "Send Cross-Origin-Resource-Policy: cross-origin and the right Content-Type, or request it with CORS."),
            Self::NetworkError => (
                "there was no HTTP response",
                "This is not about CORS headers: the connection, the certificate or the name failed, an extension blocked the \
                 request, or the server closed the connection.",
                "Open the URL itself in the browser: an invalid certificate shows there. Check that the server runs and the port."),
            Self::InvalidResponse => (
                "the browser could not use the response",
                "The network request failed in a way that the message does not name.",
                "Look at the request in the network panel of the developer tools."),
            Self::CorsDisabled => (
                "CORS is turned off in this browser",
                "The preference `content.cors.disable` is set in Firefox.",
                "Reset the preference in about:config."),
            Self::OriginNotAdded => (
                "the browser could not add the Origin header",
                "The request comes from an extension or from a page that changes its own headers.",
                "Do not set `Origin` in script."),
            Self::NoReason => (
                "the browser gives no reason here",
                "Script cannot find out why a cross-origin request failed. The console has another line with the reason.",
                "Look in the console for a line about CORS, and give that one. Without it, `check` finds the reason."),
        }
    }
}
