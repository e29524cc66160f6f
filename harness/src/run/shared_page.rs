//! The servers of a shared page while it is played, and what they recorded.

use std::time::Duration;

use cors_model::Span;
use cors_servers::exchange::{Exchange, FailedConnection, Fault, Opened};
use cors_servers::{HostedServers, Lab, LabError};

use super::row_report::{Recorded, Report};
use crate::contexts::is_document;
use crate::observation::{FaultSeen, Place, RowSeen, is_asked_at, leads_to};
use crate::plan::{PlannedRow, SharedPage, is_host_of_the_harness};
use crate::results::Part;
use crate::world::Bounds;

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
        let counts = |servers: &HostedServers| {
            (servers.failed_connections().len(), servers.connections().len())
        };
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
                    let failed_connections = servers.failed_connections().split_off(before.0);
                    let faults = faults(row, &exchanges, &failed_connections, &unknown_hosts);
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
            cookies_set: report.cookies_set,
            played: Span { earliest: self.since, latest: self.lab.now() },
        }
    }
}

/// Whether a request is no request of the row: for a document of a page that it opens, or for a server of the harness.
fn is_of_the_harness(exchange: &Exchange) -> bool {
    is_document(&exchange.request.target) || is_host_of_the_harness(&exchange.request.host)
}

/// What went wrong between the browser and a row's servers: on their own connections, or because the row
/// requests a host without a server. Requests of the browser itself, such as for a page's icon, are
/// not included.
fn faults(
    row: &PlannedRow,
    exchanges: &[Exchange],
    failed_connections: &[FailedConnection],
    unknown_hosts: &[FailedConnection],
) -> Vec<FaultSeen> {
    let unknown_hosts = unknown_hosts.iter().filter(|FailedConnection { host, port, .. }| {
        let place = (host.as_str(), *port);
        let mut calls = row.play.step_groups.iter().flatten();
        calls.any(|call| is_asked_at(&call.url, place))
            || exchanges.iter().any(|exchange| leads_to(exchange, place))
    });
    failed_connections.iter().chain(unknown_hosts).map(seen).collect()
}

impl Report<'_> {
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
