//! The messages for wrong cases. `bad/<mistake>.yaml` is the mistake, `bad/<mistake>.txt` every word of
//! the answer. `UPDATE=1 cargo test --test bad_input` writes the answers anew; read the diff.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use cors_harness::case::{self, CaseId};
use miette::{GraphicalReportHandler, GraphicalTheme};

/// Mistakes that a reviewable file cannot hold.
fn generated() -> Vec<(&'static str, Vec<u8>)> {
    let case = b"name: n\nbecause: b\npage: https://app.example.com\n";
    vec![
        ("larger-than-a-case", [case.as_slice(), &vec![b'#'; 5_000_000]].concat()),
        ("latin-1", [case, b"# \xC3\xA9, and caf\xE9\n".as_slice()].concat()),
        ("lone-carriage-return", [case, b"# a comment\rsteps: []\n".as_slice()].concat()),
        ("utf-16", b"\xFF\xFEn\0a\0m\0e\0".to_vec()),
        ("nested-without-end", "- ".repeat(100_000).into_bytes()),
        ("brackets-without-end", "[".repeat(500_000).into_bytes()),
    ]
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/tests/bad")
}

/// Mistake and content of the file.
fn mistakes() -> BTreeMap<String, Vec<u8>> {
    let written = names_with("yaml").into_iter().map(|name| {
        let bytes = fs::read(folder().join(&name).with_extension("yaml")).unwrap();
        (name, bytes)
    });
    written.chain(generated().into_iter().map(|(name, bytes)| (name.to_owned(), bytes))).collect()
}

/// Files of the folder with this extension, without it.
fn names_with(extension: &str) -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|found| found == extension));
    files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

fn answer(mistake: &str, bytes: &[u8]) -> String {
    let file = format!("bad/{mistake}.yaml");
    let complaints = match case::read(CaseId(mistake.to_owned()), Path::new(&file), bytes) {
        Ok(_) => panic!("{file} was read as a case"),
        Err(complaints) => complaints,
    };
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
    let mut answer = String::new();
    handler.with_width(100).render_report(&mut answer, &complaints).unwrap();
    answer.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[test]
fn every_faulty_case_has_its_recorded_complaints() {
    let mut wrong = Vec::new();
    for (mistake, bytes) in mistakes() {
        let answer = answer(&mistake, &bytes);
        let file = folder().join(&mistake).with_extension("txt");
        if env::var_os("UPDATE").is_some() {
            fs::write(file, answer).unwrap();
        } else if fs::read_to_string(&file).ok().as_ref() != Some(&answer) {
            wrong.push(format!("{mistake}:\n{answer}"));
        }
    }
    assert!(wrong.is_empty(), "not as recorded in {}:\n\n{}", folder().display(), wrong.join("\n"));
}

#[test]
fn every_recorded_complaint_has_a_faulty_case() {
    let mistakes = mistakes();
    let orphans: Vec<String> =
        names_with("txt").into_iter().filter(|name| !mistakes.contains_key(name)).collect();
    assert!(orphans.is_empty(), "answers to nothing: {orphans:?}");
    assert!(mistakes.len() > generated().len(), "no mistakes in {}", folder().display());
}
