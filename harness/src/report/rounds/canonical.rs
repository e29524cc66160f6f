//! The form in which the results of rounds are compared. What is left out here is random by a
//! browser's design, or depends on the harness's numbering. Nothing else is left out:
//!
//! * the boundary of a multipart body, which a browser generates for each body, and the length of
//!   the body if the length of the boundary is random too;
//! * the order of exchanges of steps made at the same time: they are sorted by step;
//! * how long a row took;
//! * dates in the format of HTTP, which a server can take from the clock and a browser can send back;
//! * how a row compares with its snapshot, which is compared for the case as a whole;
//! * the numbers of connections, which count all connections of a browser, and which exchanges of a
//!   row shared one: a browser opens another connection if those it has are busy, once in some
//!   thousand rows.

use serde_json::Value;

use crate::report::json::ResultEntry;
use crate::report::step_entries::StepEntry;
use crate::report::wire::Wire;

/// The text that replaces what is left out.
const LEFT_OUT: &str = "…";

/// The beginning of Firefox's boundaries; two random numbers of any length follow.
const OF_RANDOM_LENGTH: &str = "----geckoformboundary";

/// The compared form.
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

/// A date of HTTP: RFC 9110, 5.6.7. A letter is any letter of its case, and `0` any digit.
const DATE: &[u8] = b"Aaa, 00 Aaa 0000 00:00:00 GMT";

/// Replaces every date in every text.
pub(super) fn leave_out_dates(value: &mut Value) {
    match value {
        Value::String(text) => {
            while let Some(start) = text.as_bytes().windows(DATE.len()).position(is_date) {
                text.replace_range(start..start + DATE.len(), LEFT_OUT);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_dates),
        Value::Object(members) => members.values_mut().for_each(leave_out_dates),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_date(bytes: &[u8]) -> bool {
    bytes.iter().zip(DATE).all(|(byte, form)| match form {
        b'A' => byte.is_ascii_uppercase(),
        b'a' => byte.is_ascii_lowercase(),
        b'0' => byte.is_ascii_digit(),
        form => byte == form,
    })
}

/// Sorted by step; the exchanges of one step in order of arrival, and those without a step at the
/// end.
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
