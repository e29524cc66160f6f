//! What the commands do, and how they end.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use cors_harness::case::{Case, Row};
use cors_harness::engine::{Installed, Kind};
use cors_harness::report::{Document, console, explain_case, explain_row, summary};
use cors_harness::run::{
    Engine, Judged, Judgement, Players, judge, load, rule, start, survey_snapshots, trials,
};

use super::arguments::{Explain, Folder, Run};

/// Prints a line. Whoever reads may have had enough of it (`| head`); that is no failure.
macro_rules! say {
    ($($words:tt)*) => {{
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

/// How the program ends; the greatest of several reasons wins.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Exit {
    /// All as recorded.
    AsRecorded,
    /// Something differs, is missing or inconclusive.
    Differs,
    /// A case or the command line is wrong.
    BadInput,
    /// The environment cannot do it.
    Unable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::AsRecorded => 0,
            Exit::Differs => 1,
            Exit::BadInput => 2,
            Exit::Unable => 3,
        })
    }
}

/// `run`.
pub fn run(arguments: &Run) -> Exit {
    let began = Instant::now();
    let cases = match cases(&arguments.folder) {
        Ok(cases) => cases,
        Err(exit) => return exit,
    };
    let players = Players::find();
    let engines = arguments.engines(&players);
    let trials = trials(&cases, &engines);
    if trials.is_empty() {
        eprintln!("error: none of these cases runs on {}", names(&engines));
        return Exit::BadInput;
    }
    let missing: Vec<_> = engines.iter().filter_map(|engine| players.missing(*engine)).collect();
    if !missing.is_empty() {
        missing.iter().for_each(|missing| eprintln!("error: {missing}"));
        return Exit::Unable;
    }
    let judged = play(&trials, players, &arguments.snapshots);
    say!("{}", summary(&judged, began.elapsed()));
    let orphans = if arguments.folder.filter.is_none() {
        orphans(arguments, &cases)
    } else {
        Exit::AsRecorded
    };
    let written =
        arguments.json.as_deref().map_or(Exit::AsRecorded, |file| write(file, &trials, &judged));
    judged.iter().map(exit).chain([orphans, written]).max().unwrap_or(Exit::AsRecorded)
}

/// Plays all trials and prints each as soon as it and those before it are there.
fn play(trials: &[(Arc<Case>, Engine)], players: Players, snapshots: &Path) -> Vec<Judged> {
    let mut running = start(trials.to_vec(), players);
    let mut all = Vec::with_capacity(trials.len());
    for (number, (case, engine)) in trials.iter().enumerate() {
        let judged = judge(snapshots, case, *engine, running.outcome(number));
        say!("{}", console(case, &judged));
        all.push(judged);
    }
    all
}

fn names(engines: &[Engine]) -> String {
    engines.iter().map(|engine| engine.as_str()).collect::<Vec<_>>().join(" or ")
}

fn exit(judged: &Judged) -> Exit {
    match judged.judgement {
        Judgement::Match => Exit::AsRecorded,
        Judgement::New
        | Judgement::Differs { .. }
        | Judgement::Departs
        | Judgement::Inconclusive => Exit::Differs,
        Judgement::Unable(_) => Exit::Unable,
    }
}

fn orphans(arguments: &Run, cases: &[Arc<Case>]) -> Exit {
    let survey = survey_snapshots(&arguments.snapshots, cases);
    for orphan in &survey.orphans {
        say!("{} belongs to no case; remove it", orphan.display());
    }
    if survey.orphans.is_empty() { Exit::AsRecorded } else { Exit::Differs }
}

fn write(file: &Path, trials: &[(Arc<Case>, Engine)], judged: &[Judged]) -> Exit {
    let mut document = Document::default();
    for ((case, _), judged) in trials.iter().zip(judged) {
        document.add(case, judged);
    }
    let text = serde_json::to_string_pretty(&document).map_err(|error| error.to_string());
    let written =
        text.and_then(|text| std::fs::write(file, text + "\n").map_err(|error| error.to_string()));
    match written {
        Ok(()) => Exit::AsRecorded,
        Err(error) => {
            eprintln!("error: `{}` cannot be written: {error}", file.display());
            Exit::Unable
        }
    }
}

/// The cases of a folder that a filter selects; every complaint about them, if there are any.
fn cases(folder: &Folder) -> Result<Vec<Arc<Case>>, Exit> {
    let loaded = load(&folder.cases).map_err(|error| {
        eprintln!("error: {error}");
        Exit::BadInput
    })?;
    let wanted = |id: &str| folder.filter.as_deref().is_none_or(|filter| id.contains(filter));
    let broken: Vec<_> = loaded.broken.into_iter().filter(|(id, _)| wanted(&id.0)).collect();
    let any_broken = !broken.is_empty();
    for (_, complaints) in broken {
        eprintln!("{:?}", miette::Report::new(complaints));
    }
    let cases: Vec<_> =
        loaded.cases.into_iter().filter(|case| wanted(&case.id.0)).map(Arc::new).collect();
    match (&folder.filter, cases.is_empty()) {
        _ if any_broken => Err(Exit::BadInput),
        (Some(filter), true) => {
            eprintln!("error: no case has `{filter}` in its id; `list` shows them");
            Err(Exit::BadInput)
        }
        _ => Ok(cases),
    }
}

/// `explain`.
pub fn explain(arguments: &Explain) -> Exit {
    let filter = Some(arguments.case.clone());
    let cases = match cases(&Folder { filter, cases: arguments.cases.clone() }) {
        Ok(cases) => cases,
        Err(exit) => return exit,
    };
    let exact = cases.iter().find(|case| case.id.0 == arguments.case);
    let case = match (exact, cases.as_slice()) {
        (Some(case), _) | (None, [case]) => case,
        (None, several) => {
            let ids: Vec<_> = several.iter().map(|case| case.id.0.as_str()).collect();
            eprintln!("error: which one?\n  {}", ids.join("\n  "));
            return Exit::BadInput;
        }
    };
    explain_rows(case, &arguments.row)
}

fn explain_rows(case: &Case, wanted: &[String]) -> Exit {
    let is_wanted = |row: &&Row| {
        let values: Vec<_> =
            row.values.iter().map(|(name, value)| format!("{name}={value}")).collect();
        wanted.iter().all(|wanted| values.contains(wanted))
    };
    let rows: Vec<_> = case.rows.iter().filter(is_wanted).collect();
    if rows.is_empty() {
        eprintln!(
            "error: no row has {}; `run --engine standard` shows them all",
            wanted.join(" and ")
        );
        return Exit::BadInput;
    }
    say!("{}", explain_case(case));
    for row in rows {
        say!("{}", explain_row(case, row, &rule(row)));
    }
    Exit::AsRecorded
}

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

/// `doctor`.
pub fn doctor() -> Exit {
    say!("control   always there: a plain HTTP client with no origin rules");
    let mut exit = Exit::AsRecorded;
    for kind in Kind::ALL {
        match Installed::find(kind) {
            Ok(installed) => say!("{:8}  {installed}", kind.as_str()),
            Err(missing) => {
                say!("{:8}  {missing}", kind.as_str());
                exit = Exit::Unable;
            }
        }
    }
    exit
}
