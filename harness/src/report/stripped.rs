//! What servers lose with their CORS headers: a case from which nothing is lost would not notice if
//! they lost them by mistake.

use std::fmt::Write;

use super::failure::values;
use crate::case::{Case, Page, Row};
use crate::observation::{Read, RowObservation, StepObservation};
use crate::run::{Engine, Outcome};

/// What became of reads that were allowed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stripped {
    /// In words.
    pub text: String,
    /// Whether some were withheld, and all that CORS had to do with.
    pub notices: bool,
}

/// Compares a case as it is with the same case without the CORS headers of its own servers.
pub fn stripped(case: &Case, engine: Engine, normal: &Outcome, bare: &Outcome) -> Stripped {
    let name = format!("[{}] {}", engine.as_str(), case.id);
    let all = normal.rows.iter().chain(&bare.rows);
    if let Some(why) = all.clone().find_map(|row| row.inconclusive()) {
        return Stripped { text: format!("{name}: cannot tell: {why}"), notices: false };
    }
    let rows = case.rows.iter().zip(normal.rows.iter().zip(&bare.rows));
    let reads: Vec<_> = rows
        .flat_map(|(row, (normal, bare))| allowed(row, &normal.observation, &bare.observation))
        .collect();
    let left: Vec<_> = reads.iter().filter(|read| read.remains).collect();
    let mut text = match (reads.len(), left.len()) {
        (0, _) => format!(
            "{name}: stays as it is without CORS headers: no read in it is allowed by CORS, so it \
             would not notice if they were lost"
        ),
        (all, 0) => {
            format!("{name}: all {all} reads that CORS allowed are withheld without its headers")
        }
        (all, left) => {
            format!(
                "{name}: {left} of {all} reads that CORS allowed are possible without its headers"
            )
        }
    };
    for read in &left {
        let _ = write!(text, "\n  row {}: {}", read.row, read.step);
    }
    Stripped { text, notices: !reads.is_empty() && left.is_empty() }
}

/// A read that was allowed by CORS.
struct Allowed {
    row: String,
    step: String,
    remains: bool,
}

fn allowed(row: &Row, normal: &RowObservation, bare: &RowObservation) -> Vec<Allowed> {
    let steps = normal.steps.iter().zip(&bare.steps);
    let of_cors =
        steps.filter(|(step, _)| step.read == Some(Read::Allowed) && by_cors(&row.page, step));
    let read = |(step, bare): (&StepObservation, &StepObservation)| Allowed {
        row: values(row),
        step: step.step.clone(),
        remains: bare.read == Some(Read::Allowed),
    };
    of_cors.map(read).collect()
}

/// Whether a request left the page's origin, so that its answer had to let the page in.
fn by_cors(page: &Page, step: &StepObservation) -> bool {
    let own = format!("{}/", page.serialised_origin());
    step.requests.iter().any(|request| !request.url.starts_with(&own))
}
