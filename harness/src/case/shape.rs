//! Checks whether the tree has the shape of a case and reports every deviation at once. It walks
//! the tree and the JSON schema of the file together.

use indexmap::IndexMap;
use miette::SourceSpan;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

use super::complaint::Problem;
use super::suggest::{self, brief};
use super::tree::{Entry, Kind, Node};
use super::yaml;

/// Adds a problem for everything in `tree` that does not have the shape of the file `F`.
pub(super) fn check<F: JsonSchema>(text: &str, tree: &Node, problems: &mut Vec<Problem>) {
    let schema = SchemaGenerator::default().into_root_schema_for::<F>();
    let root = Value::from(schema);
    let whole =
        Spot { key: "", item: false, at: tree.at, about: "keys and values, as in `name: …`" };
    Walk { root: &root, text, problems }.check(&root, tree, whole);
}

struct Walk<'a> {
    root: &'a Value,
    text: &'a str,
    problems: &'a mut Vec<Problem>,
}

/// The position of a value.
#[derive(Clone, Copy)]
struct Spot<'a> {
    /// The key it belongs to; empty for the file as a whole.
    key: &'a str,
    /// Whether it is an item of a list there.
    item: bool,
    at: SourceSpan,
    /// What it should be.
    about: &'a str,
}

impl Spot<'_> {
    fn name(&self) -> String {
        match (self.key, self.item) {
            ("", _) => "a case".to_owned(),
            (key, false) => format!("`{}`", brief(key)),
            (key, true) => format!("an item of `{}`", brief(key)),
        }
    }

    fn help(&self) -> String {
        match self.about {
            "" => "write it as cases/README.md shows".to_owned(),
            about => format!("{} is {about}", self.name()),
        }
    }
}

impl<'a> Walk<'a> {
    fn check(&mut self, schema: &'a Value, node: &Node, spot: Spot<'_>) {
        let forms = self.forms(schema);
        let form = |kind| forms.iter().copied().find(|form| is_kind(form, kind));
        match &node.kind {
            Kind::Text { null: true, .. } if may_be_nothing(&forms) => {}
            Kind::Text { null: true, .. } => self.null(node, spot, form("string").is_some()),
            Kind::Text { .. } if form("string").is_some() => {}
            Kind::List(items) if form("array").is_some() => {
                let schema = &form("array").unwrap_or(schema)["items"];
                let about = self.about(schema).unwrap_or(spot.about);
                for item in items {
                    self.check(schema, item, Spot { item: true, at: item.at, about, ..spot });
                }
            }
            Kind::Map(map) if form("object").is_some() => {
                self.map(form("object").unwrap_or(schema), map, node, spot);
            }
            _ => self.wrong_kind(&forms, node, spot),
        }
    }

    fn forms(&self, schema: &'a Value) -> Vec<&'a Value> {
        forms(self.root, schema)
    }

    /// The description in the schema.
    fn about(&self, schema: &'a Value) -> Option<&'a str> {
        let forms = self.forms(schema);
        std::iter::once(schema).chain(forms).find_map(|form| form["description"].as_str())
    }

    fn map(&mut self, form: &'a Value, map: &IndexMap<String, Entry>, node: &Node, spot: Spot<'_>) {
        for (key, entry) in map {
            self.entry(form, key, entry, spot);
        }
        let required = form["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for key in required.filter(|key| !map.contains_key(*key)) {
            let about = self.about(&form["properties"][key]).unwrap_or_default();
            let help = format!("add `{key}:`, {about}");
            self.problems.push(Problem::new(node.at, format!("`{key}` is missing"), help));
        }
        self.number_of_entries(form, map, spot);
    }

    fn entry(&mut self, form: &'a Value, key: &str, entry: &Entry, spot: Spot<'_>) {
        let others = &form["additionalProperties"];
        let known = form["properties"].get(key).or_else(|| by_pattern(form, key));
        match known.or(others.is_object().then_some(others)) {
            Some(_) if known.is_none() && self.belongs_deeper(others, key, entry) => {
                let what = format!("`{}` is one level too high", brief(key));
                let help = format!("this level is {}", spot.about);
                self.problems.push(Problem::new(entry.key, what, help));
            }
            Some(schema) => {
                let about = self.about(schema).unwrap_or_default();
                self.check(schema, &entry.value, Spot { key, item: false, at: entry.key, about });
            }
            None => self.unknown_key(form, key, entry),
        }
    }

    /// Whether an unknown key is one of those expected below, with a matching value.
    fn belongs_deeper(&self, others: &'a Value, key: &str, entry: &Entry) -> bool {
        let mut forms = self.forms(others).into_iter();
        let below = forms.find_map(|form| form["properties"].get(key));
        below.is_some() && !matches!(entry.value.kind, Kind::Map(_))
    }

    fn unknown_key(&mut self, form: &Value, key: &str, entry: &Entry) {
        let none = Map::new();
        let known = form["properties"].as_object().unwrap_or(&none).keys().map(String::as_str);
        let mut help = suggest::help(key, "the keys here are", known);
        if form.get("patternProperties").is_some() {
            help.push_str(", and paths, which begin with `/`");
        }
        self.problems.push(Problem::new(entry.key, format!("unknown key `{}`", brief(key)), help));
    }

    fn number_of_entries(&mut self, form: &Value, map: &IndexMap<String, Entry>, spot: Spot<'_>) {
        let Some(most) = form["maxProperties"].as_u64() else {
            return;
        };
        let extra = usize::try_from(most).ok().and_then(|most| map.get_index(most));
        if let Some((key, entry)) = extra {
            let what = format!("`{}` is in the same item as the entry before it", brief(key));
            self.problems.push(Problem::new(
                entry.key,
                what,
                "begin an item for each: `- Name: value`",
            ));
        } else if map.is_empty() {
            self.problems.push(Problem::new(spot.at, "an item without an entry", spot.help()));
        }
    }

    fn null(&mut self, node: &Node, spot: Spot<'_>, text_is_wanted: bool) {
        let at = if node.at.is_empty() { spot.at } else { node.at };
        let what = format!("YAML parses {} as null", spot.name());
        let help = if text_is_wanted { yaml::null_help(self.text, node.at) } else { spot.help() };
        self.problems.push(Problem::new(at, what, help));
    }

    fn wrong_kind(&mut self, forms: &[&Value], node: &Node, spot: Spot<'_>) {
        let wanted: Vec<&str> = KINDS
            .iter()
            .filter(|(kind, _)| forms.iter().any(|form| is_kind(form, kind)))
            .map(|(_, name)| *name)
            .collect();
        let found = match &node.kind {
            Kind::Text { .. } => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        };
        let what = format!("{} is {}, not {found}", spot.name(), wanted.join(" or "));
        let at = if node.at.is_empty() { spot.at } else { node.at };
        self.problems.push(Problem::new(at, what, spot.help()));
    }
}

/// The schema's names of kinds, and ours.
const KINDS: [(&str, &str); 3] = [("string", "text"), ("array", "a list"), ("object", "a mapping")];

/// Whether a value can be left out after its key.
fn may_be_nothing(forms: &[&Value]) -> bool {
    forms.iter().any(|form| form["nothing"] == true)
}

/// The alternatives that a schema allows, without references.
pub(super) fn forms<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return root.pointer(pointer).map_or_else(Vec::new, |schema| forms(root, schema));
    }
    match schema["anyOf"].as_array() {
        Some(several) => several.iter().flat_map(|form| forms(root, form)).collect(),
        None => vec![schema],
    }
}

/// Whether one of them is of a kind, by its name in the schema.
pub(super) fn is_kind(form: &Value, kind: &str) -> bool {
    match &form["type"] {
        Value::String(only) => only == kind,
        Value::Array(several) => several.iter().any(|one| one == kind),
        _ => false,
    }
}

/// Patterns are prefixes: `^/`.
fn by_pattern<'a>(form: &'a Value, key: &str) -> Option<&'a Value> {
    let patterns = form["patternProperties"].as_object()?;
    patterns
        .iter()
        .find(|(pattern, _)| key.starts_with(pattern.trim_start_matches('^')))
        .map(|(_, schema)| schema)
}
