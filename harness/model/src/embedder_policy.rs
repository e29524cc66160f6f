//! Cross-Origin-Embedder-Policy: <https://html.spec.whatwg.org/#coep>.

use super::request::Request;
use super::request_headers::{RedirectTaint, redirect_taint};
use super::request_modes::Mode;

/// <https://html.spec.whatwg.org/#embedder-policy-value>
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum EmbedderPolicy {
    /// `unsafe-none`
    #[default]
    UnsafeNone,
    /// `require-corp`: a response without CORS needs `Cross-Origin-Resource-Policy`.
    RequireCorp,
    /// `credentialless`: a cross-origin request without CORS has no credentials.
    Credentialless,
}

impl EmbedderPolicy {
    /// The policy of a header value, whose parameters do not change it:
    /// <https://html.spec.whatwg.org/#obtain-an-embedder-policy>.
    pub fn parse(value: &str) -> Self {
        match value.split(';').next().map(str::trim) {
            Some("require-corp") => Self::RequireCorp,
            Some("credentialless") => Self::Credentialless,
            _ => Self::UnsafeNone,
        }
    }
}

/// <https://fetch.spec.whatwg.org/#cross-origin-embedder-policy-allows-credentials>
pub(super) fn embedder_policy_allows_credentials(request: &Request) -> bool {
    request.mode != Mode::NoCors
        || request.client.embedder_policy != EmbedderPolicy::Credentialless
        || (request.is_same_origin() && redirect_taint(request) == RedirectTaint::SameOrigin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use url::Url;

    #[test]
    fn the_policy_of_a_header_value() {
        for (value, policy) in [
            ("require-corp", EmbedderPolicy::RequireCorp),
            (" credentialless; report-to=\"a\"", EmbedderPolicy::Credentialless),
            ("unsafe-none", EmbedderPolicy::UnsafeNone),
            ("Require-CORP", EmbedderPolicy::UnsafeNone),
            ("", EmbedderPolicy::UnsafeNone),
        ] {
            assert_eq!(EmbedderPolicy::parse(value), policy, "{value}");
        }
    }

    #[test]
    fn credentialless_concerns_cross_origin_requests_without_cors() {
        for (policy, mode, url, allowed) in [
            (EmbedderPolicy::Credentialless, Mode::NoCors, "https://cdn.example/", false),
            (EmbedderPolicy::Credentialless, Mode::NoCors, "https://app.example/", true),
            (EmbedderPolicy::Credentialless, Mode::Cors, "https://cdn.example/", true),
            (EmbedderPolicy::RequireCorp, Mode::NoCors, "https://cdn.example/", true),
            (EmbedderPolicy::UnsafeNone, Mode::NoCors, "https://cdn.example/", true),
        ] {
            let mut client = Client::document(Url::parse("https://app.example/").expect("a URL"));
            client.embedder_policy = policy;
            let mut request = Request::new(Url::parse(url).expect("a URL"), client);
            request.mode = mode;
            assert_eq!(embedder_policy_allows_credentials(&request), allowed, "{policy:?} {url}");
        }
    }
}
