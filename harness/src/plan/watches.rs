//! How a page learns that a server has received a request, so that its script can abort the call then: it requests a URL
//! of the harness that is answered at that moment.

use cors_servers::script::{Address, OriginScript, Watch};
use url::Url;

use super::lab::marker_server;
use crate::case::{AbortMoment, Step};

/// The domain of all servers of the harness.
pub(super) const DOMAIN: &str = ".cors-harness.test";

/// Whether a host is one of the harness.
pub fn is_host_of_the_harness(host: &str) -> bool {
    host.ends_with(DOMAIN)
}

/// Gives each step that is aborted while a server has its request the URL to wait for. The result is the server of these
/// URLs, which is hosted with the servers of the row.
pub(super) fn add_watches(
    step_groups: &mut [Vec<Step>],
    marker: &Address,
    row: usize,
) -> Option<OriginScript> {
    let address = Address { host: format!("w{row}{DOMAIN}"), ..marker.clone() };
    let mut watches = Vec::new();
    for step in step_groups.iter_mut().flatten() {
        let Some(abort) = step.abort.as_mut() else { continue };
        let is_preflight = match abort.at {
            AbortMoment::Before => continue,
            AbortMoment::Preflight => true,
            AbortMoment::Request => false,
        };
        let path = format!("/{}", watches.len());
        abort.watch = Some(format!("{address}{path}"));
        watches.push(Watch { path, url: resource(&step.url), is_preflight });
    }
    let is_needed = !watches.is_empty();
    is_needed.then(|| OriginScript { watches, ..marker_server(address, Vec::new()) })
}

/// The part of a URL that is sent to a server: without fragment and userinfo.
pub fn resource(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return url.to_owned() };
    url.set_fragment(None);
    // Both fail only for URLs that cannot have userinfo.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use cors_servers::script::Scheme;

    use super::*;
    use crate::case::{Abort, AbortBy};
    use crate::initiators::Initiator;

    fn step(at: AbortMoment) -> Step {
        let abort = Some(Abort { at, by: AbortBy::Abort, watch: None });
        Step { abort, ..Step::new(Initiator::Fetch, "https://u@api.example/a?b#c") }
    }

    #[test]
    fn a_step_waits_for_its_own_request() {
        let host = "m0.cors-harness.test".to_owned();
        let marker = Address { scheme: Scheme::Https, host, port: 443 };
        let all = AbortMoment::ALL.map(|at| vec![step(at)]);
        let mut step_groups = all.to_vec();
        let server = add_watches(&mut step_groups, &marker, 7).unwrap();
        let watched: Vec<_> =
            step_groups.iter().flatten().map(|step| step.abort.clone().unwrap().watch).collect();
        let at = |path: &str| Some(format!("https://w7.cors-harness.test{path}"));
        assert_eq!(watched, [None, at("/0"), at("/1")]);
        let url = "https://api.example/a?b";
        assert!(server.watches.iter().all(|watch| watch.url == url));
        assert_eq!(
            server.watches.iter().map(|watch| watch.is_preflight).collect::<Vec<_>>(),
            [true, false]
        );
        assert!(add_watches(&mut step_groups[..1], &marker, 7).is_none());
    }
}
