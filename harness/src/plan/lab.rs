//! What a row's servers receive: its scripts with its host names, and the documents of a page.

use cors_servers::script::{
    Address, Allow, Condition, CorsPolicy, OriginScript, Piece, Reply, Route, Template, Versions,
};

use super::names::Names;
use crate::case::{Origin, Server, UpstreamSpec};
use crate::contexts::{Document, TOP_PATH};

/// The path of requests for the marker.
pub(super) const MARKER_PATH: &str = "/";

/// An origin's address with the row's host names and ports.
pub(super) fn address(origin: &Origin, names: &Names) -> Address {
    let port = names.physical_port(&origin.host, origin.port);
    Origin { host: names.physical(&origin.host), port, ..*origin }.address()
}

/// A server's script with the row's host names.
pub(super) fn script(server: &Server, names: &Names) -> OriginScript {
    OriginScript {
        address: address(&server.origin, names),
        versions: server.versions,
        cors: server.cors.as_ref().map(|policy| cors_policy(policy, names)),
        routes: server.routes.iter().map(|route| own_route(route, names)).collect(),
        service: server.upstream.as_ref().map(UpstreamSpec::name),
        close_after_response: false,
        watches: Vec::new(),
    }
}

fn own_route(written: &Route, names: &Names) -> Route {
    let replies = &written.replies;
    Route {
        path: names.physical(&written.path),
        replies: replies
            .iter()
            .map(|(method, reply)| (method.clone(), own_reply(reply, names)))
            .collect(),
    }
}

fn own_reply(written: &Reply, names: &Names) -> Reply {
    let headers = &written.headers;
    Reply {
        headers: headers
            .iter()
            .map(|(name, value)| (name.clone(), template(value, names)))
            .collect(),
        body: template(&written.body, names),
        instead: written
            .instead
            .iter()
            .map(|(condition, other)| (own_condition(condition, names), own_reply(other, names)))
            .collect(),
        ..*written
    }
}

fn own_condition(written: &Condition, names: &Names) -> Condition {
    let own = |value: &String| names.physical(value);
    let header = written.header.as_ref();
    Condition {
        header: header.map(|(name, value)| (name.clone(), value.as_ref().map(own))),
        ..written.clone()
    }
}

fn template(written: &Template, names: &Names) -> Template {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Piece::Text(names.physical(text).into_bytes()),
            Err(_) => Piece::Text(text.clone()),
        },
        Piece::Served { method, path } => {
            Piece::Served { method: method.clone(), path: names.physical(path) }
        }
        Piece::RequestOrigin => Piece::RequestOrigin,
    };
    Template(written.0.iter().map(piece).collect())
}

fn cors_policy(written: &CorsPolicy, names: &Names) -> CorsPolicy {
    let allow_origins = match &written.allow_origins {
        Allow::Listed(origins) => {
            Allow::Listed(origins.iter().map(|origin| names.physical(origin)).collect())
        }
        other => other.clone(),
    };
    CorsPolicy { allow_origins, ..written.clone() }
}

/// A server that has only the given documents. The servers of rows take over its address, and a
/// browser that kept a connection to it might send their requests on a connection that is just
/// being closed.
pub(super) fn document_server(address: Address, routes: Vec<Route>) -> OriginScript {
    OriginScript { close_after_response: true, ..marker_server(address, routes) }
}

/// A server that is hosted as long as its page.
pub(super) fn marker_server(address: Address, routes: Vec<Route>) -> OriginScript {
    let (versions, service) = (Versions::Any, None);
    OriginScript {
        address,
        versions,
        cors: None,
        routes,
        service,
        close_after_response: false,
        watches: Vec::new(),
    }
}

/// Where a page over http is asked for over https: sites without one redirect like this, and a browser does
/// not try again.
pub(super) fn led_back(url: &str) -> Route {
    let location = ("Location".to_owned(), Template(vec![Piece::Text(url.as_bytes().to_vec())]));
    let reply = Reply {
        status: 307,
        headers: vec![location],
        body: Template::default(),
        delay: None,
        instead: Vec::new(),
    };
    Route { path: TOP_PATH.to_owned(), replies: vec![("GET".to_owned(), reply)] }
}

/// A document of a page, with its own header lines and these.
pub(super) fn document_route(
    document: &Document,
    body: &str,
    headers: &[(String, String)],
) -> Route {
    let text = |text: &str| Template(vec![Piece::Text(text.as_bytes().to_vec())]);
    let own = document.headers.iter().map(|(name, value)| ((*name).to_owned(), text(value)));
    let others = headers.iter().map(|(name, value)| (name.clone(), text(value)));
    let (headers, body) = (own.chain(others).collect(), text(body));
    let reply = Reply { status: 200, headers, body, delay: None, instead: Vec::new() };
    Route { path: document.path.to_owned(), replies: vec![("GET".to_owned(), reply)] }
}

/// The response of the marker. Every page may use it, whatever its embedder policy. The query says which row and group
/// has settled and does not take part in matching, so one route is enough for any number of rows.
pub(super) fn marker_route() -> Route {
    let value = Template(vec![Piece::Text(b"cross-origin".to_vec())]);
    let headers = vec![("Cross-Origin-Resource-Policy".to_owned(), value)];
    let reply =
        Reply { status: 204, headers, body: Template::default(), delay: None, instead: Vec::new() };
    Route { path: MARKER_PATH.to_owned(), replies: vec![("GET".to_owned(), reply)] }
}
