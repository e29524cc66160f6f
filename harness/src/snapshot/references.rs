//! Tells `cargo insta test --unreferenced=…` which snapshots are referenced.

use std::env;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::absolute;

use super::Place;

/// The variable with the path of insta's list of files to which a test run referred, one on each
/// line. cargo-insta sets it, and treats every other snapshot as unreferenced.
const LIST: &str = "INSTA_SNAPSHOT_REFERENCES_FILE";

/// Adds the files of all these places to the list, if there is one. insta itself only adds what was
/// played.
pub fn refer_to(places: impl IntoIterator<Item = Place>) -> io::Result<()> {
    let Some(list) = env::var_os(LIST) else { return Ok(()) };
    let mut lines = String::new();
    for place in places {
        lines += &format!("{}\n", absolute(place.file())?.display());
    }
    OpenOptions::new().append(true).create(true).open(list)?.write_all(lines.as_bytes())
}
