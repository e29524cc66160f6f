//! How a page learns that a server has received a request, so that its script can abort the call then: it requests a URL
//! of the harness that is answered at that moment. A server whose client goes away answers once the page has said so in the
//! same way.

use cors_servers::script::{Address, Held, OriginScript, Piece, Watch};
use url::Url;

use super::lab::marker_server;
use crate::case::{AbortBy, AbortMoment, Step};

/// The domain of all servers of the harness.
pub(super) const DOMAIN: &str = ".cors-harness.test";

/// Whether a host is one of the harness.
pub fn is_host_of_the_harness(host: &str) -> bool {
    host.ends_with(DOMAIN)
}

/// Gives each step that is aborted while a server has its request the URL to wait for. The result is the server of these
/// URLs, which is hosted with the servers of the row. Those servers hold their answers to a client that goes away.
pub(super) fn add_watches(
    step_groups: &mut [Vec<Step>],
    servers: &mut [OriginScript],
    (marker, row): (&Address, usize),
) -> Option<OriginScript> {
    let address = Address { host: format!("w{row}{DOMAIN}"), ..marker.clone() };
    let mut watches = Vec::new();
    for step in step_groups.iter_mut().flatten() {
        let Some(abort) = step.abort.as_mut() else { continue };
        let held = match abort.at {
            AbortMoment::Before => continue,
            AbortMoment::Preflight => Held::Preflights,
            AbortMoment::Request => Held::Requests,
        };
        let url = resource(&step.url);
        let mut watch = |url: String, is_preflight| {
            let path = format!("/{}", watches.len());
            watches.push(Watch { path: path.clone(), url, is_preflight, holds: None });
            format!("{address}{path}")
        };
        abort.watch = Some(watch(url.clone(), held == Held::Preflights));
        if abort.by == AbortBy::Leave {
            let next = match held {
                Held::Preflights => Some(url.clone()),
                Held::Requests => redirect(servers, &url),
            };
            abort.next = next.map(|next| watch(next, false));
            let left = format!("{address}/left{}", watches.len());
            hold(servers, &url, (held, &left));
            abort.left = Some(left);
        }
    }
    let is_needed = !watches.is_empty();
    is_needed.then(|| OriginScript { watches, ..marker_server(address, Vec::new()) })
}

/// The server of a URL, and the path there.
fn served<'s>(
    servers: &'s mut [OriginScript],
    url: &str,
) -> Option<(&'s mut OriginScript, String)> {
    let url = Url::parse(url).ok()?;
    let origin = url.origin().ascii_serialization();
    let server = servers.iter_mut().find(|server| server.address.to_string() == origin)?;
    Some((server, url.path().to_owned()))
}

/// Lets the server of a URL hold its answer until `left` is requested.
fn hold(servers: &mut [OriginScript], url: &str, (held, left): (Held, &str)) {
    if let Some((server, path)) = served(servers, url) {
        let url = left.to_owned();
        server.watches.push(Watch { path, url, is_preflight: false, holds: Some(held) });
    }
}

/// Where the script of a server redirects from a URL, if each of its replies there redirects to the same URL.
fn redirect(servers: &mut [OriginScript], url: &str) -> Option<String> {
    let (server, path) = served(servers, url)?;
    let (_, replies) = server.routes.iter().find(|(route, _)| route.as_str() == path)?;
    let lines = replies.values().flat_map(|reply| &reply.headers);
    let locations = lines.filter(|line| line.name.as_str().eq_ignore_ascii_case("location"));
    let mut locations = locations.map(|line| match line.value.template().0.as_slice() {
        [Piece::Text(text)] => std::str::from_utf8(text).ok(),
        _ => None,
    });
    let first = locations.next()??;
    let is_one = locations.all(|other| other == Some(first));
    let target = Url::parse(url).ok()?.join(first).ok()?;
    is_one.then(|| resource(target.as_str()))
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
    use cors_servers::script::{HeaderLine, Reply, Scheme, Status};

    use super::super::lab::get;
    use super::*;
    use crate::case::Abort;
    use crate::initiators::Initiator;

    fn step(at: AbortMoment) -> Step {
        let abort = Some(Abort::new(at, AbortBy::Abort));
        Step { abort, ..Step::new(Initiator::Fetch, "https://u@api.example/a?b#c") }
    }

    fn script(location: &str) -> OriginScript {
        let headers = HeaderLine::text("Location", location).into_iter().collect();
        let reply = Reply { headers, ..Reply::of(Status::TEMPORARY_REDIRECT) };
        let host = "api.example".to_owned();
        let address = Address { scheme: Scheme::Https, host, port: 443 };
        marker_server(address, get("/a", reply))
    }

    #[test]
    fn a_server_answers_a_client_that_goes_away_once_the_page_says_so() {
        let host = "m0.cors-harness.test".to_owned();
        let marker = Address { scheme: Scheme::Https, host, port: 443 };
        for (at, held, next) in [
            (AbortMoment::Preflight, Held::Preflights, "https://api.example/a?b"),
            (AbortMoment::Request, Held::Requests, "https://api.example/target"),
        ] {
            let abort = Some(Abort::new(at, AbortBy::Leave));
            let mut step_groups = [vec![Step { abort, ..step(at) }]];
            let mut servers = [script("/target#end")];
            let own = add_watches(&mut step_groups, &mut servers, (&marker, 7)).unwrap();
            let abort = step_groups[0][0].abort.clone().unwrap();
            assert_eq!(abort.next.as_deref(), Some("https://w7.cors-harness.test/1"));
            assert_eq!(own.watches[1].url, next);
            let [hold] = servers[0].watches.as_slice() else { panic!("one answer is held") };
            assert_eq!((hold.path.as_str(), hold.holds), ("/a", Some(held)));
            assert_eq!(Some(&hold.url), abort.left.as_ref());
        }
    }

    #[test]
    fn a_step_waits_for_its_own_request() {
        let host = "m0.cors-harness.test".to_owned();
        let marker = Address { scheme: Scheme::Https, host, port: 443 };
        let all = AbortMoment::ALL.map(|at| vec![step(at)]);
        let mut step_groups = all.to_vec();
        let server = add_watches(&mut step_groups, &mut [], (&marker, 7)).unwrap();
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
        assert!(add_watches(&mut step_groups[..1], &mut [], (&marker, 7)).is_none());
    }
}
