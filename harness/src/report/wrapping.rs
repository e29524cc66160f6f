//! Wraps long texts.

use std::borrow::Cow;

use textwrap::{Options, WordSeparator, WordSplitter};

/// Width of a line on a terminal.
pub(super) const WIDTH: usize = 120;

/// A text after its head, with further lines aligned below the first.
pub(super) fn hanging(head: &str, text: &str) -> String {
    let indent = head.chars().count();
    let below = " ".repeat(indent);
    let heads = std::iter::once(head).chain(std::iter::repeat(below.as_str()));
    let lines = wrapped(text, WIDTH.saturating_sub(indent));
    heads.zip(lines).map(|(head, line)| format!("{head}{line}\n")).collect()
}

/// The lines of a text, broken at spaces if possible.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let options = Options::new(width)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(Cow::into_owned).collect()
}
