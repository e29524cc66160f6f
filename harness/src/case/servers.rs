//! Reads the servers of a row.

use std::collections::HashSet;

use cors_model::requested_path;
use cors_servers::script::{Piece, Reply, Route, Scheme, Template, Versions, is_connection_header};
use indexmap::IndexMap;
use url::Url;

use super::content;
use super::cors;
use super::file::{Pair, ReplyFile, Text};
use super::origin;
use super::reader::{Reader, Spanned, ValueError};
use super::row::{Origin, Server};
use super::server_file::ServerFile;
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

type Routes = IndexMap<Text, IndexMap<Text, ReplyFile>>;

/// Reads `servers:`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    file: &IndexMap<Text, ServerFile>,
    node: &Node,
) -> Sites {
    let mut sites = Sites { servers: Vec::with_capacity(file.len()), incomplete: false };
    for (origin, server) in file {
        let said = Spanned::new(origin, node.key(&origin.0));
        match reader.read(said, |text| distinct(&sites, origin::parse(text)?)) {
            Some(found) => read_server(reader, server, node.get(&origin.0), found, &mut sites),
            None => sites.incomplete = true,
        }
    }
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

fn read_server(
    reader: &mut Reader<'_>,
    file: &ServerFile,
    node: &Node,
    origin: Origin,
    sites: &mut Sites,
) {
    let versions =
        reader.maybe(file.versions.as_ref(), node, "versions", |text| versions(text, &origin));
    let upstream = upstream_reader::read(reader, file, node, &origin);
    sites.incomplete |= upstream_reader::is_upstream(node) && upstream.is_none();
    let cors = file.cors.as_ref().map(|policy| cors::read(reader, policy, node.get("cors")));
    let paths = read_paths(reader, &file.routes, node);
    sites.incomplete |= file.incomplete || paths.len() < file.routes.len();
    let known: Vec<String> = paths.iter().map(|(path, ..)| path.clone()).collect();
    let routes = paths.into_iter().map(|(path, replies, node)| Route {
        path,
        replies: read_replies(reader, replies, node, &known),
    });
    let routes = routes.collect();
    sites.servers.push(Server {
        origin,
        versions: versions.flatten().unwrap_or_default(),
        cors,
        routes,
        upstream,
    });
}

fn versions(text: &str, origin: &Origin) -> Result<Versions, ValueError> {
    match values::choice(
        "versions",
        &[("any", Versions::Any), ("http/1.1", Versions::Http1), ("h2", Versions::Http2)],
    )(text)?
    {
        Versions::Http2 if origin.scheme == Scheme::Http => Err(ValueError::new(
            "browsers use h2 with https origins only",
            format!("write `https://{}`", origin.host),
        )),
        versions => Ok(versions),
    }
}

type Replies = IndexMap<Text, ReplyFile>;

fn read_paths<'f>(
    reader: &mut Reader<'_>,
    file: &'f Routes,
    node: &'f Node,
) -> Vec<(String, &'f Replies, &'f Node)> {
    let mut seen = HashSet::new();
    let mut paths = Vec::new();
    for (key, replies) in file {
        let said = Spanned::new(key, node.key(&key.0));
        let Some(path) = reader.read(said, path) else {
            continue;
        };
        if seen.insert(path.clone()) {
            paths.push((path, replies, node.get(&key.0)));
        } else {
            let what = format!("the path `{}` occurs twice", brief(&path));
            reader.complain(said.at, ValueError::new(what, "put all of its methods into one"));
        }
    }
    paths
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

fn read_replies(
    reader: &mut Reader<'_>,
    file: &Replies,
    node: &Node,
    paths: &[String],
) -> Vec<(String, Reply)> {
    let mut replies: Vec<(String, Reply)> = Vec::with_capacity(file.len());
    for (key, reply) in file {
        let said = Spanned::new(key, node.key(&key.0));
        let method = reader.read(said, values::method);
        let reply = read_reply(reader, reply, node.get(&key.0), paths);
        match method {
            Some(method) if replies.iter().any(|(other, _)| *other == method) => {
                reader.complain(
                    said.at,
                    ValueError::new(format!("the method `{method}` occurs twice"), "keep one"),
                );
            }
            Some(method) => replies.push((method, reply)),
            None => {}
        }
    }
    replies
}

fn read_reply(reader: &mut Reader<'_>, file: &ReplyFile, node: &Node, paths: &[String]) -> Reply {
    let lines = node.get("headers");
    let line = |(index, pair)| read_line(reader, pair, lines.item(index), paths);
    let mut headers = Vec::with_capacity(file.headers.len());
    headers.extend(file.headers.iter().enumerate().filter_map(line));
    let body = file
        .body
        .as_ref()
        .and_then(|body| reader.template(Spanned::new(body, node.get("body").at), paths));
    let made = reader.maybe(file.content.as_ref(), node, "content", content::body).flatten();
    if file.body.is_some() && file.content.is_some() {
        let what = "a reply has a `body` or a `content`, not both";
        reader.complain(node.key("content"), ValueError::new(what, "take one of them out"));
    }
    let made = made.map(|made| Template(vec![Piece::Text(made.to_vec())]));
    Reply {
        status: reader
            .maybe(file.status.as_ref(), node, "status", values::status)
            .flatten()
            .unwrap_or(200),
        headers,
        body: body.or(made).unwrap_or_default(),
        delay: reader.maybe(file.delay.as_ref(), node, "delay", values::patience).flatten(),
    }
}

fn read_line(
    reader: &mut Reader<'_>,
    pair: &Pair,
    node: &Node,
    paths: &[String],
) -> Option<(String, Template)> {
    let (name, value) = Spanned::pair(pair, node)?;
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
