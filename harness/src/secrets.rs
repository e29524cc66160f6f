//! Secrets: values of cookies, of `Authorization` and of a server's environment. Their names and
//! lengths are not secret.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

/// Values of this length are hidden wherever they occur.
const ANYWHERE: usize = 6;

/// Values of this length are hidden where they occur as a word; shorter ones only after their name.
const AS_A_WORD: usize = 3;

/// Words that are values of many cookies and occur in too many other places.
const COMMON: [&str; 4] = ["true", "false", "null", "none"];

/// Secret values, each with the names under which it is used.
#[derive(Clone, Default)]
pub struct Secrets {
    values: BTreeMap<String, BTreeSet<String>>,
    /// Values that a case takes from the environment, in each spelling, with what the case writes: `${env TOKEN}`.
    environment: BTreeMap<String, String>,
    /// Whether an `Authorization` has a value from the environment, so that its length says nothing.
    any_length: bool,
}

impl Secrets {
    /// Learns the value of a variable of the environment that a case uses, as requests, JSON and forms spell it.
    pub fn learn_variable(&mut self, name: &str, value: &str) {
        let written = format!("${{env {name}}}");
        for spelling in spellings(value) {
            self.environment.entry(spelling).or_insert_with(|| written.clone());
        }
    }

    /// Learns what other secrets know.
    pub fn learn_all(&mut self, other: &Self) {
        for (value, names) in &other.values {
            self.values.entry(value.clone()).or_default().extend(names.iter().cloned());
        }
        let environment = other.environment.iter();
        self.environment.extend(environment.map(|(value, name)| (value.clone(), name.clone())));
        self.any_length |= other.any_length;
    }

    /// A text without values from the environment, and with everything else.
    pub fn variables_hidden_in(&self, text: &str) -> String {
        let environment = self.environment.clone();
        Self { environment, ..Self::default() }.hidden_in(text)
    }

    /// Whether there are values from the environment.
    pub fn has_variables(&self) -> bool {
        !self.environment.is_empty()
    }

    /// Whether a text has a value from the environment.
    pub fn has_variable(&self, text: &str) -> bool {
        self.environment.keys().any(|value| text.contains(value.as_str()))
    }

    /// Whether the length of an `Authorization` depends on the environment.
    pub fn has_any_length(&self) -> bool {
        self.any_length
    }

    /// Learns a value and its name: as it is, and as programs write it after decoding.
    pub fn learn(&mut self, name: &str, value: &str) {
        let value = value.trim().trim_matches('"');
        let decoded = percent_decode_str(value).decode_utf8_lossy();
        for value in [value, decoded.as_ref()].into_iter().filter(|value| !value.is_empty()) {
            let names = self.values.entry(value.to_owned()).or_default();
            names.insert(name.trim().to_ascii_lowercase());
        }
    }

    /// Learns the content of a header line, if its header holds secrets.
    pub fn learn_line(&mut self, name: &str, line: &str) {
        match name.to_ascii_lowercase().as_str() {
            "cookie" => line.split(';').for_each(|pair| self.learn_pair(pair)),
            "set-cookie" => self.learn_pair(line.split(';').next().unwrap_or_default()),
            "authorization" | "proxy-authorization" => {
                self.any_length |= self.has_variable(line);
                self.learn_credentials(name, line.trim());
            }
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

    /// A text in which each of them is replaced by its length, or by the variable that it comes from.
    pub fn hidden_in(&self, text: &str) -> String {
        let mut redacted = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(sign) = rest.chars().next() {
            let (before, _) = text.split_at(text.len() - rest.len());
            let length = match (hidden_before(rest), self.at_the_beginning(before, rest)) {
                (Some(mark), _) => {
                    redacted.push_str(mark);
                    mark.len()
                }
                (None, Some((length, shown))) => {
                    redacted.push_str(&shown);
                    length
                }
                (None, None) => {
                    redacted.push(sign);
                    sign.len_utf8()
                }
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        redacted
    }

    /// The length of the longest secret at the beginning of `text` that must be hidden there, and what is shown
    /// instead. A variable counts before a value of the same length.
    fn at_the_beginning(&self, before: &str, text: &str) -> Option<(usize, String)> {
        let values = self.values.iter().filter(|(value, names)| {
            let after = text.strip_prefix(value.as_str());
            after.is_some_and(|after| is_revealed(value, names, before, after))
        });
        let values = values.map(|(value, _)| (value.len(), hidden(value)));
        let variables = self.environment.iter().filter(|(value, _)| {
            let after = text.strip_prefix(value.as_str());
            after.is_some_and(|after| value.len() >= ANYWHERE || is_word(before, after))
        });
        let variables = variables.map(|(value, written)| (value.len(), written.clone()));
        values.chain(variables).max_by_key(|(length, _)| *length)
    }
}

/// A value as it is, as URLs, forms and JSON spell it, and without surrounding white space, which headers do not keep.
fn spellings(value: &str) -> BTreeSet<String> {
    let json = serde_json::to_string(value).unwrap_or_default();
    let json = json.trim_matches('"').to_owned();
    let in_path = Url::parse("http://host/").map(|mut url| {
        url.set_path(value);
        url.path().trim_start_matches('/').to_owned()
    });
    let in_query = Url::parse("http://host/").map(|mut url| {
        url.set_query(Some(value));
        url.query().unwrap_or_default().to_owned()
    });
    let in_form: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let whole = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let more = [in_path, in_query].into_iter().flatten();
    let all =
        [value.to_owned(), value.trim().to_owned(), json, in_form, whole].into_iter().chain(more);
    all.filter(|spelling| !spelling.is_empty()).collect()
}

/// Whether a value must be hidden where it occurs between `before` and `after`.
fn is_revealed(value: &str, names: &BTreeSet<String>, before: &str, after: &str) -> bool {
    if value.len() >= ANYWHERE {
        return true;
    }
    let is_common = COMMON.iter().any(|common| value.eq_ignore_ascii_case(common));
    is_word(before, after) && ((value.len() >= AS_A_WORD && !is_common) || is_named(names, before))
}

fn is_word(before: &str, after: &str) -> bool {
    !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
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

/// The text that [`Secrets::hidden_in`] shows instead of a secret, at the beginning of a text.
fn hidden_before(text: &str) -> Option<&str> {
    let end = text.starts_with("${env ").then(|| text.find('}')).flatten();
    if let Some(end) = end {
        return text.get(..=end);
    }
    let digits = text.strip_prefix('<')?;
    let after = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = after.strip_prefix(" bytes>").filter(|_| after.len() < digits.len())?;
    text.get(..text.len() - rest.len())
}

/// The output of a debugger is a log too.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.values.len() + self.environment.len())
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
    fn hides(secrets: &Secrets, original: &str, redacted: &str) {
        assert_eq!(secrets.hidden_in(original), redacted);
    }

    #[test]
    fn values_that_passed_are_left_out() {
        let secrets = secrets(&[
            ("Cookie", "sid=cookie-secret; theme=dark; other=2nd-cookie"),
            ("Authorization", "Bearer token-secret"),
            ("Set-Cookie", "fresh=\"set-secret\"; Secure; HttpOnly"),
        ]);
        hides(&secrets, "sid=cookie-secretX 2nd-cookie", "sid=<13 bytes>X <10 bytes>");
        hides(&secrets, "Bearer token-secret, HttpOnly", "Bearer <12 bytes>, HttpOnly");
        hides(&secrets, "fresh set-secret; Secure", "fresh <10 bytes>; Secure");
    }

    #[test]
    fn short_secrets_are_removed_as_words_and_after_their_names() {
        let secrets = secrets(&[("cookie", "session=alice; n=1; consent=true; x=bytes")]);
        hides(&secrets, "session=alice", "session=<5 bytes>");
        hides(&secrets, "hello alice, malice alice2", "hello <5 bytes>, malice alice2");
        hides(
            &secrets,
            "{'session': 'alice', \"n\": 1}",
            "{'session': '<5 bytes>', \"n\": <1 bytes>}",
        );
        hides(&secrets, "N = 1 on 127.0.0.1, in=1, 11", "N = <1 bytes> on 127.0.0.1, in=1, 11");
        hides(&secrets, "consent=true; is true", "consent=<4 bytes>; is true");
        hides(&secrets, "n\n1 alice", "n\n1 <5 bytes>");
    }

    #[test]
    fn decoded_secrets_are_recognized() {
        let secrets = secrets(&[
            ("cookie", "session=alice%40home"),
            ("authorization", "Basic dXNlcjpodW50ZXIy"),
        ]);
        hides(&secrets, "alice@home alice%40home", "<10 bytes> <12 bytes>");
        hides(&secrets, "user:hunter2, dXNlcjpodW50ZXIy", "user:<7 bytes>, <16 bytes>");
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
    fn hidden_values_are_not_hidden_twice() {
        let secrets = secrets(&[("set-cookie", "a=1"), ("cookie", "b=bytes")]);
        hides(&secrets, "`a=<1 bytes>; Secure` b=bytes", "`a=<1 bytes>; Secure` b=<5 bytes>");
        hides(&secrets, "a=<1 byte>", "a=<<1 bytes> byte>");
    }

    #[test]
    fn values_of_the_environment_are_shown_as_the_case_writes_them() {
        let mut secrets = Secrets::default();
        secrets.learn_variable("TOKEN", "ge heim/1\"&");
        secrets.learn_variable("SHORT", "ab");
        hides(&secrets, "x-key: ge heim/1\"&.", "x-key: ${env TOKEN}.");
        hides(&secrets, "/me?k=ge%20heim/1%22&", "/me?k=${env TOKEN}");
        hides(&secrets, "k=ge+heim%2F1%22%26", "k=${env TOKEN}");
        hides(&secrets, r#"{"k": "ge heim/1\"&"}"#, r#"{"k": "${env TOKEN}"}"#);
        hides(&secrets, "ab, cab, ${env ab}", "${env SHORT}, cab, ${env ab}");
        assert!(!secrets.has_any_length());
        secrets.learn_line("authorization", "Bearer ge heim/1\"&");
        assert!(secrets.has_any_length());
        hides(&secrets, "Bearer ge heim/1\"&", "Bearer ${env TOKEN}");
    }

    #[test]
    fn nothing_is_hidden_without_known_secrets() {
        hides(&Secrets::default(), "sid=1 ü", "sid=1 ü");
        assert_eq!(format!("{:?}", secrets(&[("cookie", "a=secret")])), "Secrets(1)");
    }
}
