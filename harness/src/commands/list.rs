//! `list`, `schema`, `completions` and `man`: print what needs nothing to be played.

use std::io;
use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;
use cors_harness::case::json_schema;
use cors_harness::report::plan_text;

use super::Exit;
use super::files::unwritten;
use super::find::cases;
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
