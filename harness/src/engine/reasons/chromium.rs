//! Chromium's reasons, from its log: <https://chromedevtools.github.io/devtools-protocol/tot/Log/>,
//! and <https://chromedevtools.github.io/devtools-protocol/tot/Audits/> for calls without a
//! request.
//!
//! Each `Network.CorsError` has its own sentence, which users know from the console; the sentence
//! leads back to the name.

use serde_json::Value;

use super::ConsoleMessage;
use crate::observation::EngineReason;

/// Why loads failed, in the order of the log, each with the last URL that was requested for it, and
/// the texts that script logged in between. A load that script aborted has no reason.
pub(super) fn console_messages(events: &[Value]) -> Vec<ConsoleMessage> {
    let message = |event: &Value| {
        let params = &event["params"];
        match event["method"].as_str()? {
            "Log.entryAdded" => logged(&params["entry"]).map(ConsoleMessage::Reason),
            "Audits.issueAdded" => refused(&params["issue"]).map(ConsoleMessage::Reason),
            "Runtime.consoleAPICalled" => {
                text(&params["args"][0]["value"]).map(ConsoleMessage::Text)
            }
            _ => None,
        }
    };
    events.iter().filter_map(message).collect()
}

fn logged(entry: &Value) -> Option<EngineReason> {
    let words = entry["text"].as_str()?;
    match entry["source"].as_str()? {
        "javascript" => blocked(words),
        "security" => mixed_content(words),
        // A CORS error also has a sentence; this entry only says that it failed.
        "network" if entry["category"] != "cors" => failed(words, entry["url"].as_str()?),
        _ => None,
    }
}

/// `Access to fetch at 'URL' (redirected from 'FIRST') from origin 'ORIGIN' has been blocked by
/// CORS policy: SENTENCE`; without the parentheses if there was no redirect.
fn blocked(words: &str) -> Option<EngineReason> {
    let (load, sentence) = words.split_once("' has been blocked by CORS policy: ")?;
    let (load, _) = load.rsplit_once(" from origin '")?;
    let (_, urls) = load.split_once(" at '")?;
    let last = urls.split_once("' (redirected from '").map(|(last, _)| last);
    let sentence = ADVICE.iter().fold(sentence, |rest, advice| rest.trim_end_matches(advice));
    let (code, detail) = cors_error(sentence).unzip();
    Some(EngineReason {
        url: last.or(urls.strip_suffix('\''))?.to_owned(),
        code,
        detail: detail.flatten(),
        text: sentence.to_owned(),
    })
}

/// The `Network.CorsError` with this sentence, and the value in it that failed.
pub(crate) fn cors_error(sentence: &str) -> Option<(String, Option<String>)> {
    let of_preflight = sentence.strip_prefix(OF_PREFLIGHT);
    let rest = of_preflight.unwrap_or(sentence);
    SENTENCES.iter().find_map(|(before, after, code)| {
        let (value, _) = rest.strip_prefix(before)?.split_once(after)?;
        let stage = if of_preflight.is_some() { "Preflight" } else { "" };
        let value = Some(value).filter(|value| !value.is_empty());
        Some((format!("{stage}{code}"), value.map(str::to_owned)))
    })
}

/// Text that may follow, depending on how the load began.
const ADVICE: [&str; 2] = [
    " Have the server send the header with a valid value.",
    " The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute.",
];

const OF_PREFLIGHT: &str = "Response to preflight request doesn't pass access control check: ";

/// The text before the value that failed, the text after it, and the `Network.CorsError`, without
/// `Preflight` in its name if the sentence begins with [`OF_PREFLIGHT`].
#[rustfmt::skip]
const SENTENCES: &[(&str, &str, &str)] = &[
    ("Cross origin requests are not allowed by request mode.", "", "DisallowedByMode"),
    ("The response is invalid.", "", "InvalidResponse"),
    ("The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard", "", "WildcardOriginNotAllowed"),
    ("No 'Access-Control-Allow-Origin' header is present on the requested resource.", "", "MissingAllowOriginHeader"),
    ("The 'Access-Control-Allow-Origin' header contains multiple values '", "', but only one is allowed.", "MultipleAllowOriginValues"),
    ("The 'Access-Control-Allow-Origin' header contains the invalid value '", "'.", "InvalidAllowOriginValue"),
    ("The 'Access-Control-Allow-Origin' header has a value '", "' that is not equal to the supplied origin.", "AllowOriginMismatch"),
    ("The value of the 'Access-Control-Allow-Credentials' header in the response is '", "' which must be 'true'", "InvalidAllowCredentials"),
    ("Cross origin requests are only supported for protocol schemes: ", "", "CorsDisabledScheme"),
    ("It does not have HTTP ok status.", "", "InvalidStatus"),
    ("Redirect is not allowed for a preflight request.", "", "DisallowedRedirect"),
    ("Cannot parse Access-Control-Allow-Methods response header field in preflight response.", "", "InvalidAllowMethodsPreflightResponse"),
    ("Cannot parse Access-Control-Allow-Headers response header field in preflight response.", "", "InvalidAllowHeadersPreflightResponse"),
    ("Method ", " is not allowed by Access-Control-Allow-Methods in preflight response.", "MethodDisallowedByPreflightResponse"),
    ("Request header field ", " is not allowed by Access-Control-Allow-Headers in preflight response.", "HeaderDisallowedByPreflightResponse"),
    ("Redirect location '", "' contains a username and password", "RedirectContainsCredentials"),
    ("The request client is not a secure context and the resource is in more-private address space `", "`.", "InsecureLocalNetwork"),
    ("Request had a target IP address space of `", "` yet the resource is in address space", "InvalidLocalNetworkAccess"),
    ("Permission was denied for this request to access the `", "` address space.", "LocalNetworkAccessPermissionDenied"),
];

/// `Mixed Content: The page at 'PAGE' was loaded over HTTPS, but requested an insecure resource
/// 'URL'. This request has been blocked; …`. A resource with only a warning was loaded.
fn mixed_content(words: &str) -> Option<EngineReason> {
    let (load, consequence) = words.strip_prefix("Mixed Content: ")?.rsplit_once("'. ")?;
    let (_, url) = load.rsplit_once(" '")?;
    let code = Some("mixed-content".to_owned());
    let is_blocked = consequence.starts_with("This request has been blocked");
    is_blocked.then(|| EngineReason {
        url: url.to_owned(),
        code,
        detail: None,
        text: words.to_owned(),
    })
}

/// `Failed to load resource: net::ERR_…`. A response with an error status is not a failed load.
fn failed(words: &str, url: &str) -> Option<EngineReason> {
    let error = words.strip_prefix("Failed to load resource: ")?;
    let by_response = error.strip_prefix("net::ERR_BLOCKED_BY_RESPONSE.").map(blocked_reason);
    let particular = by_response.unwrap_or_else(|| error.to_owned());
    error.starts_with("net::").then(|| EngineReason {
        url: url.to_owned(),
        code: (error != ANY).then_some(particular),
        detail: None,
        text: error.to_owned(),
    })
}

/// The error of a load that fails by a rule without its own name.
const ANY: &str = "net::ERR_FAILED";

/// `NotSameOrigin` in the spelling of `Network.BlockedReason`: `corp-not-same-origin`.
fn blocked_reason(name: &str) -> String {
    let mut reason = "corp".to_owned();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            reason.push('-');
        }
        reason.push(letter.to_ascii_lowercase());
    }
    reason
}

/// The CORS error of a call that never became a request. All other errors are in the log.
fn refused(issue: &Value) -> Option<EngineReason> {
    let details = &issue["details"]["corsIssueDetails"];
    let (request, status) = (&details["request"], &details["corsErrorStatus"]);
    if request["requestId"].is_string() || details["isWarning"] == true {
        return None;
    }
    Some(EngineReason {
        url: text(&request["url"])?,
        code: text(&status["corsError"]),
        detail: text(&status["failedParameter"]),
        text: text(&issue["code"])?,
    })
}

/// A text that is not empty: an empty text means none.
fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entry(source: &str, category: Option<&str>, text: &str) -> Value {
        let entry = json!({ "source": source, "level": "error", "text": text,
            "category": category, "url": "https://b.test/there" });
        json!({ "method": "Log.entryAdded", "params": { "entry": entry } })
    }

    fn reasons(events: &[Value]) -> Vec<EngineReason> {
        let reason = |message: ConsoleMessage| match message {
            ConsoleMessage::Reason(reason) => Some(reason),
            ConsoleMessage::Text(_) => None,
        };
        console_messages(events).into_iter().filter_map(reason).collect()
    }

    #[test]
    fn script_logs_keep_their_place_between_reasons() {
        let args = json!([{ "type": "string", "value": "after the first" }]);
        let logged = json!({ "method": "Runtime.consoleAPICalled", "params": { "type": "debug", "args": args } });
        let failed = || entry("network", None, "Failed to load resource: net::ERR_FAILED");
        let messages = console_messages(&[failed(), logged, failed()]);
        assert!(matches!(&messages[1], ConsoleMessage::Text(text) if text == "after the first"));
        assert!(matches!(
            (&messages[0], &messages[2]),
            (ConsoleMessage::Reason(_), ConsoleMessage::Reason(_))
        ));
    }

    fn reads_as(events: &[Value]) -> Vec<(String, Option<String>, Option<String>)> {
        let parts = |reason: EngineReason| (reason.url, reason.code, reason.detail);
        reasons(events).into_iter().map(parts).collect()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    /// The reason for a load with this sentence in the log.
    fn of_sentence(load: &str, sentence: &str) -> (String, Option<String>, Option<String>) {
        let words = format!(
            "Access to {load} from origin 'null' has been blocked by CORS policy: {sentence}"
        );
        let events = [
            entry("javascript", Some("cors"), &words),
            entry("network", Some("cors"), "Failed to load resource: net::ERR_FAILED"),
        ];
        let parts = reads_as(&events);
        assert_eq!(parts.len(), 1, "it is reported once: {parts:?}");
        parts.into_iter().next().unwrap()
    }

    #[test]
    fn a_cors_error_is_reported_with_the_value_that_failed() {
        let mismatch = "The 'Access-Control-Allow-Origin' header has a value 'https://other.test' that is not \
                        equal to the supplied origin.";
        let (url, code, detail) = of_sentence("fetch at 'https://a.test/it's'", mismatch);
        assert_eq!(url, "https://a.test/it's");
        assert_eq!((code, detail), (some("AllowOriginMismatch"), some("https://other.test")));
        let missing = "Response to preflight request doesn't pass access control check: No \
                       'Access-Control-Allow-Origin' header is present on the requested resource.";
        let (_, code, detail) = of_sentence("XMLHttpRequest at 'https://a.test/'", missing);
        assert_eq!((code, detail), (some("PreflightMissingAllowOriginHeader"), None));
        let empty = "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which \
                     must be 'true' when the request's credentials mode is 'include'.";
        let (_, code, detail) = of_sentence("fetch at 'https://a.test/'", empty);
        assert_eq!((code, detail), (some("InvalidAllowCredentials"), None));
    }

    #[test]
    fn advice_of_a_browser_is_removed_from_its_reason() {
        let sentence = "The 'Access-Control-Allow-Origin' header contains the invalid value 'x'.";
        let advised = |advice: &str| {
            let words = format!(
                "Access to fetch at 'https://a.test/' from origin 'null' has been blocked by CORS policy: {sentence}{advice}"
            );
            reasons(&[entry("javascript", Some("cors"), &words)])
        };
        assert_eq!(advised("")[0].text, sentence);
        ADVICE.iter().for_each(|advice| assert_eq!(advised(advice), advised("")));
    }

    #[test]
    fn after_a_redirect_the_reason_names_the_last_url() {
        let load = "fetch at 'https://b.test/there' (redirected from 'https://a.test/moved')";
        let (url, code, _) = of_sentence(
            load,
            "Redirect location 'https://me@c.test/' contains a \
            username and password, which is disallowed for cross-origin requests.",
        );
        assert_eq!(
            (url.as_str(), code),
            ("https://b.test/there", some("RedirectContainsCredentials"))
        );
    }

    #[test]
    fn a_sentence_that_is_not_known_here_is_reported_without_a_name() {
        let parts = of_sentence("fetch at 'https://a.test/'", "The moon is full.");
        assert_eq!(parts, ("https://a.test/".to_owned(), None, None));
    }

    #[test]
    fn other_rules_and_network_errors_have_names() {
        let failed =
            |error: &str| entry("network", None, &format!("Failed to load resource: {error}"));
        let mixed = |end: &str| {
            let page = "Mixed Content: The page at 'https://a.test/' was loaded over HTTPS, but requested an \
                        insecure resource 'http://a.test/x'. ";
            entry("security", None, &format!("{page}{end}"))
        };
        let events = [
            mixed("This request has been blocked; the content must be served over HTTPS."),
            mixed("This content should also be served over HTTPS."),
            failed("net::ERR_TOO_MANY_REDIRECTS"),
            failed("net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin"),
            failed("net::ERR_FAILED"),
            failed("the server responded with a status of 404 ()"),
            entry("other", None, "nothing of it"),
        ];
        let (mixed, there) = ("http://a.test/x".to_owned(), || "https://b.test/there".to_owned());
        let expected = [
            (mixed, some("mixed-content"), None),
            (there(), some("net::ERR_TOO_MANY_REDIRECTS"), None),
            (there(), some("corp-not-same-origin"), None),
            (there(), None, None),
        ];
        assert_eq!(reads_as(&events), expected);
    }

    #[test]
    fn only_a_call_without_a_request_gets_the_reason_of_its_issue() {
        let issue = |request: Value| {
            json!({ "method": "Audits.issueAdded", "params": { "issue": { "code": "CorsIssue",
                "details": { "corsIssueDetails": {
                    "corsErrorStatus": { "corsError": "DisallowedByMode", "failedParameter": "" },
                    "isWarning": false, "request": request } } } } })
        };
        let events = [
            issue(json!({ "url": "https://a.test/" })),
            issue(json!({ "url": "https://b.test/", "requestId": "1" })),
        ];
        assert_eq!(
            reads_as(&events),
            [("https://a.test/".to_owned(), some("DisallowedByMode"), None)]
        );
    }

    #[test]
    fn sentences_are_not_confused() {
        for (before, after, code) in SENTENCES {
            let (found, value) = cors_error(&format!("{before}value{after}")).unwrap();
            assert_eq!(found, *code);
            assert_eq!(value.is_some(), !after.is_empty(), "{code}");
        }
    }
}
