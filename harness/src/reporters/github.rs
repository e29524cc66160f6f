//! Annotations and the step summary of GitHub Actions, by its workflow commands:
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.
//!
//! The commands go to standard error, which GitHub reads as well, so that standard output stays what it is.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::collected::relative;
use super::markdown::{Summary, document};
use super::merged::kept;
use super::{CaseResult, Finished, Format, MergedRun, ReportError, Reporter, Target};
use crate::report::{FindingSummary, finding_summaries, problem};
use crate::verdict::policy::Severity;

pub(super) const FORMAT: Format = Format {
    name: "github",
    target: Target::Service,
    open,
    keep: |result| kept((annotations(result), Summary::of(result))),
    join,
};

fn join(file: &Path, run: &MergedRun<'_>) -> Result<(), ReportError> {
    let unread = |error| ReportError::Unwritten { file: file.to_owned(), error };
    let trials = run.kept("github").map_err(unread)?.into_iter().enumerate().collect();
    GitHub { summary: summary_file(), trials }.finished(&run.finished())
}

/// The file for the summary of the step.
fn summary_file() -> Option<PathBuf> {
    env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from)
}

/// GitHub shows ten annotations of each level for a step.
const SHOWN: usize = 10;

/// GitHub takes a summary of 1 MiB and no more.
const SUMMARY_LIMIT: usize = 1 << 20;

/// Whether the harness runs under GitHub Actions.
pub fn is_github() -> bool {
    env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

fn open(_: &Path) -> Result<Box<dyn Reporter>, ReportError> {
    Ok(Box::new(GitHub { summary: summary_file(), trials: BTreeMap::new() }))
}

/// Keeps the annotations of each trial and what the summary says about it.
struct GitHub {
    summary: Option<PathBuf>,
    trials: BTreeMap<usize, (Vec<Annotation>, Summary)>,
}

/// A message at a line of a file.
#[derive(Serialize, Deserialize)]
struct Annotation {
    level: Cow<'static, str>,
    file: String,
    line: usize,
    title: String,
    message: String,
}

impl Reporter for GitHub {
    fn case(&mut self, result: &CaseResult<'_>) {
        self.trials.insert(result.trial, (annotations(result), Summary::of(result)));
    }

    fn finished(&mut self, run: &Finished<'_>) -> Result<(), ReportError> {
        let trials = std::mem::take(&mut self.trials).into_values();
        let (annotations, summaries): (Vec<_>, Vec<_>) = trials.unzip();
        let commands = commands(&annotations.into_iter().flatten().collect::<Vec<_>>());
        let name = PathBuf::from("standard error");
        let written = io::stderr().write_all(commands.as_bytes());
        written.map_err(|error| ReportError::Unwritten { file: name, error })?;
        let Some(file) = &self.summary else { return Ok(()) };
        let text = shortened(document(&summaries, run));
        let added =
            || OpenOptions::new().append(true).create(true).open(file)?.write_all(text.as_bytes());
        added().map_err(|error| ReportError::Unwritten { file: file.clone(), error })
    }
}

/// What failed in a trial as an error at its first row, and its findings.
fn annotations(CaseResult { case, judged, .. }: &CaseResult<'_>) -> Vec<Annotation> {
    let file = relative(&case.file);
    let engine = judged.engine.as_str();
    let failed = problem(case, judged).map(|problem| {
        let mut message = problem.sentence;
        for row in &problem.rows {
            let _ = write!(message, "\nrow {}: {}", row.row, row.words);
        }
        Annotation {
            level: "error".into(),
            file: file.clone(),
            line: problem.rows.first().map_or(1, |row| row.line),
            title: format!("{} [{engine}] {}", case.id, problem.kind),
            message,
        }
    });
    let findings = finding_summaries(case, judged).into_iter().map(|finding| {
        let FindingSummary { severity, name, sentence, line, .. } = finding;
        Annotation {
            level: level(severity).into(),
            file: file.clone(),
            line,
            title: format!("{}: {name} [{engine}]", severity.as_str()),
            message: sentence,
        }
    });
    failed.into_iter().chain(findings).collect()
}

/// A finding does not fail a run, so it is never an error.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High | Severity::Medium => "warning",
        Severity::Low | Severity::Note => "notice",
    }
}

/// One command for each annotation that GitHub shows.
fn commands(annotations: &[Annotation]) -> String {
    let mut text = String::new();
    for level in ["error", "warning", "notice"] {
        let of_level: Vec<_> = annotations.iter().filter(|one| one.level == level).collect();
        let shown = if of_level.len() > SHOWN { SHOWN - 1 } else { of_level.len() };
        for Annotation { file, line, title, message, .. } in &of_level[..shown] {
            let (file, title, message) = (property(file), property(title), data(message));
            let _ = writeln!(text, "::{level} file={file},line={line},title={title}::{message}");
        }
        if shown < of_level.len() {
            let more = of_level.len() - shown;
            let _ = writeln!(
                text,
                "::{level} title=cors-harness::{more} more, see the summary of this step"
            );
        }
    }
    text
}

/// The message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// As much of a summary as GitHub takes.
fn shortened(text: String) -> String {
    const END: &str = "\n\nThis summary is longer than GitHub allows, and its end is left out.\n";
    if text.len() <= SUMMARY_LIMIT {
        return text;
    }
    let mut end = SUMMARY_LIMIT - END.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let start = text.get(..end).unwrap_or_default();
    let start = start.rsplit_once('\n').map_or(start, |(lines, _)| lines);
    start.to_owned() + END
}
