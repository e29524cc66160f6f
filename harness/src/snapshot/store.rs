//! One snapshot: compared, and put aside for review where it differs.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::{Path, absolute};
use std::sync::Once;

use insta::internals::SnapshotContents;
use insta::{Settings, Snapshot};
use serde::Serialize;

use super::Place;

/// A text to be kept, and what is noted beside it without being compared.
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

/// Who made a snapshot.
#[derive(Clone, Debug, Serialize)]
pub struct Info<'a> {
    /// The engine and its version.
    pub engine: &'a str,
    /// The version of this suite.
    pub suite: &'a str,
}

/// What became of a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Kept {
    /// It is what was reviewed.
    Match,
    /// Nothing was reviewed yet.
    New,
    /// Something else was reviewed: this.
    Differs {
        /// The reviewed text.
        reviewed: String,
    },
}

/// Compares a text with the reviewed one. Where they differ insta puts the text aside as
/// `.snap.new` for `cargo insta review`, or accepts it, as its environment variables say.
pub fn keep(place: &Place, record: &Record<'_>) -> Kept {
    let reviewed = reviewed(&place.file());
    let passes = assert(place, record);
    let aside = place.put_aside();
    if aside.exists() && is_kept(place, record) {
        // insta leaves what it put aside in an earlier run, and would offer that for review.
        let _ = std::fs::remove_file(aside);
    }
    match reviewed {
        Some(reviewed) if reviewed.trim_end() != record.text.trim_end() => {
            Kept::differs(reviewed, passes)
        }
        Some(_) => Kept::Match,
        None if place.file().exists() => Kept::Match,
        None => Kept::New,
    }
}

impl Kept {
    /// insta passes what it was told to accept.
    fn differs(reviewed: String, accepted: bool) -> Self {
        if accepted { Self::Match } else { Self::Differs { reviewed } }
    }
}

/// Whether the text is the reviewed one by now, if it was not before.
fn is_kept(place: &Place, record: &Record<'_>) -> bool {
    reviewed(&place.file()).is_some_and(|kept| kept.trim_end() == record.text.trim_end())
}

fn reviewed(file: &Path) -> Option<String> {
    match Snapshot::from_file(file).ok()?.contents() {
        SnapshotContents::Text(text) => Some(text.to_string()),
        SnapshotContents::Binary(_) => None,
    }
}

/// Whether insta is content. Its own report is switched off in `.config/insta.yaml`, and its panic
/// is its only answer, so it is caught and kept quiet.
fn assert(place: &Place, record: &Record<'_>) -> bool {
    quieten_hook();
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(|| {
        settings(place, record).bind(|| insta::assert_snapshot!(place.name.as_str(), record.text));
    }));
    QUIET.set(false);
    result.is_ok()
}

fn settings(place: &Place, record: &Record<'_>) -> Settings {
    let mut settings = Settings::new();
    // A relative one would be taken from the folder of this source file.
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

fn quieten_hook() {
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
