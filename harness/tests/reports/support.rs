//! Trials that no browser played.

use std::path::Path;
use std::sync::Arc;

use cors_harness::case::{self, Case, CaseId};
use cors_harness::observation::RowObservation;
use cors_harness::run::{self, Engine, Judged, Judgement, Outcome, Players, RowOutcome, start};
use cors_harness::verdict::{Judgment, RowPlayed, judgment, known};

/// A case on an engine, after it was played.
pub type Played = (Arc<Case>, Judged);

/// A case of three rows whose response script reads.
pub const CASE: &str = "
name: The reply is read
because: It was sent.
servers:
  https://api.example.com:
    /me: { GET: { headers: [{ Access-Control-Allow-Origin: '*' }], body: hello } }
page: https://app.example.com
matrix: { path: [me, me?again, me?more] }
steps:
  - fetch: https://api.example.com/${path}
";

/// A case of a text.
pub fn case(id: &str, text: &str) -> Arc<Case> {
    let read = case::read(CaseId(id.to_owned()), Path::new("case.yaml"), text.as_bytes());
    Arc::new(read.unwrap())
}

/// A trial of an engine that does what the standard says, but for a change of each row.
pub fn played(
    case: &Arc<Case>,
    engine: Engine,
    change: impl Fn(usize, &mut RowObservation),
) -> Played {
    let mut outcome = by_the_standard(case);
    for (number, row) in outcome.rows.iter_mut().enumerate() {
        change(number, &mut row.observation);
        judge(case, engine, number, row);
    }
    played_by(case, engine, outcome)
}

/// A trial with this outcome. It matches its snapshot unless the test changes that.
pub fn played_by(case: &Arc<Case>, engine: Engine, outcome: Outcome) -> Played {
    let Outcome { version, rows } = outcome;
    let judgement = if rows.iter().any(|row| row.inconclusive().is_some()) {
        Judgement::Inconclusive
    } else if rows.iter().any(RowOutcome::departs) {
        Judgement::Departs
    } else {
        Judgement::Match
    };
    let repeated = rows.iter().filter(|row| row.repeated.is_some()).count();
    (
        Arc::clone(case),
        Judged {
            engine,
            version,
            judgement,
            rows,
            repeated,
            permitted: 0,
            timed: 0,
            unkept: None,
            text: String::new(),
            left_out: None,
        },
    )
}

/// The same, with another state of its snapshot.
pub fn standing((case, judged): Played, judgement: Judgement) -> Played {
    (case, Judged { judgement, ..judged })
}

/// A trial that the environment could not run.
pub fn not_run(case: &Arc<Case>, engine: Engine, reason: &str) -> Played {
    let (case, judged) = played(case, engine, |_, _| {});
    (case, Judged { rows: Vec::new(), judgement: Judgement::NotRun(reason.to_owned()), ..judged })
}

fn by_the_standard(case: &Arc<Case>) -> Outcome {
    start(vec![(Arc::clone(case), Engine::Standard)], Players::find()).outcome(0).unwrap()
}

fn judge(case: &Case, engine: Engine, number: usize, row: &mut RowOutcome) {
    let written = &case.rows[number];
    let known = known(case, engine.as_str(), written);
    let observation = row.observation.clone();
    let judged = RowPlayed {
        observation: &observation,
        timeline: None,
        known,
        is_written: true,
        is_of_policy: false,
        compares_reasons: false,
    };
    row.judged = row.judged.take().filter(|_| engine.is_browser()).map(|_| {
        let Judgment { ruling, verdict, .. } =
            judgment(judged, &|circumstances| run::played(written, circumstances));
        (ruling, verdict)
    });
}
