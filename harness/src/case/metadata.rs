//! Reads the metadata of a case, which is the same for all of its rows.

use super::case_model::EngineChoice;
use super::complaint::Problem;
use super::suggest::{self, brief};
use super::tree::{Node, Spanned};
use crate::browsers::Kind;

/// Everything that can run a case, apart from `browsers`.
pub(super) fn engine_names() -> impl Iterator<Item = &'static str> + Clone {
    let browsers = Kind::ALL.into_iter().map(Kind::as_str);
    ["control"].into_iter().chain(browsers).chain(["standard"])
}

/// Checks the keys other than those of the rows.
pub(super) fn check(tree: &Node, problems: &mut Vec<Problem>) {
    let texts = ["name", "because"].map(|key| (key, tree.find(key)));
    let ids = tree.find("covers").into_iter().flat_map(Node::items);
    let ids = ids.map(|id| ("covers", Some(id)));
    for (key, node) in texts.into_iter().chain(ids) {
        let said = node.and_then(Spanned::of);
        if let Some(said) = said.filter(|said| said.text.trim().is_empty()) {
            let what = format!("`{key}` is empty");
            problems.push(Problem::new(said.at, what, "write a text, or remove the key"));
        }
    }
    let spec = tree.find("spec").and_then(Spanned::of);
    problems.extend(spec.and_then(check_spec));
}

fn check_spec(Spanned { text: spec, at }: Spanned<'_>) -> Option<Problem> {
    let anchor = spec.rsplit('#').next().unwrap_or_default();
    let plain = !spec.is_empty() && !spec.contains(|c: char| c.is_whitespace() || "#/".contains(c));
    (!plain).then(|| {
        let what = format!("`{}` is not an anchor", brief(spec));
        let anchor =
            if anchor.is_empty() || anchor.contains([' ', '/']) { "cors-check" } else { anchor };
        Problem::new(at, what, format!("write the part after the `#`: `{}`", brief(anchor)))
    })
}

/// Reads `engines:` of a case or a policy.
pub(super) fn engines(
    node: Option<&Node>,
    is_policy: bool,
    problems: &mut Vec<Problem>,
) -> Vec<EngineChoice> {
    let Some(node) = node else {
        return vec![EngineChoice::Browsers];
    };
    if node.is_empty_list() {
        let help = "remove `engines`, or name one";
        problems.push(Problem::new(node.at, "no engine runs this case", help));
    }
    let mut choices = Vec::new();
    for Spanned { text, at } in node.items().iter().filter_map(Spanned::of) {
        match text {
            "control" if is_policy => {
                let help = "remove `control`: it reads every response";
                let what = "a policy is about pages, and `control` is not a page";
                problems.push(Problem::new(node.at, what, help));
            }
            "browsers" => choices.push(EngineChoice::Browsers),
            name if engine_names().any(|known| known == name) => {
                choices.push(EngineChoice::Named(name.to_owned()))
            }
            name => {
                let known = ["browsers"].into_iter().chain(engine_names());
                let help = suggest::help(name, "the choices are", known);
                problems.push(Problem::new(at, format!("no engine `{}`", brief(name)), help));
            }
        }
    }
    choices
}
