//! Reads the metadata of a case, which is the same for all of its rows.

use super::case_model::EngineChoice;
use super::complaint::Problem;
use super::file::{CaseFile, Text};
use super::suggest::{self, brief};
use super::tree::Node;
use crate::browsers::Kind;

/// Everything that can run a case, apart from `browsers`.
pub(super) fn engine_names() -> impl Iterator<Item = &'static str> + Clone {
    let browsers = Kind::ALL.into_iter().map(Kind::as_str);
    ["control"].into_iter().chain(browsers).chain(["standard"])
}

/// Checks the keys other than those of the rows.
pub(super) fn check(file: &CaseFile, tree: &Node, problems: &mut Vec<Problem>) {
    let covers = file.covers.iter().enumerate();
    let texts =
        [("name", &file.name, tree.get("name")), ("because", &file.because, tree.get("because"))];
    let ids = covers.map(|(index, id)| ("covers", id, tree.get("covers").item(index)));
    for (key, text, node) in texts.into_iter().chain(ids) {
        if text.0.trim().is_empty() {
            problems.push(Problem::new(
                node.at,
                format!("`{key}` is empty"),
                "write a text, or remove the key",
            ));
        }
    }
    problems.extend(file.spec.as_ref().and_then(|spec| check_spec(&spec.0, tree.get("spec"))));
}

fn check_spec(spec: &str, node: &Node) -> Option<Problem> {
    let anchor = spec.rsplit('#').next().unwrap_or_default();
    let plain = !spec.is_empty() && !spec.contains(|c: char| c.is_whitespace() || "#/".contains(c));
    (!plain).then(|| {
        let what = format!("`{}` is not an anchor", brief(spec));
        let anchor =
            if anchor.is_empty() || anchor.contains([' ', '/']) { "cors-check" } else { anchor };
        Problem::new(node.at, what, format!("write the part after the `#`: `{}`", brief(anchor)))
    })
}

/// Reads `engines:`.
pub(super) fn engines(
    file: Option<&[Text]>,
    node: &Node,
    problems: &mut Vec<Problem>,
) -> Vec<EngineChoice> {
    let Some(names) = file else {
        return vec![EngineChoice::Browsers];
    };
    if names.is_empty() {
        problems.push(Problem::new(
            node.at,
            "no engine runs this case",
            "remove `engines`, or name one",
        ));
    }
    let mut choices = Vec::new();
    for (index, name) in names.iter().enumerate() {
        match name.0.as_str() {
            "browsers" => choices.push(EngineChoice::Browsers),
            name if engine_names().any(|known| known == name) => {
                choices.push(EngineChoice::Named(name.to_owned()))
            }
            name => {
                let help = suggest::help(
                    name,
                    "the choices are",
                    ["browsers"].into_iter().chain(engine_names()),
                );
                problems.push(Problem::new(
                    node.item(index).at,
                    format!("no engine `{}`", brief(name)),
                    help,
                ));
            }
        }
    }
    choices
}
