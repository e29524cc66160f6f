//! JUnit XML. There is no standard; the document is valid for `junit-10.xsd` of the xUnit plugin of Jenkins, and avoids
//! what other schemas do not know.
//!
//! A suite is an engine, a test is a case. Rows that failed are properties of the suite.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::macros::format_description;

use super::collected::{Collected, written};
use super::merged::kept;
use super::{CaseResult, Finished, Format, ReportError, Reporter, Target};
use crate::report::{TrialProblem, UsualCommands, failure, problem};
use crate::results::Engine;

pub(super) const FORMAT: Format = Format {
    name: "junit",
    target: Target::File,
    open,
    keep: |result| kept(test(result)),
    join: |file, run| written(file, |output| write(output, run.kept("junit")?, &run.finished())),
};

fn open(file: &Path) -> Result<Box<dyn Reporter>, ReportError> {
    Ok(Collected::reporter(file, test, write))
}

/// A case on an engine.
#[derive(Serialize, Deserialize)]
struct Test {
    engine: Engine,
    version: String,
    case: String,
    took: Duration,
    problem: Option<TrialProblem>,
    /// The problem in full.
    text: String,
}

fn test(CaseResult { case, judged, .. }: &CaseResult<'_>) -> Test {
    Test {
        engine: judged.engine,
        version: judged.version.clone(),
        case: case.id.to_string(),
        took: judged.rows.iter().filter_map(|row| row.took).sum(),
        problem: problem(case, judged),
        text: failure(case, judged, &UsualCommands).unwrap_or_default(),
    }
}

fn write(output: &mut dyn Write, tests: Vec<Test>, run: &Finished<'_>) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(output, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let engines = Engine::ALL.into_iter().map(|engine| {
        let tests: Vec<_> = tests.iter().filter(|test| test.engine == engine).collect();
        (engine, tests)
    });
    let suites: Vec<_> = engines.filter(|(_, tests)| !tests.is_empty()).collect();
    writer.create_element("testsuites").write_inner_content(|writer| {
        for (id, (engine, tests)) in suites.iter().enumerate() {
            write_suite(writer, (id, *engine), tests, run)?;
        }
        Ok(())
    })?;
    writer.into_inner().write_all(b"\n")
}

type Xml<'w> = Writer<&'w mut dyn Write>;

fn write_suite(
    writer: &mut Xml<'_>,
    (id, engine): (usize, Engine),
    tests: &[&Test],
    run: &Finished<'_>,
) -> io::Result<()> {
    let wall = run.times.iter().find(|(of, _)| *of == engine).map(|(_, times)| times.wall);
    let count = |is_error: bool| {
        let problems = tests.iter().filter_map(|test| test.problem.as_ref());
        problems.filter(|problem| problem.is_error == is_error).count()
    };
    let suite = writer.create_element("testsuite").with_attributes(
        [
            ("id", text(id)),
            ("package", "cors-harness".to_owned()),
            ("name", engine.as_str().to_owned()),
            ("timestamp", began(run.took)),
            ("hostname", "localhost".to_owned()),
            ("tests", text(tests.len())),
            ("failures", text(count(false))),
            ("errors", text(count(true))),
            ("time", seconds(wall.unwrap_or_default())),
        ]
        .iter()
        .map(|(name, value)| (*name, value.as_str())),
    );
    suite.write_inner_content(|writer| {
        write_properties(writer, tests)?;
        tests.iter().try_for_each(|test| write_test(writer, test))?;
        writer.create_element("system-out").write_text_content(BytesText::new(""))?;
        writer.create_element("system-err").write_text_content(BytesText::new(""))?;
        Ok(())
    })?;
    Ok(())
}

/// The version of the engine, and a property for each row that failed.
fn write_properties(writer: &mut Xml<'_>, tests: &[&Test]) -> io::Result<()> {
    let version = tests.iter().map(|test| &test.version).find(|version| !version.is_empty());
    let version = version.map(|version| ("version".to_owned(), version.clone()));
    let rows = tests.iter().flat_map(|test| {
        let rows = test.problem.iter().flat_map(|problem| &problem.rows);
        rows.map(|row| (format!("{} row {}", test.case, row.row), row.words.clone()))
    });
    let properties: Vec<_> = version.into_iter().chain(rows).collect();
    writer.create_element("properties").write_inner_content(|writer| {
        for (name, value) in &properties {
            let property = [("name", text(name)), ("value", text(value))];
            let property = property.iter().map(|(name, value)| (*name, value.as_str()));
            writer.create_element("property").with_attributes(property).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn write_test(writer: &mut Xml<'_>, test: &Test) -> io::Result<()> {
    let folder = test.case.rsplit_once('/').map_or("", |(folder, _)| folder).replace('/', ".");
    let class = format!("{}.{folder}", test.engine.as_str());
    let attributes = [
        ("classname", text(class.trim_end_matches('.'))),
        ("name", text(&test.case)),
        ("time", seconds(test.took)),
    ];
    let element = writer
        .create_element("testcase")
        .with_attributes(attributes.iter().map(|(name, value)| (*name, value.as_str())));
    let Some(TrialProblem { kind, sentence, is_error, .. }) = &test.problem else {
        element.write_empty()?;
        return Ok(());
    };
    let name = if *is_error { "error" } else { "failure" };
    element.write_inner_content(|writer| {
        let attributes = [("type", text(kind)), ("message", text(sentence))];
        let attributes = attributes.iter().map(|(name, value)| (*name, value.as_str()));
        let problem = writer.create_element(name).with_attributes(attributes);
        problem.write_text_content(BytesText::new(&text(&test.text)))?;
        Ok(())
    })?;
    Ok(())
}

/// A text without the characters that XML 1.0 does not have.
fn text(text: impl Display) -> String {
    let is_char = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.to_string().chars().filter(is_char).collect()
}

fn seconds(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64())
}

/// When the run began, in UTC: the schema of Ant takes no time zone.
fn began(took: Duration) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    let began = OffsetDateTime::now_utc().checked_sub(took.try_into().unwrap_or_default());
    began
        .and_then(|began| began.format(format).ok())
        .unwrap_or_else(|| "1970-01-01T00:00:00".to_owned())
}
