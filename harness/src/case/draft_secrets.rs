//! Replaces the secrets of a policy that is written to a file with variables of the environment.

use super::policy_draft::PolicyDraft;

/// A variable of the environment from which a written policy takes a secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SecretVariable {
    /// Its name.
    pub name: String,
    /// What its value is, in words: "the value of the cookie `session`".
    pub meaning: String,
}

impl PolicyDraft {
    /// The file as it is kept: it takes secrets from the environment, from these variables.
    ///
    /// # Errors
    /// As of [`text`](Self::text).
    pub fn kept_text(&self) -> Result<(String, Vec<SecretVariable>), String> {
        let mut draft = self.literal();
        let variables = take_secrets(&mut draft);
        Ok((draft.written()?, variables))
    }
}

/// Words in the names of headers, of query parameters and in bodies that point to a secret.
const SECRET_WORDS: [&str; 12] = [
    "auth",
    "token",
    "key",
    "secret",
    "passw",
    "pwd",
    "session",
    "csrf",
    "xsrf",
    "credential",
    "jwt",
    "signature",
];

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// Replaces every secret of a draft whose texts are literal. The values of cookies are secrets, and those of headers
/// and query parameters with a telling name; a body is kept or replaced as a whole.
fn take_secrets(draft: &mut PolicyDraft) -> Vec<SecretVariable> {
    let mut variables = Variables::default();
    for cookie in &mut draft.login {
        *cookie = variables.in_cookie(cookie);
    }
    for (name, value) in draft.headers.iter_mut().filter(|(name, _)| is_secret(name)) {
        // The scheme of `Authorization` is no secret, and explains the rest.
        let scheme = value.split_once(' ').filter(|_| name.eq_ignore_ascii_case("authorization"));
        let (before, secret, what) = match scheme {
            Some((scheme, rest)) => (
                format!("{scheme} "),
                rest,
                format!("what follows `{scheme}` in the header `{name}`"),
            ),
            None => (String::new(), value.as_str(), format!("the value of the header `{name}`")),
        };
        *value = before + &variables.add("HEADER", name, &what, secret);
    }
    if let Some((path, query)) = draft.route.split_once('?') {
        let parameters: Vec<_> = query.split('&').map(|one| variables.in_query(one)).collect();
        draft.route = format!("{path}?{}", parameters.join("&"));
    }
    if let Some(body) = draft.body.as_mut().filter(|body| is_secret(body)) {
        *body = variables.add("REQUEST", "body", "the body of the request", body);
    }
    variables.0.into_iter().map(|(variable, _)| variable).collect()
}

/// The variables so far, each with its value.
#[derive(Default)]
struct Variables(Vec<(SecretVariable, String)>);

impl Variables {
    /// The text that a policy has for a secret: that of an earlier one with the same name and value, or of a new one.
    fn add(&mut self, kind: &str, of: &str, meaning: &str, value: &str) -> String {
        let sign = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        let base: String = of.trim().chars().map(sign).collect();
        let base = format!("{kind}_{}", base.trim_matches('_'));
        let mut name = base.clone();
        let mut number = 1;
        while let Some((_, used)) = self.0.iter().find(|(variable, _)| variable.name == name) {
            if used == value {
                return format!("${{env {name}}}");
            }
            number += 1;
            name = format!("{base}_{number}");
        }
        let written = format!("${{env {name}}}");
        self.0.push((SecretVariable { name, meaning: meaning.to_owned() }, value.to_owned()));
        written
    }

    fn in_cookie(&mut self, cookie: &str) -> String {
        let (pair, attributes) = match cookie.find(';') {
            Some(end) => cookie.split_at(end),
            None => (cookie, ""),
        };
        match pair.split_once('=') {
            Some((name, value)) if !value.is_empty() => {
                let what = format!("the value of the cookie `{}`", name.trim());
                format!("{name}={}{attributes}", self.add("COOKIE", name, &what, value))
            }
            _ => cookie.to_owned(),
        }
    }

    fn in_query(&mut self, parameter: &str) -> String {
        match parameter.split_once('=') {
            Some((name, value)) if is_secret(name) && !value.is_empty() => {
                let what = format!("the value of `{name}` in the URL, as a URL spells it");
                format!("{name}={}", self.add("QUERY", name, &what, value))
            }
            _ => parameter.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use cors_servers::script::Scheme;

    use super::super::{CaseId, Origin, read_with};
    use super::*;

    fn draft() -> PolicyDraft {
        let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        PolicyDraft {
            origin: Origin { scheme: Scheme::Https, host: "api.example.com".to_owned(), port: 443 },
            upstream: "http://127.0.0.1:8000".to_owned(),
            forwarded: false,
            route: "/me?api_key=geheim-1&page=2".to_owned(),
            method: "PUT".to_owned(),
            headers: vec![
                line("Authorization", "Bearer geheim-2"),
                line("X-Api-Key", "geheim-3"),
                line("X-Version", "2"),
            ],
            body: Some(r#"{"password": "geheim-4"}"#.to_owned()),
            login: vec![
                "__Host-sid=geheim-5; Secure; Path=/; SameSite=None".to_owned(),
                "sid=geheim-${6}".to_owned(),
                "sid=geheim-7; Path=/b".to_owned(),
            ],
            pages: vec!["https://app.example.com".to_owned()],
        }
    }

    #[test]
    fn a_kept_policy_holds_no_secret_and_is_the_same_with_the_environment() {
        let (text, variables) = draft().kept_text().expect("YAML");
        assert!(!text.contains("geheim"), "{text}");
        assert!(text.contains("X-Version: '2'") && text.contains("&page=2"), "{text}");
        let names: Vec<_> = variables.iter().map(|variable| variable.name.as_str()).collect();
        let expected = [
            "COOKIE_HOST_SID",
            "COOKIE_SID",
            "COOKIE_SID_2",
            "HEADER_AUTHORIZATION",
            "HEADER_X_API_KEY",
            "QUERY_API_KEY",
            "REQUEST_BODY",
        ];
        assert_eq!(names, expected);
        let values = |name: &str| {
            Some(match name {
                "COOKIE_HOST_SID" => "geheim-5",
                "COOKIE_SID" => "geheim-${6}",
                "COOKIE_SID_2" => "geheim-7",
                "HEADER_AUTHORIZATION" => "geheim-2",
                "HEADER_X_API_KEY" => "geheim-3",
                "QUERY_API_KEY" => "geheim-1",
                "REQUEST_BODY" => r#"{"password": "geheim-4"}"#,
                _ => return None,
            })
        };
        let values = |name: &str| values(name).map(str::to_owned);
        let read = |text: &str| {
            let id = CaseId("draft".to_owned());
            let case = read_with(id, Path::new("draft.yaml"), text.as_bytes(), &values);
            case.unwrap_or_else(|complaints| panic!("{}\n{text}", complaints.plain()))
        };
        let (kept, meant) = (read(&text), read(&draft().text().expect("YAML")));
        assert_eq!(kept.rows.len(), meant.rows.len());
        for (kept, meant) in kept.rows.iter().zip(&meant.rows) {
            assert_eq!(kept.cookies, meant.cookies);
            for (kept, meant) in kept.all_steps().zip(meant.all_steps()) {
                assert_eq!(
                    (&kept.url, &kept.headers, &kept.body),
                    (&meant.url, &meant.headers, &meant.body)
                );
            }
        }
    }
}
