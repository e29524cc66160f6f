//! Connections that the browser opened and did not use. They are evidence that something prevented a request.

use std::collections::BTreeSet;

use cors_servers::exchange::{Exchange, Opened};
use cors_servers::script::Address;

use super::evidence::Evidence;
use super::recorded::is_preflight;
use super::redirect::{is_at, targets};
use super::segment::SeenGroup;
use crate::case::Step;

impl Evidence<'_> {
    /// A server of this call to which the browser opened a connection and sent no request. A browser that refuses a request
    /// opens no connection, so a connection without a request means that something prevented the request. A browser may also
    /// open a second connection where the first one is slow, so only a request that can still follow counts.
    pub(super) fn unused_connection(
        &self,
        (number, call): (usize, &Step),
        (group, exchanges): (&SeenGroup<'_>, &[&Exchange]),
    ) -> Option<&Address> {
        let last = exchanges.last();
        if last.is_some_and(|last| !may_be_followed(last)) {
            return None;
        }
        let answered = last.and_then(|last| last.answered()).unwrap_or_default();
        let since = last.map_or(group.span.start, |last| last.sequence);
        let until = self.marks().get(&number).copied().unwrap_or(group.span.end);
        let urls = self.urls((number, call), exchanges);
        let unused = self.connections.iter().find(|opened| {
            (since..until).contains(&opened.sequence)
                && opened.accepted >= answered
                && urls.iter().any(|url| is_at(url, &opened.address))
                && !self.is_without_server(&opened.address)
                && !self.is_used(opened)
                && !self.is_spare(number, (group, until), opened)
        });
        unused.map(|opened| &opened.address)
    }

    fn is_used(&self, opened: &Opened) -> bool {
        self.exchanges.iter().any(|exchange| exchange.connection == opened.connection)
    }

    /// Whether calls at the same time explain a connection. Each of them may open one for its first request, and then use
    /// that of another call, which was ready earlier.
    fn is_spare(
        &self,
        number: usize,
        (group, until): (&SeenGroup<'_>, u64),
        spare: &Opened,
    ) -> bool {
        let calls = self.row.play.step_groups[number].iter().zip(&group.exchanges);
        let calls = calls.filter(|(call, exchanges)| {
            let urls = self.urls((number, call), exchanges);
            urls.iter().any(|url| is_at(url, &spare.address))
        });
        let used = group.exchanges.iter().flatten();
        let used = used.filter(|one| is_at(&one.request.url(), &spare.address));
        let opened = self.connections.iter().filter(|opened| {
            (group.span.start..until).contains(&opened.sequence) && opened.address == spare.address
        });
        let connections: BTreeSet<_> = used
            .map(|exchange| exchange.connection)
            .chain(opened.map(|opened| opened.connection))
            .collect();
        let calls = calls.count();
        calls > 1 && connections.len() <= calls
    }

    /// Whether the server at an address was asked with the other scheme, for which the row has no
    /// server there.
    fn is_without_server(&self, address: &Address) -> bool {
        let mut places = self.faults.iter().filter_map(|fault| fault.without_server.as_ref());
        places.any(|place| (place.host.as_str(), place.port) == (&address.host, address.port))
    }
}

/// Whether the browser may send another request because of this response: after a preflight, to the target of a redirect,
/// or the same request again.
fn may_be_followed(exchange: &Exchange) -> bool {
    let is_repeated = |status| matches!(status, 401 | 407 | 408 | 421 | 425);
    let status = exchange.reply.as_ref().map(|reply| reply.status);
    is_preflight(exchange) || !targets(exchange).is_empty() || status.is_none_or(is_repeated)
}
