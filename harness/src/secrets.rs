//! Secrets: values of cookies, of `Authorization` and of a server's environment. Their names and
//! lengths are not secret.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use percent_encoding::percent_decode_str;

/// Values of this length are hidden wherever they occur.
const ANYWHERE: usize = 6;

/// Values of this length are hidden where they occur as a word; shorter ones only after their name.
const AS_A_WORD: usize = 3;

/// Words that are values of many cookies and occur in too many other places.
const COMMON: [&str; 4] = ["true", "false", "null", "none"];

/// Secret values, each with the names under which it is used.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, BTreeSet<String>>);

impl Secrets {
    /// Learns a value and its name: as it is, and as programs write it after decoding.
    pub fn learn(&mut self, name: &str, value: &str) {
        let value = value.trim().trim_matches('"');
        let decoded = percent_decode_str(value).decode_utf8_lossy();
        for value in [value, decoded.as_ref()].into_iter().filter(|value| !value.is_empty()) {
            self.0.entry(value.to_owned()).or_default().insert(name.trim().to_ascii_lowercase());
        }
    }

    /// Learns the content of a header line, if its header holds secrets.
    pub fn learn_line(&mut self, name: &str, line: &str) {
        match name.to_ascii_lowercase().as_str() {
            "cookie" => line.split(';').for_each(|pair| self.learn_pair(pair)),
            "set-cookie" => self.learn_pair(line.split(';').next().unwrap_or_default()),
            "authorization" | "proxy-authorization" => self.learn_credentials(name, line.trim()),
            _ => {}
        }
    }

    fn learn_pair(&mut self, pair: &str) {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        self.learn(name, value);
    }

    /// RFC 7617: the credentials of `Basic` are a name and a password.
    fn learn_credentials(&mut self, name: &str, line: &str) {
        let (scheme, credentials) = line.split_once(' ').unwrap_or((name, line));
        self.learn(name, credentials);
        self.learn(scheme, credentials);
        let basic = Some(credentials).filter(|_| scheme.eq_ignore_ascii_case("basic"));
        let decoded = basic.and_then(|text| BASE64_STANDARD.decode(text.trim()).ok());
        let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some((user, password)) = decoded.as_deref().and_then(|text| text.split_once(':')) {
            self.learn("password", password);
            self.learn(user, password);
        }
    }

    /// A text in which each of them is replaced by its length.
    pub fn hidden_in(&self, text: &str) -> String {
        let mut told = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(sign) = rest.chars().next() {
            let (before, _) = text.split_at(text.len() - rest.len());
            let length = match (hidden_before(rest), self.at_the_beginning(before, rest)) {
                (Some(mark), _) => {
                    told.push_str(mark);
                    mark.len()
                }
                (None, Some(value)) => {
                    told.push_str(&hidden(value));
                    value.len()
                }
                (None, None) => {
                    told.push(sign);
                    sign.len_utf8()
                }
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        told
    }

    /// The longest secret at the beginning of `text` that must be hidden there.
    fn at_the_beginning(&self, before: &str, text: &str) -> Option<&str> {
        let here = self.0.iter().filter(|(value, names)| {
            let after = text.strip_prefix(value.as_str());
            after.is_some_and(|after| is_given_away(value, names, before, after))
        });
        here.map(|(value, _)| value.as_str()).max_by_key(|value| value.len())
    }
}

/// Whether a value must be hidden where it occurs between `before` and `after`.
fn is_given_away(value: &str, names: &BTreeSet<String>, before: &str, after: &str) -> bool {
    if value.len() >= ANYWHERE {
        return true;
    }
    let is_word =
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
    let is_common = COMMON.iter().any(|common| value.eq_ignore_ascii_case(common));
    is_word && ((value.len() >= AS_A_WORD && !is_common) || is_named(names, before))
}

/// Whether the last word of a text is one of the names, as in `sid=`, `"sid": "` and `sid => `.
fn is_named(names: &BTreeSet<String>, before: &str) -> bool {
    let sign = |c: char| !c.is_alphanumeric() && !matches!(c, '\n' | '-' | '_' | '.');
    let word = before.trim_end_matches(sign).to_ascii_lowercase();
    let ends = |name: &String| {
        let rest = word.strip_suffix(name.as_str());
        rest.is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    };
    word.len() < before.len() && names.iter().filter(|name| !name.is_empty()).any(ends)
}

/// The value of a header line without what is secret because of the header's name.
pub fn without_secret(name: &str, value: &str) -> Option<String> {
    match name.to_ascii_lowercase().as_str() {
        "cookie" => Some(value.split("; ").map(hidden_pair).collect::<Vec<_>>().join("; ")),
        "set-cookie" => Some(set_cookie_without_value(value)),
        "authorization" | "proxy-authorization" => Some(match value.split_once(' ') {
            Some((scheme, secret)) => format!("{scheme} {}", hidden(secret)),
            None => hidden(value),
        }),
        _ => None,
    }
}

/// A `Set-Cookie` value in which the length of the cookie replaces its value.
pub fn set_cookie_without_value(value: &str) -> String {
    match value.split_once(';') {
        Some((pair, attributes)) => format!("{};{attributes}", hidden_pair(pair)),
        None => hidden_pair(value),
    }
}

fn hidden_pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, value)) => format!("{name}={}", hidden(value)),
        None => hidden(pair),
    }
}

/// The length of a secret, as text.
pub fn hidden(secret: &str) -> String {
    format!("<{} bytes>", secret.len())
}

/// The text from [`hidden`] at the beginning of a text.
fn hidden_before(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('<')?;
    let after = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = after.strip_prefix(" bytes>").filter(|_| after.len() < digits.len())?;
    text.get(..text.len() - rest.len())
}

/// The output of a debugger is a log too.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(lines: &[(&str, &str)]) -> Secrets {
        let mut secrets = Secrets::default();
        lines.iter().for_each(|(name, line)| secrets.learn_line(name, line));
        secrets
    }

    #[track_caller]
    fn told(secrets: &Secrets, said: &str, told: &str) {
        assert_eq!(secrets.hidden_in(said), told);
    }

    #[test]
    fn values_that_passed_are_left_out() {
        let secrets = secrets(&[
            ("Cookie", "sid=cookie-secret; theme=dark; other=2nd-cookie"),
            ("Authorization", "Bearer token-secret"),
            ("Set-Cookie", "fresh=\"set-secret\"; Secure; HttpOnly"),
        ]);
        told(&secrets, "sid=cookie-secretX 2nd-cookie", "sid=<13 bytes>X <10 bytes>");
        told(&secrets, "Bearer token-secret, HttpOnly", "Bearer <12 bytes>, HttpOnly");
        told(&secrets, "fresh set-secret; Secure", "fresh <10 bytes>; Secure");
    }

    #[test]
    fn short_values_are_left_out_as_words_and_behind_their_names() {
        let secrets = secrets(&[("cookie", "session=alice; n=1; consent=true; x=bytes")]);
        told(&secrets, "session=alice", "session=<5 bytes>");
        told(&secrets, "hello alice, malice alice2", "hello <5 bytes>, malice alice2");
        told(
            &secrets,
            "{'session': 'alice', \"n\": 1}",
            "{'session': '<5 bytes>', \"n\": <1 bytes>}",
        );
        told(&secrets, "N = 1 on 127.0.0.1, in=1, 11", "N = <1 bytes> on 127.0.0.1, in=1, 11");
        told(&secrets, "consent=true; is true", "consent=<4 bytes>; is true");
        told(&secrets, "n\n1 alice", "n\n1 <5 bytes>");
    }

    #[test]
    fn values_are_known_decoded_as_well() {
        let secrets = secrets(&[
            ("cookie", "session=alice%40home"),
            ("authorization", "Basic dXNlcjpodW50ZXIy"),
        ]);
        told(&secrets, "alice@home alice%40home", "<10 bytes> <12 bytes>");
        told(&secrets, "user:hunter2, dXNlcjpodW50ZXIy", "user:<7 bytes>, <16 bytes>");
    }

    #[test]
    fn header_lines_with_secrets_are_known_by_name() {
        for (name, value, shown) in [
            ("cookie", "sid=secret; theme=dark", Some("sid=<6 bytes>; theme=<4 bytes>")),
            ("Set-Cookie", "sid=secret; Secure", Some("sid=<6 bytes>; Secure")),
            ("Set-Cookie", "secret", Some("<6 bytes>")),
            ("authorization", "Bearer secret", Some("Bearer <6 bytes>")),
            ("x-api-key", "k", None),
        ] {
            assert_eq!(without_secret(name, value).as_deref(), shown);
        }
    }

    #[test]
    fn what_is_hidden_already_is_not_hidden_again() {
        let secrets = secrets(&[("set-cookie", "a=1"), ("cookie", "b=bytes")]);
        told(&secrets, "`a=<1 bytes>; Secure` b=bytes", "`a=<1 bytes>; Secure` b=<5 bytes>");
        told(&secrets, "a=<1 byte>", "a=<<1 bytes> byte>");
    }

    #[test]
    fn nothing_is_hidden_where_nothing_is_known() {
        told(&Secrets::default(), "sid=1 ü", "sid=1 ü");
        assert_eq!(format!("{:?}", secrets(&[("cookie", "a=secret")])), "Secrets(1)");
    }
}
