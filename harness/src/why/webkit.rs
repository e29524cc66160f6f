//! Messages of WebKit, as in Safari. One error is printed as several lines: the reason, and the URL that could not be
//! loaded. The sentences are those of `Source/WebCore/loader/CrossOriginAccessControl.cpp` and
//! `CrossOriginPreflightResultCache.cpp`.

use super::{Cause, Message, parts};

const BROWSER: &str = "WebKit";

/// What follows a URL that could not be loaded.
const FAILED: &str = " due to access control checks.";

/// All messages in a text without line breaks, each with the URL that the text names after it.
pub(super) fn messages(text: &str) -> Vec<Message> {
    let lines: Vec<_> = text.split(FAILED).collect();
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let load = (number + 1 < lines.len()).then(|| line.rsplit_once(" cannot load ")).flatten();
        let reasons = reasons(line);
        let reasons = match (reasons.is_empty(), &load) {
            (true, Some(_)) => vec![Message::new(BROWSER, Cause::NoReason)],
            _ => reasons,
        };
        found.extend(reasons.into_iter().map(|message| match load {
            Some((before, url)) => Message {
                initiator: Some(initiator(before)),
                url: message.url.or(Some(url.to_owned())),
                ..message
            },
            None => message,
        }));
    }
    without_copies(found)
}

/// Without messages that another one repeats with the URL.
fn without_copies(found: Vec<Message>) -> Vec<Message> {
    let is_same = |one: &Message, other: &Message| {
        (one.cause, &one.origin, &one.value) == (other.cause, &other.origin, &other.value)
    };
    let is_copy = |one: &&Message| {
        one.url.is_none() && found.iter().any(|other| other.url.is_some() && is_same(one, other))
    };
    found.iter().filter(|one| !is_copy(one)).cloned().collect()
}

/// What could not load the URL: `fetch` or `XMLHttpRequest`.
fn initiator(before: &str) -> String {
    if before.ends_with("Fetch API") { "fetch" } else { "XMLHttpRequest" }.to_owned()
}

/// The reasons that a text names.
fn reasons(text: &str) -> Vec<Message> {
    let origins = parts(text, "Origin ").filter_map(origin);
    let status = parts(text, "Preflight response is not successful").map(preflight_status);
    let methods = parts(text, "Method ").filter_map(|part| {
        preflight(part, " is not allowed by Access-Control-Allow-Methods", Cause::MethodNotAllowed)
    });
    let headers = parts(text, "Request header field ").filter_map(|part| {
        preflight(part, " is not allowed by Access-Control-Allow-Headers", Cause::HeaderNotAllowed)
    });
    let fixed = FIXED.iter().filter(|(words, _)| text.contains(words));
    let fixed = fixed.map(|(_, cause)| Message::new(BROWSER, *cause));
    let all = origins.chain(status).chain(methods).chain(headers).chain(fixed);
    let mut distinct: Vec<Message> = Vec::new();
    all.for_each(|one| {
        if !distinct.contains(&one) {
            distinct.push(one);
        }
    });
    distinct
}

const FIXED: [(&str, Cause); 9] = [
    ("Cannot use wildcard in Access-Control-Allow-Origin", Cause::WildcardWithCredentials),
    ("Access-Control-Allow-Origin cannot contain more than one origin", Cause::SeveralAllowOrigins),
    ("but Access-Control-Allow-Credentials is not \"true\"", Cause::CredentialsNotAllowed),
    ("Cross origin requests are only supported for HTTP", Cause::NotHttp),
    ("Cross origin requests are not allowed by request mode", Cause::RequestMode),
    ("Cross-origin redirection denied", Cause::MissingAllowOrigin),
    ("Response to preflight request is a redirection", Cause::PreflightRedirect),
    ("was not allowed to run insecure content from", Cause::MixedContent),
    ("Cancelled load to", Cause::EmbeddingBlocked),
];

/// `ORIGIN is not allowed by Access-Control-Allow-Origin. Status code: 200`
fn origin(part: &str) -> Option<Message> {
    let (origin, rest) = part.split_once(" is not allowed by Access-Control-Allow-Origin")?;
    let origin = Some(origin).filter(|origin| !origin.contains(' '))?;
    let status = status(rest);
    Some(Message {
        origin: Some(origin.to_owned()),
        value: status,
        ..Message::new(BROWSER, Cause::OriginNotAllowed)
    })
}

fn preflight_status(rest: &str) -> Message {
    Message {
        of_preflight: true,
        value: status(rest),
        ..Message::new(BROWSER, Cause::PreflightStatus)
    }
}

fn preflight(part: &str, end: &str, cause: Cause) -> Option<Message> {
    let value =
        part.split_once(end).map(|(value, _)| value).filter(|value| !value.contains(' '))?;
    Some(Message {
        of_preflight: true,
        value: Some(value.to_owned()),
        ..Message::new(BROWSER, cause)
    })
}

/// The digits at the beginning, after `. Status code: `.
fn status(rest: &str) -> Option<String> {
    let rest = rest.strip_prefix(". Status code: ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(digits).filter(|digits| !digits.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_gets_the_url_that_follows_it() {
        let text = "Origin https://a.test is not allowed by Access-Control-Allow-Origin. Status code: 401 \
                    Fetch API cannot load https://b.test/me due to access control checks. \
                    Preflight response is not successful. Status code: 405 \
                    XMLHttpRequest cannot load https://c.test/ due to access control checks.";
        let found = messages(text);
        let short =
            |one: &Message| (one.cause, one.url.clone().unwrap(), one.value.clone().unwrap());
        let expected = [
            (Cause::OriginNotAllowed, "https://b.test/me".to_owned(), "401".to_owned()),
            (Cause::PreflightStatus, "https://c.test/".to_owned(), "405".to_owned()),
        ];
        assert_eq!(found.iter().map(short).collect::<Vec<_>>(), expected);
    }
}
