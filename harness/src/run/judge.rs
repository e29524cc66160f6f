//! Compares outcomes with reviewed snapshots.

use std::borrow::Cow;
use std::path::Path;

use super::place;
use crate::case::Case;
use crate::report::{PolicyRecord, snapshot_text, unreadable};
use crate::results::{Engine, EngineUnavailable, Judged, Judgement, Outcome, RowOutcome};
use crate::snapshot::{Info, Record, SnapshotState, keep};
use crate::verdict::Verdict;

/// Compares an outcome with its reviewed snapshot.
pub fn judge(
    root: &Path,
    case: &Case,
    engine: Engine,
    outcome: Result<Outcome, EngineUnavailable>,
) -> Judged {
    let (version, rows) = match outcome {
        Ok(Outcome { version, rows }) => (version, rows),
        Err(EngineUnavailable(reason)) => return Judged::unable(engine, reason),
    };
    let as_reviewed = as_reviewed(&rows);
    let text = snapshot_text(case, engine, &as_reviewed);
    let (judgement, unkept) = if rows.iter().any(|row| row.inconclusive().is_some()) {
        (Judgement::Inconclusive, None)
    } else if rows.iter().any(RowOutcome::departs) {
        (Judgement::Departs, None)
    } else {
        let data = case.policy.is_some().then(|| PolicyRecord::of(case, &as_reviewed).text());
        compare(root, case, engine, &version, (&text, data.as_deref()))
    };
    let count = |is_one: fn(&RowOutcome) -> bool| rows.iter().filter(|row| is_one(row)).count();
    let repeated = count(|row| row.repeated.is_some());
    let permitted = count(|row| matches!(row.judged, Some((_, Verdict::Permitted { .. }))));
    let timed = count(|row| row.time.is_some());
    Judged { engine, version, judgement, rows, repeated, permitted, timed, unkept, text }
}

/// The rows in the form of a snapshot.
fn as_reviewed(rows: &[RowOutcome]) -> Cow<'_, [RowOutcome]> {
    match rows.iter().any(RowOutcome::is_set_aside) {
        true => rows.iter().map(|row| row.as_reviewed().into_owned()).collect(),
        false => Cow::Borrowed(rows),
    }
}

/// Compares a text with the reviewed one. The second value says why the text could not be written.
fn compare(
    root: &Path,
    case: &Case,
    engine: Engine,
    version: &str,
    (text, data): (&str, Option<&str>),
) -> (Judgement, Option<String>) {
    let made_by = format!("{} {version}", engine.as_str());
    let info = Info { engine: &made_by, suite: env!("CARGO_PKG_VERSION"), data };
    let record = Record { text, description: &case.name, input: &case.file, info };
    let place = place(root, case, engine);
    let keeping = keep(&place, &record);
    let judgement = match keeping.kept {
        SnapshotState::Match => Judgement::Match,
        SnapshotState::New => Judgement::New,
        SnapshotState::Differs { reviewed, data } => Judgement::Differs { reviewed, record: data },
        SnapshotState::Unreadable(reason) => {
            Judgement::Unreadable(unreadable(&place.file(), &reason))
        }
    };
    let failed = keeping.failed;
    (judgement, failed.map(|why| format!("`{}` cannot be kept: {why}", place.file().display())))
}
