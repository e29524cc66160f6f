//! The servers of a shared page while it is played, and what they recorded.

use std::time::{Duration, Instant};

use cors_model::Span;
use cors_servers::exchange::{Exchange, FailedConnection, Fault, Opened};
use cors_servers::{HostedServers, Lab, LabError};

use super::collect::Collector;
use super::row_judgment::judge_row;
use super::standard::secrets;
use super::start::Assigned;
use super::times::Stopwatch;
use super::{Engine, RowOutcome};
use crate::contexts::is_document;
use crate::observation::{Evidence, FaultSeen, Place, RowSeen, is_asked_at, leads_to, observe};
use crate::plan::{PagePlan, PlannedRow, SharedPage, is_host_of_the_harness};
use crate::results::Part;
use crate::upstream::Upstreams;
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
    /// By how much the browser's clock was ahead then.
    ahead: Duration,
    /// How many faults and connections of each row's servers belong to earlier rows.
    before: Vec<(usize, usize)>,
}

impl<'a> Hosted<'a> {
    fn new(lab: &'a Lab, marker: &'a HostedServers, rows: &[PlannedRow], ahead: Duration) -> Self {
        let unknown_before = lab.background_count();
        let rows: Vec<_> = rows.iter().map(|row| lab.host(row.servers.clone())).collect();
        let before = vec![(0, 0); rows.len()];
        Self { lab, marker, rows, unknown_before, since: lab.now(), ahead, before }
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
                    let (documents, exchanges): (Vec<_>, Vec<_>) =
                        servers.take_exchanges().into_iter().partition(is_of_the_harness);
                    let disturbances = servers.disturbances().split_off(before.0);
                    let faults = faults(row, &exchanges, &disturbances, &unknown_hosts);
                    let mut connections = servers.connections().split_off(before.1);
                    let loads = |one: &Opened| {
                        documents.iter().any(|exchange| exchange.connection == one.connection)
                    };
                    connections.retain(|one| !loads(one));
                    Recorded { exchanges, faults, connections }
                }
                Err(error) => Recorded::nothing(error.to_string()),
            };
            to.row(row, seen, recorded, (&marks, bounds));
        }
    }

    /// When its rows were played, at the latest until now.
    fn bounds(&self, report: &Report<'_>) -> Bounds {
        Bounds {
            start: self.lab.unix_start(),
            ahead: self.ahead,
            planted: report.planted,
            played: Span { earliest: self.since, latest: self.lab.now() },
        }
    }
}

/// Whether a request is no request of the row: for a document of a page that it opens, or for a server of the harness.
fn is_of_the_harness(exchange: &Exchange) -> bool {
    is_document(&exchange.request.target) || is_host_of_the_harness(&exchange.request.host)
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
        let mut calls = row.play.step_groups.iter().flatten();
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

    /// Rows of a batch, ready to be played, and their servers, which are hosted from now on. The browser's clock is ahead by
    /// `ahead`.
    pub(super) fn hosted<'l>(
        &self,
        lab: &'l Lab,
        marker: &'l HostedServers,
        (shared_page, rows): (&SharedPage, &[usize]),
        ahead: Duration,
    ) -> (Vec<PlannedRow>, Hosted<'l>) {
        self.times.spent(Part::Planning, || {
            let planned = self.planned(shared_page, rows);
            let servers = Hosted::new(lab, marker, &planned, ahead);
            (planned, servers)
        })
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
            false => parts(rows, SERVERS_AT_ONCE, |row| self.rows[row].row().servers.len()),
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
        let said = assigned.row().upstreams().filter_map(|own| self.upstreams.last_words(own));
        outcome.said = said.map(|said| secrets.hidden_in(&said)).collect();
        outcome.clock = bounds.start;
        outcome.took = seen.took().or_else(|| served(&outcome.exchanges));
        outcome.cost = self.cost.max(outcome.took.unwrap_or_default());
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

fn seen(fault: &FailedConnection) -> FaultSeen {
    let FailedConnection { sequence, host, port, what } = fault;
    let words = match what {
        Fault::UnknownHost => {
            format!("{host}:{port} was requested, and this row has no server there")
        }
        Fault::OtherScheme => {
            format!(
                "{host}:{port} was requested with a scheme for which this row has no server there"
            )
        }
        Fault::Service(words) => words.clone(),
        Fault::Misdirected(asked) => {
            format!("a request for {asked} arrived on a connection to {host}:{port}")
        }
        Fault::Tls(words) => format!("TLS with {host}:{port} failed: {words}"),
        Fault::Http(words) => format!("HTTP with {host}:{port} failed: {words}"),
    };
    let has_no_server = matches!(what, Fault::UnknownHost | Fault::OtherScheme);
    let without_server = has_no_server.then(|| Place { host: host.clone(), port: *port });
    FaultSeen { sequence: *sequence, words, without_server }
}
