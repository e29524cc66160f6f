//! Pages that a user visited before and that set a row's cookies.

use cors_servers::script::{OriginScript, Piece, Reply, Route, Template};

use super::lab::{address, document_server};
use super::names::Names;
use crate::case::PlantedCookie;

/// A page that sets the cookies of one origin for one path.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The URL to visit.
    pub url: String,
    /// The cookies that it sets, with the row's host names.
    pub cookies: Vec<PlantedCookie>,
}

/// The visits that set a row's cookies, one for each origin and path.
pub(super) fn visits(cookies: &[PlantedCookie]) -> Vec<Visit> {
    let mut visits: Vec<Visit> = Vec::new();
    for cookie in cookies {
        let url = format!("{}{}", cookie.origin, path(cookie));
        match visits.iter_mut().find(|visit| visit.url == url) {
            Some(visit) => visit.cookies.push(cookie.clone()),
            None => visits.push(Visit { url, cookies: vec![cookie.clone()] }),
        }
    }
    visits
}

/// Servers for the visits of rows. They are hosted while cookies are set.
pub(super) fn servers(visits: &[&Visit]) -> Vec<OriginScript> {
    let mut servers: Vec<OriginScript> = Vec::new();
    for visit in visits {
        let Some(first) = visit.cookies.first() else { continue };
        let address = address(&first.origin, &Names::verbatim());
        let route = Route { path: path(first), replies: vec![("GET".to_owned(), reply(visit))] };
        match servers.iter_mut().find(|server| server.address == address) {
            Some(server) => server.routes.push(route),
            None => servers.push(document_server(address, vec![route])),
        }
    }
    servers
}

/// A path to which the cookie is sent.
fn path(cookie: &PlantedCookie) -> String {
    let parsed = cookie::Cookie::parse(cookie.set_cookie.as_str()).ok();
    let path = parsed.as_ref().and_then(|cookie| cookie.path());
    path.filter(|path| path.starts_with('/')).unwrap_or("/").to_owned()
}

fn reply(visit: &Visit) -> Reply {
    let text = |text: &str| Template(vec![Piece::Text(text.as_bytes().to_vec())]);
    let content_type = ("Content-Type".to_owned(), text("text/html; charset=utf-8"));
    let set =
        visit.cookies.iter().map(|cookie| ("Set-Cookie".to_owned(), text(&cookie.set_cookie)));
    Reply {
        status: 200,
        headers: std::iter::once(content_type).chain(set).collect(),
        body: text("<!doctype html><title>visit</title><link rel=icon href=\"data:,\">"),
        delay: None,
        instead: Vec::new(),
    }
}
