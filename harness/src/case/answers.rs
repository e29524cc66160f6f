//! Reports steps of elements and other APIs that can never use what the listed server answers.

use cors_model::{Consumer as Resource, Format, requested_path};
use cors_servers::script::{Method, Piece, Replies, Reply, Versions};
use url::Url;

use super::origin;
use super::reader::{Reader, ValueError};
use super::row::Server;
use super::servers::Sites;
use super::suggest;
use super::tree::Node;
use crate::initiators::{Consumer, Initiator};

/// Reports a step whose method has no reply, a WebSocket over HTTP/2, and a body that is not in the format that it declares.
/// Script that gets a `Response` object can use every answer.
pub(super) fn check(
    reader: &mut Reader<'_>,
    (initiator, url): (Initiator, &Url),
    node: &Node,
    sites: &Sites,
) {
    let Consumer::Resource(resource) = initiator.definition().consumer else { return };
    let Some((server, replies)) = answering(url, sites) else { return };
    let word = initiator.as_str();
    let path = requested_path(url);
    let wrong = missing_method(word, resource, &path, replies)
        .or_else(|| version_without_websockets(resource, server))
        .or_else(|| body_of_another_format(word, resource, &path, replies));
    if let Some(wrong) = wrong {
        reader.complain(node.key(word), wrong);
    }
}

/// The server of a URL, and what it answers there. A real server has no list, and a list with a mistake is not the one
/// that is meant.
fn answering<'s>(url: &Url, sites: &'s Sites) -> Option<(&'s Server, &'s Replies)> {
    if sites.have_problems {
        return None;
    }
    let origin = origin::of(url)?;
    let server = sites.servers.iter().find(|server| server.origin == origin)?;
    Some((server, server.routes.get(requested_path(url).as_ref())?))
}

fn missing_method(
    word: &str,
    resource: Resource,
    path: &str,
    replies: &Replies,
) -> Option<ValueError> {
    let sent = match resource {
        Resource::Beacon | Resource::Form => Method::POST,
        _ => Method::GET,
    };
    if replies.is_empty() || replies.contains_key(&sent) {
        return None;
    }
    let listed = suggest::list(replies.keys().map(Method::as_str));
    let what = format!("`{word}` sends a {sent} request, and `{path}` answers {listed} only");
    Some(ValueError::new(what, format!("add `{sent}:` to the path")))
}

fn version_without_websockets(resource: Resource, server: &Server) -> Option<ValueError> {
    let is_unusable = resource == Resource::WebSocket && server.versions == Versions::Http2;
    is_unusable.then(|| {
        let what = "the servers here open a WebSocket over HTTP/1.1 only";
        ValueError::new(what, "remove `versions: h2` from the server")
    })
}

/// A server that declares another type, or none, is left alone: an image that requests JSON is a request of its own kind.
fn body_of_another_format(
    word: &str,
    resource: Resource,
    path: &str,
    replies: &Replies,
) -> Option<ValueError> {
    let format = resource.format()?;
    let reply = replies.get(&Method::GET)?;
    reply.all().any(|reply| is_broken(reply, format)).then(|| {
        let (name, content) = words(format);
        let what = format!("`{word}` needs {name}, and the body of `GET {path}` is none");
        let help = format!(
            "write `content: {content}` instead of `body`, or the `Content-Type` that the body has"
        );
        ValueError::new(what, help)
    })
}

/// Whether a complete and successful reply declares the format and has a body that is known and has another one.
fn is_broken(reply: &Reply, format: Format) -> bool {
    let is_complete = reply.status.as_u16() == 200 && reply.delivery.stop.is_none();
    let has_coding = values(reply, "content-encoding").next().is_some();
    let declared = values(reply, "content-type").next();
    let body: Option<Vec<&[u8]>> = reply.body.0.iter().map(text).collect();
    is_complete
        && !has_coding
        && declared.is_some_and(|value| format.has_type(&value))
        && body.is_some_and(|body| !format.has_signature(&body.concat()))
}

fn text(piece: &Piece) -> Option<&[u8]> {
    match piece {
        Piece::Text(text) => Some(text),
        Piece::RequestOrigin | Piece::Date { .. } | Piece::Served { .. } => None,
    }
}

/// The values of a header of a reply, without their placeholders.
fn values<'r>(reply: &'r Reply, name: &'r str) -> impl Iterator<Item = Vec<u8>> + 'r {
    let lines = reply.headers.iter();
    let lines = lines.filter(move |line| line.name.as_str().eq_ignore_ascii_case(name));
    lines.map(|line| line.value.template().0.iter().filter_map(text).collect::<Vec<_>>().concat())
}

/// The format in words, and the `content` that has it.
fn words(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Image => ("an image", "png"),
        Format::Font => ("a font", "font"),
        Format::Video => ("a video", "webm"),
        Format::Audio => ("audio", "wav"),
        Format::Track => ("a text track", "track"),
    }
}
