//! Departures of an engine that show in every row of a kind, reported once for a run.

use super::style::counted;
use super::wrapping::hanging;
use crate::results::RowOutcome;
use crate::verdict::{Counted, EngineDeparture, EngineWideCounts, Verdict};

/// A paragraph for each departure that shows in a run, and for each that could show and does not.
pub fn engine_wide(counts: &EngineWideCounts) -> String {
    counts.all().map(paragraph).collect()
}

/// The sentences of the departures that are gone; `None` if all of them still show.
pub fn engine_wide_gone(counts: &EngineWideCounts) -> Option<String> {
    let gone: String = counts.all().filter(Counted::is_gone).map(paragraph).collect();
    (!gone.is_empty()).then_some(gone)
}

fn paragraph(counts: Counted) -> String {
    let Counted { departure, possible, shown, cases } = counts;
    let EngineDeparture { engine, kind, because, link, observable } = departure;
    let what = observable.words();
    if counts.is_gone() {
        let rows = counted(possible, "row");
        return hanging(
            "GONE  ",
            &format!(
                "{engine} no longer departs in the {what}: {rows} could have shown it, and none did. Update \
                 cors-harness, or remove the departure from `harness/src/verdict/engine_wide/mod.rs`. It was known ({}): {because} {link}",
                kind.as_str()
            ),
        );
    }
    let where_ = format!("{} of {}", counted(shown, "row"), counted(cases, "case"));
    hanging(
        "known  ",
        &format!(
            "{engine} departs in the {what} in {where_} ({}): {because} {link}",
            kind.as_str()
        ),
    )
}

/// Whether a row differs from the standard only in engine-wide departures.
pub(super) fn is_only_engine_wide(outcome: &RowOutcome) -> bool {
    let agrees = matches!(outcome.judged, Some((_, Verdict::Agrees)));
    agrees && !outcome.engine_wide.shown.is_empty()
}
