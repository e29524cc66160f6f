//! The table of wrong configurations in `servers/stacks/README.md`.

use std::collections::BTreeSet;

/// A configuration that is wrong, and what is to be said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrong {
    /// The stack.
    pub stack: String,
    /// The value of `CORS`.
    pub configuration: String,
    /// Names of findings.
    pub called: BTreeSet<String>,
    /// What it does to pages.
    pub effects: BTreeSet<String>,
}

const HEADINGS: [&str; 6] =
    ["stack", "`CORS`", "what is wrong", "measured", "called", "since production"];

/// Stands for nothing in a cell.
const NOTHING: &str = "–";

/// Reads it.
pub fn read(readme: &str) -> Result<Vec<Wrong>, String> {
    let table = readme.lines().map(cells).skip_while(|cells| *cells != HEADINGS);
    let table: Vec<_> = table.take_while(|cells| !cells.is_empty()).skip(2).collect();
    let mut wrong: Vec<Wrong> = Vec::new();
    for cells in table {
        let [stack, configuration, _, _, called, effects] = cells.as_slice() else {
            return Err(format!("not a line of the table of wrong configurations: {cells:?}"));
        };
        let stack = match (stack.is_empty(), wrong.last()) {
            (true, Some(last)) => last.stack.clone(),
            _ => plain(stack),
        };
        let configuration = plain(configuration);
        wrong.push(Wrong { stack, configuration, called: names(called), effects: names(effects) });
    }
    if wrong.is_empty() { Err("no table of wrong configurations".to_owned()) } else { Ok(wrong) }
}

/// The cells of a line; none if it is of no table.
fn cells(line: &str) -> Vec<String> {
    // A bar that is escaped belongs to its cell.
    let line = line.replace("\\|", "\u{0}");
    let Some(line) = line.strip_prefix('|').and_then(|line| line.strip_suffix('|')) else {
        return Vec::new();
    };
    line.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect()
}

fn names(cell: &str) -> BTreeSet<String> {
    cell.split(',').map(plain).filter(|name| !name.is_empty() && name != NOTHING).collect()
}

fn plain(cell: &str) -> String {
    cell.trim().trim_matches('`').to_owned()
}

/// Names as a cell.
pub fn cell(names: &BTreeSet<String>) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { NOTHING.to_owned() } else { names.join(", ") }
}
