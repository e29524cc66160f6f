//! What more rows cost: time should be in proportion, memory should not.

use cors_harness::engine::Kind;

use super::table::{per_second, seen};
use super::{Result, ours};

/// Rows of a case, as many as somebody may want to read in one table.
const ROWS_OF_A_CASE: usize = 50;

/// Runs of growing size, with and without a document that keeps everything.
pub fn measure(kind: Kind, counts: &[usize]) -> Result<()> {
    for json in [false, true] {
        let document = if json { "with" } else { "without" };
        println!("\ngrowth on {}, {document} --json", kind.as_str());
        for count in counts {
            let run = ours::measure(kind, *count, ROWS_OF_A_CASE, json)?;
            println!(
                "{count:>6} rows in {:>7.2} s ({:>5.1} a second), rows alone {:>7.2} s; {}",
                run.whole.as_secs_f64(),
                per_second(*count, run.whole),
                run.took.rows.as_secs_f64(),
                seen(&run)
            );
        }
    }
    Ok(())
}
