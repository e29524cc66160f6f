//! Reports that are written to files, by runs that need no browser.

#[expect(dead_code, reason = "the tests of the command line need more of it")]
#[path = "../command_line/folder.rs"]
mod folder;
mod har;
mod json;
mod junit;
mod layout;
mod page;
mod services;
mod texts;

use folder::{CASE, Folder, POLICY};
use serde_json::Value;

/// A case that differs from its snapshot, a policy with findings, and a case that is as recorded.
fn cases() -> Folder {
    let folder =
        Folder::with(&[("reads.yaml", CASE), ("steady.yaml", CASE), ("wide.yaml", POLICY)]);
    folder.accept();
    let changed = CASE.replace("body: hello", "body: good morning");
    std::fs::write(folder.path("cases/reads.yaml"), changed).unwrap();
    folder
}

/// What a run of [`cases`] writes as this format.
fn report(format: &str, file: &str) -> String {
    let folder = cases();
    let output = folder.run(&[
        "run",
        "--engine",
        "control,standard",
        "--report",
        &format!("{format}={file}"),
    ]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(folder.path(file)).unwrap();
    assert!(
        !text.contains("secret"),
        "values of cookies and of Authorization are left out:\n{text}"
    );
    text
}

fn json_report(format: &str) -> Value {
    serde_json::from_str(&report(format, "report.json")).unwrap()
}
