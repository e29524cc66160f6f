//! The steps of a row on both engines in two columns, next to the standard's ruling.

use cors_model::Ruling;

use super::Sides;
use crate::observation::StepObservation;
use crate::report::cells::{distinguished, happened, ruled};
use crate::report::wrapping::{hanging, wrapped};
use crate::ruling::RowRuling;
use crate::verdict::{Difference, Field, differences};

/// The parts of a step that are shown: the word, its column, and the compared field.
const CELLS: [(&str, usize, Field); 4] = [
    ("preflight", 1, Field::Preflights),
    ("request", 2, Field::Requests),
    ("read", 3, Field::Read),
    ("script saw", 4, Field::Response),
];

/// The steps of a row.
pub(super) fn steps(sides: Sides<'_>, row: usize, ruling: &RowRuling) -> String {
    let [left, right] = sides.map(|(_, outcome)| &outcome.rows[row].observation);
    let differences = differences(left, right);
    let both = left.steps.iter().zip(&right.steps).zip(&ruling.rulings).enumerate();
    both.map(|(step, ((left, right), ruling))| {
        let differs = |field| differences.contains(&Difference { step, field });
        self::step(sides, [left, right], differs, ruling)
    })
    .collect()
}

fn step(
    sides: Sides<'_>,
    steps: [&StepObservation; 2],
    differs: impl Fn(Field) -> bool,
    ruling: &Ruling,
) -> String {
    let names = sides.map(|(engine, _)| engine.as_str().to_owned());
    let mut text = format!("  {}\n{}", steps[0].step, two("", ' ', &names));
    for (word, place, field) in CELLS {
        let [left, right] = steps;
        let cells = [happened(left, Some(right)), happened(right, Some(left))];
        let cells = cells.map(|cells| cells[place].clone());
        text += &match differs(field) {
            true => two(word, '≠', &distinguished(cells)),
            false => one(word, '=', &cells[0]),
        };
    }
    for (step, name) in steps.iter().zip(&names) {
        let reason = step.inconclusive.iter();
        text.extend(reason.map(|reason| one(name, '?', &format!("inconclusive: {reason}"))));
    }
    text + &one("standard", ' ', &ruled(ruling))
}

/// Width of one of two columns.
const COLUMN: usize = 50;

/// One text for both engines.
pub(super) fn one(word: &str, mark: char, cell: &str) -> String {
    hanging(&head(word, mark), cell)
}

/// One text for each engine.
fn two(word: &str, mark: char, cells: &[String; 2]) -> String {
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
