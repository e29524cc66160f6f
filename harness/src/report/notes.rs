//! Notes on results: on rows that the harness cannot play as they are outside of it, on headers that have no effect, and on
//! clients other than browsers.

use std::fmt::Write;

use indexmap::IndexMap;
use url::Url;

use crate::case::{Case, Row, ignored_header_values};
use crate::results::{Engine, RowOutcome};
use crate::verdict::local_network_note;

/// The notes on a row.
pub(super) fn notes_of(row: &Row, outcome: &RowOutcome) -> Vec<String> {
    let local_network = local_network_note(row, &outcome.observation);
    local_network.into_iter().chain(ignored_header_values(row)).collect()
}

/// The notes on some of a case's rows, each once.
pub(super) fn notes_of_rows(case: &Case, rows: &[RowOutcome], numbers: &[usize]) -> Vec<String> {
    let rows = numbers.iter().filter_map(|row| Some((case.rows.get(*row)?, rows.get(*row)?)));
    let mut notes: Vec<_> = rows.flat_map(|(row, outcome)| notes_of(row, outcome)).collect();
    notes.sort();
    notes.dedup();
    notes
}

/// Every note of a case, with how many rows have it.
pub(super) fn write_notes(text: &mut String, case: &Case, rows: &[RowOutcome]) {
    let mut notes: IndexMap<String, usize> = IndexMap::new();
    let all = case.rows.iter().zip(rows).flat_map(|(row, outcome)| notes_of(row, outcome));
    all.for_each(|note| *notes.entry(note).or_default() += 1);
    for (note, count) in notes {
        let of_rows = match count {
            _ if count == rows.len() => "all rows".to_owned(),
            1 => "1 row".to_owned(),
            _ => format!("{count} rows"),
        };
        let _ = writeln!(text, "  note on {of_rows}: {note}.");
    }
}

/// That a page of this machine has two origins, one for each name of the machine; `None` for another page.
pub(super) fn loopback_origins(page: &str) -> Option<String> {
    let mut other = Url::parse(page).ok()?;
    let name = match other.host_str()? {
        "localhost" => "127.0.0.1",
        "127.0.0.1" | "[::1]" => "localhost",
        _ => return None,
    };
    other.set_host(Some(name)).ok()?;
    let other = other.origin().ascii_serialization();
    Some(format!(
        "{page} and {other} are different origins; the server has to allow the one in the address bar"
    ))
}

/// The note on results without a browser.
const NO_BROWSER: &str = "answered by the model of the Fetch standard and a plain HTTP client; run a \
                          browser for proof";

/// What made the requests of some rows, as a name for programs.
pub(super) fn played_by(engine: Engine, rows: &[Row]) -> &'static str {
    match engine {
        Engine::Browser(_) => "browser",
        Engine::Control => "plain-client",
        Engine::Standard if rows.iter().any(Row::has_upstream) => "model-and-plain-client",
        Engine::Standard => "model",
    }
}

/// The note on a case whose real servers got requests, but not from a browser.
pub(super) fn no_browser(engine: Engine, case: &Case) -> Option<&'static str> {
    let is_real = case.rows.iter().any(Row::has_upstream);
    (engine == Engine::Standard && is_real).then_some(NO_BROWSER)
}

#[cfg(test)]
mod tests {
    use super::loopback_origins;

    #[test]
    fn a_page_of_this_machine_has_two_origins() {
        for (page, other) in [
            ("http://localhost:3000", Some("http://127.0.0.1:3000")),
            ("http://127.0.0.1:3000", Some("http://localhost:3000")),
            ("https://localhost", Some("https://127.0.0.1")),
            ("http://[::1]:5173", Some("http://localhost:5173")),
            ("https://app.example.com", None),
            ("http://localhost.example.com", None),
            ("null", None),
        ] {
            let words = loopback_origins(page);
            let expected = other.map(|other| format!("{page} and {other} are different origins;"));
            assert_eq!(words.is_some(), expected.is_some(), "{page}");
            assert!(
                words.zip(expected).is_none_or(|(words, start)| words.starts_with(&start)),
                "{page}"
            );
        }
    }
}
