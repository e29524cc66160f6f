//! What reporters receive, and in which order.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use cors_harness::observation::Read;
use cors_harness::reporters::{
    CaseResult, Finished, Format, ReportError, Reporter, Reporters, RowResult, Trial,
};
use cors_harness::run::Engine;
use cors_harness::verdict::EngineWideCounts;

use super::support::{CASE, Played, case, played};

/// Writes down what it receives.
struct Events<'a>(&'a RefCell<Vec<String>>);

impl Events<'_> {
    fn note(&self, event: String) {
        self.0.borrow_mut().push(event);
    }
}

impl Reporter for Events<'_> {
    fn started(&mut self, trials: &[Trial]) {
        self.note(format!("started {}", trials.len()));
    }

    fn row(&mut self, row: &RowResult<'_>) {
        let RowResult { of: CaseResult { trial, case, judged }, row, outcome } = row;
        let read = outcome.observation.steps[0].read.map(Read::as_str);
        let (engine, path) = (judged.engine.as_str(), &row.values[0].1);
        self.note(format!("row {trial} {} {engine} {path} {}", case.id, read.unwrap_or("?")));
    }

    fn case(&mut self, CaseResult { trial, case, judged }: &CaseResult<'_>) {
        self.note(format!("case {trial} {} {}", case.id, judged.engine.as_str()));
    }

    fn engine_done(&mut self, engine: Engine) {
        self.note(format!("{} done", engine.as_str()));
    }

    fn finished(&mut self, run: &Finished<'_>) -> Result<(), ReportError> {
        self.note(format!("finished {}", run.played.len()));
        Ok(())
    }
}

/// Two cases on two engines, played in another order than they are written in.
fn trials() -> Vec<(usize, Played)> {
    let of =
        |name: &str, engine| played(&case(name, &CASE.replace(", me?more", "")), engine, |_, _| {});
    vec![
        (1, of("a", Engine::FIREFOX)),
        (0, of("a", Engine::CHROMIUM)),
        (2, of("b", Engine::CHROMIUM)),
    ]
}

fn report(reporters: Vec<Box<dyn Reporter + '_>>) -> Vec<ReportError> {
    let played = trials();
    let of = |(case, judged): &Played| (Arc::clone(case), judged.engine);
    let all: Vec<_> = played.iter().map(|(_, trial)| of(trial)).collect();
    let mut reporters = Reporters::start(&all, reporters);
    for (trial, (case, judged)) in &played {
        reporters.case(CaseResult { trial: *trial, case, judged });
    }
    let played: Vec<_> = played.into_iter().map(|(_, trial)| trial).collect();
    reporters.finish(&Finished {
        played: &played,
        engine_wide: &EngineWideCounts::default(),
        times: &[],
        took: Duration::ZERO,
        shard: None,
    })
}

#[test]
fn events_come_in_order() {
    let events = RefCell::default();
    assert!(report(vec![Box::new(Events(&events))]).is_empty());
    let expected = [
        "started 3",
        "row 1 a firefox me allowed",
        "row 1 a firefox me?again allowed",
        "case 1 a firefox",
        "firefox done",
        "row 0 a chromium me allowed",
        "row 0 a chromium me?again allowed",
        "case 0 a chromium",
        "row 2 b chromium me allowed",
        "row 2 b chromium me?again allowed",
        "case 2 b chromium",
        "chromium done",
        "finished 3",
    ];
    assert_eq!(events.into_inner(), expected);
}

#[test]
fn a_report_that_cannot_be_written_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str| Format::named("json").unwrap().open(&folder.path().join(name));
    let (broken, good) = (open("gone.json").unwrap(), open("good.json").unwrap());
    std::fs::create_dir(folder.path().join("gone.json")).unwrap();
    let errors: Vec<_> = report(vec![broken, good]).iter().map(ToString::to_string).collect();
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert!(error.contains("gone.json` cannot be written: "), "{error}");
    let document = std::fs::read(folder.path().join("good.json")).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
    let cases: Vec<_> = document["results"].as_array().unwrap().iter().collect();
    let cases: Vec<_> = cases.iter().map(|row| (&row["case"], &row["engine"])).collect();
    let written =
        |row: usize, case: &str, engine: &str| cases[row] == (&case.into(), &engine.into());
    assert!(written(0, "a", "chromium") && written(2, "a", "firefox"), "{cases:?}");
    assert!(open("missing/good.json").is_err());
}
