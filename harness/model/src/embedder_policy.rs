//! Cross-Origin-Embedder-Policy: <https://html.spec.whatwg.org/#coep>.

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
