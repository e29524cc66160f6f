//! Turns bytes into text, and reports everything that can be wrong before YAML is parsed.

use std::borrow::Cow;

use miette::SourceSpan;

use super::complaint::Problem;

/// The largest case. A case is read by people; a larger file is something else.
pub const MAX_BYTES: usize = 1 << 20;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text of a file, without its byte order mark.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.len() > MAX_BYTES {
        return Err(too_large(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    if text.trim().is_empty() {
        return Err(empty());
    }
    if let Some((offset, c)) = text.char_indices().find(|(_, c)| is_invisible(*c)) {
        return Err(unseen(offset, c));
    }
    let returns = text.match_indices('\r').map(|(offset, _)| offset);
    match returns.into_iter().find(|offset| !text[offset + 1..].starts_with('\n')) {
        Some(offset) => Err(lone_return(offset)),
        None => Ok(text),
    }
}

/// The text with a line break at its end: without one, parsers differ in how a block of text ends.
pub(super) fn ended(text: &str) -> Cow<'_, str> {
    if text.ends_with('\n') { text.into() } else { format!("{text}\n").into() }
}

/// The text from which messages quote, as far as the bytes are text.
pub(super) fn quotable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_BYTES)]);
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text).to_owned()
}

fn too_large(size: usize) -> Problem {
    Problem::of_the_file(
        format!("the file has {size} bytes; a case has at most {MAX_BYTES}"),
        "split it into several cases, or shorten the bodies",
    )
}

fn empty() -> Problem {
    Problem::of_the_file("the file is empty", "a case begins with `name:` and `because:`")
}

/// Characters that YAML does not allow, and the line breaks on which YAML 1.1 and 1.2 disagree.
fn is_invisible(c: char) -> bool {
    let of_a_line = matches!(c, '\t' | '\n' | '\r');
    (c.is_control() && !of_a_line) || matches!(c, '\u{2028}' | '\u{2029}' | BYTE_ORDER_MARK)
}

fn unseen(offset: usize, c: char) -> Problem {
    let code = u32::from(c);
    let what = format!("the character U+{code:04X} is invisible");
    let help = format!("remove it, or write `\\u{code:04X}` in double quotes");
    Problem::new((offset, c.len_utf8()).into(), what, help)
}

/// Parsers differ in whether it ends a line.
fn lone_return(offset: usize) -> Problem {
    let what = "this carriage return is not followed by a line feed";
    Problem::new((offset, 1).into(), what, "end lines with a line feed")
}

fn not_utf8(bytes: &[u8], offset: usize) -> Problem {
    let before = String::from_utf8_lossy(&bytes[..offset]);
    let shown = before.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&before);
    Problem::new(
        replacement(shown.len()),
        format!("the byte 0x{:02X} is not UTF-8", bytes[offset]),
        "save the file as UTF-8",
    )
}

/// U+FFFD in the text of [`quotable`].
fn replacement(offset: usize) -> SourceSpan {
    (offset, char::REPLACEMENT_CHARACTER.len_utf8()).into()
}
