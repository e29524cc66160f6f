//! Messages of Chromium, and of every browser that is built on it.
//!
//! The sentences of CORS errors are those of `third_party/blink/renderer/platform/loader/cors/cors_error_string.cc`.

use super::{Cause, Message, between, parts};
use crate::engine::cors_error;

const BROWSER: &str = "Chromium";

const BLOCKED: &str = "' has been blocked by CORS policy: ";

/// All messages in a text without line breaks.
pub(super) fn messages(text: &str) -> Vec<Message> {
    let blocked = parts(text, "Access to ").filter_map(blocked);
    let mixed = parts(text, "Mixed Content: The page at '").filter_map(mixed_content);
    let earlier =
        parts(text, " cannot load ").chain(parts(text, "Failed to load ")).filter_map(earlier);
    let resource = parts(text, "net::ERR_BLOCKED_BY_").filter_map(embedding);
    blocked.chain(mixed).chain(earlier).chain(resource).collect()
}

/// `fetch at 'URL' (redirected from 'FIRST') from origin 'ORIGIN' has been blocked by CORS policy: SENTENCE`, after
/// `Access to `.
fn blocked(part: &str) -> Option<Message> {
    let (load, sentence) = part.split_once(BLOCKED)?;
    let (load, origin) = load.rsplit_once(" from origin '")?;
    let (initiator, urls) = load.split_once(" at '")?;
    let (url, first) = match urls.split_once("' (redirected from '") {
        Some((last, first)) => (last, first.strip_suffix("')")),
        None => (urls.trim_end_matches('\''), None),
    };
    let (cause, of_preflight, value) = meaning(sentence)?;
    Some(Message {
        initiator: Some(initiator.to_owned()),
        url: Some(url.to_owned()),
        redirected_from: first.map(str::to_owned),
        origin: Some(origin.to_owned()),
        of_preflight,
        value,
        ..Message::new(BROWSER, cause)
    })
}

/// The cause that a sentence names, whether it is about the preflight response, and the value that failed.
fn meaning(sentence: &str) -> Option<(Cause, bool, Option<String>)> {
    let name = cors_error(sentence);
    let Some((name, value)) = name else { return of_private_network(sentence) };
    let of_preflight = name.contains("Preflight");
    let cause = match name.trim_start_matches("Preflight") {
        "DisallowedByMode" => Cause::RequestMode,
        "InvalidResponse" => Cause::InvalidResponse,
        "WildcardOriginNotAllowed" => Cause::WildcardWithCredentials,
        "MissingAllowOriginHeader" => Cause::MissingAllowOrigin,
        "MultipleAllowOriginValues" => Cause::SeveralAllowOrigins,
        "InvalidAllowOriginValue" => Cause::InvalidAllowOrigin,
        "AllowOriginMismatch" => Cause::OtherAllowOrigin,
        "InvalidAllowCredentials" => Cause::CredentialsNotAllowed,
        "CorsDisabledScheme" => Cause::NotHttp,
        "InvalidStatus" => Cause::PreflightStatus,
        "DisallowedRedirect" => Cause::PreflightRedirect,
        "InvalidAllowMethodsPreflightResponse" => Cause::UnparsableAllowMethods,
        "InvalidAllowHeadersPreflightResponse" => Cause::UnparsableAllowHeaders,
        "MethodDisallowedByPreflightResponse" => Cause::MethodNotAllowed,
        "HeaderDisallowedByPreflightResponse" => Cause::HeaderNotAllowed,
        "RedirectContainsCredentials" => Cause::RedirectWithUserinfo,
        "InsecureLocalNetwork" => Cause::InsecureLocalNetwork,
        "InvalidLocalNetworkAccess" => Cause::OtherAddressSpace,
        "LocalNetworkAccessPermissionDenied" => Cause::LocalNetworkPermission,
        _ => return None,
    };
    Some((cause, of_preflight, value))
}

/// Sentences about Private Network Access, which Local Network Access replaced.
fn of_private_network(sentence: &str) -> Option<(Cause, bool, Option<String>)> {
    let is_of_network = sentence.contains("Access-Control-Allow-Private-Network")
        || sentence.contains("Access-Control-Allow-External")
        || sentence.contains("Private-Network-Access-");
    let space = between(sentence, "`", "`").map(str::to_owned);
    is_of_network.then_some((Cause::PrivateNetworkHeader, true, space))
}

/// `PAGE' was loaded over HTTPS, but requested an insecure resource 'URL'. …`.
fn mixed_content(part: &str) -> Option<Message> {
    let (page, rest) = part.split_once("' was loaded over ")?;
    let url = between(rest, " '", "'")?;
    let origin = url::Url::parse(page).ok()?.origin().ascii_serialization();
    Some(Message {
        url: Some(url.to_owned()),
        origin: Some(origin),
        ..Message::new(BROWSER, Cause::MixedContent)
    })
}

/// `URL: SENTENCE Origin 'ORIGIN' is therefore not allowed access.`, as versions before 2018 print it.
fn earlier(part: &str) -> Option<Message> {
    let (load, rest) = part.split_once(" Origin '")?;
    let (origin, _) = rest.split_once("' is therefore not allowed access")?;
    let (url, sentence) = load.split_once(": ").or_else(|| load.split_once(". "))?;
    let (cause, of_preflight, value) = meaning(sentence)?;
    Some(Message {
        url: Some(url.to_owned()),
        origin: Some(origin.to_owned()),
        of_preflight,
        value,
        ..Message::new(BROWSER, cause)
    })
}

/// `RESPONSE.NotSameOrigin` or `ORB`, after `net::ERR_BLOCKED_BY_`.
fn embedding(part: &str) -> Option<Message> {
    let is_embedding = part.starts_with("RESPONSE.NotSame") || part.starts_with("ORB");
    is_embedding.then(|| Message::new(BROWSER, Cause::EmbeddingBlocked))
}
