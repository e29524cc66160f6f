//! Finds the requested cases and rows.

use std::sync::Arc;

use cors_harness::case::{Case, Row};
use cors_harness::run::load_telling;

use super::Exit;
use crate::arguments::{Cases, Environment, Folder, Rows};

/// The cases of a folder that a filter selects; or every complaint about them.
pub(super) fn cases(folder: &Folder) -> Result<Vec<Arc<Case>>, Exit> {
    cases_telling(folder, |_| {})
}

/// The same; `each` is called for every one of them as soon as it is read.
pub(super) fn cases_telling(
    folder: &Folder,
    mut each: impl FnMut(&Case),
) -> Result<Vec<Arc<Case>>, Exit> {
    let wanted = wanted(folder);
    let tell = |case: &Case| {
        if wanted(&case.id.0) {
            each(case)
        }
    };
    let loaded = load_telling(&folder.cases.folder, tell).map_err(|error| {
        complain!("error: {error}");
        Exit::BadInput
    })?;
    let may_hold = |id: &str| {
        // A folder that cannot be read may contain the requested cases.
        folder.filter.as_deref().is_some_and(|filter| filter.starts_with(&format!("{id}/")))
    };
    let broken = loaded.broken.into_iter().filter(|(id, _)| wanted(&id.0) || may_hold(&id.0));
    let broken: Vec<_> = broken.collect();
    let any_broken = !broken.is_empty();
    for (_, complaints) in broken {
        complain!("{:?}", miette::Report::new(complaints));
    }
    let cases: Vec<_> =
        loaded.cases.into_iter().filter(|case| wanted(&case.id.0)).map(Arc::new).collect();
    match (&folder.filter, cases.is_empty()) {
        _ if any_broken => Err(Exit::BadInput),
        (Some(filter), true) => {
            complain!("error: no case id contains `{filter}`; `list` shows all cases");
            Err(Exit::BadInput)
        }
        _ => Ok(cases),
    }
}

/// Which ids a filter selects: the equal one, or else those that contain it. Cases are played as
/// they are read, so this has to be known before.
fn wanted(folder: &Folder) -> impl Fn(&str) -> bool {
    let is_id = |filter: &str| folder.cases.folder.join(format!("{filter}.yaml")).is_file();
    let exact = folder.filter.as_deref().is_some_and(is_id);
    move |id| {
        let filter = folder.filter.as_deref();
        filter.is_none_or(|filter| if exact { id == filter } else { id.contains(filter) })
    }
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
    let case = one_case(&wanted.case, &wanted.cases)?;
    let cases = with_environment(vec![case], &wanted.environment)?;
    let case = cases.into_iter().next().ok_or(Exit::BadInput)?;
    let has = |row: &Row, wanted: &String| {
        row.values.iter().any(|(name, value)| format!("{name}={value}") == *wanted)
    };
    let all_of = |row: &&Row| wanted.row.iter().all(|wanted| has(row, wanted));
    let rows: Vec<_> = case.rows.iter().filter(all_of).cloned().collect();
    if rows.is_empty() {
        let values = wanted.row.join(" and ");
        complain!("error: no row has {values}; `run --engine standard` shows all rows");
        return Err(Exit::BadInput);
    }
    Ok((case, rows))
}

/// The case with exactly this id, or the only one whose id contains it.
pub(super) fn one_case(id: &str, cases: &Cases) -> Result<Arc<Case>, Exit> {
    let folder = Folder { filter: Some(id.to_owned()), cases: cases.clone() };
    match self::cases(&folder)?.as_slice() {
        [case] => Ok(Arc::clone(case)),
        several => {
            let ids: Vec<_> = several.iter().map(|case| case.id.0.as_str()).collect();
            complain!("error: several cases match; choose one:\n  {}", ids.join("\n  "));
            Err(Exit::BadInput)
        }
    }
}
