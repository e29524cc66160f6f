//! A server as it is written: its keys, and paths among them.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::file::{CorsFile, Pair, ReplyFile, Short, Text};

/// Its keys, and paths among them.
#[derive(Default)]
pub(super) struct ServerFile {
    pub(super) versions: Option<Text>,
    pub(super) cors: Option<CorsFile>,
    pub(super) upstream_keys: UpstreamFile,
    pub(super) routes: IndexMap<Text, IndexMap<Text, ReplyFile>>,
    /// Whether a key was left out that may have been meant as a path.
    pub(super) incomplete: bool,
}

/// The keys of a real server.
#[derive(Default)]
pub(super) struct UpstreamFile {
    pub(super) upstream: Option<Text>,
    pub(super) command: Option<Text>,
    pub(super) folder: Option<Text>,
    pub(super) environment: Vec<Pair>,
    pub(super) ready: Option<Short<ReadyFile>>,
    pub(super) ready_within: Option<Text>,
    pub(super) stop: Option<Text>,
    pub(super) in_process: Option<Text>,
    pub(super) forwarded: Option<Text>,
}

/// a line of its output: `{ line: listening }`
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct ReadyFile {
    /// what stands in the line
    pub(super) line: Text,
}

impl JsonSchema for ServerFile {
    fn schema_name() -> Cow<'static, str> {
        "ServerFile".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let route = generator.subschema_for::<IndexMap<Text, ReplyFile>>();
        json_schema!({
            "type": "object",
            "description": "a server: paths, `versions` and `cors`; or a real server: `upstream`, \
            `command` or `in-process`",
            "properties": keys(generator),
            "patternProperties": { "^/": described(route, "method → reply: `GET: { status: 200 \
            }`") },
            "additionalProperties": false,
        })
    }
}

fn keys(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let text = generator.subschema_for::<Text>();
    let cors = generator.subschema_for::<CorsFile>();
    let environment = generator.subschema_for::<Vec<Pair>>();
    let ready = generator.subschema_for::<Short<ReadyFile>>();
    let keys = [
        ("versions", text.clone(), "`http/1.1`, `h2` or `any`"),
        ("cors", cors, "a policy: `{ allow-origins: [https://app.example.com] }`"),
        ("upstream", text.clone(), "the address of a running server: `http://127.0.0.1:8000`"),
        ("command", text.clone(), "a shell command: `uvicorn app:app --port ${port}`"),
        ("folder", text.clone(), "the working directory, relative to this file: `../server`"),
        ("environment", environment, "a list of variables: `- NAME: value`"),
        ("ready", ready, "a path that answers, `/health`, or `{ line: listening }`"),
        ("ready-within", text.clone(), "how long to wait for it: `30s`"),
        ("stop", text.clone(), "`TERM`, `INT` or `QUIT`"),
        ("in-process", text.clone(), "`true`: the program that runs this suite provides it"),
        ("forwarded", text, "`true`: requests have `X-Forwarded-Proto` and similar headers"),
    ];
    let key = |(key, schema, about): (&str, Schema, &str)| {
        (key.to_owned(), Value::from(described(schema, about)))
    };
    keys.into_iter().map(key).collect()
}

fn described(mut schema: Schema, description: &str) -> Schema {
    schema.insert("description".into(), description.into());
    schema
}

// Written by hand, because serde's `flatten` would turn `1.10` into a number.
impl<'de> Deserialize<'de> for ServerFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ServerVisitor)
    }
}

struct ServerVisitor;

impl<'de> Visitor<'de> for ServerVisitor {
    type Value = ServerFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a server: paths, `versions` and `cors`, or a real server")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ServerFile, A::Error> {
        let mut server = ServerFile::default();
        while let Some(key) = map.next_key::<Text>()? {
            match key.0.as_str() {
                "versions" => server.versions = Some(map.next_value()?),
                "cors" => server.cors = Some(map.next_value()?),
                path if path.starts_with('/') => _ = server.routes.insert(key, map.next_value()?),
                key if server.upstream_keys.take(key, &mut map)? => {}
                _ => {
                    server.incomplete = true;
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(server)
    }
}

impl UpstreamFile {
    /// Takes the value of one of the keys; `false` for any other key.
    fn take<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        match key {
            "upstream" => self.upstream = Some(map.next_value()?),
            "command" => self.command = Some(map.next_value()?),
            "folder" => self.folder = Some(map.next_value()?),
            "environment" => self.environment = map.next_value()?,
            "ready" => self.ready = Some(map.next_value()?),
            "ready-within" => self.ready_within = Some(map.next_value()?),
            "stop" => self.stop = Some(map.next_value()?),
            "in-process" => self.in_process = Some(map.next_value()?),
            "forwarded" => self.forwarded = Some(map.next_value()?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}
