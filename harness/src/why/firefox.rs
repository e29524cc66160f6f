//! Messages of Firefox: <https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS/Errors>.

use super::{Cause, Message, between, parts};
use crate::engine::cors_reason;

const BROWSER: &str = "Firefox";

/// All messages in a text without line breaks.
pub(super) fn messages(text: &str) -> Vec<Message> {
    let blocked = parts(text, "Cross-Origin Request Blocked: ").filter_map(blocked);
    let mixed = parts(text, "Blocked loading mixed active content ").filter_map(mixed_content);
    blocked.chain(mixed).collect()
}

/// `… the remote resource at URL. (Reason: SENTENCE). Status code: 200.`
fn blocked(part: &str) -> Option<Message> {
    let (_, rest) = part.split_once(" the remote resource at ")?;
    let (url, rest) = rest.split_once(" (Reason: ")?;
    let (sentence, rest) = rest.split_once(").").or_else(|| rest.rsplit_once(')'))?;
    let (cause, value) = meaning(&curly(sentence))?;
    let status = between(rest, "Status code: ", ".").map(str::to_owned);
    Some(Message {
        url: Some(url.trim_end_matches('.').trim_matches(['‘', '’', '\'', '`']).to_owned()),
        of_preflight: of_preflight(cause),
        value: value.or_else(|| status.filter(|_| cause == Cause::PreflightStatus)),
        ..Message::new(BROWSER, cause)
    })
}

fn of_preflight(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::PreflightStatus
            | Cause::UnparsableAllowMethods
            | Cause::UnparsableAllowHeaders
            | Cause::MethodNotAllowed
            | Cause::HeaderNotAllowed
    )
}

/// Straight quotes, as copies of a message have them, as the quotes that Firefox prints.
fn curly(sentence: &str) -> String {
    let mut is_open = false;
    let quote = |sign: char| match sign {
        '\'' => {
            is_open = !is_open;
            if is_open { '‘' } else { '’' }
        }
        sign => sign,
    };
    sentence.chars().map(quote).collect()
}

/// Sentences of earlier versions, as the sentences of today.
fn of_today(sentence: &str) -> String {
    let token =
        between(sentence, "missing token ‘", "’ in CORS header ‘Access-Control-Allow-Headers’");
    match (sentence, token) {
        (_, Some(name)) => format!(
            "header ‘{name}’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response"
        ),
        ("CORS preflight channel did not succeed", _) => {
            "CORS preflight response did not succeed".to_owned()
        }
        ("CORS request failed", _) => "CORS request did not succeed".to_owned(),
        _ => sentence.to_owned(),
    }
}

fn meaning(sentence: &str) -> Option<(Cause, Option<String>)> {
    let sentence = of_today(sentence);
    let (name, value) = cors_reason(&sentence)?;
    let cause = match name {
        "CORSDisabled" => Cause::CorsDisabled,
        "CORSDidNotSucceed2" => Cause::NetworkError,
        "CORSOriginHeaderNotAdded" => Cause::OriginNotAdded,
        "CORSExternalRedirectNotAllowed" => Cause::PreflightRedirect,
        "CORSRequestNotHttp" => Cause::NotHttp,
        "CORSMissingAllowOrigin2" => Cause::MissingAllowOrigin,
        "CORSMultipleAllowOriginNotAllowed" => Cause::SeveralAllowOrigins,
        "CORSAllowOriginNotMatchingOrigin" => Cause::OtherAllowOrigin,
        "CORSNotSupportingCredentials" => Cause::WildcardWithCredentials,
        "CORSMissingAllowCredentials" => Cause::CredentialsNotAllowed,
        "CORSPreflightDidNotSucceed3" => Cause::PreflightStatus,
        "CORSInvalidAllowMethod" => Cause::UnparsableAllowMethods,
        "CORSInvalidAllowHeader" => Cause::UnparsableAllowHeaders,
        "CORSMethodNotFound" => Cause::MethodNotAllowed,
        "CORSMissingAllowHeaderFromPreflight2" => Cause::HeaderNotAllowed,
        _ => return None,
    };
    Some((cause, value.map(str::to_owned)))
}

/// `“URL”`
fn mixed_content(part: &str) -> Option<Message> {
    let url = part.trim_start_matches(['“', '"']).split(['”', '"']).next()?;
    Some(Message { url: Some(url.to_owned()), ..Message::new(BROWSER, Cause::MixedContent) })
}
