//! `init`: writes a first policy for a project, a job that plays it, and what git is not to keep.

mod files;
mod mounts;
mod places;
mod project;
mod python;
mod routes;

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Component, Path, PathBuf};

use clap::ValueEnum;
use cors_harness::case::{self, CaseId, Origin};
use dialoguer::{Input, Select};

use super::Exit;
use super::output::{quoted, this_program, unwritten};
use crate::arguments::{CASES, Framework, Init, SNAPSHOTS, Service};
use files::{Answers, IGNORED, Server, job, policy};
use project::Project;

/// Origins for a policy whose user names none.
const ORIGIN: &str = "https://api.example.com";
const PAGE: &str = "https://app.example.com";

/// Where a server is if nothing says how to start it.
const UPSTREAM: &str = "http://127.0.0.1:8000";

/// `init`.
pub fn init(arguments: &Init) -> Exit {
    made(arguments).unwrap_or_else(|exit| exit)
}

fn made(arguments: &Init) -> Result<Exit, Exit> {
    let project = Project::read(Path::new("."), arguments.framework);
    say_framework(&project);
    is_below(&arguments.cases.folder)?;
    let asks = !arguments.yes && io::stdin().is_terminal() && io::stderr().is_terminal();
    let answers = answers(arguments, &project, asks)?;
    let service = service(arguments, asks)?;
    let cases = &arguments.cases.folder;
    let mut files = vec![(cases.join("api.yaml"), policy(&answers, &project, cases))];
    is_read(&files[0])?;
    let job = job(service, &project, &options(cases));
    files.extend(job.map(|(file, text)| (PathBuf::from(file), text)));
    is_free(&files, arguments.force)?;
    for (file, text) in &files {
        write(file, text)?;
    }
    ignore()?;
    next(arguments, &project, &files[0].0);
    Ok(Exit::AsRecorded)
}

/// The policy names the project's folder as it is seen from the folder of cases, so that is below it.
fn is_below(cases: &Path) -> Result<(), Exit> {
    let is_below =
        cases.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if is_below {
        return Ok(());
    }
    complain!(
        "error: `{}` is not below the project's folder: write `--cases cors`, for example",
        cases.display()
    );
    Err(Exit::BadInput)
}

/// What was recognised, and the folders to go to if there are several projects.
fn say_framework(project: &Project) {
    let place = |folder: &str, file: &str| match folder {
        "" => file.to_owned(),
        folder => format!("{folder}/{file}"),
    };
    match project.framework {
        Some((framework, "")) => say!("framework: {}", named(framework)),
        Some((framework, file)) => {
            let file = place(project.folder.as_deref().unwrap_or_default(), file);
            say!("framework: {}, by `{file}`", named(framework));
        }
        None => say!("framework: not recognised; `--framework` names one"),
    }
    if !project.others.is_empty() {
        say!(
            "There are projects in these folders. `{} init` in one of them recognises it:",
            this_program()
        );
    }
    for other in &project.others {
        say!("  {}  {}", other.folder, named(other.framework));
    }
}

/// A framework as the command line names it.
fn named(framework: Framework) -> String {
    framework.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// What is known from the command line and the project, and what a user on a terminal says instead.
fn answers(arguments: &Init, project: &Project, asks: bool) -> Result<Answers, Exit> {
    let origin = arguments.origin.as_ref().map(ToString::to_string);
    let pages: Vec<_> = arguments.page.iter().map(ToString::to_string).collect();
    let upstream = arguments.upstream.as_ref();
    let upstream = upstream.map(|url| Server::Upstream(url.origin().ascii_serialization()));
    let command = arguments.command.clone().map(Server::Command);
    let known = command.or(upstream);
    let usual = project.command.clone();
    let (origin, pages, server) = match asks {
        true => (
            origin.map_or_else(|| ask_origin("Origin of the server in production", ORIGIN), Ok)?,
            match pages.is_empty() {
                true => vec![ask_origin("Origin of a page that may use it", PAGE)?],
                false => pages,
            },
            known.map_or_else(|| ask_server(usual), Ok)?,
        ),
        false => {
            let started = usual.map(Server::Command);
            let server = known.or(started).unwrap_or_else(|| Server::Upstream(UPSTREAM.to_owned()));
            let pages = if pages.is_empty() { vec![PAGE.to_owned()] } else { pages };
            (origin.unwrap_or_else(|| ORIGIN.to_owned()), pages, server)
        }
    };
    Ok(Answers { origin, pages, routes: arguments.route.clone(), server })
}

fn ask_origin(what: &str, example: &str) -> Result<String, Exit> {
    let origin = |text: &String| text.parse::<Origin>().map(drop);
    let asked = Input::new().with_prompt(what).default(example.to_owned()).validate_with(origin);
    answered(asked.interact_text())
}

/// A command, or the address of a server that runs.
fn ask_server(usual: Option<String>) -> Result<Server, Exit> {
    let usual = usual.unwrap_or_else(|| UPSTREAM.to_owned());
    let asked = Input::<String>::new()
        .with_prompt("Command that starts it, or the URL where it runs")
        .default(usual);
    let text = answered(asked.interact_text())?;
    Ok(match text.starts_with("http://") || text.starts_with("https://") {
        true => Server::Upstream(text.trim_end_matches('/').to_owned()),
        false => Server::Command(text),
    })
}

fn service(arguments: &Init, asks: bool) -> Result<Service, Exit> {
    match arguments.ci {
        Some(service) => Ok(service),
        None if asks => {
            let choices = [Service::Github, Service::Gitlab, Service::None];
            let items = ["GitHub", "GitLab", "none"];
            let asked = Select::new().with_prompt("Write a job for").items(items).default(0);
            answered(asked.interact()).map(|choice| choices[choice])
        }
        None if Path::new(".github").is_dir() => Ok(Service::Github),
        None => Ok(Service::None),
    }
}

fn answered<T>(answer: Result<T, dialoguer::Error>) -> Result<T, Exit> {
    answer.map_err(|error| {
        complain!("error: there was no answer: {error}");
        Exit::BadInput
    })
}

/// The options that name the folders, where they are not the usual ones.
fn options(cases: &Path) -> String {
    match cases == Path::new(CASES) {
        true => String::new(),
        false => {
            let snapshots = cases.join(SNAPSHOTS);
            let [cases, snapshots] = [cases, &snapshots].map(|path| quoted(path.as_os_str()));
            format!(" --cases {cases} --snapshots {snapshots}")
        }
    }
}

/// A policy is written only if it can be read.
fn is_read((file, text): &(PathBuf, String)) -> Result<(), Exit> {
    let read = case::read(CaseId("api".to_owned()), file, text.as_bytes());
    read.map(drop).map_err(|complaints| {
        complain!("error: the policy would be wrong: {}", complaints.words());
        Exit::BadInput
    })
}

/// No file is overwritten unless the user says so; all of them are named at once.
fn is_free(files: &[(PathBuf, String)], force: bool) -> Result<(), Exit> {
    let there = files.iter().filter(|(file, _)| file.exists() && !force);
    let there: Vec<_> = there.map(|(file, _)| file.display()).collect();
    there.iter().for_each(|file| complain!("error: `{file}` exists: `--force` overwrites it"));
    if there.is_empty() { Ok(()) } else { Err(Exit::BadInput) }
}

fn write(file: &Path, text: &str) -> Result<(), Exit> {
    let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
    let written = folder.and_then(|()| fs::write(file, text));
    written.map_err(|error| unwritten(file, &error))?;
    say!("wrote {}", file.display());
    Ok(())
}

/// Adds what is missing to `.gitignore`.
fn ignore() -> Result<(), Exit> {
    let file = Path::new(".gitignore");
    let mut text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unwritten(file, &error)),
    };
    let [_, pattern] = IGNORED;
    if text.lines().any(|line| line.trim() == pattern) {
        return Ok(());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.extend(IGNORED.iter().flat_map(|line| [line, "\n"]));
    fs::write(file, text).map_err(|error| unwritten(file, &error))?;
    say!("added {} lines to .gitignore", IGNORED.len());
    Ok(())
}

/// What to do next.
fn next(arguments: &Init, project: &Project, policy: &Path) {
    let is_example = arguments.origin.is_none() || arguments.page.is_empty();
    let origins = if is_example { "the origins and " } else { "" };
    say!("\nNext: read {}, and correct {origins}the routes. Then", policy.display());
    let (program, options) = (this_program(), options(&arguments.cases.folder));
    let snapshots = options.find(" --snapshots").and_then(|at| options.get(at..)).unwrap_or("");
    say!("  {program} run{options}       plays it in the installed browsers");
    say!("  {program} accept{snapshots}    keeps the results");
    if project.command.is_none() && arguments.command.is_none() && arguments.upstream.is_none() {
        say!("The policy expects the server at {UPSTREAM}; `--command` lets the harness start it.");
    }
}
