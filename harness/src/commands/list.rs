//! `list`: the cases there are.

use super::Exit;
use super::find::cases;
use crate::arguments::Folder;

/// `list`.
pub fn list(folder: &Folder) -> Exit {
    let cases = match cases(folder) {
        Ok(cases) => cases,
        Err(exit) => return exit,
    };
    let width = cases.iter().map(|case| case.id.0.len()).max().unwrap_or_default();
    for case in &cases {
        say!(
            "{:width$}  {:>4} {}  {}",
            case.id.0,
            case.rows.len(),
            rows(case.rows.len()),
            case.name.trim()
        );
    }
    let all: usize = cases.iter().map(|case| case.rows.len()).sum();
    say!("{} cases, {all} {}", cases.len(), rows(all));
    Exit::AsRecorded
}

fn rows(count: usize) -> &'static str {
    if count == 1 { "row " } else { "rows" }
}
