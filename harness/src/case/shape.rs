//! Compares a tree with the schema of its file. Every deviation is complained about at once, and the tree that
//! comes out has only what belongs in it.

use indexmap::IndexMap;
use miette::SourceSpan;
use serde_json::{Map, Value};

use super::complaint::Problem;
use super::suggest::{self, brief, nearest};
use super::tree::{Entry, Kind, Node};
use super::yaml;

/// Adds a problem for everything in `tree` that differs from a definition of `schema`. In the tree that comes
/// out, values of the wrong kind and of unknown keys are [`Kind::Wrong`], and an unknown key is taken for the
/// absent one that it was probably meant to be.
pub(super) fn check(
    source: &str,
    tree: Node,
    (schema, definition): (&Value, &str),
    problems: &mut Vec<Problem>,
) -> Node {
    let file =
        Spot { key: "", item: false, at: tree.at, about: "keys and values, as in `name: …`" };
    let form = &schema["definitions"][definition];
    Walk { root: schema, source, problems }.check(form, tree, file)
}

struct Walk<'a> {
    root: &'a Value,
    source: &'a str,
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
    fn check(&mut self, schema: &'a Value, node: Node, spot: Spot<'_>) -> Node {
        let forms = self.forms(schema);
        let form = |kind| forms.iter().copied().find(|form| is_kind(form, kind));
        let kind = match (node.kind, form("string"), form("array"), form("object")) {
            (kind @ Kind::Text { null: true, .. }, ..) if form("null").is_some() => kind,
            (kind @ Kind::Text { null: false, .. }, Some(_), ..) => kind,
            (Kind::List(items), _, Some(form), _) => self.list(&form["items"], items, spot),
            (Kind::Map(map), _, _, Some(form)) => self.map(form, map, node.at, spot),
            (other, ..) => {
                // What is left out has no characters to point at.
                let at = if node.at.is_empty() { spot.at } else { node.at };
                match other {
                    Kind::Text { null: true, .. } => {
                        self.null(node.at, at, spot, form("string").is_some());
                    }
                    other => self.wrong_kind(&forms, &other, at, spot),
                }
                return Node { at, kind: Kind::Wrong };
            }
        };
        Node { at: node.at, kind }
    }

    fn forms(&self, schema: &'a Value) -> Vec<&'a Value> {
        forms(self.root, schema)
    }

    /// The description in the schema.
    fn about(&self, schema: &'a Value) -> Option<&'a str> {
        let forms = self.forms(schema);
        std::iter::once(schema).chain(forms).find_map(|form| form["description"].as_str())
    }

    fn list(&mut self, schema: &'a Value, items: Vec<Node>, spot: Spot<'_>) -> Kind {
        let about = self.about(schema).unwrap_or(spot.about);
        let item = |item: Node| {
            let spot = Spot { item: true, at: item.at, about, ..spot };
            self.check(schema, item, spot)
        };
        Kind::List(items.into_iter().map(item).collect())
    }

    fn map(
        &mut self,
        form: &'a Value,
        map: IndexMap<String, Entry>,
        at: SourceSpan,
        spot: Spot<'_>,
    ) -> Kind {
        self.number_of_entries(form, &map, spot);
        let none = Map::new();
        let known = form["properties"].as_object().unwrap_or(&none);
        let absent = known.keys().map(String::as_str).filter(|key| !map.contains_key(*key));
        let absent: Vec<&str> = absent.collect();
        let mut checked = IndexMap::with_capacity(map.len());
        for (key, entry) in map {
            let (meant, value) = self.entry(form, &key, entry.value, (entry.key, &absent, spot));
            let entry = Entry { key: entry.key, value };
            checked.entry(meant.map_or(key, str::to_owned)).or_insert(entry);
        }
        let required = form["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for key in required.filter(|key| !checked.contains_key(*key)) {
            let about = self.about(&form["properties"][key]).unwrap_or_default();
            let help = format!("add `{key}:`, {about}");
            self.problems.push(Problem::new(at, format!("`{key}` is missing"), help));
        }
        Kind::Map(checked)
    }

    /// The value of a key, and the key that was meant if there is no such key.
    fn entry<'k>(
        &mut self,
        form: &'a Value,
        key: &str,
        value: Node,
        (at, absent, spot): (SourceSpan, &[&'k str], Spot<'_>),
    ) -> (Option<&'k str>, Node) {
        let others = &form["additionalProperties"];
        let known = form["properties"].get(key).or_else(|| by_pattern(form, key));
        if known.is_none() && self.belongs_deeper(others, key, &value) {
            let what = format!("`{}` is one level too high", brief(key));
            let help = format!("this level is {}", spot.about);
            self.problems.push(Problem::new(at, what, help));
            return (None, Node { at, kind: Kind::Wrong });
        }
        if let Some(schema) = known.or(others.is_object().then_some(others)) {
            return (None, self.value(schema, key, at, value));
        }
        self.unknown_key(form, key, at);
        match nearest(key, absent.iter().copied()) {
            Some(meant) => (Some(meant), self.value(&form["properties"][meant], meant, at, value)),
            None => (None, Node { at, kind: Kind::Wrong }),
        }
    }

    fn value(&mut self, schema: &'a Value, key: &str, at: SourceSpan, value: Node) -> Node {
        let about = self.about(schema).unwrap_or_default();
        self.check(schema, value, Spot { key, item: false, at, about })
    }

    /// Whether an unknown key is one of those expected below, with a matching value.
    fn belongs_deeper(&self, others: &'a Value, key: &str, value: &Node) -> bool {
        let mut forms = self.forms(others).into_iter();
        let below = forms.find_map(|form| form["properties"].get(key));
        below.is_some() && !matches!(value.kind, Kind::Map(_))
    }

    fn unknown_key(&mut self, form: &Value, key: &str, at: SourceSpan) {
        let none = Map::new();
        let known = form["properties"].as_object().unwrap_or(&none).keys().map(String::as_str);
        let mut help = suggest::help(key, "the keys here are", known);
        if form.get("patternProperties").is_some() {
            help.push_str(", and paths, which begin with `/`");
        }
        self.problems.push(Problem::new(at, format!("unknown key `{}`", brief(key)), help));
    }

    fn number_of_entries(&mut self, form: &Value, map: &IndexMap<String, Entry>, spot: Spot<'_>) {
        let Some(most) = form["maxProperties"].as_u64() else {
            return;
        };
        let extra = usize::try_from(most).ok().and_then(|most| map.get_index(most));
        if let Some((key, entry)) = extra {
            let what = format!("`{}` is in the same item as the entry before it", brief(key));
            let help = "begin an item for each: `- Name: value`";
            self.problems.push(Problem::new(entry.key, what, help));
        } else if map.is_empty() {
            self.problems.push(Problem::new(spot.at, "an item without an entry", spot.help()));
        }
    }

    fn null(&mut self, written: SourceSpan, at: SourceSpan, spot: Spot<'_>, takes_text: bool) {
        let what = format!("YAML parses {} as null", spot.name());
        let help = if takes_text { yaml::null_help(self.source, written) } else { spot.help() };
        self.problems.push(Problem::new(at, what, help));
    }

    fn wrong_kind(&mut self, forms: &[&Value], found: &Kind, at: SourceSpan, spot: Spot<'_>) {
        let wanted = KINDS.iter().filter(|(kind, _)| forms.iter().any(|form| is_kind(form, kind)));
        let wanted: Vec<&str> = wanted.map(|(_, name)| *name).collect();
        let found = match found {
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
            Kind::Text { .. } | Kind::Wrong => "text",
        };
        let what = format!("{} is {}, not {found}", spot.name(), wanted.join(" or "));
        self.problems.push(Problem::new(at, what, spot.help()));
    }
}

/// The schema's names of kinds, and ours.
const KINDS: [(&str, &str); 3] = [("string", "text"), ("array", "a list"), ("object", "a mapping")];

/// The alternatives that a schema allows, without references.
fn forms<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return root.pointer(pointer).map_or_else(Vec::new, |schema| forms(root, schema));
    }
    match schema["anyOf"].as_array().or(schema["allOf"].as_array()) {
        Some(several) => several.iter().flat_map(|form| forms(root, form)).collect(),
        None => vec![schema],
    }
}

/// Whether one of them is of a kind, by its name in the schema.
fn is_kind(form: &Value, kind: &str) -> bool {
    match &form["type"] {
        Value::String(only) => only == kind,
        Value::Array(several) => several.iter().any(|one| one == kind),
        _ => false,
    }
}

/// Patterns are prefixes: `^/`.
fn by_pattern<'a>(form: &'a Value, key: &str) -> Option<&'a Value> {
    let patterns = form["patternProperties"].as_object()?;
    let matches =
        |(pattern, _): &(&String, &Value)| key.starts_with(pattern.trim_start_matches('^'));
    patterns.iter().find(matches).map(|(_, schema)| schema)
}
