//! Firefox's reasons, from the page's console.

use serde_json::Value;

use super::ConsoleMessage;
use crate::observation::EngineReason;

/// The event for an entry of the console.
pub(super) const EVENT: &str = "log.entryAdded";

/// Whether script logged exactly this text.
pub(super) fn says(entry: &Value, text: &str) -> bool {
    entry["params"]["type"] == "console" && entry["params"]["text"] == text
}

/// The reasons among entries, and the texts that script logged in between, in order.
pub(super) fn console_messages(entries: &[Value]) -> Vec<ConsoleMessage> {
    let message = |entry: &Value| {
        let (kind, text) = (entry["params"]["type"].as_str()?, entry["params"]["text"].as_str()?);
        match kind {
            "javascript" => reason(text).map(ConsoleMessage::Reason),
            "console" => Some(ConsoleMessage::Text(text.to_owned())),
            _ => None,
        }
    };
    entries.iter().filter_map(message).collect()
}

fn reason(text: &str) -> Option<EngineReason> {
    cross_origin(text).or_else(|| mixed_content(text))
}

/// "Cross-Origin Request Blocked: … at URL. (Reason: SENTENCE)." and sometimes " Status code: 200."
fn cross_origin(text: &str) -> Option<EngineReason> {
    let rest = text.strip_prefix("Cross-Origin Request Blocked: ")?;
    let (_, rest) = rest.split_once(" the remote resource at ")?;
    let (url, rest) = rest.split_once(". (Reason: ")?;
    let (sentence, _) = rest.split_once("). Status code: ").or_else(|| rest.rsplit_once(")."))?;
    let known = cors_reason(sentence);
    Some(EngineReason {
        url: url.trim_matches(['‘', '’']).to_owned(),
        code: known.map(|(code, _)| code.to_owned()),
        detail: known.and_then(|(_, value)| value).map(str::to_owned),
        text: sentence.to_owned(),
    })
}

/// "Blocked loading mixed active content “URL”"
fn mixed_content(text: &str) -> Option<EngineReason> {
    let rest = text.strip_prefix("Blocked loading mixed active content “")?;
    Some(EngineReason {
        url: rest.strip_suffix('”')?.to_owned(),
        code: Some("BlockMixedActiveContent".to_owned()),
        detail: None,
        text: "Blocked loading mixed active content".to_owned(),
    })
}

/// The sentence's name in Firefox's source, which does not change with wording and language, and
/// the value that failed, for sentences that contain one.
pub(crate) fn cors_reason(sentence: &str) -> Option<(&'static str, Option<&str>)> {
    SENTENCES.iter().find_map(|(code, form)| Some((*code, value(form, sentence)?)))
}

/// The value in the place of `%`, if a sentence has this form.
fn value<'s>(form: &str, sentence: &'s str) -> Option<Option<&'s str>> {
    match form.split_once('%') {
        None => (form == sentence).then_some(None),
        Some((before, after)) => sentence.strip_prefix(before)?.strip_suffix(after).map(Some),
    }
}

/// <https://searchfox.org/firefox-main/source/dom/locales/en-US/chrome/security/security.properties>
const SENTENCES: [(&str, &str); 15] = [
    ("CORSDisabled", "CORS disabled"),
    ("CORSDidNotSucceed2", "CORS request did not succeed"),
    ("CORSOriginHeaderNotAdded", "CORS header ‘Origin’ cannot be added"),
    ("CORSExternalRedirectNotAllowed", "CORS request external redirect not allowed"),
    ("CORSRequestNotHttp", "CORS request not http"),
    ("CORSMissingAllowOrigin2", "CORS header ‘Access-Control-Allow-Origin’ missing"),
    (
        "CORSMultipleAllowOriginNotAllowed",
        "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed",
    ),
    (
        "CORSAllowOriginNotMatchingOrigin",
        "CORS header ‘Access-Control-Allow-Origin’ does not match ‘%’",
    ),
    (
        "CORSNotSupportingCredentials",
        "Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’",
    ),
    (
        "CORSMissingAllowCredentials",
        "expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’",
    ),
    ("CORSPreflightDidNotSucceed3", "CORS preflight response did not succeed"),
    ("CORSInvalidAllowMethod", "invalid token ‘%’ in CORS header ‘Access-Control-Allow-Methods’"),
    ("CORSInvalidAllowHeader", "invalid token ‘%’ in CORS header ‘Access-Control-Allow-Headers’"),
    ("CORSMethodNotFound", "Did not find method in CORS header ‘Access-Control-Allow-Methods’"),
    (
        "CORSMissingAllowHeaderFromPreflight2",
        "header ‘%’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS \
         preflight response",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entry(text: &str) -> Value {
        json!({ "type": "event", "method": EVENT,
                "params": { "type": "javascript", "level": "error", "text": text } })
    }

    fn blocked(url: &str, reason: &str) -> String {
        format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote \
             resource at {url}. (Reason: {reason}"
        )
    }

    #[track_caller]
    fn reads_as(text: &str, url: &str, code: Option<&str>, detail: Option<&str>) {
        let messages = console_messages(&[entry(text)]);
        let [ConsoleMessage::Reason(reason)] = messages.as_slice() else { panic!("{messages:?}") };
        assert_eq!(reason.url, url);
        assert_eq!(reason.code.as_deref(), code);
        assert_eq!(reason.detail.as_deref(), detail);
    }

    #[test]
    fn a_sentence_is_known_by_its_name() {
        let url = "https://b.test/x?y=(z)";
        for (reason, code, detail) in [
            (
                "CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200.",
                "CORSMissingAllowOrigin2",
                None,
            ),
            ("CORS request did not succeed). Status code: (null).", "CORSDidNotSucceed2", None),
            (
                "CORS preflight response did not succeed). Status code: 403.",
                "CORSPreflightDidNotSucceed3",
                None,
            ),
            (
                "CORS header ‘Access-Control-Allow-Origin’ does not match ‘*, https://a.test’).",
                "CORSAllowOriginNotMatchingOrigin",
                Some("*, https://a.test"),
            ),
            (
                "invalid token ‘(bad’ in CORS header ‘Access-Control-Allow-Methods’).",
                "CORSInvalidAllowMethod",
                Some("(bad"),
            ),
            (
                "header ‘x-a’ is not allowed according to header ‘Access-Control-Allow-Headers’ \
                 from CORS preflight response).",
                "CORSMissingAllowHeaderFromPreflight2",
                Some("x-a"),
            ),
        ] {
            reads_as(&blocked(url, reason), url, Some(code), detail);
        }
    }

    #[test]
    fn one_sentence_quotes_the_url() {
        let reason = "Credential is not supported if the CORS header \
                      ‘Access-Control-Allow-Origin’ is ‘*’).";
        let text = blocked("‘https://b.test/’", reason);
        reads_as(&text, "https://b.test/", Some("CORSNotSupportingCredentials"), None);
    }

    #[test]
    fn a_sentence_of_another_version_has_no_name() {
        let text = blocked("https://b.test/", "the moon is full).");
        reads_as(&text, "https://b.test/", None, None);
    }

    #[test]
    fn a_mixed_content_reason_names_its_url() {
        let text = "Blocked loading mixed active content “http://b.test/x”";
        reads_as(text, "http://b.test/x", Some("BlockMixedActiveContent"), None);
    }

    #[test]
    fn script_logs_are_marked_and_other_messages_are_left_out() {
        let logged = json!({ "params": { "type": "console", "method": "debug", "text": "end" } });
        assert!(says(&logged, "end") && !says(&logged, "en") && !says(&entry("end"), "end"));
        let messages = console_messages(&[logged, entry("XML Parsing Error: syntax error")]);
        assert!(
            matches!(messages.as_slice(), [ConsoleMessage::Text(text)] if text == "end"),
            "{messages:?}"
        );
    }
}
