//! Pages that a user visited before and that set a row's cookies.

use cors_servers::script::{HeaderLine, OriginScript, Reply, Template};

use super::lab::{address, document_server, get};
use super::names::Names;
use crate::case::UserCookie;

/// A page that sets the cookies of one origin for one path.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The URL to visit.
    pub url: String,
    /// The cookies that it sets, with the row's host names.
    pub cookies: Vec<UserCookie>,
}

/// The visits that set a row's cookies, one for each origin and path.
pub(super) fn visits(cookies: &[UserCookie]) -> Vec<Visit> {
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
        let route = get(&path(first), reply(visit));
        match servers.iter_mut().find(|server| server.address == address) {
            Some(server) => server.routes.extend(route),
            None => servers.push(document_server(address, route)),
        }
    }
    servers
}

/// A path to which the cookie is sent.
fn path(cookie: &UserCookie) -> String {
    let parsed = cookie::Cookie::parse(cookie.set_cookie.as_str()).ok();
    let path = parsed.as_ref().and_then(|cookie| cookie.path());
    path.filter(|path| path.starts_with('/')).unwrap_or("/").to_owned()
}

fn reply(visit: &Visit) -> Reply {
    let content_type = HeaderLine::text("Content-Type", "text/html; charset=utf-8");
    let set = visit
        .cookies
        .iter()
        .filter_map(|cookie| HeaderLine::text("Set-Cookie", &cookie.set_cookie));
    let body = "<!doctype html><title>visit</title><link rel=icon href=\"data:,\">";
    Reply {
        headers: content_type.into_iter().chain(set).collect(),
        body: Template::text(body),
        ..Reply::default()
    }
}
