//! Wraps long texts.

use std::borrow::Cow;

use comfy_table::{ContentArrangement, Table, presets};
use textwrap::{Options, WordSeparator, WordSplitter};

/// Width of a line on a terminal.
pub(super) const WIDTH: usize = 120;

/// The width of text that is not cut any narrower.
const NARROWEST: usize = 20;

/// A text after its head, with further lines aligned below the first.
pub(super) fn hanging(head: &str, text: &str) -> String {
    hanging_in(WIDTH, head, text)
}

/// The same, for a line of this width.
pub(crate) fn hanging_in(width: usize, head: &str, text: &str) -> String {
    let indent = head.chars().count();
    let below = " ".repeat(indent);
    let heads = std::iter::once(head).chain(std::iter::repeat(below.as_str()));
    let lines = wrapped(text, width.saturating_sub(indent).max(NARROWEST));
    heads.zip(lines).map(|(head, line)| format!("{head}{line}\n")).collect()
}

/// Names, such as options, each with what it is, in two columns.
pub fn described(names: &[(String, String)], width: usize) -> String {
    let widest = names.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let line =
        |(name, what): &(String, String)| hanging_in(width, &format!("  {name:widest$}  "), what);
    names.iter().map(line).collect()
}

/// The lines of a text, broken at spaces if possible.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let options = Options::new(width)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(Cow::into_owned).collect()
}

/// Every line of a text behind an indent.
pub(super) fn indented(text: &str, width: usize, indent: &str) -> String {
    text.trim_end().lines().map(|line| hanging_in(width, indent, line)).collect()
}

/// How many characters of a column are readable at least, on average.
const READABLE: usize = 14;

/// The longest cell that is folded in a table.
const LONGEST_CELL: usize = 400;

/// Lines of cells under their headings, the first line: a table whose cells are folded to the width, or, where
/// columns would be too narrow, a line for each cell.
pub(crate) fn folded_table(lines: &[Vec<String>], width: usize, indent: usize) -> String {
    let columns = lines.first().map_or(1, Vec::len).max(1);
    let lengths = |line: &Vec<String>| line.iter().map(|cell| cell.chars().count()).collect();
    let lengths: Vec<Vec<usize>> = lines.iter().map(lengths).collect();
    let widest = |column: usize| lengths.iter().map(|line| line[column]).max();
    let widths: Vec<_> = (0..columns).filter_map(widest).collect();
    let fits = widths.iter().sum::<usize>() + 2 * columns + indent <= width;
    let is_readable = width / columns >= READABLE && widths.iter().all(|it| *it <= LONGEST_CELL);
    match fits || is_readable {
        true => table(lines, width, indent),
        false => records(lines, width, indent),
    }
}

fn table(lines: &[Vec<String>], width: usize, indent: usize) -> String {
    let mut table = Table::new();
    let width = width.saturating_sub(indent).max(NARROWEST);
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX))
        .add_rows(lines);
    let last = lines.first().map_or(0, Vec::len);
    for column in 0..last {
        if let Some(column) = table.column_mut(column) {
            column.set_padding((0, 2));
        }
    }
    let indent = " ".repeat(indent);
    let line = |line: String| format!("{indent}{}\n", line.trim_end());
    table.lines().map(line).collect()
}

/// Every line of cells as a paragraph.
pub(crate) fn records(lines: &[Vec<String>], width: usize, indent: usize) -> String {
    let Some((headings, lines)) = lines.split_first() else { return String::new() };
    let widest = headings.iter().map(|heading| heading.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for cells in lines {
        for (number, (heading, cell)) in headings.iter().zip(cells).enumerate() {
            let indent = " ".repeat(if number == 0 { indent } else { indent + 2 });
            let filled = if number == 0 { widest + 2 } else { widest };
            text += &hanging_in(width, &format!("{indent}{heading:filled$}  "), cell);
        }
    }
    text
}
