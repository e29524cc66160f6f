//! The file as it is written: the one place that names the keys. [`shape`](super::shape) checks
//! against the schema derived here, and quotes the comments on fields as help.
//!
//! Every leaf is text, because `${…}` can occur anywhere; its meaning is decided after it is filled
//! in. The schema reports unknown and missing keys, not serde, so that the file is still read and
//! all of its problems are reported at once.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::server_file::ServerFile;
use super::steps::TOGETHER;
use crate::initiators::{Initiator, StepOption};

/// A scalar as its source text: `True`, `600` and `1.10` stay what they look like.
#[derive(Debug, Default, Deserialize, Eq, Hash, PartialEq)]
#[serde(transparent)]
pub(super) struct Text(pub(super) String);

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

// Comments in lower case are quoted.

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields, extend("required" = ["name", "because", "page", "steps"]))]
pub(super) struct CaseFile {
    /// the case as a sentence in the present tense
    #[serde(default)]
    pub(super) name: Text,
    /// why it matters, for a reader who believes otherwise
    #[serde(default)]
    pub(super) because: Text,
    /// a list of ids of behaviours: `[A03, F03]`
    #[serde(default)]
    pub(super) covers: Vec<Text>,
    /// an anchor in the Fetch standard: `cors-check`
    pub(super) spec: Option<Text>,
    /// origin → server, an origin being `https://api.example.com`
    #[serde(default)]
    pub(super) servers: IndexMap<Text, ServerFile>,
    /// a list of `- https://api.example.com: sid=1; Secure`
    #[serde(default)]
    pub(super) cookies: Vec<Pair>,
    /// the page's origin, or `{ origin: …, context: …, inside: … }`
    #[serde(default)]
    pub(super) page: Short<PageFile>,
    /// name → list of values: `allow: ["*", "${page}"]`
    #[serde(default)]
    pub(super) matrix: IndexMap<Text, Vec<Text>>,
    /// a list of what the script does: `- fetch: https://api.example.com/me`
    #[serde(default)]
    #[expect(dead_code, reason = "the steps are read from the tree")]
    pub(super) steps: Vec<StepFile>,
    /// `allowed` or `as-shipped`
    pub(super) third_party_cookies: Option<Text>,
    /// `mapped` or `verbatim`
    pub(super) names: Option<Text>,
    /// a list of `browsers`, `control` or names of engines
    pub(super) engines: Option<Vec<Text>>,
    /// a list of departures from the standard, each with `engine`, `kind` and `because`
    #[serde(default)]
    pub(super) known: Vec<KnownFile>,
}

/// a departure: `{ engine: chromium, kind: bug, because: … }`
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct KnownFile {
    /// the engine that departs
    pub(super) engine: Text,
    /// `bug`, `policy` or `standard-gap`
    pub(super) kind: Text,
    /// why it departs, for a reader who meets it
    pub(super) because: Text,
    /// where it is discussed
    pub(super) link: Option<Text>,
    /// the rows it is about, by variable: `where: { allow: "*" }`
    #[serde(default, rename = "where")]
    pub(super) rows: IndexMap<Text, Short<Vec<Text>>>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct CorsFile {
    /// a list of origins, `"*"` or `mirror`
    pub(super) allow_origins: Option<Short<Vec<Text>>>,
    /// a list of methods, `"*"` or `mirror`
    pub(super) allow_methods: Option<Short<Vec<Text>>>,
    /// a list of header names, `"*"` or `mirror`
    pub(super) allow_headers: Option<Short<Vec<Text>>>,
    /// `"true"` or `"false"`
    pub(super) allow_credentials: Option<Text>,
    /// a list of header names, or `"*"`
    pub(super) expose_headers: Option<Short<Vec<Text>>>,
    /// seconds
    pub(super) max_age: Option<Text>,
}

/// a reply: `{ status: 200 }`, or `{}` for an empty one
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct ReplyFile {
    /// a status code, 200 to 999
    pub(super) status: Option<Text>,
    /// a list of header lines: `- Name: value`
    #[serde(default)]
    pub(super) headers: Vec<Pair>,
    /// text; JSON goes into single quotes: '{"a": 1}'
    pub(super) body: Option<Text>,
    /// a body that the harness makes: `png`, `css`, `script`, `module`, `track`, `events` or `html`
    pub(super) content: Option<Text>,
    /// how long to wait: `50ms` or `1s`
    pub(super) delay: Option<Text>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct PageFile {
    /// the page's origin: `https://app.example.com`
    pub(super) origin: Text,
    /// a kind of document or worker: `document`, `iframe`, `sandboxed-iframe`
    pub(super) context: Option<Text>,
    /// origin of the page that holds the frame
    pub(super) inside: Option<Text>,
}

/// A step. The registry of initiators says which keys it has, and [`steps`](super::steps) reads them from the tree.
pub(super) struct StepFile;

impl<'de> Deserialize<'de> for StepFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl JsonSchema for StepFile {
    fn schema_name() -> Cow<'static, str> {
        "StepFile".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let about = |schema: Schema, about: &str| {
            let mut schema = schema;
            schema.insert("description".to_owned(), about.into());
            schema.to_value()
        };
        let text = generator.subschema_for::<Text>();
        let url = about(text.clone(), "a URL: `https://api.example.com/me`");
        let together = generator.subschema_for::<Vec<Self>>();
        let together = about(together, "a list of steps that run at the same time");
        let lines = generator.subschema_for::<Vec<Pair>>();
        let option = |option: &StepOption| match option {
            StepOption::Headers => about(lines.clone(), option.about()),
            _ => about(text.clone(), option.about()),
        };
        let initiators = Initiator::ALL.iter().map(|one| (one.as_str(), url.clone()));
        let options = StepOption::ALL.iter().map(|one| (one.key(), option(one)));
        let keys = initiators.chain([(TOGETHER, together)]).chain(options);
        let keys = keys.map(|(key, schema)| (key.to_owned(), schema));
        json_schema!({
            "type": "object",
            "description": "a step: `fetch: https://api.example.com/me`",
            "properties": serde_json::Map::from_iter(keys),
            "additionalProperties": false,
        })
    }
}

/// one entry, with a space after the colon: `- Name: value`
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub(super) struct Pair(pub(super) IndexMap<Text, Text>);

/// A text in place of the long form.
pub(super) enum Short<T> {
    Text(Text),
    Long(T),
}

impl<T> Default for Short<T> {
    fn default() -> Self {
        Self::Text(Text::default())
    }
}

impl<T: JsonSchema> JsonSchema for Short<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("ShortOr{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [generator.subschema_for::<Text>(), generator.subschema_for::<T>()] })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Short<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShortVisitor(PhantomData))
    }
}

struct ShortVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ShortVisitor<T> {
    type Value = Short<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, or the long form")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Short::Text(Text(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Short::Long)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        T::deserialize(SeqAccessDeserializer::new(seq)).map(Short::Long)
    }
}
