//! Reads the servers of a row.

use std::collections::HashSet;

use cors_model::requested_path;
use cors_servers::script::{Piece, Reply, Route, Scheme, Template, Versions, is_connection_header};
use url::Url;

use super::content;
use super::cors;
use super::origin;
use super::other_replies;
use super::reader::{Reader, Spanned, ValueError};
use super::row::{Origin, Server};
use super::suggest::brief;
use super::tree::Node;
use super::upstream_reader;
use super::values;

/// The servers of a row.
#[derive(Default)]
pub(super) struct Sites {
    pub(super) servers: Vec<Server>,
    /// Whether an origin or a path was reported and left out.
    pub(super) incomplete: bool,
}

/// Reads `servers:`.
pub(super) fn read(reader: &mut Reader<'_>, node: Option<&Node>) -> Sites {
    let mut sites = Sites { servers: Vec::new(), incomplete: node.is_some_and(Node::is_wrong) };
    for (said, server) in node.into_iter().flat_map(Node::entries) {
        match reader.read(said, |text| distinct(&sites, origin::parse(text)?)) {
            Some(origin) => read_server(reader, server, origin, &mut sites),
            None => sites.incomplete = true,
        }
    }
    sites.servers.shrink_to_fit();
    sites
}

/// Reports a host and port that two servers share.
fn distinct(sites: &Sites, origin: Origin) -> Result<Origin, ValueError> {
    let twin = sites
        .servers
        .iter()
        .find(|server| (&server.origin.host, server.origin.port) == (&origin.host, origin.port));
    match twin {
        None => Ok(origin),
        Some(server) if server.origin == origin => Err(ValueError::new(
            format!("`{origin}` is already a server"),
            "put all of its paths into one",
        )),
        Some(server) => {
            let what = format!("`{origin}` has the host and port of `{}`", server.origin);
            Err(ValueError::new(
                what,
                "one port uses either http or https: remove the port, or use another",
            ))
        }
    }
}

fn read_server(reader: &mut Reader<'_>, node: &Node, origin: Origin, sites: &mut Sites) {
    let versions = reader.maybe(node, "versions", |text| versions(text, &origin));
    let upstream = upstream_reader::read(reader, node, &origin);
    sites.incomplete |= upstream_reader::is_upstream(node) && upstream.is_none();
    let cors = node.find("cors").map(|policy| cors::read(reader, policy));
    let (paths, is_all) = read_paths(reader, node);
    sites.incomplete |= !is_all;
    let known: Vec<String> = paths.iter().map(|(path, _)| path.clone()).collect();
    let routes = paths
        .into_iter()
        .map(|(path, node)| Route { path, replies: read_replies(reader, node, &known) });
    let routes = routes.collect();
    let versions = versions.flatten().unwrap_or_default();
    sites.servers.push(Server { origin, versions, cors, routes, upstream });
}

/// The choices of `versions:`.
pub(super) const VERSIONS: [(&str, Versions); 3] =
    [("any", Versions::Any), ("http/1.1", Versions::Http1), ("h2", Versions::Http2)];

fn versions(text: &str, origin: &Origin) -> Result<Versions, ValueError> {
    match values::choice("versions", &VERSIONS)(text)? {
        Versions::Http2 if origin.scheme == Scheme::Http => Err(ValueError::new(
            "browsers use h2 with https origins only",
            format!("write `https://{}`", origin.host),
        )),
        versions => Ok(versions),
    }
}

/// The paths of a server, each once, and whether that is all that was written: an unknown key may have been
/// meant as a path.
fn read_paths<'n>(reader: &mut Reader<'_>, node: &'n Node) -> (Vec<(String, &'n Node)>, bool) {
    let mut seen = HashSet::new();
    let mut paths = Vec::new();
    let mut is_all = !node.is_wrong();
    for (said, replies) in node.entries() {
        if !said.text.starts_with('/') {
            is_all &= !replies.is_wrong();
            continue;
        }
        let Some(path) = reader.read(said, path) else {
            is_all = false;
            continue;
        };
        if seen.insert(path.clone()) {
            paths.push((path, replies));
        } else {
            let what = format!("the path `{}` occurs twice", brief(&path));
            reader.complain(said.at, ValueError::new(what, "put all of its methods into one"));
        }
    }
    (paths, is_all)
}

/// A path as requests contain it.
fn path(text: &str) -> Result<String, ValueError> {
    if let Some(sign) = text.find(['?', '#']) {
        let help = format!("the query is ignored: write `{}`", brief(&text[..sign]));
        return Err(ValueError::new(format!("`{}` is more than a path", brief(text)), help));
    }
    match Url::parse(&format!("http://host{text}")) {
        Ok(url) if requested_path(&url) == text => Ok(text.to_owned()),
        Ok(url) if text.starts_with('/') => {
            let what = format!("no request has the path `{}`", brief(text));
            let help = format!("URLs contain it as `{}`", brief(&requested_path(&url)));
            Err(ValueError::new(what, help))
        }
        _ => Err(ValueError::new(
            format!("`{}` is not a path", brief(text)),
            "a path begins with `/`",
        )),
    }
}

fn read_replies(reader: &mut Reader<'_>, node: &Node, paths: &[String]) -> Vec<(String, Reply)> {
    let mut replies: Vec<(String, Reply)> = Vec::new();
    for (said, reply) in node.entries() {
        let method = reader.read(said, values::method);
        let reply = read_reply(reader, reply, paths);
        match method {
            Some(method) if replies.iter().any(|(other, _)| *other == method) => {
                let what = format!("the method `{method}` occurs twice");
                reader.complain(said.at, ValueError::new(what, "keep one"));
            }
            Some(method) => replies.push((method, reply)),
            None => {}
        }
    }
    replies.shrink_to_fit();
    replies
}

/// Reads a reply.
pub(super) fn read_reply(reader: &mut Reader<'_>, node: &Node, paths: &[String]) -> Reply {
    let lines = node.find("headers").map_or(&[][..], Node::items);
    let mut headers = Vec::with_capacity(lines.len());
    headers.extend(lines.iter().filter_map(|line| read_line(reader, line, paths)));
    let body = node.find("body").and_then(Spanned::of);
    let body = body.and_then(|body| reader.template(body, paths));
    let made = reader.maybe(node, "content", content::body).flatten();
    if node.has("body") && node.has("content") {
        let what = "a reply has a `body` or a `content`, not both";
        reader.complain(node.key("content"), ValueError::new(what, "remove one of them"));
    }
    let made = made.map(|made| Template(vec![Piece::Text(made.to_vec())]));
    Reply {
        status: reader.maybe(node, "status", values::status).flatten().unwrap_or(200),
        headers,
        body: body.or(made).unwrap_or_default(),
        delay: reader.maybe(node, "delay", values::patience).flatten(),
        instead: other_replies::read(reader, node, paths),
    }
}

fn read_line(reader: &mut Reader<'_>, node: &Node, paths: &[String]) -> Option<(String, Template)> {
    let (name, value) = Spanned::pair(node)?;
    let name = reader.read(name, reply_header_name);
    let template = reader.template(value, paths)?;
    for piece in &template.0 {
        let Piece::Text(bytes) = piece else { continue };
        if let Err(wrong) = values::header_value(&String::from_utf8_lossy(bytes)) {
            reader.complain(value.at, wrong);
            return None;
        }
    }
    Some((name?, template))
}

fn reply_header_name(text: &str) -> Result<String, ValueError> {
    let name = values::header_name(text)?;
    if is_connection_header(&name) {
        return Err(ValueError::new(format!("`{name}` is set by the server itself"), "remove it"));
    }
    Ok(name)
}
