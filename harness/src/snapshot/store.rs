//! Compares one snapshot, and writes the new text for review if it differs.

use std::cell::Cell;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::{Path, absolute};
use std::sync::Once;

use insta::internals::{Content, SnapshotContents};
use insta::{Settings, Snapshot};
use serde::{Serialize, Serializer};

use super::Place;

/// A text, and metadata that is recorded and not compared.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// The text.
    pub text: &'a str,
    /// A line for the reviewer.
    pub description: &'a str,
    /// The case's file.
    pub input: &'a Path,
    /// Versions.
    pub info: Info<'a>,
}

/// What recorded a snapshot.
#[derive(Clone, Debug, Serialize)]
pub struct Info<'a> {
    /// The engine and its version.
    pub engine: &'a str,
    /// The version of this suite.
    pub suite: &'a str,
    /// What the text says, as data for later comparisons: lines, of which each is an entry of a list, so that a
    /// change of one shows as one line.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "lines")]
    pub data: Option<&'a str>,
}

fn lines<S: Serializer>(data: &Option<&str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(data.iter().flat_map(|data| data.lines()))
}

/// The result for a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoreResult {
    /// How it compares with the reviewed text.
    pub kept: SnapshotState,
    /// Why it could be neither accepted nor written for review, if it should have been.
    pub failed: Option<String>,
}

/// How a text compares with the reviewed one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SnapshotState {
    /// It is equal.
    Match,
    /// There is no reviewed text yet.
    New,
    /// The reviewed text is different.
    Differs {
        /// The reviewed text.
        reviewed: String,
        /// The data that was recorded with it.
        data: Option<String>,
    },
    /// There is a file that is not a reviewed text, for this reason. It is not changed.
    Unreadable(String),
}

/// Compares a text with the reviewed one. If they differ, insta writes the text to `.snap.new` for
/// `cargo insta review`, or accepts it, depending on its environment variables.
pub fn keep(place: &Place, record: &Record<'_>) -> StoreResult {
    match reviewed(&place.file()) {
        Ok(reviewed) => kept(place, record, reviewed),
        // insta would treat it as missing, and overwrite what may be half of a merge.
        Err(reason) => StoreResult { kept: SnapshotState::Unreadable(reason), failed: None },
    }
}

fn kept(place: &Place, record: &Record<'_>, reviewed: Option<Reviewed>) -> StoreResult {
    let answer = assert(place, record);
    let aside = place.put_aside();
    let now = self::reviewed(&place.file()).ok().flatten();
    if aside.exists() && now.as_ref().is_some_and(|now| same(&now.text, record.text)) {
        // insta leaves the file of an earlier run, and would offer that for review.
        let _ = std::fs::remove_file(aside);
    }
    let kept = match reviewed {
        Some(reviewed) if same(&reviewed.text, record.text) => SnapshotState::Match,
        // insta returns no error for a text that it has to accept.
        Some(_) if answer == Answer::Content => SnapshotState::Match,
        Some(Reviewed { text, data }) => SnapshotState::Differs { reviewed: text, data },
        None if answer == Answer::Content && now.is_some() => SnapshotState::Match,
        None => SnapshotState::New,
    };
    StoreResult { kept, failed: answer.failure() }
}

fn same(one: &str, other: &str) -> bool {
    one.trim_end() == other.trim_end()
}

/// A reviewed snapshot.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reviewed {
    /// The text.
    pub text: String,
    /// The data that was recorded with it; a snapshot of an older version has none.
    pub data: Option<String>,
}

/// The reviewed snapshot, if there is one.
///
/// # Errors
/// Why it cannot be read.
pub fn reviewed(file: &Path) -> Result<Option<Reviewed>, String> {
    const ABSENT: [ErrorKind; 2] = [ErrorKind::NotFound, ErrorKind::NotADirectory];
    match std::fs::read_to_string(file) {
        Err(error) if ABSENT.contains(&error.kind()) => return Ok(None),
        read => read.map_err(|error| error.to_string())?,
    };
    let snapshot = Snapshot::from_file(file).map_err(|error| error.to_string())?;
    match snapshot.contents() {
        SnapshotContents::Text(text) => {
            let data = snapshot.metadata().private_info().and_then(data);
            Ok(Some(Reviewed { text: text.to_string(), data }))
        }
        SnapshotContents::Binary(_) => Err("it contains binary data".to_owned()),
    }
}

/// The data among the metadata of a snapshot.
fn data(info: &Content) -> Option<String> {
    let Content::Map(entries) = info else { return None };
    let mut values = entries.iter().filter(|(name, _)| name.as_str() == Some("data"));
    let lines = values.next()?.1.as_slice()?.iter();
    lines.map(|line| line.as_str().map(|line| format!("{line}\n"))).collect()
}

/// insta's answer to a text.
#[derive(Debug, Eq, PartialEq)]
enum Answer {
    /// It is equal, or insta accepted it.
    Content,
    /// It is different.
    Objects,
    /// insta could not write it, for this reason.
    Failed(String),
}

impl Answer {
    /// Recognized by the message of insta's panic: its own, or that of an `unwrap` of a system
    /// error.
    fn of(words: &str) -> Self {
        match words.split_once(" on an `Err` value: ") {
            Some((_, reason)) => Self::Failed(system_words(reason).to_owned()),
            None => Self::Objects,
        }
    }

    fn failure(self) -> Option<String> {
        match self {
            Self::Content | Self::Objects => None,
            Self::Failed(reason) => Some(reason),
        }
    }
}

/// The system's message in the `Debug` form of an `io::Error`.
fn system_words(error: &str) -> &str {
    let behind = error.split_once("message: \"").map(|(_, behind)| behind);
    behind.and_then(|behind| behind.split_once('"')).map_or(error, |(words, _)| words)
}

/// insta's answer. Its own report is switched off in `.config/insta.yaml`, and a panic is its only
/// answer, so the panic is caught and not printed.
fn assert(place: &Place, record: &Record<'_>) -> Answer {
    silence_panic_hook();
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(|| {
        settings(place, record).bind(|| insta::assert_snapshot!(place.name.as_str(), record.text));
    }));
    QUIET.set(false);
    match result {
        Ok(()) => Answer::Content,
        Err(panic) => Answer::of(panic.downcast_ref::<String>().map_or("", String::as_str)),
    }
}

fn settings(place: &Place, record: &Record<'_>) -> Settings {
    let mut settings = Settings::new();
    // A relative path would begin at the folder of this source file.
    settings.set_snapshot_path(absolute(&place.folder).unwrap_or_else(|_| place.folder.clone()));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(record.description);
    settings.set_input_file(record.input);
    settings.set_info(&record.info);
    settings
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

fn silence_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = take_hook();
        set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                loud(panic);
            }
        }));
    });
}
