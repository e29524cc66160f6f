//! The findings of policies as SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! A rule is a name of a finding. A result is a finding; one that several engines show is one result, with the
//! engines in its properties.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use indexmap::IndexMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, Location, Message, MultiformatMessageString, PhysicalLocation, PropertyBag,
    Region, ReportingConfiguration, ReportingDescriptor, Result as SarifResult, ResultLevel, Run,
    Sarif, Tool, ToolComponent,
};

use super::collected::{Collected, relative, written};
use super::merged::kept;
use super::{CaseResult, Finished, Format, ReportError, Reporter, Target};
use crate::repair::finding_help;
use crate::report::{FindingSummary, finding_summaries};
use crate::results::Engine;
use crate::verdict::policy::Severity;

pub(super) const FORMAT: Format = Format {
    name: "sarif",
    target: Target::File,
    open,
    keep: |result| kept(found(result)),
    join: |file, run| written(file, |output| write(output, run.kept("sarif")?, &run.finished())),
};

/// The schema of the document.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name of the fingerprint. Another way to make one needs another name.
const FINGERPRINT: &str = "corsHarnessFinding/v1";

fn open(file: &Path) -> Result<Box<dyn Reporter>, ReportError> {
    Ok(Collected::reporter(file, found, write))
}

/// A finding of a trial.
#[derive(Serialize, Deserialize)]
struct Found {
    file: String,
    engine: Engine,
    finding: FindingSummary,
    repair: Value,
}

fn found(CaseResult { case, judged, .. }: &CaseResult<'_>) -> Vec<Found> {
    let (file, engine) = (relative(&case.file), judged.engine);
    let found = |finding: FindingSummary| Found {
        file: file.clone(),
        engine,
        repair: json!(finding.repair),
        finding,
    };
    finding_summaries(case, judged).into_iter().map(found).collect()
}

fn write(output: &mut dyn Write, trials: Vec<Vec<Found>>, _: &Finished<'_>) -> io::Result<()> {
    let mut findings = IndexMap::<String, Vec<Found>>::new();
    for found in trials.into_iter().flatten() {
        findings.entry(found.finding.fingerprint.clone()).or_default().push(found);
    }
    serde_json::to_writer_pretty(&mut *output, &document(&findings))?;
    output.write_all(b"\n")
}

fn document(findings: &IndexMap<String, Vec<Found>>) -> Sarif {
    let mut rules = IndexMap::<&str, Severity>::new();
    for found in findings.values().flatten() {
        let worst = rules.entry(&*found.finding.name).or_insert(found.finding.severity);
        *worst = found.finding.severity.min(*worst);
    }
    let results = findings.values().filter_map(|found| result(found, &rules)).collect::<Vec<_>>();
    let driver = ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .rules(rules.iter().map(|(name, severity)| rule(name, *severity)).collect::<Vec<_>>())
        .build();
    let run = Run::builder().tool(Tool::builder().driver(driver).build()).results(results).build();
    Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(vec![run]).build()
}

fn rule(name: &str, severity: Severity) -> ReportingDescriptor {
    let (short, help) = finding_help(name);
    let text = |text: &str| MultiformatMessageString::builder().text(text).build();
    let level = ReportingConfiguration::builder().level(json!(level(severity))).build();
    ReportingDescriptor::builder()
        .id(name)
        .name(pascal(name))
        .short_description(text(short))
        .full_description(text(short))
        .help(text(help))
        .default_configuration(level)
        .properties(properties([
            ("tags", json!(["security", "cors"])),
            ("security-severity", json!(score(severity))),
            ("problem.severity", json!(problem_severity(severity))),
        ]))
        .build()
}

fn result(found: &[Found], rules: &IndexMap<&str, Severity>) -> Option<SarifResult> {
    let worst = found.iter().min_by_key(|found| found.finding.severity)?;
    let Found { file, finding, repair, .. } = worst;
    let FindingSummary { severity, name, sentence, fingerprint, line, rows, notes, .. } = finding;
    let mut engines: Vec<_> = found.iter().map(|found| found.engine.as_str()).collect();
    engines.dedup();
    let uri = ArtifactLocation::builder().uri(escaped(file)).uri_base_id("%SRCROOT%").build();
    let line = i64::try_from(*line).unwrap_or(1);
    let place = PhysicalLocation::builder()
        .artifact_location(uri)
        .region(Region::builder().start_line(line).build())
        .build();
    let message = std::iter::once(sentence).chain(notes).cloned().collect::<Vec<_>>().join(" ");
    let index = rules.get_index_of(&**name).and_then(|index| i64::try_from(index).ok())?;
    let result = SarifResult::builder()
        .rule_id(&**name)
        .rule_index(index)
        .level(level(*severity))
        .message(Message::builder().text(message).build())
        .locations(vec![Location::builder().physical_location(place).build()])
        .partial_fingerprints(BTreeMap::from([(FINGERPRINT.to_owned(), fingerprint.clone())]))
        .properties(properties([
            ("severity", json!(severity)),
            ("engines", json!(engines)),
            ("rows", json!(rows)),
            ("repair", repair.clone()),
        ]))
        .build();
    Some(result)
}

fn properties<const N: usize>(pairs: [(&str, Value); N]) -> PropertyBag {
    let pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), value));
    PropertyBag::builder().additional_properties(pairs.collect::<BTreeMap<_, _>>()).build()
}

fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Critical | Severity::High => ResultLevel::Error,
        Severity::Medium => ResultLevel::Warning,
        Severity::Low | Severity::Note => ResultLevel::Note,
    }
}

/// The number by which GitHub sorts, in the ranges of CVSS.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Note => "0.0",
    }
}

fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Note => "recommendation",
    }
}

/// `missing-vary` as `MissingVary`.
fn pascal(name: &str) -> String {
    let part = |part: &str| {
        let mut letters = part.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    name.split('-').filter_map(part).collect()
}

/// A path as a relative reference (RFC 3986).
fn escaped(path: &str) -> String {
    const NOT_IN_A_PATH: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    utf8_percent_encode(path, NOT_IN_A_PATH).to_string()
}
