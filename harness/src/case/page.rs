//! Reads the page whose script runs.

use super::file::{PageFile, Short};
use super::origin;
use super::reader::{Reader, Spanned, ValueError};
use super::row::{Context, Origin, Page};
use super::tree::Node;
use super::values;

/// Reads `page:` and sets `${page}`.
pub(super) fn read(reader: &mut Reader<'_>, file: &Short<PageFile>, node: &Node) -> Option<Page> {
    let page = match file {
        Short::Text(origin) => reader
            .read(Spanned::new(origin, node.at), origin::page)
            .map(|origin| Page { origin, context: Context::Document }),
        Short::Long(file) => read_long(reader, file, node),
    };
    // An invalid page still needs an origin, so that the rest of the row can be read.
    let stand_in = || "https://page.invalid".to_owned();
    reader.settle(page.as_ref().map_or_else(stand_in, Page::serialised_origin));
    page
}

fn read_long(reader: &mut Reader<'_>, file: &PageFile, node: &Node) -> Option<Page> {
    let origin = reader.read(Spanned::new(&file.origin, node.get("origin").at), origin::page);
    let kind =
        reader.maybe(file.context.as_ref(), node, "context", values::choice("context", &KINDS))?;
    let inside = reader.maybe(file.inside.as_ref(), node, "inside", origin::page)?;
    let context = context(reader, kind.unwrap_or(Kind::Document), inside, node)?;
    Some(Page { origin: origin?, context })
}

#[derive(Clone, Copy)]
enum Kind {
    Document,
    Iframe,
    Sandboxed,
}

const KINDS: [(&str, Kind); 3] =
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
