//! Parses the values of leaves.

use std::time::Duration;

use cors_servers::script::{self, InvalidHeaderName, Status};
use http::{HeaderName, HeaderValue, Method};

use super::complaint::ValueError;
use super::suggest::{self, brief};

/// A status that a server can send.
pub(super) fn status(text: &str) -> Result<Status, ValueError> {
    let number = if is_digits(text) { text.parse().ok() } else { None };
    number.filter(|_| text.len() == 3).and_then(|number| Status::new(number).ok()).ok_or_else(
        || {
            let what = format!("`{}` is not a status", brief(text));
            ValueError::new(what, "write a number from 200 to 999, or 101 for a WebSocket")
        },
    )
}

/// `50ms`, `1s`, `1.5s`.
pub(super) fn duration(text: &str) -> Result<Duration, ValueError> {
    let (number, unit) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => (number, 0.001),
        (None, Some(number)) => (number, 1.0),
        (None, None) => ("", 1.0),
    };
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds = number.parse::<f64>().ok().filter(|_| plain);
    seconds.and_then(|number| Duration::try_from_secs_f64(number * unit).ok()).ok_or_else(|| {
        ValueError::new(
            format!("`{}` is not a time", brief(text)),
            "write a number and its unit: `50ms`, `1.5s`",
        )
    })
}

/// A waiting time.
pub(super) fn delay(text: &str) -> Result<Duration, ValueError> {
    const LONGEST: Duration = Duration::from_secs(3600);
    match duration(text)? {
        time if time > LONGEST => {
            Err(ValueError::new("the delay is longer than an hour", "write at most `3600s`"))
        }
        time => Ok(time),
    }
}

/// The longest time that may pass between two steps: a year.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(31_536_000);

/// Time that passes between two steps, in whole seconds.
pub(super) fn wait(text: &str) -> Result<Duration, ValueError> {
    let digits = text.strip_suffix('s').filter(|digits| is_digits(digits));
    let Some(digits) = digits else {
        let what = format!("`{}` is not a time to wait", brief(text));
        return Err(ValueError::new(what, "write whole seconds with their unit: `600s`"));
    };
    let seconds = digits.parse().ok().map(Duration::from_secs);
    seconds.filter(|time| *time <= LONGEST_WAIT).ok_or_else(|| {
        let what = format!("`{}` is longer than a year", brief(text));
        ValueError::new(what, "write at most `31536000s`")
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number of seconds.
pub(super) fn seconds(text: &str) -> Result<u64, ValueError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| {
        ValueError::new(
            format!("`{}` is not a number of seconds", brief(text)),
            "write a whole number: `600`",
        )
    })
}

/// The choices of what is so or not so.
pub(super) const BOOLEAN: [(&str, bool); 2] = [("true", true), ("false", false)];

/// The words of some choices.
pub(super) fn words<T>(choices: &[(&'static str, T)]) -> impl Iterator<Item = &'static str> {
    choices.iter().map(|(word, _)| *word)
}

/// One of the `choices` of `key`.
pub(super) fn choice<T: Clone>(
    key: &str,
    choices: &[(&str, T)],
) -> impl Fn(&str) -> Result<T, ValueError> {
    move |text| {
        let known = choices.iter().map(|(word, _)| *word);
        choices
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, meaning)| meaning.clone())
            .ok_or_else(|| {
                let what = format!("`{key}` cannot be `{}`", brief(text));
                ValueError::new(what, suggest::help(text, "the choices are", known))
            })
    }
}

/// Any text.
pub(super) fn text(text: &str) -> Result<String, ValueError> {
    Ok(text.to_owned())
}

/// A method that a server can answer.
pub(super) fn method(text: &str) -> Result<Method, ValueError> {
    sent_method(text)?;
    Method::from_bytes(text.as_bytes()).map_err(|_| no_method(text))
}

/// The complaint about a text that is not a method.
pub(super) fn no_method(text: &str) -> ValueError {
    ValueError::new(format!("`{}` is not a method", brief(text)), "write a method: `GET`")
}

/// Reports a method in a spelling that no browser sends:
/// <https://fetch.spec.whatwg.org/#concept-method-normalize>.
pub(super) fn sent_method(text: &str) -> Result<(), ValueError> {
    const NORMALISED: [&str; 6] = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
    let upper = text.to_ascii_uppercase();
    if NORMALISED.contains(&upper.as_str()) && text == text.to_ascii_lowercase() {
        let help = format!(
            "methods are compared exactly, and every browser sends `{upper}`; write `{upper}`"
        );
        return Err(ValueError::new(format!("browsers do not send the method `{text}`"), help));
    }
    Ok(())
}

/// A method that script can use.
pub(super) fn script_method(text: &str) -> Result<String, ValueError> {
    // https://fetch.spec.whatwg.org/#forbidden-method
    const FORBIDDEN: [&str; 3] = ["CONNECT", "TRACE", "TRACK"];
    let method = method(text)?;
    match FORBIDDEN.contains(&method.as_str().to_ascii_uppercase().as_str()) {
        true => {
            Err(ValueError::new(format!("script cannot use the method `{method}`"), "remove it"))
        }
        false => Ok(method.to_string()),
    }
}

/// The name of a header, as written.
pub(super) fn header_name(text: &str) -> Result<String, ValueError> {
    let parsed = HeaderName::from_bytes(text.as_bytes());
    parsed.map(|_| text.to_owned()).map_err(|_| no_header_name(text))
}

/// The name of a header that a server can send, as written.
pub(super) fn reply_header_name(text: &str) -> Result<script::HeaderName, ValueError> {
    script::HeaderName::new(text).map_err(|invalid| match invalid {
        InvalidHeaderName::NotAToken(_) => no_header_name(text),
        InvalidHeaderName::OfTheConnection(_) => {
            ValueError::new(format!("`{text}` is set by the server itself"), "remove it")
        }
    })
}

/// The complaint about a text that is not the name of a header.
pub(super) fn no_header_name(text: &str) -> ValueError {
    let help = "a name has letters, digits and the characters !#$%&'*+-.^_`|~";
    ValueError::new(format!("`{}` is not the name of a header", brief(text)), help)
}

/// The value of a header, as written.
pub(super) fn header_value(text: &str) -> Result<String, ValueError> {
    HeaderValue::from_bytes(text.as_bytes()).map(|_| text.to_owned()).map_err(|_| no_header_value())
}

/// The complaint about a value that no server can send.
pub(super) fn no_header_value() -> ValueError {
    let help = "a value is one line without control characters; `|` and `>` end theirs with a \
    line break";
    ValueError::new("a header cannot have this value", help)
}

/// The value of a request header that script sets, as written:
/// <https://fetch.spec.whatwg.org/#header-value>, which allows more than servers send. Most servers
/// accept it.
pub(super) fn script_header_value(text: &str) -> Result<String, ValueError> {
    if text.contains(['\0', '\r', '\n']) {
        let help = "a value is one line; `|` and `>` end theirs with a line break";
        return Err(ValueError::new("a header cannot have this value", help));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        let numbers = ["101", "200", "999"].map(|text| status(text).unwrap().as_u16());
        assert_eq!(numbers, [101, 200, 999]);
        for bad in ["", "99", "100", "103", "1000", "0200", "+200", "2e2", "OK"] {
            assert!(status(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(duration("50ms"), Ok(Duration::from_millis(50)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1500)));
        for bad in ["", "s", "ms", "50", "1e9s", "-1s", "infs", "1 s", "1m", "1.2.3s"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
        assert!(duration(&("9".repeat(400) + "s")).is_err());
    }

    #[test]
    fn waits_are_whole_seconds_up_to_a_year() {
        assert_eq!(wait("0s"), Ok(Duration::ZERO));
        assert_eq!(wait("31536000s"), Ok(LONGEST_WAIT));
        for bad in ["", "s", "5", "-5s", "1.5s", "500ms", "1 s", "1h", "31536001s"] {
            assert!(wait(bad).is_err(), "{bad}");
        }
        assert!(wait(&("9".repeat(400) + "s")).is_err());
    }

    #[test]
    fn methods_keep_their_spelling() {
        for good in ["GET", "patch", "Get", "LINK"] {
            assert_eq!(method(good).unwrap(), good);
        }
        for bad in ["get", "put", "", "A B", "GÉT"] {
            assert!(method(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn header_lines_are_checked_and_kept() {
        assert_eq!(header_name("X-AuTH"), Ok("X-AuTH".to_owned()));
        assert!(header_name("X Auth").is_err());
        assert_eq!(header_value(" é "), Ok(" é ".to_owned()));
        assert!(header_value("a\nb").is_err());
        assert!(header_value("\x01").is_err());
    }

    #[test]
    fn script_can_set_values_that_servers_cannot() {
        assert_eq!(script_header_value("\x01 \x7f"), Ok("\x01 \x7f".to_owned()));
        for bad in ["a\nb", "\r", "a\0"] {
            assert!(script_header_value(bad).is_err());
        }
    }
}
