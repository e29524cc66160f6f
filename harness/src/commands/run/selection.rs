//! The requested trials, whether they can be played, and the cases that failed in the last run of a folder, for
//! `--rerun-failed`. These are noted in the user's cache.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs, io};

use cors_harness::case::Case;
use cors_harness::run::{Engine, Players, trials};

use super::Exit;
use crate::arguments::Run;

/// A case on an engine.
pub(super) type Trial = (Arc<Case>, Engine);

/// Engines that will play every case that they run: none if a requested one is missing, or if a
/// case needs more than a browser.
pub(super) fn expected(arguments: &Run, players: &Players) -> Vec<Engine> {
    let there = |engine: Engine| players.missing(engine).is_none();
    let engines = arguments.engines(there);
    let all = engines.iter().all(|engine| there(*engine)) && !arguments.strip_cors;
    if all { engines } else { Vec::new() }
}

/// The requested trials: never none, and everything that they need is available.
pub(super) fn selected(
    arguments: &Run,
    cases: &[Arc<Case>],
    players: &Players,
) -> Result<Vec<Trial>, Exit> {
    let cases = &without_extended(arguments, cases)?;
    let installed = arguments.engines(|engine| players.missing(engine).is_none());
    let playable = trials(cases, &installed);
    // If no installed engine plays any of them, the missing ones are those that could.
    let wanted = if playable.is_empty() { arguments.engines(|_| true) } else { installed };
    let plays = |engine: Engine| cases.iter().any(|case| engine.runs(case));
    let missing = wanted.iter().filter(|engine| plays(**engine));
    let missing: Vec<_> = missing.filter_map(|engine| players.missing(*engine)).collect();
    if !missing.is_empty() {
        missing.iter().for_each(|missing| complain!("error: {missing}"));
        return Err(Exit::CannotRun);
    }
    if playable.is_empty() {
        complain!("error: none of these cases runs on {}", names(&wanted));
        return Err(Exit::BadInput);
    }
    playing(playable, players)
}

/// The cases without the extended ones that were not asked for.
fn without_extended(arguments: &Run, cases: &[Arc<Case>]) -> Result<Vec<Arc<Case>>, Exit> {
    let (played, left): (Vec<_>, Vec<_>) =
        cases.iter().cloned().partition(|case| arguments.plays(case));
    if played.is_empty() {
        complain!("error: all of these cases are extended: add `--all` to play them");
        return Err(Exit::BadInput);
    }
    if !left.is_empty() {
        let (them, are) = if left.len() == 1 { ("case", "is") } else { ("cases", "are") };
        say!("{} extended {them} {are} not played; `--all` plays every case", left.len());
    }
    Ok(played)
}

/// The trials that the engines can play; the others are skipped, each with its reason.
fn playing(playable: Vec<Trial>, players: &Players) -> Result<Vec<Trial>, Exit> {
    let unable = |(case, engine): &Trial| players.cannot_play(case, *engine);
    let (skipped, playing): (Vec<_>, Vec<_>) =
        playable.into_iter().partition(|trial| unable(trial).is_some());
    for trial in &skipped {
        let (case, engine) = trial;
        let why = unable(trial).unwrap_or_default();
        complain!("skipped: {} on {}: {why}", case.id, engine.as_str());
    }
    if playing.is_empty() { Err(Exit::CannotRun) } else { Ok(playing) }
}

fn names(engines: &[Engine]) -> String {
    engines.iter().map(|engine| engine.as_str()).collect::<Vec<_>>().join(" or ")
}

/// Where the failed cases of a folder are noted; `None` if the user has no folder for that.
fn file(cases: &Path) -> Option<PathBuf> {
    let below_home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = env::var_os("XDG_CACHE_HOME").filter(|it| !it.is_empty()).map(PathBuf::from);
    let mut hasher = DefaultHasher::new();
    fs::canonicalize(cases).ok()?.hash(&mut hasher);
    let name = format!("failed-{:016x}", hasher.finish());
    Some(cache.or_else(below_home)?.join("cors-harness").join(name))
}

/// The ids of the cases that failed; `None` if no run has noted any.
pub(super) fn failed_last(cases: &Path) -> Option<BTreeSet<String>> {
    let text = fs::read_to_string(file(cases)?).ok()?;
    Some(text.lines().map(str::to_owned).collect())
}

/// Notes which of the cases that were played have failed. Cases that were not played stay as they were.
pub(super) fn note_failed<'i>(cases: &Path, played: impl Iterator<Item = (&'i str, bool)>) {
    let mut failed = failed_last(cases).unwrap_or_default();
    let played: Vec<_> = played.collect();
    played.iter().for_each(|(id, _)| _ = failed.remove(*id));
    failed.extend(played.iter().filter(|(_, failed)| *failed).map(|(id, _)| (*id).to_owned()));
    // What cannot be noted is no failure of the run.
    let _ = file(cases).map_or(Ok(()), |file| write(&file, &failed));
}

fn write(file: &Path, failed: &BTreeSet<String>) -> io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)?;
    let lines: String = failed.iter().map(|id| format!("{id}\n")).collect();
    fs::write(file, lines)
}
