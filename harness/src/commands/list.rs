//! `list`, `schema`, `completions` and `man`: print what needs nothing to be played.

use std::io;
use std::path::Path;
use std::sync::Arc;

use clap::CommandFactory;
use clap_mangen::Man;
use cors_harness::behaviors::{BEHAVIORS, coverage_problems, covered, read_behaviors};
use cors_harness::case::{Case, json_schema};
use cors_harness::report::{coverage_text, plan_text};
use cors_harness::run::place;

use super::Exit;
use super::find::cases;
use super::output::unwritten;
use crate::arguments::{Arguments, Completions, List, Manual};

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
    if arguments.covers {
        return covers(arguments, &cases);
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

/// `list --covers`. With a filter it shows only what the selected cases cover.
fn covers(arguments: &List, cases: &[Arc<Case>]) -> Exit {
    let file = arguments.folder.cases.folder.join(BEHAVIORS);
    let text = std::fs::read_to_string(&file).map_err(|error| error.to_string());
    let behaviors = match text.and_then(|text| read_behaviors(&text)) {
        Ok(behaviors) => behaviors,
        Err(words) => {
            complain!(
                "error: `{}`, the list of behaviors, cannot be read: {words}",
                file.display()
            );
            return Exit::BadInput;
        }
    };
    let is_whole = arguments.folder.filters.is_empty() && arguments.folder.exclude.is_empty();
    let mut covered = covered(&behaviors, cases);
    covered.retain(|one| is_whole || !one.cases.is_empty());
    let is_recorded =
        |case: &Case, engine| place(&arguments.snapshots, case, engine).file().is_file();
    say!("{}", coverage_text(&covered, is_recorded).trim_end());
    let problems = if is_whole { coverage_problems(&behaviors, cases) } else { Vec::new() };
    problems.iter().for_each(|problem| complain!("error: {problem}"));
    if problems.is_empty() { Exit::AsRecorded } else { Exit::BadInput }
}

fn rows(count: usize) -> &'static str {
    if count == 1 { "row " } else { "rows" }
}

/// `schema`.
pub fn schema() -> Exit {
    say!("{}", json_schema().trim_end());
    Exit::AsRecorded
}

/// `completions`.
pub fn completions(arguments: &Completions) -> Exit {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut text);
    say!("{}", String::from_utf8_lossy(&text).trim_end());
    Exit::AsRecorded
}

/// `man`.
pub fn manual(arguments: &Manual) -> Exit {
    match &arguments.folder {
        Some(folder) => match write_pages(folder) {
            Ok(()) => Exit::AsRecorded,
            Err(error) => unwritten(folder, &error),
        },
        None => {
            let mut page = Vec::new();
            if let Err(error) = Man::new(Arguments::command()).render(&mut page) {
                complain!("error: {error}");
                return Exit::CannotRun;
            }
            say!("{}", String::from_utf8_lossy(&page).trim_end());
            Exit::AsRecorded
        }
    }
}

/// A page for the program and one for each command.
fn write_pages(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Arguments::command(), folder)
}
