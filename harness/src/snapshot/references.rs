//! Tells `cargo insta test --unreferenced=…` which snapshots belong to somebody.

use std::env;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::absolute;

use super::Place;

/// Where insta keeps the list of files that a run of tests referred to, one in a line. Set by
/// cargo-insta, which takes every other snapshot for unreferenced.
const LIST: &str = "INSTA_SNAPSHOT_REFERENCES_FILE";

/// Adds the files of all these places to the list, if one is asked for. insta itself only adds what
/// was played.
pub fn refer_to(places: impl IntoIterator<Item = Place>) -> io::Result<()> {
    let Some(list) = env::var_os(LIST) else { return Ok(()) };
    let mut lines = String::new();
    for place in places {
        lines += &format!("{}\n", absolute(place.file())?.display());
    }
    OpenOptions::new().append(true).create(true).open(list)?.write_all(lines.as_bytes())
}
