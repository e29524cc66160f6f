//! The servers of a stage while it is played, and what they recorded.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cors_model::{RunOptions, Span, Timeline};
use cors_servers::exchange::{Exchange, FailedConnection, Fault, Opened};
use cors_servers::{HostedServers, Lab, LabError};

use super::collect::Collector;
use super::standard::{played, played_as_recorded, secrets};
use super::start::Assigned;
use super::times::Stopwatch;
use super::{Engine, RowOutcome};
use crate::case::Row;
use crate::observation::{Evidence, FaultSeen, Place, RowSeen, is_asked_at, leads_to, observe};
use crate::plan::{PagePlan, PlannedRow, Stage};
use crate::results::Part;
use crate::upstream::Upstreams;
use crate::verdict::policy::limited as limited_by_the_server;
use crate::verdict::{
    EngineWide, Judgment, OnTheWire, Played, RowOfEngine, RowPlayed, Verdict, broken_invariants,
    judgment, known,
};
use crate::world::{Bounds, timeline};

/// The largest number of servers of rows that play at the same time. A browser keeps a limited
/// number of connections to its proxy, up to three for each server (with and without credentials),
/// and those of earlier rows may still be closing. When Chromium makes room, it may close a
/// connection that was just opened and has not been used, and the request that waits for it fails.
const SERVERS_AT_ONCE: usize = 16;

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

/// The servers of the rows of a batch; dropping this ends them and their connections.
pub(super) struct Hosted<'a> {
    lab: &'a Lab,
    marker: &'a HostedServers,
    rows: Vec<Result<HostedServers, LabError>>,
    /// How many unknown hosts had been requested before: by the browser itself, and by the
    /// navigation, which tries https first.
    unknown_before: usize,
    /// When they were hosted, on the lab's clock.
    since: Duration,
    /// How many faults and connections of each row's servers belong to earlier rows.
    before: Vec<(usize, usize)>,
}

impl<'a> Hosted<'a> {
    fn new(lab: &'a Lab, marker: &'a HostedServers, rows: &[PlannedRow]) -> Self {
        let unknown_before = lab.background_count();
        let rows: Vec<_> = rows.iter().map(|row| lab.host(row.servers.clone())).collect();
        let before = vec![(0, 0); rows.len()];
        Self { lab, marker, rows, unknown_before, since: lab.now(), before }
    }

    /// Keeps the same servers for another row. What they have recorded until now belongs to earlier rows.
    pub(super) fn go_on(&mut self) {
        self.unknown_before = self.lab.background_count();
        self.since = self.lab.now();
        let counts =
            |servers: &HostedServers| (servers.disturbances().len(), servers.connections().len());
        self.before = self.rows.iter().map(|row| row.as_ref().map_or((0, 0), counts)).collect();
    }

    /// What the servers have recorded and was not reported yet.
    pub(super) fn exchanges(&self) -> Vec<Exchange> {
        self.rows.iter().flatten().flat_map(HostedServers::exchanges).collect()
    }

    /// Joins what was seen with what the servers recorded, and reports every row.
    pub(super) fn report(&self, rows: &[PlannedRow], seen: &[RowSeen], to: &Report<'_>) {
        to.times.spent(Part::Judging, || self.report_rows(rows, seen, to));
    }

    fn report_rows(&self, rows: &[PlannedRow], seen: &[RowSeen], to: &Report<'_>) {
        let marks = self.marker.take_exchanges();
        let unknown_hosts = self.lab.background_since(self.unknown_before);
        let bounds = self.bounds(to);
        let servers = self.rows.iter().zip(&self.before);
        for ((row, seen), (servers, before)) in rows.iter().zip(seen).zip(servers) {
            let recorded = match servers {
                Ok(servers) => {
                    let exchanges = servers.take_exchanges();
                    let disturbances = servers.disturbances().split_off(before.0);
                    let faults = faults(row, &exchanges, &disturbances, &unknown_hosts);
                    let connections = servers.connections().split_off(before.1);
                    Recorded { exchanges, faults, connections }
                }
                Err(error) => Recorded::nothing(error.to_string()),
            };
            to.row(row, seen, recorded, (&marks, bounds));
        }
    }

    /// When its rows were played, at the latest until now.
    fn bounds(&self, report: &Report<'_>) -> Bounds {
        let now = self.lab.now();
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Bounds {
            start: unix.saturating_sub(now),
            planted: report.planted,
            played: Span { earliest: self.since, latest: now },
        }
    }
}

/// What went wrong on the way to a row's servers: on their own connections, or because the row
/// leads to a host without a server. Requests of the browser itself, such as for a page's icon, are
/// not included.
fn faults(
    row: &PlannedRow,
    exchanges: &[Exchange],
    disturbances: &[FailedConnection],
    unknown_hosts: &[FailedConnection],
) -> Vec<FaultSeen> {
    let unknown_hosts = unknown_hosts.iter().filter(|FailedConnection { host, port, .. }| {
        let place = (host.as_str(), *port);
        let mut calls = row.play.moments.iter().flatten();
        calls.any(|call| is_asked_at(&call.url, place))
            || exchanges.iter().any(|exchange| leads_to(exchange, place))
    });
    disturbances.iter().chain(unknown_hosts).map(seen).collect()
}

/// What the servers of a row recorded.
#[derive(Default)]
struct Recorded {
    exchanges: Vec<Exchange>,
    faults: Vec<FaultSeen>,
    connections: Vec<Opened>,
}

impl Recorded {
    /// Servers that could not be hosted.
    fn nothing(words: String) -> Self {
        let fault = FaultSeen { sequence: 0, words, without_server: None };
        Self { faults: vec![fault], ..Self::default() }
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
    pub(super) planted: Span,
    /// Why these rows are played once more.
    pub(super) repeated: Option<&'a str>,
}

impl Report<'_> {
    /// Rows of a stage as they are played.
    pub(super) fn planned(&self, stage: &Stage, rows: &[usize]) -> Vec<PlannedRow> {
        rows.iter().map(|row| stage.row(*row, self.rows[*row].row())).collect()
    }

    /// The page of a stage, for some of its rows.
    pub(super) fn page(&self, stage: &Stage, rows: &[usize]) -> PagePlan {
        let placed = rows.iter().map(|row| (*row, self.rows[*row].row()));
        let page = stage.page_with_frames(placed);
        page.unwrap_or_else(|| stage.page(rows[0], self.rows[rows[0]].row()))
    }

    /// Rows of a batch, ready to be played, and their servers, which are hosted from now on.
    pub(super) fn hosted<'l>(
        &self,
        lab: &'l Lab,
        marker: &'l HostedServers,
        (stage, rows): (&Stage, &[usize]),
    ) -> (Vec<PlannedRow>, Hosted<'l>) {
        self.times.spent(Part::Planning, || {
            let planned = self.planned(stage, rows);
            let servers = Hosted::new(lab, marker, &planned);
            (planned, servers)
        })
    }

    /// Batches of a stage's rows that are played one after another, the rows of a batch at the same time. Rows of a stage
    /// that is played one by one have servers with the same address.
    pub(super) fn batches<'s>(&self, stage: &Stage, rows: &'s [usize]) -> Vec<&'s [usize]> {
        match stage.one_by_one {
            true => rows.chunks(1).collect(),
            false => parts(rows, SERVERS_AT_ONCE, |row| self.rows[row].row().servers.len()),
        }
    }

    /// Rows of a stage that could not be played.
    pub(super) fn troubled(&self, stage: &Stage, rows: &[usize], trouble: &str) {
        let seen = RowSeen { trouble: Some(trouble.to_owned()), ..RowSeen::default() };
        for row in rows {
            let planned = stage.row(*row, self.rows[*row].row());
            self.row(&planned, &seen, Recorded::default(), (&[], Bounds::default()));
        }
    }

    /// Reports rows whose servers get no more requests, and returns the others.
    pub(super) fn without_given_up(&self, stage: &Stage, rows: &[usize]) -> Vec<usize> {
        let asked = |row: &usize| {
            let mut upstreams = self.rows[*row].row().upstreams();
            let given_up = upstreams.find_map(|own| self.upstreams.given_up(own));
            given_up.is_none_or(|words| {
                self.troubled(stage, &[*row], &words);
                false
            })
        };
        rows.iter().copied().filter(asked).collect()
    }

    fn row(
        &self,
        row: &PlannedRow,
        seen: &RowSeen,
        recorded: Recorded,
        (marks, bounds): (&[Exchange], Bounds),
    ) {
        let Recorded { exchanges, faults, connections } = recorded;
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
        let names = row.names.clone();
        let mut outcome = RowOutcome { exchanges, names, ..RowOutcome::of(observation) };
        if self.engine != Engine::Control {
            judge(&mut outcome, assigned, self.engine, &timeline);
        }
        if !outcome.judged.as_ref().is_some_and(|(_, verdict)| verdict.is_told()) {
            let observation = std::mem::take(&mut outcome.observation);
            outcome.observation = observation.inconclusive_where_unforeseen();
        }
        let said = assigned.row().upstreams().filter_map(|own| self.upstreams.last_words(own));
        outcome.said = said.collect();
        outcome.clock = bounds.start;
        outcome.took = seen.took().or_else(|| served(&outcome.exchanges));
        outcome.repeated = self.repeated.map(|words| secrets.hidden_in(words));
        self.collector.played(assigned.key, self.version, outcome);
    }
}

/// The time from the first request to the last reply, on the servers' clock: a plain client has none of its own.
fn served(exchanges: &[Exchange]) -> Option<Duration> {
    let first = exchanges.iter().map(|exchange| exchange.arrived).min()?;
    let last = exchanges.iter().filter_map(Exchange::answered).max()?;
    Some(last.saturating_sub(first))
}

/// Compares a browser's row with what the standard says about it, and with the rules that hold in
/// every run. A real server gets requests from the browser only; the model uses its recorded
/// responses.
fn judge(outcome: &mut RowOutcome, assigned: &Assigned, engine: Engine, timeline: &Timeline) {
    let row = assigned.row();
    let is_model = engine == Engine::Standard;
    let measured = (!is_model).then_some(timeline);
    outcome.engine_wide = engine_wide(outcome, row, engine, measured);
    let RowOutcome { observation, exchanges, .. } = &*outcome;
    let played = RowPlayed {
        observation,
        timeline: measured,
        known: known(&assigned.case, engine.as_str(), row),
        is_written: !row.has_upstream(),
    };
    let Judgment { ruling, mut verdict, time } =
        judgment(played, &|options| play(row, exchanges, options));
    let limited = row.asked.as_ref().filter(|_| row.has_upstream());
    let limited = limited.and_then(|_| limited_by_the_server(observation));
    if let Some(why) = limited.filter(|_| observation.untold().is_none()) {
        verdict = Verdict::Inconclusive(why);
    }
    if is_model {
        verdict = as_sent_by_the_plain_client(verdict);
    }
    outcome.broken = broken_invariants(&row.page, observation, exchanges);
    outcome.judged = Some((ruling, verdict));
    outcome.time = time;
}

/// Plays a row on the model. The answers of a team's own server are the recorded ones.
fn play(row: &Row, exchanges: &[Exchange], options: RunOptions<'_>) -> Played {
    match row.has_upstream() {
        true => played_as_recorded(row, exchanges, options),
        false => played(row, options),
    }
}

/// Takes the engine-wide departures out of what was observed.
fn engine_wide(
    outcome: &mut RowOutcome,
    row: &Row,
    engine: Engine,
    measured: Option<&Timeline>,
) -> EngineWide {
    if !EngineWide::has_any(engine.as_str()) {
        return EngineWide::default();
    }
    let RowOutcome { observation, exchanges, names, .. } = outcome;
    let standard = play(row, exchanges, RunOptions { measured, choices: &[] }).run.ruling;
    let wire = OnTheWire { exchanges, names };
    let of_engine = RowOfEngine { engine: engine.as_str(), page: &row.page, wire };
    EngineWide::take_out(of_engine, observation, &standard.observation)
}

/// The model's own row, whose requests a plain client sent: the servers must have recorded what the
/// model says.
fn as_sent_by_the_plain_client(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Departs(_) | Verdict::Permitted { .. } => Verdict::Inconclusive(
            "the plain client did not send the requests of the model".to_owned(),
        ),
        other => other,
    }
}

fn seen(fault: &FailedConnection) -> FaultSeen {
    let FailedConnection { sequence, host, port, what } = fault;
    let words = match what {
        Fault::UnknownHost => {
            format!("{host}:{port} was requested, and this row has no server there")
        }
        Fault::Service(words) => words.clone(),
        Fault::Misdirected(asked) => {
            format!("a request for {asked} arrived on a connection to {host}:{port}")
        }
        Fault::Tls(words) => format!("TLS with {host}:{port} failed: {words}"),
        Fault::Http(words) => format!("HTTP with {host}:{port} failed: {words}"),
    };
    let without_server =
        (*what == Fault::UnknownHost).then(|| Place { host: host.clone(), port: *port });
    FaultSeen { sequence: *sequence, words, without_server }
}
