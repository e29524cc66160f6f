//! Writes a policy file for one endpoint.

use indexmap::IndexMap;
use serde::Serialize;

use super::origin::Origin;

/// The input of a policy file.
#[derive(Clone, Debug)]
pub struct PolicyDraft {
    /// The server's origin, as browsers see it.
    pub origin: Origin,
    /// The real address of the server.
    pub upstream: String,
    /// Whether the server gets the headers that a reverse proxy adds.
    pub forwarded: bool,
    /// Path and query of the request.
    pub route: String,
    /// The method of the request.
    pub method: String,
    /// Header lines that a request always has.
    pub headers: Vec<(String, String)>,
    /// What a request sends, if anything.
    pub body: Option<String>,
    /// The user's cookies, as `Set-Cookie` values.
    pub login: Vec<String>,
    /// Origins whose pages may send the request, with the user's cookies if there are any.
    pub pages: Vec<String>,
}

type Lines<'d> = Vec<IndexMap<&'d str, &'d str>>;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct File<'d> {
    name: String,
    because: &'static str,
    servers: IndexMap<String, ServerPart<'d>>,
    policy: PolicyPart<'d>,
}

#[derive(Serialize)]
struct ServerPart<'d> {
    upstream: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    forwarded: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct PolicyPart<'d> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    login: Vec<IndexMap<String, &'d str>>,
    routes: IndexMap<&'d str, IndexMap<&'d str, RequestPart<'d>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow: Vec<GrantPart<'d>>,
    everybody_else: &'static str,
}

#[derive(Serialize)]
struct RequestPart<'d> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Lines<'d>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'d str>,
}

#[derive(Serialize)]
struct GrantPart<'d> {
    origins: &'d [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Vec<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credentials: Option<&'static str>,
}

impl PolicyDraft {
    /// The file. Every text in it is literal: none is read as a variable, a number or null.
    ///
    /// # Errors
    /// A text that YAML cannot hold, in the serialiser's words.
    pub fn text(&self) -> Result<String, String> {
        self.literal().written()
    }

    /// The same draft, in which no text is read as a variable.
    pub(super) fn literal(&self) -> Self {
        let mut draft = self.clone();
        let headers = draft.headers.iter_mut().map(|(_, value)| value);
        let texts = headers.chain(&mut draft.login).chain(&mut draft.body);
        for text in texts.chain([&mut draft.route]) {
            *text = text.replace("${", "$${");
        }
        draft
    }

    pub(super) fn written(&self) -> Result<String, String> {
        serde_yaml::to_string(&self.file()).map_err(|error| error.to_string())
    }

    fn file(&self) -> File<'_> {
        let origin = self.origin.to_string();
        let login =
            self.login.iter().map(|cookie| IndexMap::from([(origin.clone(), cookie.as_str())]));
        let request = RequestPart { headers: self.lines(), body: self.body.as_deref() };
        let route = IndexMap::from([(self.method.as_str(), request)]);
        let policy = PolicyPart {
            login: login.collect(),
            routes: IndexMap::from([(self.route.as_str(), route)]),
            allow: self.grant().into_iter().collect(),
            everybody_else: "nothing",
        };
        let server =
            ServerPart { upstream: &self.upstream, forwarded: self.forwarded.then_some(true) };
        File {
            name: format!(
                "Pages that may send {} {} to {origin}",
                self.method,
                self.route.replace("$${", "${")
            ),
            because: "Written by `check`: explain here why only these pages are allowed.",
            servers: IndexMap::from([(origin, server)]),
            policy,
        }
    }

    fn lines(&self) -> Lines<'_> {
        let lines = self.headers.iter();
        lines.map(|(name, value)| IndexMap::from([(name.as_str(), value.as_str())])).collect()
    }

    fn grant(&self) -> Option<GrantPart<'_>> {
        (!self.pages.is_empty()).then(|| GrantPart {
            origins: &self.pages,
            headers: self.headers.iter().map(|(name, _)| name.as_str()).collect(),
            credentials: (!self.login.is_empty()).then_some("include"),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::case::{CaseId, Row, read};
    use cors_servers::script::Scheme;

    fn draft() -> PolicyDraft {
        PolicyDraft {
            origin: Origin { scheme: Scheme::Https, host: "api.example.com".to_owned(), port: 443 },
            upstream: "http://127.0.0.1:8000".to_owned(),
            forwarded: true,
            route: "/me?q=${x}".to_owned(),
            method: "PUT".to_owned(),
            headers: vec![("X-Null".to_owned(), "null".to_owned())],
            body: Some("- [a]: {".to_owned()),
            login: vec!["sid=1; Secure; SameSite=None".to_owned()],
            pages: vec!["https://app.example.com".to_owned()],
        }
    }

    #[test]
    fn a_written_policy_reads_back_equal() {
        let text = draft().text().expect("YAML");
        let case = read(CaseId("draft".to_owned()), Path::new("draft.yaml"), text.as_bytes());
        let case = case.unwrap_or_else(|complaints| panic!("{}\n{text}", complaints.plain()));
        let policy = case.policy.as_ref().expect("a policy");
        assert_eq!(policy.listed, ["https://app.example.com"]);
        let own = case.rows[0].upstreams().next().expect("a server of the team's own");
        assert_eq!(own.forwarded, Some(draft().origin));
        let allowed =
            |row: &&Row| row.asked.as_ref().is_some_and(|asked| asked.allowed && asked.login);
        let row = case.rows.iter().find(allowed).expect("a row that is allowed");
        let step = row.all_steps().next().expect("a step");
        assert_eq!(step.label(), "fetch PUT https://api.example.com/me?q=${x}");
        assert_eq!(step.headers, [("X-Null".to_owned(), "null".to_owned())]);
        assert_eq!(step.body.as_deref(), Some("- [a]: {"));
    }
}
