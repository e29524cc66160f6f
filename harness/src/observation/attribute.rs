//! Which exchange belongs to which of several calls made at the same time: decided by URL, and by
//! the redirects that led there, never by order or by time.

use std::collections::BTreeSet;

use cors_servers::exchange::Exchange;

use super::redirect::{resource, targets};
use crate::plan::Call;

/// Splits the exchanges of one group of calls by call. An exchange that belongs to none, or could
/// belong to two, is an error in words.
pub(super) fn attribute<'e>(
    calls: &[Call],
    exchanges: &[&'e Exchange],
) -> Result<Vec<Vec<&'e Exchange>>, String> {
    if let [_] = calls {
        return Ok(vec![exchanges.to_vec()]);
    }
    let mut chains: Vec<Chain> = calls.iter().map(Chain::starting_with).collect();
    for exchange in exchanges {
        let url = resource(&exchange.request.url());
        let mut owners = chains.iter_mut().filter(|chain| chain.urls.contains(&url));
        match (owners.next(), owners.next()) {
            (Some(owner), None) => owner.add(exchange),
            (None, _) => {
                return Err(format!("{url} was asked for, which no step of this group leads to"));
            }
            _ => return Err(format!("{url} was asked for, which two steps of this group lead to")),
        }
    }
    Ok(chains.into_iter().map(|chain| chain.exchanges).collect())
}

/// A call's URL and every URL it was redirected to, with the exchanges there.
struct Chain<'e> {
    urls: BTreeSet<String>,
    exchanges: Vec<&'e Exchange>,
}

impl<'e> Chain<'e> {
    fn starting_with(call: &Call) -> Self {
        Self { urls: BTreeSet::from([resource(&call.url)]), exchanges: Vec::new() }
    }

    fn add(&mut self, exchange: &'e Exchange) {
        self.urls.extend(targets(exchange).iter().map(|url| resource(url.as_str())));
        self.exchanges.push(exchange);
    }
}

/// All URLs that a call led to: its own, those asked for on its way, and where redirects pointed.
pub(super) fn urls(call: &Call, exchanges: &[&Exchange]) -> BTreeSet<String> {
    let mut chain = Chain::starting_with(call);
    for exchange in exchanges {
        chain.urls.insert(resource(&exchange.request.url()));
        chain.add(exchange);
    }
    chain.urls
}
