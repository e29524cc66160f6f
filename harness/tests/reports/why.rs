//! Messages of browsers' consoles, as people copy them, and what `why` makes of them.

use cors_harness::why::{Cause, Message, explanation, messages};

/// A message with its cause, the URL, the origin and the value in it.
type Known<'t> = (&'t str, Cause, &'t str, &'t str, &'t str);

const CHROMIUM: &str = "Access to fetch at 'https://api.test/me' from origin 'https://app.test' has been blocked by CORS policy: ";

const PREFLIGHT: &str = "Response to preflight request doesn't pass access control check: ";

/// The sentences that follow [`CHROMIUM`], with the cause, whether the preflight is the problem, and the value.
#[rustfmt::skip]
const SENTENCES: &[(&str, Cause, &str)] = &[
    ("No 'Access-Control-Allow-Origin' header is present on the requested resource. If an opaque response serves your needs, set the request's mode to 'no-cors' to fetch the resource with CORS disabled.", Cause::MissingAllowOrigin, ""),
    ("No 'Access-Control-Allow-Origin' header is present on the requested resource.", Cause::MissingAllowOrigin, ""),
    ("The 'Access-Control-Allow-Origin' header has a value 'https://other.test' that is not equal to the supplied origin. Have the server send the header with a valid value, or, if an opaque response serves your needs, set the request's mode to 'no-cors' to fetch the resource with CORS disabled.", Cause::OtherAllowOrigin, "https://other.test"),
    ("The 'Access-Control-Allow-Origin' header contains multiple values '*, *', but only one is allowed.", Cause::SeveralAllowOrigins, "*, *"),
    ("The 'Access-Control-Allow-Origin' header contains the invalid value 'app.test'.", Cause::InvalidAllowOrigin, "app.test"),
    ("The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'. The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute.", Cause::WildcardWithCredentials, ""),
    ("The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'.", Cause::CredentialsNotAllowed, ""),
    ("The value of the 'Access-Control-Allow-Credentials' header in the response is 'false' which must be 'true' when the request's credentials mode is 'include'.", Cause::CredentialsNotAllowed, "false"),
    ("Cross origin requests are only supported for protocol schemes: http, data, chrome, chrome-extension, https.", Cause::NotHttp, ""),
    ("Cross origin requests are not allowed by request mode.", Cause::RequestMode, ""),
    ("The response is invalid.", Cause::InvalidResponse, ""),
    ("Cannot parse Access-Control-Allow-Methods response header field in preflight response.", Cause::UnparsableAllowMethods, ""),
    ("Cannot parse Access-Control-Allow-Headers response header field in preflight response.", Cause::UnparsableAllowHeaders, ""),
    ("Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.", Cause::MethodNotAllowed, "PUT"),
    ("Request header field content-type is not allowed by Access-Control-Allow-Headers in preflight response.", Cause::HeaderNotAllowed, "content-type"),
    ("Redirect location 'https://u:p@b.test/' contains a username and password, which is disallowed for cross-origin requests.", Cause::RedirectWithUserinfo, "https://u:p@b.test/"),
    ("The request client is not a secure context and the resource is in more-private address space `loopback`.", Cause::InsecureLocalNetwork, "loopback"),
    ("Request had a target IP address space of `local` yet the resource is in address space `public`.", Cause::OtherAddressSpace, "local"),
    ("Permission was denied for this request to access the `loopback` address space.", Cause::LocalNetworkPermission, "loopback"),
];

/// Sentences that follow [`PREFLIGHT`].
#[rustfmt::skip]
const OF_PREFLIGHT: &[(&str, Cause, &str)] = &[
    ("It does not have HTTP ok status.", Cause::PreflightStatus, ""),
    ("Redirect is not allowed for a preflight request.", Cause::PreflightRedirect, ""),
    ("No 'Access-Control-Allow-Origin' header is present on the requested resource.", Cause::MissingAllowOrigin, ""),
    ("The 'Access-Control-Allow-Origin' header has a value 'null' that is not equal to the supplied origin.", Cause::OtherAllowOrigin, "null"),
    ("The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.", Cause::WildcardWithCredentials, ""),
    ("The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'.", Cause::CredentialsNotAllowed, ""),
    ("No 'Access-Control-Allow-Private-Network' header was present in the preflight response for this private network request targeting the `local` address space.", Cause::PrivateNetworkHeader, "local"),
];

/// Firefox's reasons, with straight quotes as many copies have them.
#[rustfmt::skip]
const FIREFOX: &[(&str, Cause, &str)] = &[
    ("CORS disabled", Cause::CorsDisabled, ""),
    ("CORS request did not succeed", Cause::NetworkError, ""),
    ("CORS header ‘Origin’ cannot be added", Cause::OriginNotAdded, ""),
    ("CORS request external redirect not allowed", Cause::PreflightRedirect, ""),
    ("CORS request not http", Cause::NotHttp, ""),
    ("CORS header ‘Access-Control-Allow-Origin’ missing", Cause::MissingAllowOrigin, ""),
    ("CORS header 'Access-Control-Allow-Origin' missing", Cause::MissingAllowOrigin, ""),
    ("Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed", Cause::SeveralAllowOrigins, ""),
    ("CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://other.test’", Cause::OtherAllowOrigin, "https://other.test"),
    ("CORS header 'Access-Control-Allow-Origin' does not match 'https://other.test'", Cause::OtherAllowOrigin, "https://other.test"),
    ("Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’", Cause::WildcardWithCredentials, ""),
    ("expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’", Cause::CredentialsNotAllowed, ""),
    ("CORS preflight response did not succeed", Cause::PreflightStatus, "405"),
    ("CORS preflight channel did not succeed", Cause::PreflightStatus, "405"),
    ("invalid token ‘a b’ in CORS header ‘Access-Control-Allow-Methods’", Cause::UnparsableAllowMethods, "a b"),
    ("invalid token ‘a b’ in CORS header ‘Access-Control-Allow-Headers’", Cause::UnparsableAllowHeaders, "a b"),
    ("Did not find method in CORS header ‘Access-Control-Allow-Methods’", Cause::MethodNotAllowed, ""),
    ("header ‘x-id’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response", Cause::HeaderNotAllowed, "x-id"),
    ("missing token ‘x-id’ in CORS header ‘Access-Control-Allow-Headers’ from CORS preflight channel", Cause::HeaderNotAllowed, "x-id"),
];

/// Complete texts of other forms.
#[rustfmt::skip]
const OTHERS: &[Known<'_>] = &[
    ("[Error] Origin http://localhost:3000 is not allowed by Access-Control-Allow-Origin. Status code: 401\n[Error] Fetch API cannot load http://localhost:5001/me due to access control checks.\n[Error] Failed to load resource: Origin http://localhost:3000 is not allowed by Access-Control-Allow-Origin. Status code: 401 (me, line 0)",
        Cause::OriginNotAllowed, "http://localhost:5001/me", "http://localhost:3000", "401"),
    ("Preflight response is not successful. Status code: 405 XMLHttpRequest cannot load https://api.test/a due to access control checks.",
        Cause::PreflightStatus, "https://api.test/a", "", "405"),
    ("Request header field X-Id is not allowed by Access-Control-Allow-Headers.", Cause::HeaderNotAllowed, "", "", "X-Id"),
    ("Method PATCH is not allowed by Access-Control-Allow-Methods.", Cause::MethodNotAllowed, "", "", "PATCH"),
    ("Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.", Cause::WildcardWithCredentials, "", "", ""),
    ("Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\".", Cause::CredentialsNotAllowed, "", "", ""),
    ("Access-Control-Allow-Origin cannot contain more than one origin.", Cause::SeveralAllowOrigins, "", "", ""),
    ("Fetch API cannot load https://api.test/x due to access control checks.", Cause::NoReason, "https://api.test/x", "", ""),
    ("Access to XMLHttpRequest at 'https://b.test/there' (redirected from 'https://a.test/moved') from origin 'null' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        Cause::MissingAllowOrigin, "https://b.test/there", "null", ""),
    ("Access to font at 'https://cdn.test/a.woff2' from origin 'https://app.test'\n  has been blocked by CORS policy:\n  No 'Access-Control-Allow-Origin' header is present on the\n  requested resource.",
        Cause::MissingAllowOrigin, "https://cdn.test/a.woff2", "https://app.test", ""),
    ("XMLHttpRequest cannot load http://api.test/a. No 'Access-Control-Allow-Origin' header is present on the requested resource. Origin 'http://app.test' is therefore not allowed access.",
        Cause::MissingAllowOrigin, "http://api.test/a", "http://app.test", ""),
    ("Mixed Content: The page at 'https://app.test/start' was loaded over HTTPS, but requested an insecure resource 'http://api.test/x'. This request has been blocked; the content must be served over HTTPS.",
        Cause::MixedContent, "http://api.test/x", "https://app.test", ""),
    ("Blocked loading mixed active content “http://api.test/x”", Cause::MixedContent, "http://api.test/x", "", ""),
    ("GET https://cdn.test/a.png net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin 200 (OK)", Cause::EmbeddingBlocked, "", "", ""),
    ("TypeError: Failed to fetch", Cause::NoReason, "", "", ""),
    ("TypeError: NetworkError when attempting to fetch resource.", Cause::NoReason, "", "", ""),
    ("Unhandled Promise Rejection: TypeError: Load failed", Cause::NoReason, "", "", ""),
];

#[track_caller]
fn only(text: &str) -> Message {
    let found = messages(text);
    assert_eq!(found.len(), 1, "{text}\n{found:#?}");
    found.into_iter().next().unwrap()
}

fn text(value: Option<&String>) -> &str {
    value.map_or("", String::as_str)
}

#[test]
fn every_sentence_of_chromium_is_understood() {
    let plain = SENTENCES.iter().map(|one| (String::new(), one));
    let of_preflight = OF_PREFLIGHT.iter().map(|one| (PREFLIGHT.to_owned(), one));
    for (before, (sentence, cause, value)) in plain.chain(of_preflight) {
        let found = only(&format!("app.js:7 {CHROMIUM}{before}{sentence}"));
        assert_eq!((found.cause, text(found.value.as_ref())), (*cause, *value), "{sentence}");
        assert_eq!(text(found.url.as_ref()), "https://api.test/me");
        assert_eq!(text(found.origin.as_ref()), "https://app.test");
        assert!(before.is_empty() || found.of_preflight, "{sentence}");
    }
}

#[test]
fn every_reason_of_firefox_is_understood() {
    for (reason, cause, value) in FIREFOX {
        let found = only(&format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at \
             https://api.test/me. (Reason: {reason}). Status code: 405. [Learn More]"
        ));
        assert_eq!((found.cause, text(found.value.as_ref())), (*cause, *value), "{reason}");
        assert_eq!(text(found.url.as_ref()), "https://api.test/me");
    }
}

#[test]
fn other_messages_are_understood() {
    for (message, cause, url, origin, value) in OTHERS {
        let found = only(message);
        let parts = [found.url, found.origin, found.value].map(Option::unwrap_or_default);
        assert_eq!(
            (found.cause, parts),
            (*cause, [*url, *origin, *value].map(str::to_owned)),
            "{message}"
        );
    }
}

#[test]
fn every_explanation_says_what_to_do() {
    let chromium = SENTENCES.iter().map(|(sentence, ..)| format!("{CHROMIUM}{sentence}"));
    let others = OTHERS.iter().map(|(message, ..)| (*message).to_owned());
    for message in chromium.chain(others) {
        let text = explanation(&only(&message), 80);
        for part in ["What it means\n  ", "How to repair it\n  "] {
            assert!(text.contains(part), "{text}");
        }
        let prose = text.lines().filter(|line| {
            !line.contains("cors-harness") && !line.contains("curl") && !line.contains("http")
        });
        prose.for_each(|line| assert!(line.chars().count() <= 80, "{line}"));
    }
}

#[test]
fn the_command_has_what_the_message_names() {
    let of = |sentence: &str| {
        let text = explanation(&only(&format!("{CHROMIUM}{sentence}")), 100);
        let command = text.lines().find(|line| line.contains("cors-harness check")).map(str::trim);
        command.unwrap_or_else(|| panic!("{text}")).to_owned()
    };
    let common = "cors-harness check 'https://api.test/me' --allow-upstream 'api.test:443' --page 'https://app.test'";
    let method = "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.";
    assert_eq!(of(method), format!("{common} --method 'PUT'"));
    let header = "Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response.";
    assert_eq!(of(header), format!("{common} --header \"Authorization: Bearer $TOKEN\""));
    let (_, wildcard) = (0, SENTENCES[5].0);
    assert_eq!(of(wildcard), format!("{common} --cookie \"$COOKIE\""));
    let local = "Access to fetch at 'http://localhost:8000/it's#top' from origin 'http://localhost:5173' has been blocked by \
                 CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    let text = explanation(&only(local), 100);
    let command =
        r"cors-harness check 'http://localhost:8000/it'\''s' --page 'http://localhost:5173'";
    assert!(text.contains(command), "{text}");
}

#[test]
fn a_repair_has_the_origin_and_the_value_of_the_message() {
    let text = explanation(&only(&format!("{CHROMIUM}{}", SENTENCES[2].0)), 120);
    for words in [
        "Chromium: Access-Control-Allow-Origin has another value than the origin of the page: `https://other.test`.",
        "remove  Access-Control-Allow-Origin: https://other.test",
        "send    Access-Control-Allow-Origin: https://app.test",
        "curl -i 'https://api.test/me' -H 'Origin: https://app.test'",
    ] {
        assert!(text.contains(words), "`{words}` is not in:\n{text}");
    }
}

#[test]
fn a_log_with_several_messages_is_explained_message_by_message() {
    let one = format!("{CHROMIUM}{}", SENTENCES[1].0);
    let other = format!("{CHROMIUM}{}", SENTENCES[13].0);
    let log = format!("start\n{one}\nGET https://api.test/me net::ERR_FAILED\n{other}\n{one}\nend");
    let causes: Vec<_> = messages(&log).iter().map(|message| message.cause).collect();
    assert_eq!(causes, [Cause::MissingAllowOrigin, Cause::MethodNotAllowed]);
}

#[test]
fn other_texts_are_not_understood() {
    for text in [
        "",
        "Access to fetch",
        "CORS",
        "The moon is full.",
        "Access to fetch at 'x' from origin 'y' has been blocked by CORS policy: New.",
    ] {
        assert_eq!(messages(text), [], "{text}");
    }
}
