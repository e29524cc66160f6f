//! All cases: each engine alone, in turns with another version of the program if there is one, and all engines side by
//! side.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cors_harness::engine::Kind;

use super::{Result, load};

/// A version of the program, and the tree with its cases and snapshots.
pub struct Version {
    pub name: &'static str,
    pub program: PathBuf,
    pub tree: PathBuf,
}

/// How often the versions take turns; the best time of each counts.
const TURNS: usize = 2;

impl Version {
    fn this() -> Self {
        Self {
            name: "new",
            program: env!("CARGO_BIN_EXE_cors-harness").into(),
            tree: env!("CARGO_MANIFEST_DIR").into(),
        }
    }
}

/// One run of all cases.
#[derive(Clone)]
struct Played {
    took: Duration,
    rows: f64,
    /// The lines about each engine.
    end: String,
}

impl Played {
    fn per_second(&self) -> f64 {
        self.rows / self.took.as_secs_f64()
    }
}

/// Plays all cases in each engine and then in all of them, and prints the time of each run.
pub fn measure(kinds: &[Kind], old: Option<&Version>, filter: &[String]) {
    let new = Version::this();
    let cases = match filter {
        [] => "all cases".to_owned(),
        some => format!("cases with {} in their id", some.join(" or ")),
    };
    println!("\n{cases}; load {}\n", load());
    println!(
        "| engine | version | rows | time | rows per second | |\n| --- | --- | ---: | ---: | ---: | --- |"
    );
    let mut alone = Duration::ZERO;
    for kind in kinds {
        let (newest, oldest) = in_turns(&new, old, &[*kind], filter);
        alone += newest.as_ref().map_or(Duration::ZERO, |played| played.took);
        if let (Some(newest), Some(oldest)) = (newest, oldest) {
            let ratio = newest.per_second() / oldest.per_second();
            println!("| {} | new to old | | | {ratio:.2} | |", kind.as_str());
        }
    }
    if let (Some(together), _) = in_turns(&new, None, kinds, filter) {
        let ratio = together.took.as_secs_f64() / alone.as_secs_f64();
        println!("\nside by side in {ratio:.2} of the time of one after another; load {}", load());
    }
}

/// The best run of each version; both take turns, so that other work on the machine affects both.
fn in_turns(
    new: &Version,
    old: Option<&Version>,
    kinds: &[Kind],
    filter: &[String],
) -> (Option<Played>, Option<Played>) {
    let turns = if old.is_some() { TURNS } else { 1 };
    let (mut newest, mut oldest) = (None, None);
    for _ in 0..turns {
        if let Some(old) = old {
            better(&mut oldest, play(old, kinds, filter));
        }
        better(&mut newest, play(new, kinds, filter));
    }
    if let Some(old) = old {
        print(old, kinds, oldest.as_ref());
    }
    print(new, kinds, newest.as_ref());
    (newest, oldest)
}

fn better(best: &mut Option<Played>, played: Result<Played>) {
    match played {
        Ok(played) if best.as_ref().is_none_or(|best| played.took < best.took) => {
            *best = Some(played);
        }
        Ok(_) => {}
        Err(error) => eprintln!("bench: {error}"),
    }
}

fn names(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(",")
}

fn print(version: &Version, kinds: &[Kind], played: Option<&Played>) {
    let (engines, name) = (names(kinds), version.name);
    match played {
        Some(played) => println!(
            "| {engines} | {name} | {} | {:.2} s | {:.1} | {} |",
            played.rows,
            played.took.as_secs_f64(),
            played.per_second(),
            played.end
        ),
        None => println!("| {engines} | {name} | | not measured | | |"),
    }
}

/// Plays all cases once. Differences from snapshots do not count: another version of a browser is enough for them.
fn play(version: &Version, kinds: &[Kind], filter: &[String]) -> Result<Played> {
    let mut command = Command::new(&version.program);
    command.arg("run").args(filter).args(["--engine", &names(kinds)]);
    command.current_dir(&version.tree);
    let began = Instant::now();
    let output = command.stderr(Stdio::inherit()).output()?;
    let took = began.elapsed();
    let printed = String::from_utf8_lossy(&output.stdout);
    let rows = printed.lines().rev().find_map(rows);
    let rows = rows.ok_or_else(|| format!("`{}` played no rows", version.program.display()))?;
    let ends: Vec<_> = kinds.iter().filter_map(|kind| end(&printed, kind.as_str())).collect();
    Ok(Played { took, rows, end: ends.join("<br>") })
}

/// The last line about an engine.
fn end<'s>(printed: &'s str, engine: &str) -> Option<&'s str> {
    printed.lines().rev().map(str::trim).find(|line| line.starts_with(engine))
}

/// The number of rows in the last line about the whole run: `…; 106 rows in 9.6 s, 11.0 rows a second`.
fn rows(line: &str) -> Option<f64> {
    let (before, _) = line.split_once(" rows in ")?;
    before.rsplit(' ').next()?.parse().ok()
}
