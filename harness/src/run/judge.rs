//! Compares outcomes with reviewed snapshots.

use std::borrow::Cow;
use std::path::Path;

use super::place;
use crate::case::Case;
use crate::report::{PolicyRecord, lines_of_rows, same_lines, snapshot_text, unreadable};
use crate::results::{Engine, EngineUnavailable, Judged, Judgement, Outcome, RowOutcome};
use crate::snapshot::{Info, Record, SnapshotState, keep, reviewed};
use crate::verdict::Verdict;

/// Compares an outcome with its reviewed snapshot. What differs is put aside for review.
pub fn judge(
    root: &Path,
    case: &Case,
    engine: Engine,
    outcome: Result<Outcome, EngineUnavailable>,
) -> Judged {
    judge_by(case, engine, outcome, |version, text| compare(root, case, engine, version, text))
}

/// Compares some rows of a case, which are all that `case` has, with the reviewed lines of these rows. Nothing is put
/// aside, because it would replace the lines of the others.
pub fn judge_rows(
    root: &Path,
    case: &Case,
    engine: Engine,
    outcome: Result<Outcome, EngineUnavailable>,
) -> Judged {
    judge_by(case, engine, outcome, |_, (text, _)| {
        let file = place(root, case, engine).file();
        let judgement = match reviewed(&file) {
            Err(reason) => Judgement::Unreadable(unreadable(&file, &reason)),
            Ok(None) => Judgement::New,
            Ok(Some(all)) => {
                let reviewed = lines_of_rows(case, &all.text);
                let record = all.data.and_then(|data| PolicyRecord::read(&data));
                let record = record.map(|record| record.of_rows(case).text());
                let is_same = same_lines(&reviewed, text);
                if is_same { Judgement::Match } else { Judgement::Differs { reviewed, record } }
            }
        };
        (judgement, None)
    })
}

fn judge_by(
    case: &Case,
    engine: Engine,
    outcome: Result<Outcome, EngineUnavailable>,
    compare: impl FnOnce(&str, (&str, Option<&str>)) -> (Judgement, Option<String>),
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
        compare(&version, (&text, data.as_deref()))
    };
    let count = |is_one: fn(&RowOutcome) -> bool| rows.iter().filter(|row| is_one(row)).count();
    let repeated = count(|row| row.repeated.is_some());
    let permitted = count(|row| matches!(row.judged, Some((_, Verdict::Permitted { .. }))));
    let timed = count(|row| row.time.is_some());
    let left_out = None;
    Judged { engine, version, judgement, rows, repeated, permitted, timed, unkept, text, left_out }
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
