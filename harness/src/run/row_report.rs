//! Reports rows that were played: joins what was seen and recorded, and judges it.

use std::time::{Duration, Instant};

use cors_model::Span;
use cors_servers::exchange::{Exchange, Opened};

use super::collect::{Assigned, Collector};
use super::row_judgment::judge_row;
use super::standard::secrets;
use super::times::Stopwatch;
use super::{Engine, RowOutcome};
use crate::observation::{Evidence, FaultSeen, RowSeen, forget_late_answers, observe};
use crate::plan::{PagePlan, PlannedRow, Separation, SharedPage};
use crate::upstream::Upstreams;
use crate::world::{Bounds, timeline};

/// Rows of one engine, and what they need wherever they are played.
#[derive(Clone, Copy)]
pub(super) struct EngineRows<'a> {
    pub(super) rows: &'a [Assigned],
    pub(super) upstreams: &'a Upstreams,
    pub(super) separation: Separation,
    pub(super) collector: &'a Collector,
    pub(super) times: &'a Stopwatch,
}

impl EngineRows<'_> {
    /// The destination for these rows, played by an engine with this version.
    pub(super) fn report<'r>(&'r self, engine: Engine, version: &'r str) -> Report<'r> {
        let Self { rows, upstreams, collector, times, .. } = *self;
        let (cookies_set, repeated, cost) = (Span::default(), None, Duration::ZERO);
        Report { rows, upstreams, collector, engine, version, times, cookies_set, repeated, cost }
    }
}

/// The destination for reports of a run's rows.
#[derive(Clone, Copy)]
pub(super) struct Report<'a> {
    pub(super) rows: &'a [Assigned],
    pub(super) upstreams: &'a Upstreams,
    pub(super) collector: &'a Collector,
    pub(super) engine: Engine,
    pub(super) version: &'a str,
    pub(super) times: &'a Stopwatch,
    /// When the cookies of these rows were set, on the clock of their lab.
    pub(super) cookies_set: Span,
    /// Why these rows are played once more.
    pub(super) repeated: Option<&'a str>,
    /// How long each of these rows took so far: its share of what was done for several.
    pub(super) cost: Duration,
}

impl Report<'_> {
    /// The same for so many rows, for which something was done since then.
    pub(super) fn shared(&self, since: Instant, rows: usize) -> Self {
        let share = since.elapsed() / u32::try_from(rows).unwrap_or(u32::MAX).max(1);
        Self { cost: self.cost + share, ..*self }
    }

    /// Rows of a shared page as they are played.
    pub(super) fn planned(&self, shared_page: &SharedPage, rows: &[usize]) -> Vec<PlannedRow> {
        rows.iter().map(|row| shared_page.row(*row, self.rows[*row].row())).collect()
    }

    /// A shared page, for some of its rows.
    pub(super) fn page(&self, shared_page: &SharedPage, rows: &[usize]) -> PagePlan {
        let placed = rows.iter().map(|row| (*row, self.rows[*row].row()));
        let page = shared_page.page_with_frames(placed);
        page.unwrap_or_else(|| shared_page.page(rows[0], self.rows[rows[0]].row()))
    }

    /// Batches of a shared page's rows that are played one after another, the rows of a batch at the same
    /// time. Rows of a shared page that is played one by one have servers with the same address, and time passes for
    /// all rows of a browser at once.
    pub(super) fn batches<'s>(
        &self,
        shared_page: &SharedPage,
        rows: &'s [usize],
    ) -> Vec<&'s [usize]> {
        let wait = |row: &usize| {
            let row = self.rows[*row].row();
            row.waits() || row.opens_pages()
        };
        match shared_page.one_by_one || rows.iter().any(wait) {
            true => rows.chunks(1).collect(),
            false => {
                parts(rows, CONNECTIONS_AT_ONCE, |row| self.rows[row].row().most_connections())
            }
        }
    }

    /// Rows of a shared page that could not be played.
    pub(super) fn troubled(&self, shared_page: &SharedPage, rows: &[usize], trouble: &str) {
        let seen = RowSeen { trouble: Some(trouble.to_owned()), ..RowSeen::default() };
        for row in rows {
            let planned = shared_page.row(*row, self.rows[*row].row());
            self.row(&planned, &seen, Recorded::default(), (&[], Bounds::default()));
        }
    }

    /// Reports rows whose servers get no more requests, and returns the others.
    pub(super) fn without_given_up(&self, shared_page: &SharedPage, rows: &[usize]) -> Vec<usize> {
        let asked = |row: &usize| {
            let mut upstreams = self.rows[*row].row().upstreams();
            let given_up = upstreams.find_map(|own| self.upstreams.given_up(own));
            given_up.is_none_or(|words| {
                self.troubled(shared_page, &[*row], &words);
                false
            })
        };
        rows.iter().copied().filter(asked).collect()
    }

    /// Reports a row with what was seen and recorded.
    pub(super) fn row(
        &self,
        row: &PlannedRow,
        seen: &RowSeen,
        recorded: Recorded,
        (marks, bounds): (&[Exchange], Bounds),
    ) {
        let Recorded { mut exchanges, faults, connections } = recorded;
        let assigned = &self.rows[row.index];
        let secrets = secrets(assigned.row());
        let labels = assigned.labels();
        let evidence = Evidence {
            row,
            labels: &labels,
            seen,
            exchanges: &exchanges,
            marks,
            faults: &faults,
            connections: &connections,
        };
        let mut observation = observe(&evidence).without_secrets(&secrets);
        if assigned.row().has_upstream() {
            observation = observation.without_bodies();
        }
        let timeline = timeline(&evidence, bounds);
        forget_late_answers(&row.play.step_groups, &observation, &mut exchanges);
        let names = row.names.clone();
        let environment = assigned.row().environment.clone();
        let mut outcome =
            RowOutcome { exchanges, names, environment, ..RowOutcome::of(observation) };
        if self.engine != Engine::Control {
            judge_row(&mut outcome, assigned, self.engine, &timeline);
        }
        if !outcome.judged.as_ref().is_some_and(|(_, verdict)| verdict.is_conclusive()) {
            let observation = std::mem::take(&mut outcome.observation);
            outcome.observation = observation.inconclusive_where_unforeseen();
        }
        let printed = assigned.row().upstreams().filter_map(|own| self.upstreams.last_words(own));
        outcome.printed = printed.map(|text| secrets.hidden_in(&text)).collect();
        outcome.clock = bounds.start;
        outcome.took = seen.took().or_else(|| served(&outcome.exchanges));
        outcome.cost = self.cost.max(outcome.took.unwrap_or_default());
        outcome.repeated = self.repeated.map(|words| secrets.hidden_in(words));
        self.collector.played(assigned.key, self.version, outcome);
    }
}

/// What the servers of a row recorded.
#[derive(Default)]
pub(super) struct Recorded {
    pub(super) exchanges: Vec<Exchange>,
    pub(super) faults: Vec<FaultSeen>,
    pub(super) connections: Vec<Opened>,
}

impl Recorded {
    /// Servers that could not be hosted.
    pub(super) fn nothing(words: String) -> Self {
        let fault = FaultSeen { sequence: 0, words, without_server: None };
        Self { faults: vec![fault], ..Self::default() }
    }
}

/// The time from the first request to the last reply, on the servers' clock. A plain client measures no time.
fn served(exchanges: &[Exchange]) -> Option<Duration> {
    let first = exchanges.iter().map(|exchange| exchange.arrived).min()?;
    let last = exchanges.iter().filter_map(Exchange::answered).max()?;
    Some(last.saturating_sub(first))
}

/// The largest number of servers, or of requests at the same time, of rows that play at the same time. A browser keeps a
/// limited number of connections to its proxy, up to three for each of them (with and without credentials),
/// and those of earlier rows may still be closing. When Chromium makes room, it may close a
/// connection that was just opened and has not been used, and the request that waits for it fails.
const CONNECTIONS_AT_ONCE: usize = 16;

/// Parts of rows, each with a total of at most this much, or with one row that has more.
pub(super) fn parts(rows: &[usize], most: usize, has: impl Fn(usize) -> usize) -> Vec<&[usize]> {
    let mut parts = Vec::new();
    let mut rest = rows;
    while !rest.is_empty() {
        let mut sum = 0;
        let fits = |row: &&usize| {
            sum += has(**row);
            sum <= most
        };
        let count = rest.iter().take_while(fits).count().max(1);
        let (part, later) = rest.split_at(count);
        parts.push(part);
        rest = later;
    }
    parts
}
