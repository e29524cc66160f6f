//! The log of one set of hosted origins, and the clock that all logs of a lab share.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tokio::sync::Notify;

use crate::exchange::{
    ConnectionId, Exchange, FailedConnection, Fault, Opened, ReceivedRequest, SentReply,
};
use crate::script::{Address, Stop, Watch};

/// By how many seconds the dates that the origins of a lab send are ahead of the system's: as much as the clock of the
/// client. All clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Ahead(Arc<AtomicU64>);

impl Ahead {
    /// Lets time pass.
    pub fn advance(&self, seconds: u32) {
        self.0.fetch_add(seconds.into(), Ordering::Relaxed);
    }

    fn time(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

/// Numbers the entries of all logs of a lab, and gives the time since its start.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    count: Arc<AtomicU64>,
    start: Instant,
    /// The Unix time at its start.
    pub(crate) unix_start: Duration,
    pub(crate) ahead: Ahead,
}

impl Default for Clock {
    fn default() -> Self {
        let unix_start = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { count: Arc::default(), start: Instant::now(), unix_start, ahead: Ahead::default() }
    }
}

impl Clock {
    fn tick(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    /// The time since the start of the lab. It never goes back.
    pub(crate) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// The Unix time at a moment of this clock, as the client has it.
    fn date(&self, moment: Duration) -> Duration {
        self.unix_start.saturating_add(moment).saturating_add(self.ahead.time())
    }
}

/// Everything that happened at some origins.
#[derive(Debug, Default)]
pub(crate) struct Log {
    clock: Clock,
    book: Mutex<Book>,
    /// Wakes those that wait for a request.
    arrivals: Notify,
}

#[derive(Debug, Default)]
struct Book {
    /// How many exchanges were already taken out.
    taken: usize,
    exchanges: Vec<Exchange>,
    failed_connections: Vec<FailedConnection>,
    opened: Vec<Opened>,
}

impl Log {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, book: Mutex::default(), arrivals: Notify::new() }
    }

    /// The sequence number is drawn under the lock, so the log is in its order.
    pub(crate) fn arrived(self: &Arc<Self>, arrival: Arrival) -> Entry {
        let Arrival { connection, alpn, request } = arrival;
        let mut book = self.book();
        let sequence = self.clock.tick();
        let arrived = self.clock.now();
        book.exchanges.push(Exchange {
            sequence,
            arrived,
            connection,
            alpn,
            request,
            reply: None,
            stop: None,
        });
        let index = book.taken + book.exchanges.len() - 1;
        drop(book);
        self.arrivals.notify_waiters();
        Entry { log: Arc::clone(self), index, arrived }
    }

    /// Waits until a request has arrived. Those that were taken out do not count.
    pub(crate) async fn received(&self, watch: &Watch) {
        loop {
            let mut arrival = pin!(self.arrivals.notified());
            // From here on no arrival is missed.
            arrival.as_mut().enable();
            if self.book().exchanges.iter().any(|exchange| watch.is_met_by(&exchange.request)) {
                return;
            }
            arrival.await;
        }
    }

    pub(crate) fn connection_failed(&self, host: String, port: u16, what: Fault) {
        let mut book = self.book();
        let sequence = self.clock.tick();
        book.failed_connections.push(FailedConnection { sequence, host, port, what });
    }

    pub(crate) fn opened(&self, connection: ConnectionId, address: Address) {
        let mut book = self.book();
        let sequence = self.clock.tick();
        let accepted = self.clock.now();
        book.opened.push(Opened { sequence, accepted, connection, address });
    }

    pub(crate) fn connections(&self) -> Vec<Opened> {
        self.book().opened.clone()
    }

    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.book().exchanges.clone()
    }

    pub(crate) fn take_exchanges(&self) -> Vec<Exchange> {
        let mut book = self.book();
        book.taken += book.exchanges.len();
        std::mem::take(&mut book.exchanges)
    }

    pub(crate) fn failed_connections(&self) -> Vec<FailedConnection> {
        self.failed_connections_since(0)
    }

    pub(crate) fn failed_connections_since(&self, before: usize) -> Vec<FailedConnection> {
        self.book().failed_connections.get(before..).unwrap_or_default().to_vec()
    }

    pub(crate) fn count_of_failed_connections(&self) -> usize {
        self.book().failed_connections.len()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    fn is_met_by(&self, request: &ReceivedRequest) -> bool {
        let asks = request.header("access-control-request-method").next().is_some();
        let is_preflight = request.method == "OPTIONS" && asks;
        is_preflight == self.is_preflight && request.url() == self.url
    }
}

/// What is known of an exchange when its request arrives.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) connection: ConnectionId,
    pub(crate) alpn: Option<String>,
    pub(crate) request: ReceivedRequest,
}

/// The place of one exchange in its log. Information that arrives after the exchange was taken out
/// is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    log: Arc<Log>,
    index: usize,
    arrived: Duration,
}

impl Entry {
    /// How long ago the request arrived.
    pub(crate) fn age(&self) -> Duration {
        self.log.clock.now().saturating_sub(self.arrived)
    }

    /// The Unix time at which the request arrived, as the client has it.
    pub(crate) fn date(&self) -> Duration {
        self.log.clock.date(self.arrived)
    }

    /// The script stops the reply before its end.
    pub(crate) fn stops(&self, stop: Stop) {
        self.edit(|exchange| exchange.stop = Some(stop));
    }

    pub(crate) fn body_read(&self, length: Option<u64>) {
        self.edit(|exchange| exchange.request.body_length = length);
    }

    /// The body, which was read completely.
    pub(crate) fn body_kept(&self, body: Bytes) {
        self.body_read(Some(body.len() as u64));
        self.edit(|exchange| exchange.request.body = Some(body));
    }

    pub(crate) fn replied(&self, reply: SentReply) {
        self.edit(|exchange| exchange.reply = Some(reply));
    }

    /// More of the reply's body was handed over.
    pub(crate) fn passed(&self, length: u64) {
        self.edit(|exchange| {
            exchange.reply.iter_mut().for_each(|reply| reply.body_length += length);
        });
    }

    pub(crate) fn connection_failed(&self, host: String, port: u16, what: Fault) {
        self.log.connection_failed(host, port, what);
    }

    pub(crate) fn completed(&self) {
        self.edit(|exchange| {
            exchange.reply.iter_mut().for_each(|reply| reply.complete = true);
        });
    }

    fn edit(&self, change: impl FnOnce(&mut Exchange)) {
        let mut book = self.log.book();
        let place = self.index.checked_sub(book.taken);
        if let Some(exchange) = place.and_then(|place| book.exchanges.get_mut(place)) {
            change(exchange);
        }
    }
}
