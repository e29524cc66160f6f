//! Assigns exchanges to calls that were made at the same time. URLs and redirects decide, never order or time.

use std::collections::BTreeSet;

use cors_servers::exchange::Exchange;

use super::redirect::targets;
use crate::case::Step;
use crate::plan::resource;

/// Splits the exchanges of one group by call. Redirects of `earlier` groups count too, since the browser may have stored
/// them. An exchange that belongs to no call, or could belong to two, is an error.
pub(super) fn attribute<'e>(
    calls: &[Step],
    exchanges: &[&'e Exchange],
    earlier: &[&'e Exchange],
) -> Result<Vec<Vec<&'e Exchange>>, String> {
    if let [_] = calls {
        return Ok(vec![exchanges.to_vec()]);
    }
    let mut chains: Vec<_> = calls.iter().map(|call| Chain::starting_with(call, earlier)).collect();
    for exchange in exchanges {
        let url = resource(&exchange.request.url());
        let mut owners = chains.iter_mut().filter(|chain| chain.urls.contains(&url));
        match (owners.next(), owners.next()) {
            (Some(owner), None) => owner.add(exchange),
            (None, _) => {
                return Err(format!("{url} was requested, but no step of this group leads there"));
            }
            _ => {
                return Err(format!("{url} was requested, and two steps of this group lead there"));
            }
        }
    }
    Ok(chains.into_iter().map(|chain| chain.exchanges).collect())
}

/// A call's URL and every URL it was redirected to, with the exchanges there.
struct Chain<'e, 'r> {
    urls: BTreeSet<String>,
    exchanges: Vec<&'e Exchange>,
    earlier: &'r [&'e Exchange],
}

impl<'e, 'r> Chain<'e, 'r> {
    fn starting_with(call: &Step, earlier: &'r [&'e Exchange]) -> Self {
        let mut chain = Self { urls: BTreeSet::new(), exchanges: Vec::new(), earlier };
        chain.lead_to(resource(&call.url));
        chain
    }

    fn add(&mut self, exchange: &'e Exchange) {
        self.lead_on(exchange);
        self.exchanges.push(exchange);
    }

    fn lead_on(&mut self, exchange: &Exchange) {
        targets(exchange).iter().for_each(|url| self.lead_to(resource(url.as_str())));
    }

    fn lead_to(&mut self, url: String) {
        let earlier =
            self.earlier.iter().filter(|exchange| resource(&exchange.request.url()) == url);
        let stored: Vec<_> = earlier.collect();
        if self.urls.insert(url) {
            stored.into_iter().for_each(|exchange| self.lead_on(exchange));
        }
    }
}

/// All URLs of a call: its own, those requested on its behalf, and the targets of redirects, including redirects of
/// `earlier` groups.
pub(super) fn urls(
    call: &Step,
    exchanges: &[&Exchange],
    earlier: &[&Exchange],
) -> BTreeSet<String> {
    let mut chain = Chain::starting_with(call, earlier);
    for exchange in exchanges {
        chain.lead_to(resource(&exchange.request.url()));
        chain.add(exchange);
    }
    chain.urls
}
