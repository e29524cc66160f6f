//! Rows, runs of the model, and how they are judged.

use std::path::Path;

use cors_harness::case::{self, Case, CaseId, Row};
use cors_harness::observation::RowObservation;
use cors_harness::ruling::Run;
use cors_harness::run::played;
use cors_harness::verdict::{Judgment, RowPlayed, Verdict, judgment, known};
use cors_model::{PermittedChoice, RunOptions, Timeline};

const HEAD: &str = "
name: n
because: b
servers:
  https://api.example:
    /r:
      OPTIONS: { headers: [{ Access-Control-Allow-Origin: '*' }, { Access-Control-Allow-Methods: PUT }, { Access-Control-Allow-Headers: x-a }] }
      PUT: { headers: [{ Access-Control-Allow-Origin: '*' }] }
      GET: { headers: [{ Access-Control-Allow-Origin: '*' }] }
    /never:
      OPTIONS: { headers: [{ Access-Control-Allow-Origin: '*' }, { Access-Control-Allow-Methods: PUT }, { Access-Control-Max-Age: 0 }] }
      PUT: { headers: [{ Access-Control-Allow-Origin: '*' }] }
    /kept:
      GET: { headers: [{ Access-Control-Allow-Origin: '*' }, { Cache-Control: max-age=10 }, { ETag: '\"a\"' }], body: 'asked ${served GET /kept} times' }
    /secret: { GET: { headers: [{ Cache-Control: max-age=10 }] } }
    /login: { GET: { headers: [{ Access-Control-Allow-Origin: '${page}' }, { Access-Control-Allow-Credentials: 'true' }, { Set-Cookie: sid=1; Max-Age=10; Secure; SameSite=None }] } }
    /loop: { GET: { status: 301, headers: [{ Access-Control-Allow-Origin: '*' }, { Location: /loop }] } }
    /tls: { GET: { headers: [{ Access-Control-Allow-Origin: '*' }, { Strict-Transport-Security: max-age=10 }] } }
  http://api.example:
    /r: { GET: { headers: [{ Access-Control-Allow-Origin: '*' }] } }
page: http://app.example
steps:
";

pub const PUT: &str = "  - { fetch: 'https://api.example/r', method: PUT }\n";
pub const NEVER: &str = "  - { fetch: 'https://api.example/never', method: PUT }\n";
pub const WITH_HEADER: &str = "  - { fetch: 'https://api.example/r', headers: [X-A: 1] }\n";
pub const KEPT: &str = "  - { fetch: 'https://api.example/kept' }\n";
pub const SECRET: &str = "  - { fetch: 'https://api.example/secret' }\n";
pub const LOGIN: &str = "  - { fetch: 'https://api.example/login', credentials: include }\n";
pub const LOOP: &str = "  - { fetch: 'https://api.example/loop' }\n";
pub const TLS: &str = "  - { fetch: 'https://api.example/tls' }\n";
pub const PLAIN: &str = "  - { fetch: 'http://api.example/r' }\n";

/// A case of one row with these steps, and the lines after them.
pub fn case(steps: &[&str], known: &str) -> Case {
    let text = format!("{HEAD}{}{known}", steps.concat());
    case::read(CaseId("c".to_owned()), Path::new("c.yaml"), text.as_bytes()).unwrap()
}

/// An entry of `known` for chromium.
pub fn entry(kind: &str) -> String {
    format!("known: [{{ engine: chromium, kind: {kind}, because: it is so }}]\n")
}

/// A run that goes these ways.
pub fn run(row: &Row, measured: Option<&Timeline>, ways: &[usize]) -> Run {
    played(row, RunOptions { measured, choices: ways }).run
}

pub fn judged(case: &Case, observation: &RowObservation, timeline: Option<&Timeline>) -> Judgment {
    let row = &case.rows[0];
    let known = known(case, "chromium", row);
    let played_row = RowPlayed {
        observation,
        timeline,
        known,
        is_written: true,
        is_of_policy: row.asked.is_some(),
    };
    judgment(played_row, &|circumstances| played(row, circumstances))
}

/// The verdict as the case is written.
pub fn verdict(case: &Case, observation: &RowObservation) -> Verdict {
    judged(case, observation, None).verdict
}

/// All runs that the standard permits, found by trying all ways.
pub fn all_runs(row: &Row, measured: Option<&Timeline>) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut open = vec![Vec::new()];
    while let Some(ways) = open.pop() {
        let run = run(row, measured, &ways);
        let taken: Vec<_> = run.branches.iter().map(|branch| branch.taken).collect();
        for place in ways.len()..taken.len() {
            let more = 1..run.branches[place].alternatives;
            open.extend(more.map(|way| [&taken[..place], &[way]].concat()));
        }
        runs.push(run);
    }
    runs
}

/// The choices of a permitted row.
#[track_caller]
pub fn permitted(verdict: &Verdict) -> &[PermittedChoice] {
    match verdict {
        Verdict::Permitted { choices, .. } => choices,
        other => panic!("{other:?}"),
    }
}
