//! Chromium's reasons, from its events: <https://chromedevtools.github.io/devtools-protocol/tot/Network/>,
//! and <https://chromedevtools.github.io/devtools-protocol/tot/Audits/> for calls without a request.

use std::collections::HashMap;

use serde_json::Value;

use crate::observation::EngineReason;

/// Why loads failed, in the order told, each with the URL that was asked last on its behalf. What
/// script gave up itself has no reason.
pub(super) fn reasons(events: &[Value]) -> Vec<EngineReason> {
    let mut urls = HashMap::new();
    let mut reasons = Vec::new();
    for event in events {
        let parameters = &event["params"];
        let id = parameters["requestId"].as_str();
        match event["method"].as_str() {
            Some("Network.requestWillBeSent") => {
                urls.insert(id, parameters["request"]["url"].as_str().unwrap_or_default());
            }
            Some("Network.loadingFailed") if parameters["canceled"] != true => {
                reasons.extend(urls.get(&id).map(|url| reason(parameters, url)));
            }
            Some("Audits.issueAdded") => reasons.extend(refused(&parameters["issue"])),
            _ => {}
        }
    }
    reasons
}

/// The most particular name there is: of a CORS error, of another rule, of an error of the network.
fn reason(failed: &Value, url: &str) -> EngineReason {
    let cors = &failed["corsErrorStatus"];
    let (rule, error) = (text(&failed["blockedReason"]), text(&failed["errorText"]));
    let particular = error.clone().filter(|error| error != ANY);
    EngineReason {
        url: url.to_owned(),
        code: text(&cors["corsError"]).or(rule.clone()).or(particular),
        detail: text(&cors["failedParameter"]),
        text: error.or(rule).unwrap_or_default(),
    }
}

/// A CORS error of a call that never became a request. All others are told as a load that failed.
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

/// A text that is not empty: an empty one stands for none.
fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What every load that fails by a rule is said to have failed with.
const ANY: &str = "net::ERR_FAILED";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asked(id: &str, url: &str) -> Value {
        json!({ "method": "Network.requestWillBeSent",
                "params": { "requestId": id, "request": { "url": url } } })
    }

    fn failed(id: &str, members: Value) -> Value {
        let mut event = json!({ "method": "Network.loadingFailed",
            "params": { "requestId": id, "type": "Fetch", "errorText": ANY, "canceled": false } });
        for (name, value) in members.as_object().unwrap() {
            event["params"][name] = value.clone();
        }
        event
    }

    fn told(events: &[Value]) -> Vec<(String, Option<String>, Option<String>)> {
        let told = |reason: EngineReason| (reason.url, reason.code, reason.detail);
        reasons(events).into_iter().map(told).collect()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_cors_error_is_told_with_the_value_that_failed() {
        let status = |error: &str, value: &str| json!({ "corsErrorStatus": { "corsError": error, "failedParameter": value } });
        let events = [
            asked("1", "https://a.test/"),
            asked("2", "https://b.test/"),
            failed("2", status("AllowOriginMismatch", "https://other.test")),
            failed("1", status("PreflightMissingAllowOriginHeader", "")),
        ];
        let expected = [
            ("https://b.test/".to_owned(), some("AllowOriginMismatch"), some("https://other.test")),
            ("https://a.test/".to_owned(), some("PreflightMissingAllowOriginHeader"), None),
        ];
        assert_eq!(told(&events), expected);
    }

    #[test]
    fn another_rule_has_a_name_as_well_and_so_has_an_error_of_the_network() {
        let events = [
            asked("1", "http://a.test/"),
            failed("1", json!({ "blockedReason": "mixed-content", "errorText": "" })),
            asked("2", "https://a.test/loop"),
            failed("2", json!({ "errorText": "net::ERR_TOO_MANY_REDIRECTS" })),
            asked("3", "https://a.test/moved"),
            failed("3", json!({})),
        ];
        let codes: Vec<_> = told(&events).into_iter().map(|(_, code, _)| code).collect();
        assert_eq!(codes, [some("mixed-content"), some("net::ERR_TOO_MANY_REDIRECTS"), None]);
    }

    #[test]
    fn after_a_redirect_the_reason_speaks_of_the_url_asked_last() {
        let events = [
            asked("1", "https://a.test/moved"),
            asked("1", "https://b.test/there"),
            failed("1", json!({})),
        ];
        assert_eq!(told(&events)[0].0, "https://b.test/there");
    }

    #[test]
    fn a_call_without_a_request_is_told_by_its_issue_and_no_other_is() {
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
        assert_eq!(told(&events), [("https://a.test/".to_owned(), some("DisallowedByMode"), None)]);
    }

    #[test]
    fn what_script_gave_up_has_no_reason_nor_has_what_was_asked_for_before() {
        let events = [
            asked("1", "https://a.test/"),
            failed("1", json!({ "canceled": true, "errorText": "net::ERR_ABORTED" })),
            failed("0", json!({})),
        ];
        assert!(told(&events).is_empty());
    }
}
