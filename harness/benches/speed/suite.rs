//! The whole suite: each engine alone, and all of them side by side.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cors_harness::engine::Kind;

use super::{Result, load};

/// Plays all cases in each engine and then in all of them, and prints the time of each run.
pub fn measure(kinds: &[Kind]) -> Result<()> {
    println!("\nall cases; load {}\n\n| engine | time | |\n| --- | ---: | --- |", load());
    let mut alone = Duration::ZERO;
    for kind in kinds {
        alone += print(kind.as_str(), &[*kind])?;
    }
    let together = print("all side by side", kinds)?;
    let ratio = together.as_secs_f64() / alone.as_secs_f64();
    println!("\nside by side in {ratio:.2} of the time of one after another; load {}", load());
    Ok(())
}

fn print(name: &str, kinds: &[Kind]) -> Result<Duration> {
    let engines: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cors-harness"));
    command.args(["run", "--engine", &engines.join(",")]).stderr(Stdio::inherit());
    let began = Instant::now();
    let output = command.output()?;
    let took = began.elapsed();
    let said = String::from_utf8_lossy(&output.stdout);
    // A line for each engine, behind the one of the whole run.
    let ends: Vec<_> = said.trim_end().lines().rev().take(kinds.len() + 1).collect();
    let ends: Vec<_> = ends.into_iter().rev().collect();
    println!("| {name} | {:.2} s | {} |", took.as_secs_f64(), ends.join("<br>"));
    if output.status.success() { Ok(took) } else { Err(format!("{name}: not as recorded").into()) }
}
