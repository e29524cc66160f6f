//! Reads which origins may make which requests.

use indexmap::IndexSet;

use super::super::origin::Origin;
use super::super::reader::{Reader, Spanned, ValueError};
use super::super::suggest::{self, brief};
use super::super::tree::Node;
use super::super::values;
use super::origins::{self, Origins};
use super::routes::{Ask, script_header};

/// An entry of `allow`.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) who: GrantedTo,
    /// `None` for all.
    routes: Option<Vec<String>>,
    /// `None` for all.
    methods: Option<Vec<String>>,
    pub(super) headers: Vec<String>,
    pub(super) credentials: bool,
    pub(super) exposes: Vec<String>,
}

/// The origins to which a grant applies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum GrantedTo {
    Everybody,
    Listed(Origins),
}

impl Grant {
    /// Whether it applies to an origin; an opaque origin is never listed.
    pub(super) fn is_for(&self, origin: Option<&Origin>) -> bool {
        match &self.who {
            GrantedTo::Everybody => true,
            GrantedTo::Listed(listed) => origin.is_some_and(|origin| listed.contains(origin)),
        }
    }

    /// Whether it lists origins, instead of allowing every origin.
    pub(super) fn is_listing(&self) -> bool {
        self.listed().is_some()
    }

    /// The origins that it lists.
    pub(super) fn listed(&self) -> Option<&Origins> {
        match &self.who {
            GrantedTo::Listed(origins) => Some(origins),
            GrantedTo::Everybody => None,
        }
    }

    /// Whether it covers a route and a method.
    pub(super) fn covers(&self, ask: &Ask) -> bool {
        let method = &ask.request.method;
        let has_method = self.methods.as_ref().is_none_or(|methods| methods.contains(method));
        ask.is_named && has_method && self.has_route(&ask.route)
    }

    /// Whether it covers a route.
    pub(super) fn has_route(&self, route: &String) -> bool {
        self.routes.as_ref().is_none_or(|routes| routes.contains(route))
    }

    /// The headers that it allows in addition to those that a request always has.
    pub(super) fn headers_beyond(&self, ask: &Ask) -> Vec<String> {
        let own = &ask.request.headers;
        let beyond = |name: &&String| !own.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        self.headers.iter().filter(beyond).cloned().collect()
    }

    /// Whether it allows a header.
    pub(super) fn allows_header(&self, name: &str) -> bool {
        self.headers.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
    }
}

/// Reads an entry of `allow:`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    node: &Node,
    asks: &[Ask],
    has_login: bool,
) -> Option<Grant> {
    let who = node.find("origins").and_then(|who| read_who(reader, who));
    let routes = list(reader, node, "routes", |text| route(text, asks));
    let is_of_routes =
        |ask: &&Ask| routes.as_ref().is_none_or(|routes| routes.contains(&ask.route));
    let of_routes = || asks.iter().filter(is_of_routes).map(|ask| ask.request.method.as_str());
    let methods = list(reader, node, "methods", |text| method(text, &of_routes().collect()));
    let is_open = who == Some(GrantedTo::Everybody);
    let credentials =
        reader.maybe(node, "credentials", |text| credentials(text, is_open, has_login));
    let headers = names(reader, node.find("headers"), script_header);
    let exposes = names(reader, node.find("exposes"), seen_header);
    Some(Grant {
        who: who?,
        methods,
        routes,
        headers,
        credentials: credentials?.unwrap_or_default(),
        exposes,
    })
}

fn read_who(reader: &mut Reader<'_>, node: &Node) -> Option<GrantedTo> {
    match Spanned::of(node) {
        Some(all) if all.text == "*" => return Some(GrantedTo::Everybody),
        Some(one) => return origins::read_one(reader, one).map(GrantedTo::Listed),
        None => {}
    }
    if node.is_empty_list() {
        let help = "list its origins, or remove the entry";
        reader.complain(node.at, ValueError::new("this entry has no origins", help));
    }
    Some(GrantedTo::Listed(origins::read(reader, node)))
}

/// Reads `deny:`. Its members cannot be spelled exactly like those of a grant.
pub(super) fn read_denied(
    reader: &mut Reader<'_>,
    node: Option<&Node>,
    grants: &[Grant],
) -> Origins {
    let Some(node) = node else { return Origins::default() };
    let denied = origins::read(reader, node);
    let listed = grants.iter().filter_map(Grant::listed);
    let shared: IndexSet<_> = listed.flat_map(|listed| denied.shared(listed)).collect();
    for name in shared {
        let what = format!("`{name}` is also under `allow`");
        reader.complain(node.at, ValueError::new(what, "remove it from one of the two"));
    }
    denied
}

fn route(text: &str, asks: &[Ask]) -> Result<String, ValueError> {
    if asks.iter().any(|ask| ask.route == text) {
        return Ok(text.to_owned());
    }
    let known: IndexSet<_> = asks.iter().map(|ask| ask.route.as_str()).collect();
    let help = suggest::help(text, "the routes are", known);
    Err(ValueError::new(format!("there is no route `{}`", brief(text)), help))
}

fn method(text: &str, known: &IndexSet<&str>) -> Result<String, ValueError> {
    let method = values::method(text)?;
    if known.contains(method.as_str()) {
        return Ok(method.to_string());
    }
    let help = suggest::help(text, "their methods are", known.iter().copied());
    Err(ValueError::new(format!("none of these routes has the method `{}`", brief(text)), help))
}

/// The choices of `credentials:` in a grant.
pub(in crate::case) const CREDENTIALS: [(&str, bool); 2] = [("include", true), ("omit", false)];

fn credentials(text: &str, is_open: bool, has_login: bool) -> Result<bool, ValueError> {
    match values::choice("credentials", &CREDENTIALS)(text)? {
        true if is_open => Err(ValueError::new(
            "any website could read with the user's cookies",
            "list the allowed origins, or leave `credentials` out",
        )),
        true if !has_login => Err(ValueError::new(
            "the policy has no login",
            "write the cookie of a user under `login`: `- https://api.example.com: sid=1; Secure; \
             SameSite=None`",
        )),
        credentials => Ok(credentials),
    }
}

/// <https://fetch.spec.whatwg.org/#forbidden-response-header-name>
fn seen_header(text: &str) -> Result<String, ValueError> {
    let name = values::header_name(text)?;
    match name.to_ascii_lowercase().as_str() {
        "set-cookie" | "set-cookie2" => {
            Err(ValueError::new(format!("script cannot see `{name}`"), "remove it"))
        }
        _ => Ok(name),
    }
}

fn names(
    reader: &mut Reader<'_>,
    node: Option<&Node>,
    parse: impl Fn(&str) -> Result<String, ValueError>,
) -> Vec<String> {
    let items = node.into_iter().flat_map(Node::one_or_more);
    items.filter_map(|name| reader.read(Spanned::of(name)?, &parse)).collect()
}

/// An optional list, or one item instead of it. `None` if it is left out.
fn list(
    reader: &mut Reader<'_>,
    node: &Node,
    key: &str,
    parse: impl Fn(&str) -> Result<String, ValueError>,
) -> Option<Vec<String>> {
    let node = node.find(key)?;
    if node.is_empty_list() {
        let wrong = ValueError::new(format!("`{key}` is empty"), "remove the key to allow all");
        reader.complain(node.at, wrong);
    }
    Some(names(reader, Some(node), parse))
}
