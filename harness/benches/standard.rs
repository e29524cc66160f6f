//! How many rows a second the model of the standard plays, on one core: every row of every case.

use std::path::Path;

use cors_harness::case::Row;
use cors_harness::run::{load, rule};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

#[divan::bench]
fn every_row_of_every_case(bencher: Bencher<'_, '_>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let cases = load(&folder).unwrap_or_default().cases;
    let rows: Vec<&Row> = cases.iter().flat_map(|case| &case.rows).collect();
    bencher.counter(ItemsCount::new(rows.len())).bench_local(|| {
        for row in &rows {
            black_box(rule(row));
        }
    });
}
