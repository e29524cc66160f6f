//! A policy file as it is written. Comments that begin in lower case are quoted in messages.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::super::file::{CaseFile, KnownFile, Pair, Short, Text};
use super::super::server_file::ServerFile;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, extend("required" = ["name", "because", "policy"]))]
pub(in crate::case) struct PolicyCaseFile {
    /// the policy as a sentence in the present tense
    #[serde(default)]
    name: Text,
    /// why it is so, for a reader who would open it further
    #[serde(default)]
    because: Text,
    /// a list of ids of behaviours: `[A03, F03]`
    #[serde(default)]
    covers: Vec<Text>,
    /// an anchor in the Fetch standard: `cors-check`
    spec: Option<Text>,
    /// origin → server, an origin being `https://api.example.com`
    #[serde(default)]
    servers: IndexMap<Text, ServerFile>,
    /// who may do what: `login`, `routes` and `allow`
    policy: PolicyFile,
    /// `allowed` or `as-shipped`
    third_party_cookies: Option<Text>,
    /// a list of `browsers` or names of engines
    engines: Option<Vec<Text>>,
    /// a list of departures from the standard, each with `engine`, `kind` and `because`
    #[serde(default)]
    known: Vec<KnownFile>,
}

impl PolicyCaseFile {
    /// The part that it shares with every case, and the policy.
    pub(super) fn apart(self) -> (CaseFile, PolicyFile) {
        let case = CaseFile {
            name: self.name,
            because: self.because,
            covers: self.covers,
            spec: self.spec,
            servers: self.servers,
            cookies: Vec::new(),
            page: Short::default(),
            matrix: IndexMap::new(),
            steps: Vec::new(),
            third_party_cookies: self.third_party_cookies,
            names: None,
            engines: self.engines,
            known: self.known,
        };
        (case, self.policy)
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct PolicyFile {
    /// the user's cookies: a list of `- https://api.example.com: sid=1; Secure; SameSite=None`
    #[serde(default)]
    pub(super) login: Vec<Pair>,
    /// path → methods: `/me: [GET, PUT]`
    #[serde(default)]
    pub(super) routes: IndexMap<Text, MethodsFile>,
    /// a list of who may do what: `- origins: [https://app.example.com]`
    #[serde(default)]
    pub(super) allow: Vec<GrantFile>,
    /// a list of denied origins that are still tested: `[https://old.example.com]`
    #[serde(default)]
    pub(super) deny: Vec<Text>,
    /// `nothing`
    pub(super) everybody_else: Option<Text>,
}

/// The methods of a route: a list, or each method with what it sends.
pub(super) enum MethodsFile {
    Listed(Vec<Text>),
    Written(IndexMap<Text, Nullable<RequestFile>>),
}

impl JsonSchema for MethodsFile {
    fn schema_name() -> Cow<'static, str> {
        "MethodsFile".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let listed = generator.subschema_for::<Vec<Text>>();
        let written = generator.subschema_for::<IndexMap<Text, Nullable<RequestFile>>>();
        json_schema!({
            "description": "a list of methods, or method → what it sends",
            "anyOf": [listed, written],
        })
    }
}

impl<'de> Deserialize<'de> for MethodsFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MethodsVisitor)
    }
}

struct MethodsVisitor;

impl<'de> Visitor<'de> for MethodsVisitor {
    type Value = MethodsFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("methods")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        IndexMap::deserialize(MapAccessDeserializer::new(map)).map(MethodsFile::Written)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(seq)).map(MethodsFile::Listed)
    }
}

/// what a request sends: `{ headers: [Content-Type: application/json], body: '{}' }`, or nothing
#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct RequestFile {
    /// a list of header lines: `- Name: value`
    #[serde(default)]
    pub(super) headers: Vec<Pair>,
    /// text; JSON goes into single quotes: '{"a": 1}'
    pub(super) body: Option<Text>,
    /// `true` asks a second time, for what has not changed since
    pub(super) again: Option<Text>,
}

/// who may do what: `{ origins: [https://app.example.com], credentials: include }`
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct GrantFile {
    /// a list of origins, or `"*"` for everybody
    #[schemars(required)]
    pub(super) origins: Option<Short<Vec<Text>>>,
    /// a list of routes, by default all of them
    pub(super) routes: Option<Short<Vec<Text>>>,
    /// a list of methods, by default all that the routes have
    pub(super) methods: Option<Short<Vec<Text>>>,
    /// a list of names of request headers
    #[serde(default)]
    pub(super) headers: Vec<Text>,
    /// `include` or `omit`
    pub(super) credentials: Option<Text>,
    /// a list of names of response headers that script may see
    #[serde(default)]
    pub(super) exposes: Vec<Text>,
}

/// A value that can be left out after its key: `DELETE:`.
pub(super) struct Nullable<T>(pub(super) T);

impl<T: JsonSchema> JsonSchema for Nullable<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Nullable", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        schema.insert("nothing".to_owned(), true.into());
        schema
    }
}

impl<'de, T: Default + Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| Self(value.unwrap_or_default()))
    }
}
