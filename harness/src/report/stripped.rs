//! Describes what cases lose with the CORS headers of their servers: a case that loses nothing
//! would not notice if the servers lost them by mistake.

use std::fmt::Write;

use super::played_row::values;
use super::policy::inconclusive_rows;
use crate::case::{Case, Row};
use crate::observation::{Read, RowObservation, StepObservation};
use crate::results::{Engine, Outcome};

/// The result for reads that were allowed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stripped {
    /// The text.
    pub text: String,
    /// Whether some were blocked, and all reads that depend on CORS were.
    pub notices: bool,
}

/// Compares a case with the same case without the CORS headers of its real servers.
pub fn stripped(case: &Case, engine: Engine, normal: &Outcome, bare: &Outcome) -> Stripped {
    let name = format!("[{}] {}", engine.as_str(), case.id);
    let inconclusive =
        [normal, bare].map(|outcome| inconclusive_rows(case, &outcome.rows)).concat();
    let rows = case.rows.iter().zip(normal.rows.iter().zip(&bare.rows));
    let conclusive =
        rows.filter(|(_, (normal, bare))| normal.inconclusive().or(bare.inconclusive()).is_none());
    let reads: Vec<_> = conclusive
        .flat_map(|(row, (normal, bare))| allowed(row, &normal.observation, &bare.observation))
        .collect();
    let left: Vec<_> = reads.iter().filter(|read| read.remains).collect();
    let mut text = match (reads.len(), left.len()) {
        (0, _) => format!(
            "{name}: does not change without CORS headers: no read in it needs the CORS headers \
            of a real server, so it would not notice if they were lost"
        ),
        (all, 0) => {
            format!("{name}: all {all} reads that CORS allowed are blocked without CORS headers")
        }
        (all, left) => {
            format!(
                "{name}: {left} of {all} reads that CORS allowed are possible without CORS headers"
            )
        }
    };
    for read in &left {
        let _ = write!(text, "\n  row {}: {}", read.row, read.step);
    }
    if !inconclusive.is_empty() {
        let _ = write!(text, "\n  {}", inconclusive.trim_end().replace('\n', "\n  "));
    }
    let notices = !reads.is_empty() && left.is_empty() && inconclusive.is_empty();
    Stripped { text, notices }
}

/// A read that CORS allowed.
struct Allowed {
    row: String,
    step: String,
    remains: bool,
}

fn allowed(row: &Row, normal: &RowObservation, bare: &RowObservation) -> Vec<Allowed> {
    let steps = normal.steps.iter().zip(&bare.steps);
    let of_cors = steps.filter(|(step, _)| step.read == Some(Read::Allowed) && by_cors(row, step));
    let read = |(step, bare): (&StepObservation, &StepObservation)| Allowed {
        row: values(row),
        step: step.step.clone(),
        remains: bare.read == Some(Read::Allowed),
    };
    of_cors.map(read).collect()
}

/// Whether a real server had to allow the page: it got a request from another origin, directly or
/// after a redirect. The headers of a scripted server are not removed.
fn by_cors(row: &Row, step: &StepObservation) -> bool {
    let is_at = |url: &str, origin: &str| {
        url.strip_prefix(origin).is_some_and(|rest| rest.starts_with(['/', '?']) || rest.is_empty())
    };
    let page = row.page.serialised_origin();
    let own = row.servers.iter().filter(|server| server.upstream.is_some());
    let own: Vec<_> = own.map(|server| server.origin.to_string()).collect();
    let mut left = step.requests.iter().skip_while(|request| is_at(&request.url, &page));
    left.any(|request| own.iter().any(|origin| is_at(&request.url, origin)))
}
