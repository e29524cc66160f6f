//! The servers of a row: its scripts with its host names, and the documents of its pages.

use cors_servers::script::{
    Address, HeaderLine, Method, OriginScript, Path, Replies, Reply, Routes, Scheme, Status,
    Template, Versions,
};

use super::names::Names;
use crate::case::{Origin, Page, Server, UpstreamSpec};
use crate::contexts::{Definition, Document, OPENER_PATH, PAGE_PATH, Place, TOP_PATH};

/// The path of requests for the marker.
pub(super) const MARKER_PATH: &str = "/";

/// An origin's address with the row's host names and ports.
pub(super) fn address(origin: &Origin, names: &Names) -> Address {
    let port = names.physical_port(&origin.host, origin.port);
    Origin { host: names.physical(&origin.host), port, ..*origin }.address()
}

/// A server's script with the row's host names.
pub(super) fn script(server: &Server, names: &Names) -> OriginScript {
    let renamed = |text: &str| names.physical(text);
    OriginScript {
        address: address(&server.origin, names),
        versions: server.versions,
        cors: server.cors.as_ref().map(|policy| policy.map_origins(renamed)),
        routes: server
            .routes
            .iter()
            .map(|(path, replies)| (path.map_text(renamed), own_replies(replies, &renamed)))
            .collect(),
        service: server.upstream.as_ref().map(UpstreamSpec::name),
        close_after_response: false,
        watches: Vec::new(),
    }
}

fn own_replies(written: &Replies, renamed: &impl Fn(&str) -> String) -> Replies {
    let replies = written.iter();
    replies.map(|(method, reply)| (method.clone(), reply.map_texts(renamed))).collect()
}

/// A server that has only the given documents. The servers of rows take over its address, and a
/// browser that kept a connection to it might send their requests on a connection that is just
/// being closed.
pub(super) fn document_server(
    address: Address,
    routes: impl IntoIterator<Item = (Path, Replies)>,
) -> OriginScript {
    OriginScript { close_after_response: true, ..marker_server(address, routes) }
}

/// A server that is hosted as long as its page.
pub(super) fn marker_server(
    address: Address,
    routes: impl IntoIterator<Item = (Path, Replies)>,
) -> OriginScript {
    let (versions, routes, service) = (Versions::Any, routes.into_iter().collect(), None);
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

/// A reply to `GET`, at a path. Every path of the harness is one, and so is every path of a cookie.
pub(super) fn get(path: &str, reply: Reply) -> Option<(Path, Replies)> {
    Some((Path::new(path).ok()?, Replies::from([(Method::GET, reply)])))
}

/// Where a page over http is asked for over https: sites without one redirect like this, and a browser does
/// not try again.
fn led_back(url: &str) -> Option<(Path, Replies)> {
    let headers = HeaderLine::text("Location", url).into_iter().collect();
    get(TOP_PATH, Reply { headers, ..Reply::of(Status::TEMPORARY_REDIRECT) })
}

/// A document of a page, with its own header lines and these.
pub(super) fn document_route(
    document: &Document,
    body: &str,
    headers: &[(String, String)],
) -> Option<(Path, Replies)> {
    let own = document.headers.iter().filter_map(|(name, value)| HeaderLine::text(name, value));
    let others = headers.iter().filter_map(|(name, value)| HeaderLine::text(name, value));
    let headers = own.chain(others).collect();
    get(document.path, Reply { headers, body: Template::text(body), ..Reply::default() })
}

/// The response of the marker. Every page may use it, whatever its embedder policy. The query says which row and group
/// has settled and does not take part in matching, so one route is enough for any number of rows.
pub(super) fn marker_route() -> Option<(Path, Replies)> {
    let headers =
        HeaderLine::text("Cross-Origin-Resource-Policy", "cross-origin").into_iter().collect();
    get(MARKER_PATH, Reply { headers, ..Reply::of(Status::NO_CONTENT) })
}

/// The URL of a page, and the servers of its documents. `script` is added to the document at [`PAGE_PATH`].
pub(super) fn documents(
    page: &Page,
    names: &Names,
    headers: &[(String, String)],
    script: &str,
) -> (String, Vec<OriginScript>) {
    let base = |place| base_url(page.origin_at(place), names);
    let framed = format!("{}{PAGE_PATH}", base(Place::Page));
    let opener = format!("{}{OPENER_PATH}", base(Place::Inside));
    let Definition { documents, policies_from, .. } = page.context.definition();
    let headers_of = |document: &Document| match document.at == Place::Page {
        true if document.path == *policies_from => headers,
        _ => &[],
    };
    let opened =
        documents.first().map(|first| (first, format!("{}{}", base(first.at), first.path)));
    let mut servers: Vec<(Address, Routes)> = Vec::new();
    for document in *documents {
        let at = address(page.origin_at(document.at), names);
        let mut body = document.body.replace("${page}", &framed).replace("${opener}", &opener);
        if document.path == PAGE_PATH {
            body.push_str(script);
        }
        let route = document_route(document, &body, headers_of(document));
        match servers.iter_mut().find(|(known, _)| *known == at) {
            Some((_, routes)) => routes.extend(route),
            None => servers.push((at, route.into_iter().collect())),
        }
    }
    let url = opened.map(|(_, url)| url).unwrap_or_default();
    redirect_back(&mut servers, &url);
    let servers = servers.into_iter().map(|(at, routes)| document_server(at, routes));
    (url, servers.collect())
}

/// A browser that tries https first for the document at `url`, which is on the first server, finds another server of
/// the same host, where only the scheme or the port differs.
fn redirect_back(servers: &mut [(Address, Routes)], url: &str) {
    let Some(((first, _), others)) = servers.split_first_mut() else { return };
    for (at, routes) in others {
        if first.scheme == Scheme::Http && at.host == first.host {
            routes.extend(led_back(url));
        }
    }
}

fn base_url(origin: &Origin, names: &Names) -> String {
    names.physical(&origin.to_string())
}
