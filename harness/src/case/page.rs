//! Reads the page whose script runs.

use cors_servers::script::Scheme;
use url::Url;

use super::origin;
use super::reader::{Reader, Spanned, ValueError};
use super::row::{Origin, Page};
use super::suggest;
use super::tree::Node;
use super::values;
use crate::contexts::Context;
use crate::loopback::is_loopback;

/// Reads `page:` and sets `${page}`.
pub(super) fn read(reader: &mut Reader<'_>, node: Option<&Node>) -> Option<Page> {
    let document = |origin| Page::new(origin, Context::Document);
    let page = node.and_then(|node| match Spanned::of(node) {
        Some(origin) => reader.read(origin, origin::page).map(document),
        None => read_long(reader, node),
    });
    // An invalid page still needs an origin, so that the rest of the row can be read.
    let stand_in = || "https://page.invalid".to_owned();
    reader.settle(page.as_ref().map_or_else(stand_in, Page::serialised_origin));
    page
}

fn read_long(reader: &mut Reader<'_>, node: &Node) -> Option<Page> {
    let origin = reader.maybe(node, "origin", origin::page);
    let headers = read_headers(reader, node);
    let contexts: Vec<_> = Context::ALL.iter().map(|one| (one.as_str(), *one)).collect();
    let context = reader.choice(node, "context", &contexts)?.unwrap_or(Context::Document);
    let inside = reader.maybe(node, "inside", origin::page)?;
    fits(reader, context, node).then_some(())?;
    let origin = origin??;
    is_trusted(reader, context, &origin, node).then_some(())?;
    let inside = inside.filter(|_| context.definition().has_inside);
    Some(Page { origin, context, inside, headers: headers? })
}

/// The header lines that a page can have: those that decide what its script can request and read.
const HEADERS: [&str; 5] = [
    "Referrer-Policy",
    "Content-Security-Policy",
    "Cross-Origin-Embedder-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
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
    Spanned::of(node).is_some_and(|said| said.text.contains("${"))
}
