//! A result in the form in which rounds are compared. What is left out here is random by a browser's
//! design or a matter of the harness's own numbering, and nothing else is left out:
//!
//! * the boundary of a multipart body, which a browser makes up for each body, and the length of the
//!   body where the boundary's own length is random too;
//! * the order of exchanges of steps made at the same time: they are put in the order of the steps;
//! * how long a row took;
//! * how a row compares with its snapshot, which is the whole case's;
//! * the numbers of connections, which count all connections of a browser, and which exchanges of a row
//!   shared one: a browser opens another where those it has are just busy, once in some thousand rows.

use crate::report::json::{ResultEntry, StepEntry};
use crate::report::wire::Wire;

/// What stands for a thing that is left out.
const LEFT_OUT: &str = "…";

/// How Firefox begins a boundary; what follows are two random numbers of any length.
const OF_RANDOM_LENGTH: &str = "----geckoformboundary";

/// The form to be compared.
pub(super) fn canonical(result: &ResultEntry) -> ResultEntry {
    let mut result = result.clone();
    (result.duration, result.was, result.is) = (None, None, None);
    result.exchanges = step_by_step(result.exchanges, &result.steps);
    for exchange in &mut result.exchanges {
        exchange.connection = 0;
        leave_out_boundary(exchange);
    }
    result
}

/// In the order of the steps; of one step in the order of arrival, and what belongs to none behind.
fn step_by_step(mut exchanges: Vec<Wire>, steps: &[StepEntry]) -> Vec<Wire> {
    exchanges.sort_by_key(|exchange| exchange.step.unwrap_or(steps.len()));
    exchanges
}

fn leave_out_boundary(exchange: &mut Wire) {
    let Some((start, boundary)) = multipart(exchange) else { return };
    let random_length = boundary.starts_with(OF_RANDOM_LENGTH);
    for (name, value) in &mut exchange.headers {
        match name.to_ascii_lowercase().as_str() {
            "content-type" => *value = format!("{start}{LEFT_OUT}"),
            "content-length" if random_length => LEFT_OUT.clone_into(value),
            _ => {}
        }
    }
    if random_length {
        exchange.body_length = None;
    }
}

/// The `Content-Type` of a multipart request up to its boundary, and the boundary.
fn multipart(exchange: &Wire) -> Option<(String, String)> {
    let mut headers = exchange.headers.iter();
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"))?;
    let boundary = value.strip_prefix("multipart/form-data; boundary=")?;
    let start = &value[..value.len() - boundary.len()];
    Some((start.to_owned(), boundary.to_owned()))
}
