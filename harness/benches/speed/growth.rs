//! What more rows cost: time should be in proportion, memory should not.

use cors_harness::engine::Kind;

use super::ours::Run;
use super::table::{per_second, seen};
use super::{Result, load, ours};

/// Rows of a case, as many as somebody may want to read in one table.
const ROWS_OF_A_CASE: usize = 50;

/// Runs of growing size, with and without a document of everything that was found.
pub fn measure(kind: Kind, counts: &[usize]) -> Result<()> {
    for json in [false, true] {
        let document = if json { "with" } else { "without" };
        println!("\ngrowth on {}, {document} --json; load {}", kind.as_str(), load());
        let mut before = None;
        for count in counts {
            let run = ours::measure(kind, *count, ROWS_OF_A_CASE, json)?;
            println!(
                "{count:>6} rows in {:>7.2} s ({:>5.1} a second), rows alone {:>7.2} s; {}{}",
                run.whole.as_secs_f64(),
                per_second(*count, run.whole),
                run.took.rows.as_secs_f64(),
                seen(&run),
                before.map(|before| further(before, *count, &run)).unwrap_or_default(),
            );
            before = Some((*count, run.peak.memory));
        }
    }
    Ok(())
}

/// What each row takes by which a run is larger than the one before.
#[expect(clippy::cast_precision_loss, reason = "one digit after the point is shown")]
fn further((fewer, memory): (usize, u64), count: usize, run: &Run) -> String {
    let rows = count.saturating_sub(fewer).max(1);
    let more = run.peak.memory.saturating_sub(memory) as f64 / rows as f64;
    format!("; {:.1} KiB for each further row", more / 1024.0)
}
