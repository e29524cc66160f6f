//! The table of wrong configurations in `servers/stacks/README.md`.

use std::collections::BTreeSet;

/// A wrong configuration and its expected results.
#[derive(Clone, Debug, PartialEq)]
pub struct WrongConfiguration {
    /// The stack.
    pub stack: String,
    /// The value of `CORS`.
    pub configuration: String,
    /// Names of the expected findings.
    pub findings: BTreeSet<String>,
    /// How access changes compared with production.
    pub effects: BTreeSet<String>,
}

const HEADINGS: [&str; 6] =
    ["stack", "`CORS`", "fault", "measured", "findings", "compared with production"];

/// The cell of an empty list.
const NOTHING: &str = "–";

/// Reads the table.
pub fn read(readme: &str) -> Result<Vec<WrongConfiguration>, String> {
    let table = readme.lines().map(cells).skip_while(|cells| *cells != HEADINGS);
    let table: Vec<_> = table.take_while(|cells| !cells.is_empty()).skip(2).collect();
    let mut wrong: Vec<WrongConfiguration> = Vec::new();
    for cells in table {
        let [stack, configuration, _, _, findings, effects] = cells.as_slice() else {
            return Err(format!("not a line of the table of wrong configurations: {cells:?}"));
        };
        let stack = match (stack.is_empty(), wrong.last()) {
            (true, Some(last)) => last.stack.clone(),
            _ => plain(stack),
        };
        let configuration = plain(configuration);
        let (findings, effects) = (names(findings), names(effects));
        wrong.push(WrongConfiguration { stack, configuration, findings, effects });
    }
    if wrong.is_empty() { Err("no table of wrong configurations".to_owned()) } else { Ok(wrong) }
}

/// The cells of a line, or none if the line is not part of a table.
fn cells(line: &str) -> Vec<String> {
    // An escaped bar is part of its cell.
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

/// A list of names as a cell.
pub fn cell(names: &BTreeSet<String>) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { NOTHING.to_owned() } else { names.join(", ") }
}
