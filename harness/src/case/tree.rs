//! Reads the file as a tree of texts, lists and mappings with their places.

use indexmap::IndexMap;
use indexmap::map::Entry as Slot;
use miette::SourceSpan;
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use super::complaint::Problem;
use super::yaml;

/// A case needs nine levels. The limit prevents a stack overflow by a file of brackets.
const DEEPEST: usize = 32;

/// One value of the file.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Its place in the text, in bytes.
    pub(super) at: SourceSpan,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A scalar as its text; `null` if YAML parses it as null.
    Text {
        text: String,
        null: bool,
    },
    List(Vec<Node>),
    Map(IndexMap<String, Entry>),
    /// Something else than belongs here, which is complained about.
    Wrong,
}

/// A text of the file and its place.
#[derive(Clone, Copy)]
pub(super) struct Spanned<'a> {
    pub(super) text: &'a str,
    pub(super) at: SourceSpan,
}

impl<'a> Spanned<'a> {
    /// The text of a scalar.
    pub(super) fn of(node: &'a Node) -> Option<Self> {
        match &node.kind {
            Kind::Text { text, null: false } => Some(Self { text, at: node.at }),
            _ => None,
        }
    }

    /// Name and value of a mapping with one entry.
    pub(super) fn pair(node: &'a Node) -> Option<(Self, Self)> {
        let (name, value) = node.entries().next()?;
        Some((name, Self::of(value)?))
    }
}

/// A value of a mapping and the place of its key.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: SourceSpan,
    pub(super) value: Node,
}

impl Node {
    /// The value of `key`.
    pub(super) fn find(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of `key`; the node itself if there is no such key.
    pub(super) fn get(&self, key: &str) -> &Self {
        self.find(key).unwrap_or(self)
    }

    /// The place of `key`; that of the node where there is no such key.
    pub(super) fn key(&self, key: &str) -> SourceSpan {
        self.entry(key).map_or(self.at, |entry| entry.key)
    }

    /// Whether there is such a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// The keys of a mapping.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&str, SourceSpan)> {
        self.entries().map(|(key, _)| (key.text, key.at))
    }

    /// The entries of a mapping.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Spanned<'_>, &Self)> {
        let map = match &self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        };
        map.into_iter()
            .flatten()
            .map(|(key, entry)| (Spanned { text: key.as_str(), at: entry.key }, &entry.value))
    }

    /// The items of a list.
    pub(super) fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The items of a list, or a text in place of a list of one.
    pub(super) fn one_or_more(&self) -> &[Self] {
        match &self.kind {
            Kind::Text { .. } => std::slice::from_ref(self),
            _ => self.items(),
        }
    }

    /// Whether it is complained about.
    pub(super) fn is_wrong(&self) -> bool {
        matches!(self.kind, Kind::Wrong)
    }

    /// Whether it, or anything below, is complained about.
    pub(super) fn holds_wrong(&self) -> bool {
        match &self.kind {
            Kind::Text { .. } => false,
            Kind::List(items) => items.iter().any(Self::holds_wrong),
            Kind::Map(map) => map.values().any(|entry| entry.value.holds_wrong()),
            Kind::Wrong => true,
        }
    }

    /// Whether it is a list without items.
    pub(super) fn is_empty_list(&self) -> bool {
        matches!(&self.kind, Kind::List(items) if items.is_empty())
    }

    /// Every scalar below, keys included.
    pub(super) fn texts(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match &self.kind {
            Kind::Text { text, .. } => Box::new(std::iter::once(text.as_str())),
            Kind::List(items) => Box::new(items.iter().flat_map(Self::texts)),
            Kind::Map(map) => {
                Box::new(map.iter().flat_map(|(key, entry)| {
                    std::iter::once(key.as_str()).chain(entry.value.texts())
                }))
            }
            Kind::Wrong => Box::new(std::iter::empty()),
        }
    }

    fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.kind {
            Kind::Map(map) => map.get(key),
            _ => None,
        }
    }
}

/// Reads the tree. A YAML syntax error ends the reading; duplicate keys are reported and left out.
pub(super) fn read(text: &str, problems: &mut Vec<Problem>) -> Result<Node, Problem> {
    let (events, offsets) = (Parser::new_from_str(text), Offsets::new(text));
    let mut builder = Builder { events, offsets, text, problems, verbatim: Vec::new(), flow: 0 };
    let tree = builder.document()?;
    let verbatim = builder.verbatim;
    problems.extend(yaml::tabs(text, &verbatim));
    Ok(tree)
}

struct Builder<'a> {
    events: Parser<'a, StrInput<'a>>,
    offsets: Offsets,
    text: &'a str,
    problems: &'a mut Vec<Problem>,
    /// Texts in quotes and blocks, in which a tab is a tab.
    verbatim: Vec<SourceSpan>,
    /// How many brackets and braces are open.
    flow: usize,
}

impl<'a> Builder<'a> {
    fn document(&mut self) -> Result<Node, Problem> {
        loop {
            let (event, at) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(_) => {}
                Event::StreamEnd => return Err(yaml::nothing_but_comments()),
                first => {
                    let node = self.node(first, at, 0)?;
                    return self.end().map(|()| node);
                }
            }
        }
    }

    fn end(&mut self) -> Result<(), Problem> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentStart(_), at) => return Err(yaml::second_document(at)),
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, SourceSpan), Problem> {
        match self.events.next_event() {
            Some(Ok((event, span))) => Ok((event, self.offsets.bytes(span))),
            Some(Err(error)) => {
                let at = self.offsets.byte(error.marker().index());
                Err(yaml::explain(self.text, at, error.info()))
            }
            None => Ok((Event::StreamEnd, (self.text.len(), 0).into())),
        }
    }

    fn node(&mut self, event: Event<'a>, at: SourceSpan, depth: usize) -> Result<Node, Problem> {
        if depth > DEEPEST {
            return Err(yaml::too_deep(at));
        }
        yaml::refuse_references(self.text, &event, at)?;
        match event {
            Event::Scalar(text, style, ..) => {
                let null = style == ScalarStyle::Plain && is_null(&text);
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    self.problems.extend(yaml::odd_block(self.text, at));
                }
                if style != ScalarStyle::Plain {
                    self.verbatim.push(at);
                }
                if self.flow > 0 {
                    self.problems.extend(yaml::odd_in_flow(self.text, at));
                }
                Ok(Node { at, kind: Kind::Text { text: text.into_owned(), null } })
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                let is_flow = self.text[at.offset()..].starts_with(['[', '{']);
                self.flow += usize::from(is_flow);
                let node = match event {
                    Event::SequenceStart(..) => self.list(at, depth + 1),
                    _ => self.map(at, depth + 1),
                }?;
                self.flow -= usize::from(is_flow);
                Ok(node)
            }
            _ => Err(yaml::explain(self.text, at.offset(), "unexpected end")),
        }
    }

    fn list(&mut self, at: SourceSpan, depth: usize) -> Result<Node, Problem> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => {
                    return Ok(Node { at, kind: Kind::List(items) });
                }
                (event, at) => {
                    if is_plain(&event) {
                        self.problems.extend(yaml::cut_text(self.text, at));
                    }
                    items.push(self.node(event, at, depth)?);
                }
            }
        }
    }

    fn map(&mut self, at: SourceSpan, depth: usize) -> Result<Node, Problem> {
        let mut map = IndexMap::new();
        loop {
            let (event, key_at) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(Node { at: visible(at, &map), kind: Kind::Map(map) });
            }
            let key = key_text(self.text, self.node(event, key_at, depth)?)?;
            let (event, value_at) = self.next()?;
            if is_plain(&event) && yaml::is_sentence(&key, depth) {
                self.problems.extend(yaml::cut_sentence(self.text, &key, value_at));
            } else if is_plain(&event) {
                self.problems.extend(yaml::cut_text(self.text, value_at));
            }
            let value = self.node(event, value_at, depth)?;
            self.insert(&mut map, key, Entry { key: key_at, value });
        }
    }

    fn insert(&mut self, map: &mut IndexMap<String, Entry>, key: String, entry: Entry) {
        match map.entry(key) {
            Slot::Vacant(slot) => _ = slot.insert(entry),
            Slot::Occupied(slot) => {
                self.problems.push(yaml::key_twice(slot.key(), entry.key, slot.get().key));
            }
        }
    }
}

/// The text of a key.
fn key_text(text: &str, key: Node) -> Result<String, Problem> {
    match key.kind {
        Kind::Text { text, null: false } if text == "<<" => Err(yaml::merge_key(key.at)),
        Kind::Text { .. } if spans_lines(text, key.at) => Err(yaml::key_of_several_lines(key.at)),
        Kind::Text { text, null: false } => Ok(text),
        Kind::Text { .. } => Err(yaml::null_key(text, key.at)),
        _ => Err(yaml::key_without_text(key.at)),
    }
}

fn spans_lines(text: &str, at: SourceSpan) -> bool {
    text.get(at.offset()..at.offset() + at.len()).is_some_and(|written| written.contains('\n'))
}

fn is_plain(event: &Event<'_>) -> bool {
    matches!(event, Event::Scalar(_, ScalarStyle::Plain, ..))
}

/// A block mapping begins with its first key and has no characters to point at.
fn visible(at: SourceSpan, map: &IndexMap<String, Entry>) -> SourceSpan {
    match map.first() {
        Some((_, first)) if at.is_empty() => first.key,
        _ => at,
    }
}

/// <https://yaml.org/spec/1.2.2/#1032-tag-resolution>
fn is_null(plain: &str) -> bool {
    matches!(plain, "" | "~" | "null" | "Null" | "NULL")
}

/// saphyr counts characters, miette bytes.
struct Offsets(Vec<usize>);

impl Offsets {
    fn new(text: &str) -> Self {
        Self(text.char_indices().map(|(offset, _)| offset).chain([text.len()]).collect())
    }

    fn byte(&self, character: usize) -> usize {
        self.0.get(character).or(self.0.last()).copied().unwrap_or_default()
    }

    fn bytes(&self, span: Span) -> SourceSpan {
        let (start, end) = (self.byte(span.start.index()), self.byte(span.end.index()));
        (start, end.saturating_sub(start)).into()
    }
}
