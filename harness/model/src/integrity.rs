//! Subresource Integrity: <https://w3c.github.io/webappsec-subresource-integrity/>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Algorithm, SHA256, SHA384, SHA512, digest};

use super::request::Request;
use super::request_modes::ResponseTainting;
use super::response::{Response, is_null_body_status};
use super::ruling::{Fetched, Reason, Stage, network_error};

/// The hash functions, the strongest last, and their names:
/// <https://w3c.github.io/webappsec-subresource-integrity/#valid-sri-hash-algorithm-token-set>.
const ALGORITHMS: [(&str, &Algorithm); 3] =
    [("sha256-", &SHA256), ("sha384-", &SHA384), ("sha512-", &SHA512)];

/// The step of <https://fetch.spec.whatwg.org/#concept-main-fetch> about the integrity metadata. The body of an opaque
/// response is null, so it never matches.
pub(super) fn check_integrity(request: &Request, response: &Response) -> Fetched<()> {
    if request.integrity.is_empty() {
        return Ok(());
    }
    let is_opaque = request.response_tainting == ResponseTainting::Opaque;
    if is_opaque || response.is_opaque_redirect {
        return network_error(Stage::Use, Reason::IntegrityOfOpaque, request.integrity.as_str());
    }
    if is_null_body_status(response.status) || !matches(&response.body, &request.integrity) {
        return network_error(Stage::Use, Reason::IntegrityMismatch, request.integrity.as_str());
    }
    Ok(())
}

/// <https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist>: only the strongest hash
/// function of the list counts, and without any known one every response matches.
fn matches(body: &[u8], metadata: &str) -> bool {
    let items = || metadata.split_ascii_whitespace();
    let of = |name: &'static str| items().filter_map(move |item| item.strip_prefix(name));
    let Some((name, algorithm)) =
        ALGORITHMS.iter().rev().find(|(name, _)| of(name).next().is_some())
    else {
        return true;
    };
    let actual = STANDARD.encode(digest(algorithm, body));
    of(name).any(|item| item.split('?').next() == Some(actual.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY_256: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[test]
    fn the_strongest_hash_function_decides() {
        let hash = |name: &str, algorithm, body: &[u8]| {
            format!("{name}-{}", STANDARD.encode(digest(algorithm, body)))
        };
        let (good, bad) = (hash("sha512", &SHA512, b""), hash("sha384", &SHA384, b"x"));
        for (metadata, expected) in [
            ("", true),
            ("md5-x", true),
            (EMPTY_256, true),
            (&format!("{EMPTY_256}?ignored"), true),
            ("sha256-x", false),
            (&format!("sha256-x {EMPTY_256}"), true),
            (&format!("{EMPTY_256} {bad}"), false),
            (&format!("{good} {bad}"), true),
            (&format!("sha256-x\t{good}"), true),
        ] {
            assert_eq!(matches(b"", metadata), expected, "{metadata}");
        }
    }
}
