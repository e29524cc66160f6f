//! Reads the routes of a policy, and the requests that they take.

use std::borrow::Cow;

use cors_model::{
    is_bad_port, is_cors_safelisted_method, is_cors_safelisted_request_header,
    is_forbidden_request_header_name,
};
use url::Url;

use super::super::origin::{self, Origin};
use super::super::reader::{Reader, Spanned, ValueError};
use super::super::servers::Sites;
use super::super::suggest::{self, brief};
use super::super::tree::Node;
use super::super::values;

/// A request that a page can make.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    /// The route as written.
    pub(super) route: String,
    pub(super) url: Url,
    pub(super) request: Request,
    /// Whether the policy names the method.
    pub(super) is_named: bool,
}

impl<'a> From<&'a Ask> for Cow<'a, Ask> {
    fn from(ask: &'a Ask) -> Self {
        Cow::Borrowed(ask)
    }
}

/// What a request sends.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
    /// Whether it is sent a second time, to test revalidation.
    pub(super) again: bool,
}

impl Ask {
    /// The origin of the server.
    pub(super) fn origin(&self) -> Option<Origin> {
        origin::of(&self.url)
    }

    /// Whether it is a GET to which script adds nothing: only such a request can be sent without an
    /// `Origin`.
    pub(super) fn is_bare_get(&self) -> bool {
        self.request.method == "GET" && self.request.headers.is_empty()
    }

    /// Whether browsers send a preflight before it.
    pub(super) fn is_preflighted(&self) -> bool {
        let mut headers = self.request.headers.iter();
        !is_cors_safelisted_method(&self.request.method)
            || headers
                .any(|(name, value)| !is_cors_safelisted_request_header(name, value.as_bytes()))
    }

    /// The length of what it sends.
    pub(super) fn text(&self) -> usize {
        let Request { headers, body, .. } = &self.request;
        let lines = headers.iter().map(|(name, value)| name.len() + value.len());
        self.url.as_str().len() + lines.sum::<usize>() + body.as_ref().map_or(0, String::len)
    }

    /// The same route with a method that the policy does not name.
    pub(super) fn with_method(&self, method: &str) -> Self {
        let request = Request { method: method.to_owned(), ..Request::default() };
        Self { route: self.route.clone(), url: self.url.clone(), request, is_named: false }
    }
}

/// Reads `routes:`.
pub(super) fn read(reader: &mut Reader<'_>, node: Option<&Node>, sites: &Sites) -> Vec<Ask> {
    let mut asks: Vec<Ask> = Vec::new();
    for (spanned, methods) in node.into_iter().flat_map(Node::entries) {
        let url = reader.read(spanned, |text| url(text, sites));
        let methods = read_methods(reader, methods);
        let Some(url) = url else { continue };
        if asks.iter().any(|ask| ask.url == url) {
            let what = format!("`{}` is already a route", brief(spanned.text));
            reader.complain(spanned.at, ValueError::new(what, "put all of its methods into one"));
            continue;
        }
        asks.extend(methods.into_iter().map(|request| Ask {
            route: spanned.text.to_owned(),
            url: url.clone(),
            request,
            is_named: true,
        }));
    }
    asks
}

/// The URL of a route: on the first server, unless the route is a URL.
fn url(text: &str, Sites { servers, incomplete, .. }: &Sites) -> Result<Url, ValueError> {
    let not = || {
        let help = "write a path, which begins with `/`, or a URL: `https://api.example.com/me`";
        ValueError::new(format!("`{}` is not a route", brief(text)), help)
    };
    let first = servers.first().and_then(|server| Url::parse(&server.origin.to_string()).ok());
    let url = match first {
        Some(first) if text.starts_with('/') => first.join(text).map_err(|_| not())?,
        _ => Url::parse(text).map_err(|_| not())?,
    };
    let asked = origin::of(&url).ok_or_else(not)?;
    if url.fragment().is_some() {
        let what = format!("browsers do not send the part of `{}` after `#`", brief(text));
        return Err(ValueError::new(what, "remove it"));
    }
    if is_bad_port(asked.port) {
        let what = format!("browsers block port {}", asked.port);
        return Err(ValueError::new(what, "use another port under `servers`"));
    }
    if *incomplete || servers.iter().any(|server| server.origin == asked) {
        return Ok(url);
    }
    let known: Vec<_> = servers.iter().map(|server| server.origin.to_string()).collect();
    let known = known.iter().map(String::as_str);
    let what = format!("no server answers for `{asked}`");
    Err(ValueError::new(what, suggest::help(&asked.to_string(), "the servers are", known)))
}

/// The requests of a route.
fn read_methods(reader: &mut Reader<'_>, node: &Node) -> Vec<Request> {
    let listed = node.items().iter().filter_map(|item| Some((Spanned::of(item)?, None)));
    let written = node.entries().map(|(method, request)| (method, Some(request)));
    let written: Vec<_> = listed.chain(written).collect();
    if written.is_empty() && !node.holds_wrong() {
        let help = "write its methods: `[GET]`";
        reader.complain(node.at, ValueError::new("this route has no methods", help));
    }
    let mut requests: Vec<Request> = Vec::new();
    for (spanned, request) in written {
        let method = reader.read(spanned, values::script_method);
        let request = request.map(|node| read_request(reader, method.as_deref(), node));
        match method {
            Some(name) if requests.iter().any(|other| other.method == name) => {
                let what = format!("the method `{name}` occurs twice");
                reader.complain(spanned.at, ValueError::new(what, "keep one"));
            }
            Some(method) => requests.push(Request { method, ..request.unwrap_or_default() }),
            None => {}
        }
    }
    requests
}

fn read_request(reader: &mut Reader<'_>, method: Option<&str>, node: &Node) -> Request {
    let headers = node.find("headers").map_or(&[][..], Node::items);
    let body = reader.maybe(node, "body", |text| match method {
        Some(method @ ("GET" | "HEAD")) => {
            Err(ValueError::new(format!("browsers do not send a body with {method}"), "remove it"))
        }
        _ => values::text(text),
    });
    let again = reader.maybe(node, "again", |text| {
        match values::choice("again", &values::BOOLEAN)(text)? {
            true if method != Some("GET") => {
                Err(ValueError::new("`again` is only for GET", "remove `again`"))
            }
            true if !headers.is_empty() => Err(ValueError::new(
                "a request with headers cannot be repeated",
                "browsers differ in whether they send another preflight: remove one of the two",
            )),
            again => Ok(again),
        }
    });
    let mut line = |line| {
        let (name, value) = Spanned::pair(line)?;
        let name = reader.read(name, script_header);
        let value = reader.read(value, values::header_value);
        name.zip(value)
    };
    Request {
        method: String::new(),
        headers: headers.iter().filter_map(&mut line).collect(),
        body: body.flatten(),
        again: again.flatten().unwrap_or_default(),
    }
}

/// The name of a header that script can set: <https://fetch.spec.whatwg.org/#forbidden-request-header>.
pub(in crate::case) fn script_header(text: &str) -> Result<String, ValueError> {
    let name = values::header_name(text)?;
    if !is_forbidden_request_header_name(&name) {
        return Ok(name);
    }
    let help = match name.to_ascii_lowercase().as_str() {
        "cookie" => "browsers send cookies themselves: put it under `login`",
        _ => "the browser writes it itself: remove it",
    };
    Err(ValueError::new(format!("script cannot set `{name}`"), help))
}
