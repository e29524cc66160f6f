//! `list` and `schema`: the cases that exist, and what a case can contain.

use cors_harness::case::json_schema;
use cors_harness::report::plan_text;

use super::Exit;
use super::find::cases;
use crate::arguments::List;

/// `list`.
pub fn list(arguments: &List) -> Exit {
    let cases = match cases(&arguments.folder) {
        Ok(cases) => cases,
        Err(exit) => return exit,
    };
    if arguments.plan {
        say!("{}", plan_text(&cases));
        return Exit::AsRecorded;
    }
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
    let noun = if cases.len() == 1 { "case" } else { "cases" };
    say!("{} {noun}, {all} {}", cases.len(), rows(all).trim_end());
    Exit::AsRecorded
}

fn rows(count: usize) -> &'static str {
    if count == 1 { "row " } else { "rows" }
}

/// `schema`.
pub fn schema() -> Exit {
    say!("{}", json_schema().trim_end());
    Exit::AsRecorded
}
