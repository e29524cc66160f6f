//! Reads the page whose script runs.

use super::origin;
use super::reader::{Reader, Spanned, ValueError};
use super::row::Page;
use super::suggest;
use super::tree::Node;
use crate::contexts::Context;

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
    let contexts: Vec<_> = Context::ALL.iter().map(|one| (one.as_str(), *one)).collect();
    let context = reader.choice(node, "context", &contexts)?.unwrap_or(Context::Document);
    let inside = reader.maybe(node, "inside", origin::page)?;
    fits(reader, context, node).then_some(())?;
    Some(Page { origin: origin??, context, inside })
}

/// Whether the context and `inside` go together.
fn fits(reader: &mut Reader<'_>, context: Context, node: &Node) -> bool {
    let (at, what, help) = match (context.definition().has_inside, node.has("inside")) {
        (true, false) => {
            let what = format!("`{}` is inside a page of another origin", context.as_str());
            let help =
                "add `inside:`, the origin of the top-level page: `inside: https://shop.example`";
            (node.key("context"), what, help.to_owned())
        }
        (false, true) => {
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
