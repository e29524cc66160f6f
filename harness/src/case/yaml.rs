//! Explains YAML's surprises: what the parser rejects, and what a case does not use.

use miette::SourceSpan;
use saphyr_parser::Event;

use super::complaint::Problem;
use super::suggest::brief;

const LAYOUT: &str = "compare the indentation of this line with the lines before it; text with `: \
` or ` #` inside, \
                      or with one of *&!%@`[]{}>| at its beginning, needs quotes";

/// A syntax error. The parser's message is kept if none of the usual mistakes explains it.
pub(super) fn explain(text: &str, offset: usize, info: &str) -> Problem {
    let rest = text.get(offset..).unwrap_or_default();
    let (what, help) = match rest.chars().next() {
        Some('*') => return star(offset, rest),
        Some('\t') => return tab(text, offset),
        _ if info.contains("recursion") => return too_deep(here(offset, rest)),
        _ if info.contains("tab") => return tab(text, offset),
        Some('{') if text[..offset].ends_with('$') => return bare_word_in_flow(text, offset - 1),
        Some(sign @ ('@' | '`' | '%')) => {
            (format!("text cannot begin with `{sign}`"), format!("write {}", quoted(token(rest))))
        }
        _ if info.contains("mapping values are not allowed") => colon(),
        _ if info.contains("escape") => escape(),
        _ if info.contains("quoted scalar") => unclosed_quote(),
        _ => (format!("this is not YAML: {info}"), LAYOUT.to_owned()),
    };
    Problem::new(here(offset, rest), what, help)
}

fn here(offset: usize, rest: &str) -> SourceSpan {
    (offset, rest.chars().next().map_or(0, char::len_utf8)).into()
}

fn star(offset: usize, rest: &str) -> Problem {
    let token = token(rest);
    let what = "an unquoted `*` begins a YAML alias, not a wildcard";
    Problem::new((offset, token.len()).into(), what, format!("write {}", quoted(token)))
}

/// The plain text that was meant.
fn token(rest: &str) -> &str {
    let end = rest.find(|c: char| c.is_whitespace() || ",]}".contains(c)).unwrap_or(rest.len());
    rest[..end].trim_end_matches(':')
}

fn quoted(token: &str) -> String {
    if token.contains(['"', '\\']) {
        return format!("`'{}'`", brief(&token.replace('\'', "''")));
    }
    format!("`\"{}\"`", brief(token))
}

fn tab(text: &str, offset: usize) -> Problem {
    let line = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let tab = text[line..].find('\t').map_or(offset, |at| line + at);
    tab_problem(tab)
}

/// Tabs before the first text of a line, which parsers differ on. `verbatim` are the texts in quotes and
/// blocks, in the order of the file.
pub(super) fn tabs(text: &str, verbatim: &[SourceSpan]) -> Vec<Problem> {
    let holds = |line: usize| {
        let before = verbatim.partition_point(|span| span.offset() < line);
        before.checked_sub(1).is_some_and(|last| end(verbatim[last]) > line)
    };
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let tab = |line: usize| {
        let rest = &text[line..];
        let indentation = rest.len() - rest.trim_start_matches([' ', '\t', '-', '?', ':']).len();
        Some(line + rest[..indentation].find('\t')?)
    };
    starts.filter(|line| !holds(*line)).filter_map(tab).map(tab_problem).collect()
}

fn end(span: SourceSpan) -> usize {
    span.offset() + span.len()
}

/// A line of a block of text with nothing but space and a tab, which parsers differ on.
pub(super) fn odd_block(text: &str, at: SourceSpan) -> Option<Problem> {
    let last = end(at) + text.get(end(at)..)?.find('\n').unwrap_or_default();
    let mut start = at.offset();
    text.get(start..last)?.split_inclusive('\n').find_map(|line| {
        let here = start;
        start += line.len();
        let is_empty = line.trim().is_empty();
        line.find('\t').filter(|_| is_empty).map(|tab| tab_problem(here + tab))
    })
}

/// A text between brackets or braces that parsers read differently without quotes.
pub(super) fn odd_in_flow(text: &str, at: SourceSpan) -> Option<Problem> {
    let rest = text.get(at.offset()..)?;
    let written = &rest[..at.len()];
    let behind = |colon: usize| rest[colon + 1..].starts_with([',', '?', '[', ']', '{', '}']);
    let mut colons = rest.match_indices(':').map(|(colon, _)| colon);
    let is_cut = colons.by_ref().take_while(|colon| *colon <= at.len()).any(behind);
    let is_odd = written.starts_with(['?', ':', '|', '>']) || is_cut;
    if !is_odd || written.starts_with(['"', '\'']) {
        return None;
    }
    let what = format!("between [ ] and {{ }} parsers read `{}` differently", brief(written));
    Some(Problem::new(at, what, format!("write {}", quoted(written.trim_end_matches(':')))))
}

fn tab_problem(at: usize) -> Problem {
    Problem::new((at, 1).into(), "YAML does not indent with tabs", "indent with spaces")
}

fn bare_word_in_flow(text: &str, offset: usize) -> Problem {
    let rest = &text[offset..];
    let word = &rest[..rest.find('}').map_or(2, |end| end + 1)];
    Problem::new(
        (offset, word.len()).into(),
        "between [ ] and { } YAML reads `{` as a mapping",
        format!("write {}", quoted(word)),
    )
}

fn colon() -> (String, String) {
    let help = "put text that contains `: ` in quotes; if this is a key, give it the indentation \
    of its neighbors";
    ("a second `: ` in one value".to_owned(), help.to_owned())
}

fn escape() -> (String, String) {
    let help = "in double quotes a backslash begins an escape; use single quotes for literal text";
    ("YAML does not know this escape".to_owned(), help.to_owned())
}

fn unclosed_quote() -> (String, String) {
    (
        "this quote is not closed".to_owned(),
        "close it on its line, or before the indentation ends".to_owned(),
    )
}

/// Rejects anchors, aliases and tags: parsers differ on them, and a reader of a case should not
/// have to look elsewhere in the file.
pub(super) fn refuse_references(
    text: &str,
    event: &Event<'_>,
    at: SourceSpan,
) -> Result<(), Problem> {
    let (anchor, tag) = match event {
        Event::Alias(_) => (true, false),
        Event::Scalar(_, _, anchor, tag) => (*anchor != 0, tag.is_some()),
        Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
            (*anchor != 0, tag.is_some())
        }
        _ => (false, false),
    };
    let written = text.get(at.offset()..at.offset() + at.len()).unwrap_or_default();
    let help = format!(
        "write the value; text that begins with such a character needs quotes: {}",
        quoted(token(written))
    );
    match (anchor, tag) {
        (true, _) => Err(Problem::new(at, "YAML anchors and aliases are not allowed", help)),
        (_, true) => Err(Problem::new(at, "YAML tags are not allowed", help)),
        _ => Ok(()),
    }
}

pub(super) fn merge_key(at: SourceSpan) -> Problem {
    Problem::new(at, "YAML merge keys are not allowed", "write the keys")
}

pub(super) fn key_of_several_lines(at: SourceSpan) -> Problem {
    Problem::new(at, "this key goes over several lines", "write a key, and its colon, on one line")
}

pub(super) fn null_key(text: &str, at: SourceSpan) -> Problem {
    Problem::new(at, "YAML parses this key as null", null_help(text, at))
}

pub(super) fn key_without_text(at: SourceSpan) -> Problem {
    Problem::new(at, "a key is text, not a list or a mapping", LAYOUT)
}

/// Whether the text of a key is a sentence, which may well contain ` #`.
pub(super) fn is_sentence(key: &str, depth: usize) -> bool {
    key == "because" || (key == "name" && depth == 1)
}

/// A sentence without quotes, if a comment cuts it off.
pub(super) fn cut_sentence(text: &str, key: &str, at: SourceSpan) -> Option<Problem> {
    let comment = comment_behind(text, at)?;
    let what =
        format!("YAML reads `{}` as a comment, so `{key}` ends before it", shown(text, comment));
    let help = format!(
        "put the text in quotes, or write it below `{key}: >`; put a comment on its own line"
    );
    Some(Problem::new(comment, what, help))
}

/// Another text without quotes, if YAML reads a part of it as a comment: there is no space after
/// the `#`.
pub(super) fn cut_text(text: &str, at: SourceSpan) -> Option<Problem> {
    let comment = comment_behind(text, at)?;
    let written = shown(text, comment);
    let what = format!("YAML reads `{written}` as a comment, so the text ends before it");
    let help = "put the text in quotes; if it is a comment, write a space after the `#`";
    written
        .chars()
        .nth(1)
        .is_some_and(|next| !next.is_whitespace() && next != '#')
        .then(|| Problem::new(comment, what, help))
}

/// The comment on the line on which a plain scalar ends.
fn comment_behind(text: &str, at: SourceSpan) -> Option<SourceSpan> {
    let end = at.offset() + at.len();
    let line = text.get(end..)?.lines().next()?;
    let comment = line.trim_start_matches([' ', '\t']);
    let start = end + (line.len() - comment.len());
    let behind_space = text[..start].ends_with([' ', '\t']);
    (comment.starts_with('#') && behind_space).then(|| (start, comment.trim_end().len()).into())
}

fn shown(text: &str, at: SourceSpan) -> String {
    brief(&text[at.offset()..at.offset() + at.len()]).to_string()
}

/// How to write a null that was meant as text.
pub(super) fn null_help(text: &str, at: SourceSpan) -> String {
    match text.get(at.offset()..at.offset() + at.len()).unwrap_or_default() {
        written @ ("null" | "Null" | "NULL" | "~") => format!("write {}", quoted(written)),
        _ => "write the value, or `\"\"` for an empty text".to_owned(),
    }
}

pub(super) fn key_twice(key: &str, at: SourceSpan, earlier: SourceSpan) -> Problem {
    let what = format!("the key `{}` occurs twice", brief(key));
    Problem::new(at, what, "keep one of the two").after(earlier)
}

pub(super) fn second_document(at: SourceSpan) -> Problem {
    Problem::new(
        at,
        "a second YAML document begins here",
        "one file is one case: move the second one to another file",
    )
}

pub(super) fn too_deep(at: SourceSpan) -> Problem {
    Problem::new(at, "nested too deeply", LAYOUT)
}

pub(super) fn nothing_but_comments() -> Problem {
    Problem::of_the_file(
        "the file contains only comments",
        "a case begins with `name:` and `because:`",
    )
}
