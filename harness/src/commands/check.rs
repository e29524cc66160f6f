//! `check`: what pages can do to one endpoint, without a case.

use std::path::Path;
use std::sync::Arc;

use cors_harness::case::{self, Case, CaseId, Draft, DraftGrant, Origin};
use cors_harness::report::verdict_of_policy;
use cors_harness::run::Outcome;
use cors_harness::verdict::policy::readers;

use super::Exit;
use super::play::{one_browser, play, players};
use crate::arguments::Check;

/// `check`.
pub fn check(arguments: &Check) -> Exit {
    checked(arguments).unwrap_or_else(|exit| exit)
}

fn checked(arguments: &Check) -> Result<Exit, Exit> {
    let draft = draft(arguments)?;
    let case = read(&draft)?;
    let players = players(&arguments.driver, arguments.engine.as_slice())?;
    let players = players.allowing(arguments.upstreams.allowed());
    let engine = one_browser(arguments.engine, &players)?;
    let case = Arc::new(case);
    let outcome = play(&case, &[engine], players)?.remove(0);
    let verdict = verdict_of_policy(&case, engine, &outcome);
    say!("{}", verdict.text);
    if let Some(file) = &arguments.save {
        save(file, &found(draft, &case, &outcome))?;
    }
    Ok(if verdict.clean { Exit::AsRecorded } else { Exit::Differs })
}

/// A policy by which the pages that are named may do everything and nobody else anything.
fn draft(arguments: &Check) -> Result<Draft, Exit> {
    let url = &arguments.url;
    let upstream = url.origin().ascii_serialization();
    let seen_as = || upstream.parse().map_err(bad);
    let origin = arguments.origin.clone().map_or_else(seen_as, Ok)?;
    let pages: Vec<_> = arguments.page.iter().map(Origin::to_string).collect();
    let login = !arguments.cookie.is_empty();
    let grant = DraftGrant { origins: pages, credentials: login, exposes: Vec::new() };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Ok(Draft {
        origin,
        upstream,
        route: format!("{}{query}", url.path()),
        method: arguments.method.clone(),
        headers: arguments.header.iter().map(|line| header(line)).collect::<Result<_, _>>()?,
        login: arguments.cookie.clone(),
        grants: Some(grant).filter(|grant| !grant.origins.is_empty()).into_iter().collect(),
    })
}

fn header(line: &str) -> Result<(String, String), Exit> {
    let (name, value) = line.split_once(':').ok_or_else(|| {
        let length = line.len();
        bad(format!("a header of {length} bytes has no colon: write `Name: value`"))
    })?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn read(draft: &Draft) -> Result<Case, Exit> {
    let text = draft.text().map_err(bad)?;
    let id = CaseId(format!("{} {}{}", draft.method, draft.origin, draft.route));
    // What the command line says is shown as the file that it makes.
    let case = case::read(id, Path::new("policy.yaml"), text.as_bytes());
    case.map_err(|complaints| {
        eprintln!("{:?}", miette::Report::new(complaints));
        Exit::BadInput
    })
}

/// The policy that describes what was found: who got in, and what they saw. What only look-alikes can do
/// is a finding and not written down as meant.
fn found(draft: Draft, case: &Case, outcome: &Outcome) -> Draft {
    let readers = readers(case.rows.iter().zip(&outcome.rows).filter_map(|(row, outcome)| {
        row.asked.as_ref().map(|asked| (asked, &outcome.observation))
    }));
    let mut grants = Vec::new();
    if readers.anybody {
        grants.push(DraftGrant { origins: Vec::new(), credentials: false, exposes: Vec::new() });
    }
    for credentials in [false, true] {
        let in_here = readers.listed.iter().filter(|reader| reader.with_login == credentials);
        let origins: Vec<_> = in_here.clone().map(|reader| reader.origin.clone()).collect();
        let exposes = in_here.flat_map(|reader| reader.sees.clone()).collect::<Vec<_>>();
        if !origins.is_empty() && (credentials || !readers.anybody) {
            grants.push(DraftGrant { origins, credentials, exposes: distinct(exposes) });
        }
    }
    Draft { grants, ..draft }
}

fn distinct(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}

/// Refuses to write over a file: somebody may have corrected it.
fn save(file: &Path, draft: &Draft) -> Result<(), Exit> {
    let text = draft.text().map_err(bad)?;
    let written = std::fs::File::create_new(file)
        .and_then(|mut open| std::io::Write::write_all(&mut open, text.as_bytes()));
    written.map_err(|error| {
        eprintln!("error: `{}` cannot be written: {error}", file.display());
        Exit::Unable
    })?;
    say!(
        "written to {}: read it, correct it to what is meant, and put it among your cases",
        file.display()
    );
    Ok(())
}

fn bad(words: String) -> Exit {
    eprintln!("error: {words}");
    Exit::BadInput
}
