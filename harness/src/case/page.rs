//! Reads the page whose script runs.

use super::file::{PageFile, Short};
use super::origin;
use super::reader::{Reader, Spanned, ValueError};
use super::row::{Origin, Page};
use super::suggest;
use super::tree::Node;
use super::values;
use crate::contexts::Context;

/// Reads `page:` and sets `${page}`.
pub(super) fn read(reader: &mut Reader<'_>, file: &Short<PageFile>, node: &Node) -> Option<Page> {
    let page = match file {
        Short::Text(origin) => reader
            .read(Spanned::new(origin, node.at), origin::page)
            .map(|origin| Page::new(origin, Context::Document)),
        Short::Long(file) => read_long(reader, file, node),
    };
    // An invalid page still needs an origin, so that the rest of the row can be read.
    let stand_in = || "https://page.invalid".to_owned();
    reader.settle(page.as_ref().map_or_else(stand_in, Page::serialised_origin));
    page
}

fn read_long(reader: &mut Reader<'_>, file: &PageFile, node: &Node) -> Option<Page> {
    let origin = reader.read(Spanned::new(&file.origin, node.get("origin").at), origin::page);
    let contexts: Vec<_> = Context::ALL.iter().map(|one| (one.as_str(), *one)).collect();
    let choice = values::choice("context", &contexts);
    let context = reader.maybe(file.context.as_ref(), node, "context", choice)?;
    let context = context.unwrap_or(Context::Document);
    let inside = reader.maybe(file.inside.as_ref(), node, "inside", origin::page)?;
    fits(reader, context, inside.as_ref(), node).then_some(())?;
    Some(Page { origin: origin?, context, inside })
}

/// Whether the context and `inside` go together.
fn fits(reader: &mut Reader<'_>, context: Context, inside: Option<&Origin>, node: &Node) -> bool {
    let (at, what, help) = match (context.definition().has_inside, inside) {
        (true, None) => {
            let what = format!("`{}` is inside a page of another origin", context.as_str());
            let help =
                "add `inside:`, the origin of the top-level page: `inside: https://shop.example`";
            (node.key("context"), what, help.to_owned())
        }
        (false, Some(_)) => {
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
