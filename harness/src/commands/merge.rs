//! `merge`: joins the JSON documents of the shards of a run.

use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::path::Path;

use cors_harness::report::{Merged, merge as merged};
use serde_json::Value;

use super::Exit;
use super::output::divert;
use crate::arguments::Merge;

/// `merge`.
pub fn merge(arguments: &Merge) -> Exit {
    let read = arguments.files.iter().map(|file| Ok((shown(file), read(file)?)));
    let documents = match read.collect::<Result<Vec<_>, String>>() {
        Ok(documents) => documents,
        Err(words) => return complain(&[words]),
    };
    let merged = match merged(documents) {
        Ok(merged) => merged,
        Err(words) => return complain(&words),
    };
    if let Some((file, is_stdout)) = arguments.output() {
        if is_stdout {
            divert();
        }
        if let Err(words) = write(file, &merged.document) {
            complain!("error: {words}");
            return Exit::CannotRun;
        }
    }
    say!("{}", merged.text());
    exit(&merged)
}

fn exit(merged: &Merged) -> Exit {
    match merged.is_as_recorded() {
        true => Exit::AsRecorded,
        false => Exit::Differs,
    }
}

fn complain(all: &[String]) -> Exit {
    all.iter().for_each(|words| complain!("error: {words}"));
    Exit::BadInput
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}

fn read(file: &Path) -> Result<Value, String> {
    let open = File::open(file).map_err(|error| format!("`{}`: {error}", file.display()))?;
    serde_json::from_reader(BufReader::new(open))
        .map_err(|error| format!("`{}` is not a JSON document: {error}", file.display()))
}

fn write(file: &Path, document: &Value) -> Result<(), String> {
    let text = serde_json::to_string_pretty(document).map_err(|error| error.to_string())?;
    let written = match file == Path::new("/dev/stdout") {
        true => writeln!(std::io::stdout(), "{text}"),
        false => fs::write(file, text + "\n"),
    };
    written.map_err(|error| format!("`{}` cannot be written: {error}", file.display()))
}
