//! A page of HTML that needs no network: one file with all data as JSON, drawn on demand by its scripts (`page/`).
//! It is written in the living standard, <https://html.spec.whatwg.org/>.

mod frame;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde::Serialize;

use super::collected::{relative, written};
use super::spool::{Spool, Spooled};
use super::{CaseResult, Finished, Format, ReportError, Reporter, Target};
use crate::case::Case;
use crate::repair::finding_help;
use crate::report::{
    Document, PolicyEntries, ReasonText, policy_entries, reason_table, results, run_verdict,
};
use crate::results::Judgement;

pub(super) const FORMAT: Format =
    Format { name: "html", target: Target::FileOrFolder(".html"), open };

struct Html {
    file: PathBuf,
    /// Empty after the end.
    spool: Option<io::Result<Spool>>,
    policies: BTreeMap<usize, PolicyEntries>,
    help: BTreeMap<&'static str, (&'static str, &'static str)>,
}

/// What the scripts draw.
#[derive(Serialize)]
struct Data<'a> {
    report: Document<Spooled>,
    cases: IndexMap<String, About<'a>>,
    reasons: IndexMap<&'static str, ReasonText>,
    help: &'a BTreeMap<&'static str, (&'static str, &'static str)>,
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
        self.help.extend(entries.finding_names().map(|name| (name, finding_help(name))));
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
        };
        written(&self.file, |output| write(output, &data, run))
    }
}

fn write(output: &mut dyn Write, data: &Data<'_>, run: &Finished<'_>) -> io::Result<()> {
    let failed = run.played.iter().filter(|(_, judged)| judged.judgement != Judgement::Match);
    let (all, rows) = (run.played.len(), run.played.iter().map(|(_, judged)| judged.rows.len()));
    let about = format!(
        "{} rows in {:.1} s, cors-harness {}, Fetch standard {}",
        rows.sum::<usize>(),
        run.took.as_secs_f64(),
        env!("CARGO_PKG_VERSION"),
        cors_model::REVISION
    );
    let (before, after) = frame::around(&run_verdict(all, failed.count()), &about);
    output.write_all(before.as_bytes())?;
    serde_json::to_writer(InScript(output), data)?;
    output.write_all(after.as_bytes())
}

/// Writes JSON into a script element, where `<` could end it. In JSON it stands in strings only.
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
