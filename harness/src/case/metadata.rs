//! Reads the metadata of a case, which is the same for all of its rows, and checks the name of its file.

use std::path::Path;

use super::case_model::{CaseId, EngineChoice};
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
        let text = node.and_then(Spanned::of);
        if let Some(empty) = text.filter(|text| text.text.trim().is_empty()) {
            let what = format!("`{key}` is empty");
            problems.push(Problem::new(empty.at, what, "write a text, or remove the key"));
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

/// Reports a file whose snapshot would belong to another case or could not exist.
pub(super) fn check_file_name(CaseId(id): &CaseId, file: &Path) -> Option<Problem> {
    if id.is_empty() {
        let help = "name the folder that it is in";
        return Some(Problem::of_the_file("the folder of cases is this file", help));
    }
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let engine = name.rsplit_once('@').map_or("", |(_, engine)| engine);
    let what = if engine_names().any(|known| known == engine) {
        format!("`{name}` is the name of a snapshot of `{engine}`")
    } else if name.contains('\\') {
        "a snapshot cannot have a name with `\\`".to_owned()
    } else if name.contains(char::REPLACEMENT_CHARACTER) {
        format!("the name `{name}` is not UTF-8")
    } else {
        return None;
    };
    Some(Problem::of_the_file(what, "rename the file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_case_has_its_own_snapshot_file() {
        let check = |name: &str| check_file_name(&CaseId(name.to_owned()), Path::new(name));
        for good in ["a.yaml", "a/me@home.yaml", "a@control/b.yaml", "b@.yaml"] {
            assert_eq!(check(good), None, "{good}");
        }
        for bad in ["", "a@control.yaml", "a/b@webkit.yaml", "b\\c.yaml", "\u{fffd}.yaml"] {
            assert!(check(bad).is_some(), "{bad}");
        }
    }
}
