//! `wptreport.json`, the format of web-platform-tests (`tools/wptrunner/wptrunner/formatters/wptreport.py` there), which
//! tools that compare browsers read. A test is a case, a subtest is a row; it passes where the browser does what the
//! standard says or permits.
//!
//! Such a report is of one product. A run of several browsers writes a file for each, with the browser's name before the
//! end of the file's name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::Value;

use super::collected::written;
use super::merged::kept;
use super::{CaseResult, Finished, Format, MergedRun, ReportError, Reporter, Target, Trial};
use crate::case::Row;
use crate::results::{Engine, Judgement, RowOutcome};
use crate::verdict::Verdict;

pub(super) const FORMAT: Format = Format {
    name: "wptreport",
    target: Target::File,
    open,
    keep: |result| kept(product_test(result)),
    join,
};

fn join(file: &Path, run: &MergedRun<'_>) -> Result<(), ReportError> {
    let unread = |error| ReportError::Unwritten { file: file.to_owned(), error };
    let tests: Vec<(Engine, String, Value)> = run.kept("wptreport").map_err(unread)?;
    let browsers = tests.iter().map(|(engine, ..)| *engine).collect();
    let tests = tests.into_iter().enumerate().collect();
    WptReport { file: file.to_owned(), began: now().saturating_sub(run.took()), browsers, tests }
        .write_all()
}

struct WptReport {
    file: PathBuf,
    began: Duration,
    browsers: BTreeSet<Engine>,
    tests: BTreeMap<usize, (Engine, String, Value)>,
}

#[derive(Serialize)]
struct Document<'a> {
    run_info: RunInfo<'a>,
    time_start: u128,
    time_end: u128,
    results: Vec<&'a Value>,
    subsuites: BTreeMap<&'a str, Value>,
}

#[derive(Serialize)]
struct RunInfo<'a> {
    product: &'static str,
    browser_version: &'a str,
    os: &'static str,
    processor: &'static str,
    debug: bool,
}

#[derive(Serialize)]
struct Test {
    test: String,
    /// The runner of web-platform-tests can play its tests in several configurations.
    subsuite: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'static str>,
    message: Option<String>,
    /// In milliseconds.
    duration: u64,
    known_intermittent: Vec<&'static str>,
    subtests: Vec<Subtest>,
}

#[derive(Serialize)]
struct Subtest {
    name: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'static str>,
    message: Option<String>,
    known_intermittent: Vec<&'static str>,
}

fn open(file: &Path) -> Result<Box<dyn Reporter>, ReportError> {
    Ok(Box::new(WptReport {
        file: file.to_owned(),
        began: now(),
        browsers: BTreeSet::new(),
        tests: BTreeMap::new(),
    }))
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

impl Reporter for WptReport {
    fn started(&mut self, trials: &[Trial]) {
        let engines = trials.iter().map(|(_, engine)| *engine);
        self.browsers = engines.filter(|engine| engine.is_browser()).collect();
    }

    fn case(&mut self, result: &CaseResult<'_>) {
        if let Some(test) = product_test(result) {
            self.tests.insert(result.trial, test);
        }
    }

    fn finished(&mut self, _: &Finished<'_>) -> Result<(), ReportError> {
        self.write_all()
    }
}

/// The test of a browser, with its engine and the version of that.
fn product_test(result: &CaseResult<'_>) -> Option<(Engine, String, Value)> {
    let judged = result.judged;
    judged.engine.is_browser().then(|| (judged.engine, judged.version.clone(), kept(test(result))))
}

impl WptReport {
    fn write_all(&self) -> Result<(), ReportError> {
        if self.browsers.is_empty() {
            return self.write(&self.file, None);
        }
        let mut written = Ok(());
        for engine in &self.browsers {
            written = written.and(self.write(&self.file_of(*engine), Some(*engine)));
        }
        written
    }

    fn file_of(&self, engine: Engine) -> PathBuf {
        if self.browsers.len() < 2 {
            return self.file.clone();
        }
        let end = self.file.extension().map(|end| end.to_string_lossy().into_owned());
        let end = end
            .map_or_else(|| engine.as_str().to_owned(), |end| format!("{}.{end}", engine.as_str()));
        self.file.with_extension(end)
    }

    fn write(&self, file: &Path, engine: Option<Engine>) -> Result<(), ReportError> {
        let tests = self.tests.values().filter(|(of, ..)| Some(*of) == engine);
        let (versions, results): (Vec<_>, Vec<_>) =
            tests.map(|(_, version, test)| (version.as_str(), test)).unzip();
        let version = versions.into_iter().find(|version| !version.is_empty());
        let document = Document {
            run_info: RunInfo {
                product: engine.map_or("none", product),
                // Without the build that may follow the number.
                browser_version: version.and_then(|it| it.split(' ').next()).unwrap_or_default(),
                os: std::env::consts::OS,
                processor: std::env::consts::ARCH,
                debug: false,
            },
            time_start: self.began.as_millis(),
            time_end: now().as_millis(),
            results,
            subsuites: BTreeMap::new(),
        };
        written(file, |output| {
            serde_json::to_writer(&mut *output, &document)?;
            output.write_all(b"\n")
        })
    }
}

/// The name of a browser in web-platform-tests.
fn product(engine: Engine) -> &'static str {
    match engine.as_str() {
        "webkit" => "webkitgtk_minibrowser",
        name => name,
    }
}

fn test(CaseResult { case, judged, .. }: &CaseResult<'_>) -> Test {
    let (status, expected, message) = match &judged.judgement {
        Judgement::NotRun(words) => ("ERROR", Some("OK"), Some(words.clone())),
        _ => ("OK", None, None),
    };
    let took: Duration = judged.rows.iter().filter_map(|row| row.took).sum();
    let rows = case.rows.iter().zip(&judged.rows);
    Test {
        test: format!("/cors-harness/{}", case.id),
        subsuite: "",
        status,
        expected,
        message,
        duration: took.as_millis().try_into().unwrap_or(u64::MAX),
        known_intermittent: Vec::new(),
        subtests: rows.map(|(row, outcome)| subtest(&case.name, row, outcome)).collect(),
    }
}

fn subtest(sentence: &str, row: &Row, outcome: &RowOutcome) -> Subtest {
    let values = row.values.iter().map(|(name, value)| format!("{name}={value}"));
    let values = values.collect::<Vec<_>>().join(" ");
    let (status, expected, message) = status(outcome);
    Subtest {
        name: if values.is_empty() { sentence.to_owned() } else { values },
        status,
        expected,
        message,
        known_intermittent: Vec::new(),
    }
}

/// `expected` is only written where it differs from the status.
fn status(outcome: &RowOutcome) -> (&'static str, Option<&'static str>, Option<String>) {
    if let Some(reason) = outcome.inconclusive() {
        return ("NOTRUN", Some("PASS"), Some(reason.to_owned()));
    }
    if let Some(broken) = outcome.broken.first() {
        return ("FAIL", Some("PASS"), Some(format!("{}: {}", broken.rule, broken.what)));
    }
    let verdict = outcome.judged.as_ref().map(|(_, verdict)| verdict);
    match verdict {
        Some(Verdict::Known { kind, .. }) => {
            ("FAIL", None, Some(format!("known: {}", kind.as_str())))
        }
        Some(Verdict::Vanished) => ("PASS", Some("FAIL"), None),
        Some(verdict @ (Verdict::Departs(_) | Verdict::WrongKind { .. })) => {
            let fields: BTreeSet<_> =
                verdict.differences().iter().map(|one| one.field.as_str()).collect();
            let fields = fields.into_iter().collect::<Vec<_>>().join(", ");
            ("FAIL", Some("PASS"), Some(format!("departs from the standard in: {fields}")))
        }
        _ => ("PASS", None, None),
    }
}
