//! The page whose script runs.

use super::origin;
use super::reader::{Reader, Spanned, ValueError};
use super::row::{Context, Origin, Page};
use super::tree::Node;

/// Reads `page:` and makes `${page}` known.
pub(super) fn read(reader: &mut Reader<'_>, node: Option<&Node>) -> Option<Page> {
    let document = |origin| Page { origin, context: Context::Document };
    let page = node.and_then(|node| match Spanned::of(node) {
        Some(origin) => reader.read(origin, origin::page).map(document),
        None => read_long(reader, node),
    });
    // A page that is complained about still needs a name, so that the rest of the row can be read.
    let stand_in = || "https://page.invalid".to_owned();
    reader.settle(page.as_ref().map_or_else(stand_in, Page::serialised_origin));
    page
}

fn read_long(reader: &mut Reader<'_>, node: &Node) -> Option<Page> {
    let origin = reader.maybe(node, "origin", origin::page);
    let kind = reader.choice(node, "context", &KINDS)?;
    let inside = reader.maybe(node, "inside", origin::page)?;
    let context = context(reader, kind.unwrap_or(Kind::Document), inside, node)?;
    Some(Page { origin: origin??, context })
}

/// The kinds of pages, as a case names them.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Document,
    Iframe,
    Sandboxed,
}

/// The choices of `context:`.
pub(super) const KINDS: [(&str, Kind); 3] =
    [("document", Kind::Document), ("iframe", Kind::Iframe), ("sandboxed-iframe", Kind::Sandboxed)];

fn context(
    reader: &mut Reader<'_>,
    kind: Kind,
    inside: Option<Origin>,
    node: &Node,
) -> Option<Context> {
    match (kind, inside) {
        (Kind::Document, None) => Some(Context::Document),
        (Kind::Sandboxed, None) => Some(Context::SandboxedIframe),
        (Kind::Iframe, Some(inside)) => Some(Context::Iframe { inside }),
        (Kind::Iframe, None) => {
            let help =
                "add `inside:`, the origin of the top-level page: `inside: https://shop.example`";
            reader.complain(
                node.key("context"),
                ValueError::new("an iframe stands inside a page", help),
            );
            None
        }
        (Kind::Document | Kind::Sandboxed, Some(_)) => {
            let help = "leave it out, or write `context: iframe`";
            reader.complain(
                node.key("inside"),
                ValueError::new("only `context: iframe` has an `inside`", help),
            );
            None
        }
    }
}
