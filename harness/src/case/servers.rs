//! Reads the servers of a row.

use cors_model::requested_path;
use cors_servers::script::{
    Condition, HeaderLine, HeaderTemplate, Path, Replies, Reply, Scheme, Template, Versions,
};
use indexmap::IndexMap;
use indexmap::map::Entry;
use url::Url;

use super::content;
use super::cors;
use super::delivery::{self, Sending};
use super::origin::{self, Origin};
use super::reader::{Reader, Spanned, ValueError};
use super::row::Server;
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
    /// Whether anything in them was reported.
    pub(super) have_problems: bool,
}

/// Reads `servers:`.
pub(super) fn read(reader: &mut Reader<'_>, node: Option<&Node>) -> Sites {
    let before = reader.problems.len();
    let incomplete = node.is_some_and(Node::is_wrong);
    let mut sites = Sites { incomplete, ..Sites::default() };
    for (spanned, server) in node.into_iter().flat_map(Node::entries) {
        match reader.read(spanned, |text| distinct(&sites, origin::parse(text)?)) {
            Some(origin) => read_server(reader, server, origin, &mut sites),
            None => sites.incomplete = true,
        }
    }
    sites.servers.shrink_to_fit();
    sites.have_problems = reader.problems.len() > before;
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

/// What is known of a server when its replies are read.
struct Known {
    paths: Vec<String>,
    sending: Sending,
}

fn read_server(reader: &mut Reader<'_>, node: &Node, origin: Origin, sites: &mut Sites) {
    let versions = reader.maybe(node, "versions", |text| versions(text, &origin));
    let upstream = upstream_reader::read(reader, node, &origin);
    sites.incomplete |= upstream_reader::is_upstream(node) && upstream.is_none();
    let cors = node.find("cors").and_then(|policy| cors::read(reader, policy));
    let (paths, is_all) = read_paths(reader, node);
    sites.incomplete |= !is_all;
    let versions = versions.flatten().unwrap_or_default();
    let paths_said = paths.keys().map(Path::to_string).collect();
    let known = Known { paths: paths_said, sending: Sending::of(&origin, versions) };
    let routes = paths.into_iter();
    let routes = routes.map(|(path, node)| (path, read_replies(reader, node, &known))).collect();
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
fn read_paths<'n>(reader: &mut Reader<'_>, node: &'n Node) -> (IndexMap<Path, &'n Node>, bool) {
    let mut paths = IndexMap::new();
    let mut is_all = !node.is_wrong();
    for (spanned, replies) in node.entries() {
        if !spanned.text.starts_with('/') {
            is_all &= !replies.is_wrong();
            continue;
        }
        let Some(path) = reader.read(spanned, path) else {
            is_all = false;
            continue;
        };
        match paths.entry(path) {
            Entry::Vacant(place) => _ = place.insert(replies),
            Entry::Occupied(first) => {
                let what = format!("the path `{}` occurs twice", brief(first.key().as_str()));
                reader
                    .complain(spanned.at, ValueError::new(what, "put all of its methods into one"));
            }
        }
    }
    (paths, is_all)
}

/// A path as requests contain it.
fn path(text: &str) -> Result<Path, ValueError> {
    if let Some(sign) = text.find(['?', '#']) {
        let help = format!("the query is ignored: write `{}`", brief(&text[..sign]));
        return Err(ValueError::new(format!("`{}` is more than a path", brief(text)), help));
    }
    let url = Url::parse(&format!("http://host{text}")).ok().filter(|_| text.starts_with('/'));
    let requested = url.map(|url| requested_path(&url).into_owned());
    match (requested, Path::new(text)) {
        (Some(requested), Ok(path)) if requested == text => Ok(path),
        (Some(requested), _) => {
            let what = format!("no request has the path `{}`", brief(text));
            Err(ValueError::new(what, format!("URLs contain it as `{}`", brief(&requested))))
        }
        _ => Err(ValueError::new(
            format!("`{}` is not a path", brief(text)),
            "a path begins with `/`",
        )),
    }
}

fn read_replies(reader: &mut Reader<'_>, node: &Node, known: &Known) -> Replies {
    let mut replies = Replies::new();
    for (spanned, reply) in node.entries() {
        let method = reader.read(spanned, values::method);
        let reply = read_reply(reader, reply, known);
        match method.map(|method| replies.entry(method)) {
            Some(Entry::Vacant(place)) => _ = place.insert(reply),
            Some(Entry::Occupied(first)) => {
                let what = format!("the method `{}` occurs twice", first.key());
                reader.complain(spanned.at, ValueError::new(what, "keep one"));
            }
            None => {}
        }
    }
    replies.shrink_to_fit();
    replies
}

/// Reads a reply.
fn read_reply(reader: &mut Reader<'_>, node: &Node, known: &Known) -> Reply {
    let headers = read_lines(reader, node, known);
    let body = node.find("body").and_then(Spanned::of);
    let body = body.and_then(|body| reader.template(body, &known.paths));
    let made = reader.maybe(node, "content", content::body).flatten();
    if node.has("body") && node.has("content") {
        let what = "a reply has a `body` or a `content`, not both";
        reader.complain(node.key("content"), ValueError::new(what, "remove one of them"));
    }
    let reply = Reply {
        status: reader.maybe(node, "status", values::status).flatten().unwrap_or_default(),
        headers,
        body: body.or(made.map(Template::text)).unwrap_or_default(),
        delay: reader.maybe(node, "delay", values::delay).flatten(),
        delivery: delivery::read(reader, node, known.sending, |reader, interim| {
            read_lines(reader, interim, known)
        }),
        instead: read_other_replies(reader, node, known),
    };
    delivery::check(reader, node, &reply);
    reply
}

fn read_lines(reader: &mut Reader<'_>, node: &Node, known: &Known) -> Vec<HeaderLine> {
    let lines = node.find("headers").map_or(&[][..], Node::items);
    let mut headers = Vec::with_capacity(lines.len());
    headers.extend(lines.iter().filter_map(|line| read_line(reader, line, &known.paths)));
    headers
}

fn read_line(reader: &mut Reader<'_>, node: &Node, paths: &[String]) -> Option<HeaderLine> {
    let (name, value) = Spanned::pair(node)?;
    let name = reader.read(name, values::reply_header_name);
    let template = reader.template(value, paths)?;
    let Ok(template) = HeaderTemplate::new(template) else {
        reader.complain(value.at, values::no_header_value());
        return None;
    };
    Some(HeaderLine { name: name?, value: template })
}

/// The replies below a reply, in order, each with its condition.
fn read_other_replies(
    reader: &mut Reader<'_>,
    node: &Node,
    known: &Known,
) -> Vec<(Condition, Reply)> {
    let Some(list) = node.find("instead") else { return Vec::new() };
    let others = list.items().iter();
    others.map(|other| (read_condition(reader, other), read_reply(reader, other, known))).collect()
}

fn read_condition(reader: &mut Reader<'_>, node: &Node) -> Condition {
    let Some(when) = node.find("when") else {
        if !node.is_wrong() {
            let help = "add `when: { header: Range }`, `{ cookie: sid }` or `{ up-to: 1 }`";
            let what = "a reply under `instead` needs a condition";
            reader.complain(node.at, ValueError::new(what, help));
        }
        return Condition::default();
    };
    Condition {
        header: reader.maybe(when, "header", condition_header).flatten(),
        cookie: reader.maybe(when, "cookie", values::text).flatten(),
        up_to: reader.maybe(when, "up-to", number_of_requests).flatten(),
    }
}

/// `Range`, or `Range: bytes=0-1`.
fn condition_header(text: &str) -> Result<(String, Option<String>), ValueError> {
    let (name, value) = match text.split_once(':') {
        Some((name, value)) => (name, Some(values::header_value(value.trim())?)),
        None => (text, None),
    };
    Ok((values::header_name(name)?, value))
}

fn number_of_requests(text: &str) -> Result<u64, ValueError> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| {
        let what = format!("`{text}` is not a number of requests");
        ValueError::new(what, "write how many requests get this reply: `1`")
    })
}
