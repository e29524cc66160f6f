//! A summary in GitHub Flavored Markdown (<https://github.github.com/gfm/>), for a pull request or a chat.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use indexmap::{IndexMap, IndexSet};
use serde::{Deserialize, Serialize};

use super::collected::{Collected, relative, written};
use super::merged::kept;
use super::{CaseResult, Finished, Format, ReportError, Reporter, Target};
use crate::repair::{Repair, ResponseRepair, StackLines};
use crate::report::{FindingSummary, TrialProblem, finding_summaries, problem, run_verdict};
use crate::results::Engine;

pub(super) const FORMAT: Format = Format {
    name: "markdown",
    target: Target::File,
    open,
    keep: |result| kept(Summary::of(result)),
    join: |file, run| written(file, |output| write(output, run.kept("markdown")?, &run.finished())),
};

/// So many rows of a trial are shown.
const ROWS: usize = 20;

fn open(file: &Path) -> Result<Box<dyn Reporter>, ReportError> {
    Ok(Collected::reporter(file, Summary::of, write))
}

fn write(output: &mut dyn Write, trials: Vec<Summary>, run: &Finished<'_>) -> io::Result<()> {
    output.write_all(document(&trials, run).as_bytes())
}

/// What there is to say of a trial.
#[derive(Serialize, Deserialize)]
pub(super) struct Summary {
    case: String,
    name: String,
    file: String,
    engine: Engine,
    version: String,
    rows: usize,
    problem: Option<TrialProblem>,
    findings: Vec<FindingSummary>,
    /// What to change for each of them.
    repairs: Vec<String>,
    /// The lines for the software of the server, where it is known.
    stacks: Vec<String>,
}

impl Summary {
    pub(super) fn of(CaseResult { case, judged, .. }: &CaseResult<'_>) -> Self {
        let findings = finding_summaries(case, judged);
        let stacks = findings.iter().filter_map(|finding| finding.repair.stack.as_ref());
        Self {
            case: case.id.to_string(),
            name: case.name.clone(),
            file: relative(&case.file),
            engine: judged.engine,
            version: judged.version.clone(),
            rows: judged.rows.len(),
            problem: problem(case, judged),
            repairs: findings.iter().map(|finding| repair(&case.id.0, finding)).collect(),
            stacks: stacks.map(|lines| stack(&case.id.0, lines)).collect(),
            findings,
        }
    }
}

/// The whole document.
pub(super) fn document(trials: &[Summary], run: &Finished<'_>) -> String {
    let failed = trials.iter().filter(|trial| trial.problem.is_some()).count();
    let mut text = format!("## cors-harness: {}\n\n", run_verdict(trials.len(), failed));
    write_engines(&mut text, trials, run);
    write_failed(&mut text, trials);
    write_findings(&mut text, trials);
    text
}

fn write_engines(text: &mut String, trials: &[Summary], run: &Finished<'_>) {
    text.push_str("| engine | version | cases | rows | failed | time |\n| --- | --- | --: | --: | --: | --: |\n");
    for engine in Engine::ALL {
        let of_engine: Vec<_> = trials.iter().filter(|trial| trial.engine == engine).collect();
        let Some(first) = of_engine.first() else { continue };
        let version =
            of_engine.iter().map(|trial| &trial.version).find(|version| !version.is_empty());
        let rows: usize = of_engine.iter().map(|trial| trial.rows).sum();
        let failed = of_engine.iter().filter(|trial| trial.problem.is_some()).count();
        let times = run.times.iter().find(|(of, _)| *of == first.engine);
        let seconds = times.map_or(0.0, |(_, times)| times.wall.as_secs_f64());
        let (name, version) = (engine.as_str(), cell(version.unwrap_or(&first.version)));
        let cases = of_engine.len();
        let _ =
            writeln!(text, "| {name} | {version} | {cases} | {rows} | {failed} | {seconds:.1} s |");
    }
}

fn write_failed(text: &mut String, trials: &[Summary]) {
    let failed = trials.iter().filter_map(|trial| Some((trial, trial.problem.as_ref()?)));
    let failed: Vec<_> = failed.collect();
    if failed.is_empty() {
        return;
    }
    text.push_str("\n### Failed\n");
    for (trial, TrialProblem { kind, sentence, rows, .. }) in failed {
        let line = rows.first().map(|row| format!(":{}", row.line)).unwrap_or_default();
        let (case, engine) = (&trial.case, trial.engine.as_str());
        let _ = write!(text, "\n#### {} on {engine}: {kind}\n\n", code(case));
        let _ = write!(
            text,
            "{}\n\n{}. {}\n",
            plain(&trial.name),
            plain(sentence),
            code(&(trial.file.clone() + &line))
        );
        if rows.is_empty() {
            continue;
        }
        text.push_str("\n| row | what differs |\n| --- | --- |\n");
        for row in rows.iter().take(ROWS) {
            let _ = writeln!(text, "| {} | {} |", cell(&row.row), cell(&row.words));
        }
        if rows.len() > ROWS {
            let _ = writeln!(text, "\n{} more rows differ.", rows.len() - ROWS);
        }
    }
}

/// Findings, the worst first; a finding of several engines is one line.
fn write_findings(text: &mut String, trials: &[Summary]) {
    let mut findings = IndexMap::<_, (&Summary, &FindingSummary, &str, Vec<&str>)>::new();
    for trial in trials {
        for (finding, repair) in trial.findings.iter().zip(&trial.repairs) {
            let entry = findings.entry((&finding.fingerprint, &finding.sentence));
            let entry = entry.or_insert((trial, finding, repair, Vec::new()));
            entry.3.push(trial.engine.as_str());
        }
    }
    if findings.is_empty() {
        return;
    }
    findings.sort_by(|_, (_, one, ..), _, (_, other, ..)| one.severity.cmp(&other.severity));
    text.push_str(
        "\n### Findings\n\n| severity | finding | case | engines |\n| --- | --- | --- | --- |\n",
    );
    for (trial, finding, _, engines) in findings.values() {
        let FindingSummary { severity, name, sentence, line, .. } = finding;
        let text_of_finding = format!("{}: {}", code(name), cell(sentence));
        let case = code(&format!("{}:{line}", trial.file));
        let _ = writeln!(
            text,
            "| {} | {text_of_finding} | {case} | {} |",
            severity.as_str(),
            engines.join(", ")
        );
    }
    text.extend(findings.values().map(|(_, _, repair, _)| *repair));
    let stacks = findings.values().flat_map(|(trial, ..)| &trial.stacks);
    text.extend(stacks.map(String::as_str).collect::<IndexSet<_>>());
}

/// The lines of a configuration that repair a case.
fn stack(case: &str, StackLines { stack, because, lines }: &StackLines) -> String {
    let head = format!("The lines for {stack} in {} ({}):", code(case), plain(because));
    let mut text = format!("\n{head}\n\n");
    write_fenced(&mut text, "", lines.trim_end());
    text
}

/// What to change for a finding: the header lines as a diff, and the command that shows them.
fn repair(case: &str, finding: &FindingSummary) -> String {
    let mut text = String::new();
    let Repair { advice, responses, curl, .. } = &finding.repair;
    let _ = write!(
        &mut text,
        "\n#### Repair of {} in {}\n\n{}\n",
        code(&finding.name),
        code(case),
        plain(advice)
    );
    for ResponseRepair { request, origin, seen, status, remove, send } in responses {
        let origin = origin.as_ref().map(|origin| format!(" from {}", code(origin)));
        let unsent = if *seen { "" } else { ", which was not sent yet" };
        let _ = write!(
            &mut text,
            "\nResponse to {}{}{unsent}:\n\n",
            code(request),
            origin.unwrap_or_default()
        );
        let status = status.iter().map(|status| format!("+ status {status}"));
        let remove = remove.iter().map(|(name, value)| format!("- {name}: {value}"));
        let send = send.iter().map(|(name, value)| format!("+ {name}: {value}"));
        let lines: Vec<_> = status.chain(remove).chain(send).collect();
        write_fenced(&mut text, "diff", &lines.join("\n"));
    }
    if let Some(curl) = curl {
        text.push('\n');
        write_fenced(&mut text, "sh", &curl.to_string());
    }
    text
}

/// A block of code. Its fence is longer than every run of backticks in it.
fn write_fenced(text: &mut String, language: &str, code: &str) {
    let runs = code.split(|sign| sign != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default().max(2) + 1);
    let _ = writeln!(text, "{fence}{language}\n{code}\n{fence}");
}

/// A text as a cell of a table.
fn cell(text: &str) -> String {
    plain(text).replace('|', "\\|").replace(['\n', '\r'], " ")
}

/// A text in which HTML and links to people are not read as such. What is between backticks stays.
fn plain(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(number, part)| match number % 2 {
        0 => part
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('@', "&#64;")
            .replace('*', "\\*"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("`")
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('|', "\\|"))
}
