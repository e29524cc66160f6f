//! Finds the requested cases and rows.

use std::sync::Arc;

use cors_harness::case::{Case, CaseId, Row};
use cors_harness::run::{LoadError, load_wanted};

use super::Exit;
use crate::arguments::{Cases, Environment, Folder, Rows};

/// What to do where there are no cases yet.
const NO_FOLDER: &str = "run `cors-harness init`, which writes a policy to begin with, or name the folder of your \
                         cases with `--cases DIR`. `cors-harness check URL --page ORIGIN` tests one endpoint without \
                         any case";

/// The cases of a folder that a filter selects; every complaint about them, if there are any.
pub(super) fn cases(folder: &Folder) -> Result<Vec<Arc<Case>>, Exit> {
    cases_with(folder, |_| {})
}

/// The same; `each` is called for every one of them as soon as it is read. Files that are not selected are not read.
pub(super) fn cases_with(folder: &Folder, each: impl FnMut(&Case)) -> Result<Vec<Arc<Case>>, Exit> {
    let wanted = wanted(folder);
    let wants = |id: &CaseId| wanted(&id.0);
    let loaded = load_wanted(&folder.cases.folder, wants, each).map_err(|error| {
        complain!("error: {error}");
        if !folder.cases.folder.exists() || matches!(error, LoadError::Empty { .. }) {
            complain!("{NO_FOLDER}");
        }
        Exit::BadInput
    })?;
    let may_hold = |id: &str| {
        // A folder that cannot be read may contain what is searched.
        folder.filters.iter().any(|filter| filter.starts_with(&format!("{id}/")))
    };
    let broken = loaded.broken.into_iter().filter(|(id, _)| wanted(&id.0) || may_hold(&id.0));
    let broken: Vec<_> = broken.collect();
    let any_broken = !broken.is_empty();
    for (_, complaints) in broken {
        complain!("{:?}", miette::Report::new(complaints));
    }
    let cases: Vec<_> = loaded.cases.into_iter().map(Arc::new).collect();
    if any_broken {
        return Err(Exit::BadInput);
    }
    let selects = |filter: &&String| !cases.iter().any(|case| matches(folder, filter)(&case.id.0));
    let none: Vec<_> = folder.filters.iter().filter(selects).collect();
    if cases.is_empty() && none.is_empty() && !folder.exclude.is_empty() {
        complain!("error: `--exclude` leaves no case; `list` shows all cases");
        return Err(Exit::BadInput);
    }
    let left =
        if folder.exclude.is_empty() { "" } else { " except those that `--exclude` leaves out" };
    none.iter().for_each(|filter| {
        complain!("error: no case id contains `{filter}`{left}; `list` shows all cases");
    });
    if none.is_empty() { Ok(cases) } else { Err(Exit::BadInput) }
}

/// Which ids the filters select.
fn wanted(folder: &Folder) -> impl Fn(&str) -> bool {
    let selects: Vec<_> = folder.filters.iter().map(|filter| matches(folder, filter)).collect();
    let leaves_out: Vec<_> = folder.exclude.iter().map(|filter| matches(folder, filter)).collect();
    move |id| {
        (selects.is_empty() || selects.iter().any(|selects| selects(id)))
            && !leaves_out.iter().any(|leaves_out| leaves_out(id))
    }
}

/// Which ids a filter selects: the one that it is, or else those that contain it. Cases are played as
/// they are read, so which of the two it is has to be known before.
fn matches<'f>(folder: &Folder, filter: &'f str) -> impl Fn(&str) -> bool + use<'f> {
    let exact = folder.cases.folder.join(format!("{filter}.yaml")).is_file();
    move |id| if exact { id == filter } else { id.contains(filter) }
}

/// The cases with only those of their rows that have all of these values; those without such a row are left out.
pub(super) fn with_rows(cases: Vec<Arc<Case>>, wanted: &[String]) -> Result<Vec<Arc<Case>>, Exit> {
    if wanted.is_empty() {
        return Ok(cases);
    }
    are_pairs(wanted)?;
    let with = |case: &Arc<Case>| {
        let held = case.rows.held();
        let chosen = (0..held.len()).filter(|number| has_values(&held[*number], wanted));
        let rows = case.rows.chosen(&chosen.collect::<Vec<_>>());
        (!rows.is_empty()).then(|| Arc::new(Case { rows, ..Case::clone(case) }))
    };
    let cases: Vec<_> = cases.iter().filter_map(with).collect();
    if cases.is_empty() {
        complain!(
            "error: no row has {}; `explain CASE` shows all rows of a case",
            wanted.join(" and ")
        );
        return Err(Exit::BadInput);
    }
    Ok(cases)
}

/// Complains about values that are not written with the name of their variable.
fn are_pairs(wanted: &[String]) -> Result<(), Exit> {
    let mut wrong = wanted.iter().filter(|pair| !pair.contains('=')).peekable();
    if wrong.peek().is_none() {
        return Ok(());
    }
    wrong
        .for_each(|pair| complain!("error: `--row {pair}` has no value: write `--row NAME=VALUE`"));
    Err(Exit::BadInput)
}

fn has_values(row: &Row, wanted: &[String]) -> bool {
    let mut wanted = wanted.iter();
    wanted.all(|wanted| row.values.iter().any(|(name, value)| format!("{name}={value}") == *wanted))
}

/// The same cases with variables set for the servers that they start, and a complaint if they start
/// none.
pub(super) fn with_environment(
    cases: Vec<Arc<Case>>,
    Environment { variables }: &Environment,
) -> Result<Vec<Arc<Case>>, Exit> {
    if variables.is_empty() {
        return Ok(cases);
    }
    if !cases.iter().any(|case| case.starts_a_server()) {
        complain!(
            "error: `--environment` sets variables for servers that a `command` starts, and none of these cases \
             has one"
        );
        return Err(Exit::BadInput);
    }
    Ok(cases.iter().map(|case| Arc::new(case.with_environment(variables))).collect())
}

/// The one requested case, and those of its rows that have the requested values, never none.
pub(super) fn rows(wanted: &Rows) -> Result<(Arc<Case>, Vec<Row>), Exit> {
    are_pairs(&wanted.row)?;
    let case = one_case(&wanted.case, &wanted.cases)?;
    let cases = with_environment(vec![case], &wanted.environment)?;
    let case = cases.into_iter().next().ok_or(Exit::BadInput)?;
    let rows = case.rows.iter().filter(|row| has_values(row, &wanted.row));
    let rows: Vec<_> = rows.cloned().collect();
    if rows.is_empty() {
        let values = wanted.row.join(" and ");
        complain!("error: no row has {values}; `run --engine standard` shows all rows");
        return Err(Exit::BadInput);
    }
    Ok((case, rows))
}

/// The case with exactly this id, or the only one whose id contains it.
pub(super) fn one_case(id: &str, cases: &Cases) -> Result<Arc<Case>, Exit> {
    let folder = Folder { filters: vec![id.to_owned()], exclude: Vec::new(), cases: cases.clone() };
    match self::cases(&folder)?.as_slice() {
        [case] => Ok(Arc::clone(case)),
        several => {
            let ids: Vec<_> = several.iter().map(|case| case.id.0.as_str()).collect();
            complain!("error: several cases match; choose one:\n  {}", ids.join("\n  "));
            Err(Exit::BadInput)
        }
    }
}
