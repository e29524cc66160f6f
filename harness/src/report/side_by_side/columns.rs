//! Lines of one or two columns after a word and a mark.

use crate::report::wrapping::{hanging, wrapped};

/// Width of one of two columns.
const COLUMN: usize = 50;

/// One text for both engines.
pub(super) fn one(word: &str, mark: char, cell: &str) -> String {
    hanging(&head(word, mark), cell)
}

/// One text for each engine.
pub(super) fn two(word: &str, mark: char, cells: &[String; 2]) -> String {
    let [left, right] = cells.each_ref().map(|cell| wrapped(cell, COLUMN));
    let of = |lines: &[String], number: usize| lines.get(number).cloned().unwrap_or_default();
    let line = |number| {
        let head = if number == 0 { head(word, mark) } else { head("", ' ') };
        let line = format!("{head}{:COLUMN$}  {}", of(&left, number), of(&right, number));
        line.trim_end().to_owned() + "\n"
    };
    (0..left.len().max(right.len())).map(line).collect()
}

/// The text before the first line.
fn head(word: &str, mark: char) -> String {
    format!("    {word:10} {mark} ")
}
