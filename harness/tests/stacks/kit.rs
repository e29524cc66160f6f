//! Plays the cases of `servers/stacks/kit` against each middleware, and compares the matrix with the one in its README.

use std::sync::Arc;

use cors_harness::case::{Case, Variable};
use cors_harness::report::played;
use cors_harness::run::{Engine, Outcome, Players, Running, load, start};
use cors_harness::verdict::policy::findings;

use crate::folder;

/// The middleware that `servers/stacks/kit/start` knows.
const MIDDLEWARE: [&str; 4] = ["starlette", "express", "rs-cors", "tower-http"];

/// What each needs.
const INSTALLED: [&str; 4] = [
    "fastapi/.venv/.installed",
    "express/node_modules/.installed",
    "kit/.built/rs-cors",
    "kit/.built/tower-http",
];

const ALLOW_PRIVATE_NETWORK: &str = "access-control-allow-private-network";

/// The middleware that is not installed.
pub fn not_installed() -> Option<String> {
    let is_missing = INSTALLED.iter().any(|file| !folder(file).exists());
    is_missing.then(|| "not installed: ci/stacks kit".to_owned())
}

/// Whether the README has the matrix that the servers show. `UPDATE=1` writes it.
pub fn matrix_is_that_of_the_readme(players: &Players) -> Result<(), String> {
    let readme = folder("kit/README.md");
    let text = std::fs::read_to_string(&readme).map_err(|error| error.to_string())?;
    let matrix = matrix(players)?;
    let head = matrix.lines().next().unwrap_or_default();
    let (before, rest) = text.split_once(head).ok_or("the README of the kit has no matrix")?;
    let end = rest.find("\n\n").map_or(rest.len(), |place| place + 1);
    let (known, after) = rest.split_at(end);
    if format!("{head}{known}") == matrix {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        return std::fs::write(&readme, format!("{before}{matrix}{after}"))
            .map_err(|error| error.to_string());
    }
    Err(format!("the matrix in servers/stacks/kit/README.md has to be:\n{matrix}"))
}

/// A line for each case, and a column for each middleware.
fn matrix(players: &Players) -> Result<String, String> {
    let loaded = load(&folder("kit/cases")).map_err(|error| error.to_string())?;
    if let Some((_, complaints)) = loaded.broken.first() {
        return Err(complaints.plain());
    }
    let with = |case: &Case, name: &str| {
        let variable = Variable { name: "MIDDLEWARE".to_owned(), value: name.to_owned() };
        Arc::new(case.with_environment(&[variable]))
    };
    let all = loaded.cases.iter().flat_map(|case| MIDDLEWARE.map(|name| with(case, name)));
    let trials: Vec<_> = all.map(|case| (Arc::clone(&case), engine(&case))).collect();
    let mut running = start(trials.clone(), players.clone());
    let mut text = format!(
        "| case | {} |\n| --- |{}\n",
        MIDDLEWARE.join(" | "),
        " --- |".repeat(MIDDLEWARE.len())
    );
    for (line, case) in loaded.cases.iter().enumerate() {
        let places = line * MIDDLEWARE.len()..(line + 1) * MIDDLEWARE.len();
        let cells: Result<Vec<_>, _> =
            places.map(|place| cell(&mut running, place, case)).collect();
        text += &format!("| `{}` | {} |\n", case.id, cells?.join(" | "));
    }
    Ok(text)
}

fn engine(case: &Case) -> Engine {
    if case.policy.is_some() { Engine::Standard } else { Engine::Control }
}

/// What a middleware does in a case: its findings, or the header of Private Network Access.
fn cell(running: &mut Running, place: usize, case: &Case) -> Result<String, String> {
    let Ok(outcome) = running.outcome(place) else { return Ok("does not start".to_owned()) };
    if let Some(why) = outcome.rows.iter().find_map(|row| row.inconclusive()) {
        return Err(format!("{}: {why}", case.id));
    }
    let findings = findings(&played(case, &outcome.rows));
    let mut names: Vec<_> = findings.iter().map(|one| format!("`{}`", one.name)).collect();
    names.dedup();
    Ok(match (case.policy.is_some(), names.is_empty()) {
        (false, _) => allowed_private_network(&outcome),
        (true, true) => "–".to_owned(),
        (true, false) => names.join(", "),
    })
}

fn allowed_private_network(outcome: &Outcome) -> String {
    let replies = outcome.rows.iter().flat_map(|row| &row.exchanges);
    let headers = replies.filter_map(|one| one.reply.as_ref()).flat_map(|reply| &reply.headers);
    let mut values = headers.filter(|(name, _)| name.eq_ignore_ascii_case(ALLOW_PRIVATE_NETWORK));
    let value = values.next().map(|(_, value)| String::from_utf8_lossy(value).into_owned());
    value.map_or("no header".to_owned(), |value| format!("`{value}`"))
}
