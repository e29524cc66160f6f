//! Trials that were compared with their snapshots.

use std::borrow::Cow;
use std::time::Duration;

use super::{Engine, RowOutcome};
use crate::observation::RowObservation;
use crate::plan::Names;
use crate::ruling::RowRuling;
use crate::secrets::Secrets;
use crate::verdict::Verdict;

/// A case on one engine, played and compared with its snapshot.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The engine.
    pub engine: Engine,
    /// Its version.
    pub version: String,
    /// How it compares.
    pub judgement: Judgement,
    /// Its rows, in the case's order; none if it could not be run.
    pub rows: Vec<RowOutcome>,
    /// The number of rows that were played twice because a browser ended.
    pub repeated: usize,
    /// The number of its rows in which the browser did what the standard permits.
    pub permitted: usize,
    /// The number of its rows in which the time that passed makes a difference.
    pub timed: usize,
    /// Why the new text could not be written, if it was to be written.
    pub unkept: Option<String>,
    /// The text of a snapshot of it; empty if it could not be run.
    pub text: String,
    /// What is known of its rows if they were left out, because there is nothing to say about any of them.
    pub left_out: Option<RowsLeftOut>,
}

/// Rows in which an engine did what the standard says, and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct RowsLeftOut {
    /// How many there are.
    pub count: usize,
    /// How long all of them took.
    pub cost: Duration,
}

/// How a trial compares with its reviewed snapshot.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Judgement {
    /// It matches.
    Match,
    /// There is no snapshot yet.
    New,
    /// It differs.
    Differs {
        /// The reviewed text.
        reviewed: String,
        /// The record of a reviewed policy; `None` if the snapshot has none.
        record: Option<String>,
    },
    /// The snapshot cannot be read, for this reason.
    Unreadable(String),
    /// It departs from the standard without an entry for that, or an entry's departure is gone.
    Departs,
    /// A row is inconclusive, so nothing was compared.
    Inconclusive,
    /// The environment could not run it, for this reason.
    NotRun(String),
}

impl RowOutcome {
    /// Why this row is inconclusive, if it is.
    pub fn inconclusive(&self) -> Option<&str> {
        match &self.judged {
            Some((_, Verdict::Inconclusive(reason))) => Some(reason),
            Some(_) => self.observation.missing_evidence(),
            None => self.observation.inconclusive(),
        }
    }

    /// Whether it departs from the standard in a way that the case does not list.
    pub fn departs(&self) -> bool {
        let verdict = self.judged.as_ref().map(|(_, verdict)| verdict);
        let unexplained = matches!(
            verdict,
            Some(Verdict::Departs(_) | Verdict::WrongKind { .. } | Verdict::Vanished)
        );
        unexplained || !self.broken.is_empty()
    }

    /// Whether a snapshot contains the standard's text of the case as written instead of its own.
    /// What depends on the time, or on what a browser may do, does not occur in every run.
    pub fn is_set_aside(&self) -> bool {
        let verdict = self.judged.as_ref().map(|(_, verdict)| verdict);
        let may_come = matches!(verdict, Some(Verdict::Permitted { is_known: false, .. }));
        self.inconclusive().is_none() && (self.time.is_some() || may_come)
    }

    /// The row in the form of a snapshot.
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

    /// Whether it did what the standard says, or the standard does not bind it.
    fn is_quiet(&self) -> bool {
        matches!(self.judged, None | Some((_, Verdict::Agrees)))
            && self.inconclusive().is_none()
            && self.broken.is_empty()
    }

    fn shorten(&mut self) {
        self.exchanges = Vec::new();
        self.names = Names::verbatim();
        self.environment = Secrets::default();
        if self.is_quiet() {
            self.observation = RowObservation::default();
            let ruling =
                || RowRuling { observation: RowObservation::default(), rulings: Vec::new() };
            self.judged = self.judged.take().map(|(_, verdict)| (ruling(), verdict));
        }
    }
}

impl Judged {
    /// A short form for the table of all engines: the verdict of each row, and the observation of rows that
    /// need an explanation.
    pub fn in_short(mut self) -> Self {
        self.text = String::new();
        self.rows.iter_mut().for_each(RowOutcome::shorten);
        self
    }

    /// A short form for the reports of one engine: without its rows, if there is nothing to say about any of them.
    pub fn in_short_for_one_engine(self) -> Self {
        let says_nothing = |row: &RowOutcome| row.is_quiet() && row.engine_wide.shown.is_empty();
        if self.rows.is_empty() || !self.rows.iter().all(says_nothing) {
            return self.in_short();
        }
        let left_out = RowsLeftOut { count: self.row_count(), cost: self.cost() };
        Self { left_out: Some(left_out), ..self.without_rows() }
    }

    /// How many of its rows were played.
    pub fn row_count(&self) -> usize {
        self.left_out.map_or(self.rows.len(), |rows| rows.count)
    }

    /// How long its rows took.
    pub fn cost(&self) -> Duration {
        let of_rows = || self.rows.iter().map(|row| row.cost).sum();
        self.left_out.map_or_else(of_rows, |rows| rows.cost)
    }

    /// The same without its rows.
    pub fn without_rows(self) -> Self {
        Self { rows: Vec::new(), text: String::new(), ..self }
    }

    /// A trial that the environment could not run.
    pub(crate) fn unable(engine: Engine, reason: String) -> Self {
        let judgement = Judgement::NotRun(reason);
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
            left_out: None,
        }
    }
}
