//! From an outcome to its standing against the reviewed snapshot.

use std::borrow::Cow;
use std::path::Path;

use super::{Engine, Outcome, RowOutcome, Unable, place};
use crate::case::Case;
use crate::observation::RowObservation;
use crate::plan::Names;
use crate::report::{snapshot_text, unreadable};
use crate::snapshot::{Info, Kept, Record, keep};
use crate::standard::RowRuling;
use crate::verdict::Verdict;

/// A trial, played and compared.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The engine.
    pub engine: Engine,
    /// Its version.
    pub version: String,
    /// How it stands.
    pub judgement: Judgement,
    /// Its rows, in the case's order; none if it could not be run.
    pub rows: Vec<RowOutcome>,
    /// How many of its rows were played twice, since a browser ended the first time.
    pub repeated: usize,
    /// In how many of its rows the browser made use of what the standard leaves to it.
    pub permitted: usize,
    /// In how many of its rows the time that passed makes a difference.
    pub timed: usize,
    /// Why what happened could be neither accepted nor put aside for review, where it should have been.
    pub unkept: Option<String>,
    /// The text a snapshot would hold; empty if it could not be run.
    pub text: String,
}

/// How a trial stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Judgement {
    /// As reviewed.
    Match,
    /// Never reviewed.
    New,
    /// Not as reviewed.
    Differs {
        /// The reviewed text.
        reviewed: String,
    },
    /// What was reviewed cannot be read, for this reason.
    Unreadable(String),
    /// It departs from the standard and nobody has said why, or what was said is no longer so.
    Departs,
    /// Something in it cannot be told, so nothing was compared.
    Inconclusive,
    /// The environment could not run it.
    Unable(String),
}

/// Compares what happened with what was reviewed.
pub fn judge(root: &Path, case: &Case, engine: Engine, outcome: Result<Outcome, Unable>) -> Judged {
    let (version, rows) = match outcome {
        Ok(Outcome { version, rows }) => (version, rows),
        Err(Unable(reason)) => return Judged::unable(engine, reason),
    };
    let text = snapshot_text(case, engine, &as_reviewed(&rows));
    let (judgement, unkept) = if rows.iter().any(|row| row.inconclusive().is_some()) {
        (Judgement::Inconclusive, None)
    } else if rows.iter().any(RowOutcome::departs) {
        (Judgement::Departs, None)
    } else {
        compare(root, case, engine, &version, &text)
    };
    let count = |is_one: fn(&RowOutcome) -> bool| rows.iter().filter(|row| is_one(row)).count();
    let repeated = count(|row| row.repeated.is_some());
    let permitted = count(|row| matches!(row.judged, Some((_, Verdict::Permitted { .. }))));
    let timed = count(|row| row.time.is_some());
    Judged { engine, version, judgement, rows, repeated, permitted, timed, unkept, text }
}

/// The rows as a snapshot has them.
fn as_reviewed(rows: &[RowOutcome]) -> Cow<'_, [RowOutcome]> {
    match rows.iter().any(RowOutcome::is_set_aside) {
        true => rows.iter().map(|row| row.as_reviewed().into_owned()).collect(),
        false => Cow::Borrowed(rows),
    }
}

/// How a text stands to the reviewed one, and why it could not be kept.
fn compare(
    root: &Path,
    case: &Case,
    engine: Engine,
    version: &str,
    text: &str,
) -> (Judgement, Option<String>) {
    let made_by = format!("{} {version}", engine.as_str());
    let info = Info { engine: &made_by, suite: env!("CARGO_PKG_VERSION") };
    let record = Record { text, description: &case.name, input: &case.file, info };
    let place = place(root, case, engine);
    let keeping = keep(&place, &record);
    let judgement = match keeping.kept {
        Kept::Match => Judgement::Match,
        Kept::New => Judgement::New,
        Kept::Differs { reviewed } => Judgement::Differs { reviewed },
        Kept::Unreadable(reason) => Judgement::Unreadable(unreadable(&place.file(), &reason)),
    };
    let failed = keeping.failed;
    (judgement, failed.map(|why| format!("`{}` cannot be kept: {why}", place.file().display())))
}

impl RowOutcome {
    /// Why something in this row cannot be told.
    pub fn inconclusive(&self) -> Option<&str> {
        match &self.judged {
            Some((_, Verdict::Inconclusive(reason))) => Some(reason),
            Some(_) => self.observation.untold(),
            None => self.observation.inconclusive(),
        }
    }

    /// Whether it stands otherwise to the standard than the case says.
    pub fn departs(&self) -> bool {
        let verdict = self.judged.as_ref().map(|(_, verdict)| verdict);
        let unexplained = matches!(
            verdict,
            Some(Verdict::Departs(_) | Verdict::WrongKind { .. } | Verdict::Vanished)
        );
        unexplained || !self.broken.is_empty()
    }

    /// Whether its text in a snapshot is that of the standard for the case as written. What the time decides, or
    /// what a browser may do or leave, does not come in every run.
    pub fn is_set_aside(&self) -> bool {
        let verdict = self.judged.as_ref().map(|(_, verdict)| verdict);
        let may_come = matches!(verdict, Some(Verdict::Permitted { is_known: false, .. }));
        self.inconclusive().is_none() && (self.time.is_some() || may_come)
    }

    /// The row as a snapshot has it.
    pub fn as_reviewed(&self) -> Cow<'_, Self> {
        if !self.is_set_aside() {
            return Cow::Borrowed(self);
        }
        let measured = self.judged.as_ref().map(|(ruling, _)| ruling);
        let written = self.time.as_ref().map(|time| &time.written);
        let Some(ruling) = written.or(measured).cloned() else { return Cow::Borrowed(self) };
        let observation = ruling.observation.clone();
        let judged = Some((ruling, Verdict::Agrees));
        Cow::Owned(Self { judged, ..Self::of(observation) })
    }

    fn shorten(&mut self) {
        self.exchanges = Vec::new();
        self.names = Names::verbatim();
        let quiet = matches!(self.judged, None | Some((_, Verdict::Agrees)))
            && self.inconclusive().is_none()
            && self.broken.is_empty();
        if quiet {
            self.observation = RowObservation::default();
            let ruling =
                || RowRuling { observation: RowObservation::default(), rulings: Vec::new() };
            self.judged = self.judged.take().map(|(_, verdict)| (ruling(), verdict));
        }
    }
}

impl Judged {
    /// The same with no more of its rows than has to be said of them beside other engines: how each
    /// stands, and what was observed where that needs words.
    pub fn in_short(mut self) -> Self {
        self.text = String::new();
        self.rows.iter_mut().for_each(RowOutcome::shorten);
        self
    }

    /// How it stands and nothing else, for whoever has said all there is to say of its rows.
    pub fn without_rows(self) -> Self {
        Self { rows: Vec::new(), text: String::new(), ..self }
    }

    fn unable(engine: Engine, reason: String) -> Self {
        let judgement = Judgement::Unable(reason);
        Self {
            engine,
            version: String::new(),
            judgement,
            rows: Vec::new(),
            repeated: 0,
            permitted: 0,
            timed: 0,
            unkept: None,
            text: String::new(),
        }
    }
}
