//! A page of HTML that needs no network: one file with all data as JSON, drawn on demand by its scripts (`page/`).
//! It is written in the living standard, <https://html.spec.whatwg.org/>.

mod frame;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;

use super::collected::{relative, written};
use super::merged::kept;
use super::spool::Spool;
use super::{CaseResult, Finished, Format, MergedRun, ReportError, Reporter, RunMatrix, Target};
use crate::case::Case;
use crate::repair::finding_help;
use crate::report::{
    Document, PolicyEntries, ReasonText, policy_entries, reason_table, results, run_verdict,
};
use crate::results::Judgement;

pub(super) const FORMAT: Format =
    Format { name: "html", target: Target::FileOrFolder(".html"), open, keep, join };

/// What its case says about itself, and the names of its findings.
fn keep(CaseResult { case, judged, .. }: &CaseResult<'_>) -> Value {
    let entries = policy_entries(case, judged);
    kept((About::of(case), entries.finding_names().collect::<Vec<_>>()))
}

fn join(file: &Path, run: &MergedRun<'_>) -> Result<(), ReportError> {
    let mut cases = IndexMap::new();
    let mut help = Help::new();
    for trial in run.trials() {
        let Some(kept) = trial.reports.get(FORMAT.name) else { continue };
        cases.insert(trial.case.clone(), &kept[0]);
        let names = kept[1].as_array().into_iter().flatten().filter_map(Value::as_str);
        help.extend(names.map(|name| (name.to_owned(), finding_help(name))));
    }
    let mut report = run.merged.document.clone();
    report.as_object_mut().and_then(|report| report.shift_remove("shard"));
    let comparison = RunMatrix::of(run.merged);
    let data = Data { report, cases, reasons: reason_table(), help: &help, comparison };
    let headline = match run.merged.compared.as_slice() {
        [] => run_verdict(run.trials().len(), run.failed()),
        names => format!("comparison of {}", names.join(", ")),
    };
    let counts = Counts {
        headline,
        rows: run.trials().iter().map(|trial| trial.rows).sum(),
        took: run.took(),
    };
    written(file, |output| write(output, &data, &counts))
}

/// General explanations of findings, by their names.
type Help = BTreeMap<String, (&'static str, &'static str)>;

/// What the head of the page says.
struct Counts {
    headline: String,
    rows: usize,
    took: Duration,
}

struct Html {
    file: PathBuf,
    /// Empty after the end.
    spool: Option<io::Result<Spool>>,
    policies: BTreeMap<usize, PolicyEntries>,
    help: Help,
}

/// What the scripts draw.
#[derive(Serialize)]
struct Data<'a, R, A> {
    report: R,
    cases: IndexMap<String, A>,
    reasons: IndexMap<&'static str, ReasonText>,
    help: &'a Help,
    comparison: Option<RunMatrix>,
}

/// What a case says about itself.
#[derive(Serialize)]
struct About<'a> {
    name: &'a str,
    because: &'a str,
    file: String,
    spec: Option<&'a str>,
    policy: bool,
}

impl<'a> About<'a> {
    fn of(case: &'a Case) -> Self {
        Self {
            name: &case.name,
            because: &case.because,
            file: relative(&case.file),
            spec: case.spec.as_deref(),
            policy: case.policy.is_some(),
        }
    }
}

fn open(file: &Path) -> Result<Box<dyn Reporter>, ReportError> {
    let spool = Some(Ok(Spool::new().map_err(ReportError::unspooled)?));
    let (policies, help) = (BTreeMap::new(), BTreeMap::new());
    Ok(Box::new(Html { file: file.to_owned(), spool, policies, help }))
}

impl Reporter for Html {
    fn case(&mut self, CaseResult { trial, case, judged }: &CaseResult<'_>) {
        if let Some(Ok(spool)) = &mut self.spool
            && let Err(error) = spool.add(*trial, results(case, judged))
        {
            self.spool = Some(Err(error));
        }
        let entries = policy_entries(case, judged);
        self.help.extend(entries.finding_names().map(|name| (name.to_owned(), finding_help(name))));
        self.policies.insert(*trial, entries);
    }

    fn finished(&mut self, run: &Finished<'_>) -> Result<(), ReportError> {
        let Some(spool) = self.spool.take() else { return Ok(()) };
        let results = spool.and_then(Spool::entries).map_err(ReportError::unspooled)?;
        let mut policies = PolicyEntries::default();
        policies.extend(std::mem::take(&mut self.policies).into_values());
        let cases = run.played.iter().map(|(case, _)| (case.id.to_string(), About::of(case)));
        let data = Data {
            report: Document::around(results, policies, run.played).with_times(run.times),
            cases: cases.collect(),
            reasons: reason_table(),
            help: &self.help,
            comparison: None,
        };
        let failed = run.played.iter().filter(|(_, judged)| judged.judgement != Judgement::Match);
        let counts = Counts {
            headline: run_verdict(run.played.len(), failed.count()),
            rows: run.played.iter().map(|(_, judged)| judged.row_count()).sum(),
            took: run.took,
        };
        written(&self.file, |output| write(output, &data, &counts))
    }
}

fn write(output: &mut dyn Write, data: &impl Serialize, counts: &Counts) -> io::Result<()> {
    let now = OffsetDateTime::now_utc();
    let about = format!(
        "{} rows in {:.1} s, written {} {:02}:{:02} UTC, cors-harness {}, Fetch standard {}",
        counts.rows,
        counts.took.as_secs_f64(),
        now.date(),
        now.hour(),
        now.minute(),
        env!("CARGO_PKG_VERSION"),
        cors_model::REVISION
    );
    let (before, after) = frame::around(&counts.headline, &about);
    output.write_all(before.as_bytes())?;
    serde_json::to_writer(InScript(output), data)?;
    output.write_all(after.as_bytes())
}

/// Writes JSON into a script element, where `<` could end it. In JSON it occurs in strings only.
struct InScript<'w>(&'w mut dyn Write);

impl Write for InScript<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for (number, part) in bytes.split(|byte| *byte == b'<').enumerate() {
            if number > 0 {
                self.0.write_all(b"\\u003c")?;
            }
            self.0.write_all(part)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
