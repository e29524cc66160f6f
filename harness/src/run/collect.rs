//! Collects rows from any browser, in any order, into the outcomes of trials.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::{EngineUnavailable, Outcome, RowOutcome};
use crate::case::{Case, Label, Row};
use crate::children::cleanup::is_ending;

/// The destination of a row's outcome.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct RowKey {
    /// Number of the trial.
    pub trial: usize,
    /// Number of the row in its case.
    pub row: usize,
}

impl RowKey {
    /// The first row of a trial.
    pub(super) fn first(trial: usize) -> Self {
        Self { trial, row: 0 }
    }
}

/// A row of a trial before planning. Its case has the rows in memory.
pub(super) struct Assigned {
    pub(super) key: RowKey,
    pub(super) case: Arc<Case>,
}

impl Assigned {
    pub(super) fn row(&self) -> &Row {
        &self.case.rows[self.key.row]
    }

    /// Labels of the row's steps.
    pub(super) fn labels(&self) -> Vec<Label> {
        self.row().labels()
    }
}

/// The receiving end of one trial.
pub(super) type TrialReceiver = oneshot::Receiver<Result<Outcome, EngineUnavailable>>;

/// Shared by everything that plays rows. A trial is sent when its last row has arrived.
#[derive(Clone, Debug)]
pub(super) struct Collector {
    trials: Arc<Mutex<Vec<Collecting>>>,
    /// How many rows were played.
    rows: Arc<AtomicUsize>,
    /// Receives the number of each trial that has a result.
    complete: Sender<usize>,
    /// Receives the first row of the first trial as soon as it is played.
    first_row: Option<Sender<Outcome>>,
}

#[derive(Debug, Default)]
struct Collecting {
    version: String,
    /// The number of its rows.
    count: usize,
    /// The rows that have arrived, by number: rows that were not played yet take no memory.
    rows: BTreeMap<usize, RowOutcome>,
    unable: Option<EngineUnavailable>,
    send: Option<oneshot::Sender<Result<Outcome, EngineUnavailable>>>,
}

impl Collector {
    /// For trials of the given numbers of rows, none of which is 0. Counts the rows that are played.
    pub(super) fn new(
        rows_of_trials: impl IntoIterator<Item = usize>,
        rows: Arc<AtomicUsize>,
        complete: Sender<usize>,
        first_row: Option<Sender<Outcome>>,
    ) -> (Self, Vec<TrialReceiver>) {
        let (collecting, awaited): (Vec<_>, _) = rows_of_trials
            .into_iter()
            .map(|count| {
                let (send, receive) = oneshot::channel();
                (Collecting { count, send: Some(send), ..Collecting::default() }, receive)
            })
            .unzip();
        (Self { trials: Arc::new(Mutex::new(collecting)), rows, complete, first_row }, awaited)
    }

    /// A row was played. Only the first report counts: an error of a page is reported for all of
    /// its rows, and some of them may have been played before.
    pub(super) fn played(&self, key: RowKey, version: &str, outcome: RowOutcome) {
        self.with(key.trial, |trial| {
            // A row that was not played in a browser has no version.
            if !version.is_empty() {
                version.clone_into(&mut trial.version);
            }
            if let Entry::Vacant(place) = trial.rows.entry(key.row) {
                self.send_first_row(key, version, &outcome);
                place.insert(outcome);
                self.rows.fetch_add(1, Ordering::Relaxed);
            }
        });
    }

    fn send_first_row(&self, key: RowKey, version: &str, outcome: &RowOutcome) {
        let first_row = self.first_row.as_ref().filter(|_| key == RowKey { trial: 0, row: 0 });
        if let Some(first_row) = first_row {
            // A receiver that no longer waits is gone.
            let _ = first_row
                .send(Outcome { version: version.to_owned(), rows: vec![outcome.clone()] });
        }
    }

    /// A row could not be played, so its trial cannot be completed.
    pub(super) fn unable(&self, key: RowKey, reason: &EngineUnavailable) {
        self.with(key.trial, |trial| trial.unable = Some(reason.clone()));
    }

    /// A report while everything is being ended, servers and browsers, is not a result.
    fn with(&self, trial: usize, change: impl FnOnce(&mut Collecting)) {
        if is_ending() {
            return;
        }
        let mut trials = self.trials.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut trials[trial]);
        if trials[trial].send_if_complete() {
            // A run whose results are no longer awaited has dropped the other end.
            let _ = self.complete.send(trial);
        }
    }
}

impl Collecting {
    /// Sends the result if it is complete; whether it did.
    fn send_if_complete(&mut self) -> bool {
        let complete = self.rows.len() == self.count;
        let result = match (&self.unable, complete) {
            (Some(reason), _) => Err(reason.clone()),
            (None, true) => Ok(Outcome {
                version: std::mem::take(&mut self.version),
                rows: std::mem::take(&mut self.rows).into_values().collect(),
            }),
            (None, false) => return false,
        };
        let Some(send) = self.send.take() else { return false };
        // The receiver of a trial that was given up may be gone.
        let _ = send.send(result);
        true
    }
}
