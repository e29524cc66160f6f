//! Reviewed files that cannot be read or written are never treated as reviewed.

use std::fs;
use std::process::Output;

use crate::folder::{CASE, Folder, ends};

const RUN: [&str; 4] = ["run", "--engine", "control", "--verbose"];

fn run(folder: &Folder, update: &str) -> Output {
    folder.command(&RUN).env("INSTA_UPDATE", update).output().unwrap()
}

#[test]
fn a_snapshot_that_cannot_be_read_is_never_as_recorded() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    folder.accept();
    let snapshot = folder.path("snapshots/reads@control.snap");
    let kept = fs::read_to_string(&snapshot).unwrap();
    let conflict = kept.replacen("description", "<<<<<<< HEAD\n=======\n>>>>>>> x\ndescription", 1);
    assert_ne!(kept, conflict);
    let binary = kept.replacen("---\n", "---\nsnapshot_kind: binary\nextension: txt\n", 1);
    let contents: [&[u8]; 4] =
        [conflict.as_bytes(), b"---\n---\n", b"---\na: \xFF\n---\n", binary.as_bytes()];
    for content in contents {
        fs::write(&snapshot, content).unwrap();
        for update in ["no", "new", "always"] {
            let words =
                ["reads@control.snap` cannot be read", "restore the reviewed file", "1 unreadable"];
            ends(&run(&folder, update), 3, &words);
            assert_eq!(fs::read(&snapshot).unwrap(), content, "it was not reviewed");
        }
    }
    fs::remove_file(&snapshot).unwrap();
    fs::create_dir(&snapshot).unwrap();
    ends(&run(&folder, "always"), 3, &["reads@control.snap` cannot be read", "directory"]);
}

#[test]
fn unwritable_snapshots_exit_with_3() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    fs::write(folder.path("file"), "").unwrap();
    for update in ["new", "always"] {
        let into = [&RUN[..], &["--snapshots", "file"]].concat();
        let output = folder.command(&into).env("INSTA_UPDATE", update).output().unwrap();
        ends(&output, 3, &["cannot be", "file", "Not a directory"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!text.contains("cargo insta review"), "nothing was put aside:\n{text}");
    }
    let long = "x".repeat(250) + ".yaml";
    let folder = Folder::with(&[(&long, CASE)]);
    for update in ["new", "always"] {
        ends(&run(&folder, update), 3, &["cannot be", "name too long"]);
    }
}

#[test]
fn changes_that_cannot_be_written_exit_with_3() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    folder.accept();
    let changed = CASE.replace("body: hello", "body: bye");
    fs::write(folder.path("cases/reads.yaml"), changed).unwrap();
    // Root can write into any folder, but not into a file whose path is a folder.
    fs::create_dir(folder.path("snapshots/reads@control.snap.new")).unwrap();
    let words = ["DIFFERS", "\"hello\"", "\"bye\"", "cannot be kept", "directory"];
    ends(&run(&folder, "new"), 3, &words);
    ends(&run(&folder, "no"), 1, &["DIFFERS"]);
}
