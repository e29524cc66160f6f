//! Assigns exchanges to calls that no marker separates. URLs, redirects and methods decide, never order or time.

use std::collections::BTreeSet;

use cors_servers::exchange::Exchange;

use super::recorded::method;
use super::redirect::targets;
use crate::case::Step;
use crate::plan::resource;

/// Splits exchanges by call. Redirects of `earlier` groups count too, since the browser may have stored them. An exchange
/// that belongs to no call, or could belong to two, is an error.
pub(super) fn attribute<'e>(
    calls: &[&Step],
    exchanges: &[&'e Exchange],
    earlier: &[&'e Exchange],
) -> Result<Vec<Vec<&'e Exchange>>, String> {
    if let [_] = calls {
        return Ok(vec![exchanges.to_vec()]);
    }
    let mut chains: Vec<_> = calls.iter().map(|call| Chain::starting_with(call, earlier)).collect();
    for exchange in exchanges {
        let url = resource(&exchange.request.url());
        match owners(&chains, &url, exchange).as_slice() {
            [owner] => chains[*owner].add(exchange),
            [] => {
                return Err(format!("{url} was requested, but no step of this group leads there"));
            }
            _ => {
                return Err(format!("{url} was requested, and two steps of this group lead there"));
            }
        }
    }
    Ok(chains.into_iter().map(|chain| chain.exchanges).collect())
}

/// The positions of the calls that lead to a URL. The method decides between calls of the URL itself: a redirect may
/// change the method.
fn owners(chains: &[Chain<'_, '_>], url: &str, exchange: &Exchange) -> Vec<usize> {
    let numbered = chains.iter().enumerate();
    let owners: Vec<_> = numbered.filter(|(_, chain)| chain.urls.contains(url)).collect();
    let by_method = owners.len() > 1 && owners.iter().all(|(_, chain)| chain.starts_at(url));
    let owns = |chain: &Chain<'_, '_>| {
        !by_method || chain.call.method.as_bytes().eq_ignore_ascii_case(method(exchange))
    };
    owners.into_iter().filter(|(_, chain)| owns(chain)).map(|(number, _)| number).collect()
}

/// A call's URL and every URL it was redirected to, with the exchanges there.
struct Chain<'e, 'r> {
    call: &'r Step,
    urls: BTreeSet<String>,
    exchanges: Vec<&'e Exchange>,
    earlier: &'r [&'e Exchange],
}

impl<'e, 'r> Chain<'e, 'r> {
    fn starting_with(call: &'r Step, earlier: &'r [&'e Exchange]) -> Self {
        let mut chain = Self { call, urls: BTreeSet::new(), exchanges: Vec::new(), earlier };
        chain.expect(resource(&call.url));
        chain
    }

    /// Whether the call requests this URL, and has no redirect.
    fn starts_at(&self, url: &str) -> bool {
        self.urls.len() == 1 && self.urls.contains(url) && resource(&self.call.url) == url
    }

    fn add(&mut self, exchange: &'e Exchange) {
        self.follow_redirects(exchange);
        self.exchanges.push(exchange);
    }

    fn follow_redirects(&mut self, exchange: &Exchange) {
        targets(exchange).iter().for_each(|url| self.expect(resource(url.as_str())));
    }

    fn expect(&mut self, url: String) {
        let earlier =
            self.earlier.iter().filter(|exchange| resource(&exchange.request.url()) == url);
        let stored: Vec<_> = earlier.collect();
        if self.urls.insert(url) {
            stored.into_iter().for_each(|exchange| self.follow_redirects(exchange));
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
        chain.expect(resource(&exchange.request.url()));
        chain.add(exchange);
    }
    chain.urls
}
