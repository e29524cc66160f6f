//! Reports rows that were played twice because a browser ended.

use std::fmt::Write;

use super::failure::values;
use crate::case::Case;
use crate::results::Judged;

/// For every row that was played twice, how the browser ended the first time; `None` if there is no
/// such row.
pub fn repeated(case: &Case, judged: &Judged) -> Option<String> {
    let mut text = String::new();
    for (row, outcome) in case.rows.iter().zip(&judged.rows) {
        if let Some(words) = &outcome.repeated {
            let _ =
                writeln!(text, "  row {} was played twice, after a browser ended:", values(row));
            text += &textwrap::indent(words.trim_end(), "    ");
            text.push('\n');
        }
    }
    (!text.is_empty()).then_some(text)
}

/// How many rows of several trials were played twice; `None` if none was.
pub(super) fn repeated_rows<'j>(judged: impl Iterator<Item = &'j Judged>) -> Option<String> {
    match judged.map(|judged| judged.repeated).sum() {
        0_usize => None,
        1 => Some("1 row was played twice, after a browser ended".to_owned()),
        more => Some(format!("{more} rows were played twice, after a browser ended")),
    }
}
