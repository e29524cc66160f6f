//! The pages whose script runs, and how a case writes them.

use std::sync::Arc;

use cors_servers::script::Scheme;
use url::Url;

use super::origin::{self, Origin};
use super::reader::{Reader, Spanned, ValueError};
use super::storage_access::{self, StorageAccess};
use super::suggest;
use super::tree::Node;
use super::values;
use crate::contexts::{Context, Place, RunsIn};
use crate::loopback::is_loopback;

/// The page whose script runs the steps.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Page {
    /// Origin of the document's URL.
    pub origin: Origin,
    /// The kind of document or worker.
    pub context: Context,
    /// Origin of the top-level document, where the context has a separate one.
    pub inside: Option<Origin>,
    /// Header lines of the document or worker that decide what its script can request.
    pub headers: Vec<(String, String)>,
    /// The states of permissions in the top-level page.
    pub storage_access: Vec<StorageAccess>,
}

impl Page {
    /// A page whose context needs no other origin.
    pub fn new(origin: Origin, context: Context) -> Self {
        Self { origin, context, inside: None, headers: Vec::new(), storage_access: Vec::new() }
    }

    /// The origin as the browser serialises it in an `Origin` header: `null` for an opaque one.
    pub fn serialised_origin(&self) -> String {
        match self.context.definition().is_opaque {
            true => "null".to_owned(),
            false => self.origin.to_string(),
        }
    }

    /// The URL that is the referrer of its requests; `None` where they have none.
    pub fn referrer_url(&self) -> Option<Url> {
        let path = self.context.definition().referrer?;
        Url::parse(&format!("{}{path}", self.origin)).ok()
    }

    /// The values of a header, in order.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let lines = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| value.as_str())
    }

    /// Where its script runs.
    pub fn runs_in(&self) -> RunsIn {
        self.context.definition().runs_in
    }

    /// The origin at a place.
    pub fn origin_at(&self, place: Place) -> &Origin {
        match (place, &self.inside) {
            (Place::Inside, Some(inside)) => inside,
            _ => &self.origin,
        }
    }

    /// The origin of the top-level document.
    pub fn top_level_origin(&self) -> &Origin {
        self.origin_at(self.context.definition().top_level)
    }
}

/// A page of a case with several pages.
#[derive(Clone, Debug)]
pub struct OpenedPage {
    /// Its name in the case.
    pub name: String,
    /// The page.
    pub page: Page,
}

/// The key of several pages.
pub(super) const PAGES: &str = "pages";

/// The pages of a row.
#[derive(Default)]
pub(super) struct Pages {
    /// In the order written. One that was written with `page` has no name.
    pub(super) all: Vec<Arc<OpenedPage>>,
    /// The names of all, also of those that were reported.
    pub(super) names: Vec<String>,
}

impl Pages {
    /// The page that is open before the first step.
    pub(super) fn first(&self) -> Option<&Page> {
        self.all.first().map(|opened| &opened.page)
    }
}

/// Reads `page:` or `pages:`, and sets `${page}` to the origin of the first one.
pub(super) fn read_all(reader: &mut Reader<'_>, tree: &Node) -> Pages {
    check_keys(reader, tree);
    let Some(node) = tree.find(PAGES) else {
        let page = read(reader, tree.find("page"));
        let page = page.map(|page| Arc::new(OpenedPage { name: String::new(), page }));
        return Pages { all: page.into_iter().collect(), names: Vec::new() };
    };
    let mut pages = Pages::default();
    for (name, node) in node.entries() {
        let page = match pages.names.is_empty() {
            true => read(reader, Some(node)),
            false => read_page(reader, node),
        };
        pages.names.push(name.text.to_owned());
        let opened = page.map(|page| OpenedPage { name: name.text.to_owned(), page });
        pages.all.extend(opened.map(Arc::new));
    }
    if pages.names.is_empty() {
        read(reader, None);
        let help = "add one: `shop: https://shop.example.com`";
        reader.complain(node.at, ValueError::new("this case has no pages", help));
    }
    pages
}

/// A case has one of the two keys.
fn check_keys(reader: &mut Reader<'_>, tree: &Node) {
    match (tree.has("page"), tree.has(PAGES)) {
        (true, true) => {
            let what = "a case has a `page` or `pages`, not both";
            let help = "move the page to `pages`, with a name";
            reader.complain(tree.key("page"), ValueError::new(what, help));
        }
        (false, false) => {
            let help = "add `page:`, the page's origin, or `{ origin: …, context: …, inside: … }`";
            reader.complain(tree.at, ValueError::new("`page` is missing", help));
        }
        _ => {}
    }
}

/// Reads `page:` and sets `${page}`.
fn read(reader: &mut Reader<'_>, node: Option<&Node>) -> Option<Page> {
    let page = node.and_then(|node| read_page(reader, node));
    // An invalid page still needs an origin, so that the rest of the row can be read.
    let stand_in = || "https://page.invalid".to_owned();
    reader.settle(page.as_ref().map_or_else(stand_in, Page::serialised_origin));
    page
}

fn read_page(reader: &mut Reader<'_>, node: &Node) -> Option<Page> {
    let document = |origin| Page::new(origin, Context::Document);
    match Spanned::of(node) {
        Some(origin) => reader.read(origin, origin::page).map(document),
        None => read_long(reader, node),
    }
}

fn read_long(reader: &mut Reader<'_>, node: &Node) -> Option<Page> {
    let origin = reader.maybe(node, "origin", origin::page);
    let headers = read_headers(reader, node);
    let storage_access = storage_access::read(reader, node);
    let contexts: Vec<_> = Context::ALL.iter().map(|one| (one.as_str(), *one)).collect();
    let context = reader.choice(node, "context", &contexts)?.unwrap_or(Context::Document);
    let inside = reader.maybe(node, "inside", origin::page)?;
    fits(reader, context, node).then_some(())?;
    let origin = origin??;
    is_trusted(reader, context, &origin, node).then_some(())?;
    let inside = inside.filter(|_| context.definition().has_inside);
    loads_in(reader, context, (&origin, inside.as_ref()), node).then_some(())?;
    Some(Page { origin, context, inside, headers: headers?, storage_access: storage_access? })
}

/// The header lines that a page can have: those that decide what its script can request and read.
const HEADERS: [&str; 6] = [
    "Referrer-Policy",
    "Content-Security-Policy",
    "Cross-Origin-Embedder-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Connection-Allowlist",
];

fn read_headers(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<(String, String)>> {
    let lines = node.find("headers").map_or(&[][..], Node::items);
    let mut read = |line: &Node| {
        let (name, value) = Spanned::pair(line)?;
        let name = reader.read(name, header);
        let value = reader.read(value, |text| {
            values::header_value(text)?;
            Ok(text.to_owned())
        });
        name.zip(value)
    };
    let lines: Vec<_> = lines.iter().map(&mut read).collect();
    lines.into_iter().collect()
}

fn header(text: &str) -> Result<String, ValueError> {
    match HEADERS.iter().find(|name| name.eq_ignore_ascii_case(text)) {
        Some(_) => Ok(text.to_owned()),
        None => {
            let what = format!("a page has no header `{}` here", suggest::brief(text));
            Err(ValueError::new(what, suggest::help(text, "the choices are", HEADERS)))
        }
    }
}

/// Whether browsers have the context on this origin: <https://w3c.github.io/webappsec-secure-contexts/>.
fn is_trusted(reader: &mut Reader<'_>, context: Context, origin: &Origin, node: &Node) -> bool {
    let is_local = Url::parse(&origin.to_string()).is_ok_and(|url| is_loopback(&url));
    if !context.definition().needs_trust || origin.scheme == Scheme::Https || is_local {
        return true;
    }
    let what = format!("browsers have no `{}` on http of another machine", context.as_str());
    let help = format!("write `origin: https://{}`", origin.host);
    reader.complain(node.key("context"), ValueError::new(what, help));
    false
}

/// Whether browsers load the page in the page around it: <https://w3c.github.io/webappsec-mixed-content/#should-block-fetch>.
fn loads_in(
    reader: &mut Reader<'_>,
    context: Context,
    (origin, inside): (&Origin, Option<&Origin>),
    node: &Node,
) -> bool {
    let is_local = || Url::parse(&origin.to_string()).is_ok_and(|url| is_loopback(&url));
    let is_secure = inside.is_some_and(|inside| inside.scheme == Scheme::Https);
    let is_mixed = context == Context::Iframe && is_secure && origin.scheme == Scheme::Http;
    if !is_mixed || is_local() {
        return true;
    }
    let what = "browsers block a frame over http in a page over https, as mixed content".to_owned();
    let help = format!("write `origin: https://{}`, or a page over http as `inside`", origin.host);
    reader.complain(node.key("origin"), ValueError::new(what, help));
    false
}

/// Whether the context and `inside` go together. Where the context is a variable, `inside` counts for the values that
/// have it.
fn fits(reader: &mut Reader<'_>, context: Context, node: &Node) -> bool {
    let (at, what, help) = match (context.definition().has_inside, node.has("inside")) {
        (true, false) => {
            let what = format!("`{}` is inside a page of another origin", context.as_str());
            let help =
                "add `inside:`, the origin of the top-level page: `inside: https://shop.example`";
            (node.key("context"), what, help.to_owned())
        }
        (false, true) if !has_variable(node.get("context")) => {
            let others = Context::ALL.iter().filter(|other| other.definition().has_inside);
            let others = suggest::list(others.map(|other| other.as_str()));
            let what = format!("`{}` cannot have `inside`", context.as_str());
            (node.key("inside"), what, format!("remove it; `inside` is for {others}"))
        }
        _ => return true,
    };
    reader.complain(at, ValueError::new(what, help));
    false
}

fn has_variable(node: &Node) -> bool {
    Spanned::of(node).is_some_and(|spanned| spanned.text.contains("${"))
}
