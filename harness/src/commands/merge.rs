//! `merge`: joins the JSON documents of shards into one, with the reports and the exit code of a whole run.

use cors_harness::reporters::{MergedRun, RunMatrix, merged_text, terminal_width};
use cors_harness::shards::{Incompatible, Merged, Named, compare, merge as join};

use super::Exit;
use super::output::print_to_standard_error;
use super::run::document;
use crate::arguments::{Merge, STDOUT};

/// The reports that can compare runs.
const COMPARING: [&str; 2] = ["html", "json"];

/// `merge`.
pub fn merge(arguments: &Merge) -> Exit {
    if let Some(format) = arguments.unable_to_compare(&COMPARING) {
        complain!(
            "error: `--compare` writes an HTML report or a JSON document, and no {format} report"
        );
        return Exit::BadInput;
    }
    let merged = match documents(arguments) {
        Ok(merged) => merged,
        Err(exit) => return exit,
    };
    let to_stdout = arguments.report_files().filter(|(_, file)| file.as_os_str() == STDOUT).count();
    match to_stdout {
        0 => {}
        1 => print_to_standard_error(),
        _ => {
            complain!(
                "error: two reports cannot both go to standard output: name a file for one of them"
            );
            return Exit::BadInput;
        }
    }
    let run = MergedRun::new(&merged);
    let mut exit = match RunMatrix::of(&merged) {
        Some(matrix) => {
            say!("{}", matrix.text(terminal_width()));
            Exit::AsRecorded
        }
        None => {
            say!("{}", merged_text(&run));
            standing(&merged)
        }
    };
    let is_able = |name: &str| !arguments.compare || COMPARING.contains(&name);
    for (format, file) in arguments.report_files().filter(|(format, _)| is_able(format.name)) {
        match format.write_merged(file, &run) {
            Ok(()) if file.as_os_str().is_empty() => {}
            Ok(()) => say!("{} report: {}", format.name, file.display()),
            Err(error) => {
                complain!("error: {error}");
                exit = Exit::CannotRun;
            }
        }
    }
    exit
}

fn documents(arguments: &Merge) -> Result<Merged, Exit> {
    let mut named = Vec::new();
    let mut wrong = Vec::new();
    for file in &arguments.documents {
        let name = file.display().to_string();
        match document(file) {
            Ok(document) => named.push(Named { name, document }),
            Err(words) => wrong.push(format!("{name}: {words}")),
        }
    }
    let joined = match wrong.is_empty() {
        true if arguments.compare => compare(named),
        true => join(named),
        false => Err(Incompatible(wrong)),
    };
    joined.map_err(|Incompatible(wrong)| {
        wrong.iter().for_each(|words| complain!("error: {words}"));
        Exit::BadInput
    })
}

/// The exit code of a whole run; a missing shard is something that is missing.
fn standing(Merged { record, .. }: &Merged) -> Exit {
    let trials = record.trials.iter().map(|trial| match trial.problem.as_deref() {
        None => Exit::AsRecorded,
        Some(problem) if problem == Exit::CannotRun.problem() => Exit::CannotRun,
        Some(_) => Exit::Differs,
    });
    let is_complete = record.missing().is_empty()
        && record.unreferenced.is_empty()
        && !record.engine_wide.any_gone();
    let rest = if is_complete { Exit::AsRecorded } else { Exit::Differs };
    trials.max().unwrap_or(Exit::AsRecorded).max(rest)
}
