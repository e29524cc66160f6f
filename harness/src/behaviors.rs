//! The list of behaviors that the cases of a folder cover, and which cases cover each of them.
//!
//! The list is the file `behaviors.json` in the folder of cases. Each entry has an id, a priority and one sentence, and
//! a behavior without a case has the reason for it. A case names the ids that it covers under `covers`.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::case::Case;

/// The file with the list, in the folder of the cases.
pub const BEHAVIORS: &str = "behaviors.json";

/// A behavior of browsers that cases can cover.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behavior {
    /// The id by which cases name it.
    pub id: String,
    /// 1 for behaviors that a suite has to cover, 3 for the least important.
    pub priority: u8,
    /// The behavior as one sentence.
    pub behavior: String,
    /// Why no case covers it.
    #[serde(default)]
    pub uncovered: Option<String>,
}

/// Reads a list of behaviors.
///
/// # Errors
/// What is wrong, with line and column.
pub fn read_behaviors(text: &str) -> Result<Vec<Behavior>, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// A behavior, and the cases that name it.
#[derive(Clone, Debug)]
pub struct Covered<'a> {
    /// The behavior.
    pub behavior: &'a Behavior,
    /// The cases, in order of their ids.
    pub cases: Vec<&'a Arc<Case>>,
}

/// Every behavior of the list, with the cases that name it.
pub fn covered<'a>(behaviors: &'a [Behavior], cases: &'a [Arc<Case>]) -> Vec<Covered<'a>> {
    let mut by_id = BTreeMap::<&str, Vec<&Arc<Case>>>::new();
    for case in cases {
        for id in &case.covers {
            by_id.entry(id).or_default().push(case);
        }
    }
    let mut cases = |behavior: &Behavior| by_id.remove(behavior.id.as_str()).unwrap_or_default();
    behaviors.iter().map(|behavior| Covered { behavior, cases: cases(behavior) }).collect()
}

/// Everything that is wrong with the list and with what the cases say about it: ids that occur twice or are not in the
/// list, and behaviors with neither a case nor a reason.
pub fn coverage_problems(behaviors: &[Behavior], cases: &[Arc<Case>]) -> Vec<String> {
    let mut known = BTreeMap::<&str, usize>::new();
    behaviors.iter().for_each(|behavior| *known.entry(&behavior.id).or_default() += 1);
    let twice = known.iter().filter(|(_, count)| **count > 1);
    let twice = twice.map(|(id, _)| format!("{BEHAVIORS}: `{id}` occurs twice: keep one"));
    let unknown = cases.iter().flat_map(|case| {
        let ids = case.covers.iter().filter(|id| !known.contains_key(id.as_str()));
        ids.map(|id| unknown_id(case, id))
    });
    let unexplained = covered(behaviors, cases);
    let unexplained = unexplained.iter().filter_map(unexplained_behavior);
    twice.chain(unknown).chain(unexplained).collect()
}

fn unknown_id(case: &Case, id: &str) -> String {
    let file = case.file.display();
    format!(
        "{file}: `covers` names `{id}`, which is not in {BEHAVIORS}: add it there, or remove it"
    )
}

fn unexplained_behavior(Covered { behavior, cases }: &Covered<'_>) -> Option<String> {
    let Behavior { id, uncovered, .. } = behavior;
    (cases.is_empty() && uncovered.is_none()).then(|| {
        format!(
            "{BEHAVIORS}: no case covers `{id}`: add it to `covers` of a case, or say why with `uncovered`"
        )
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::case::{CaseId, read};

    fn case(covers: &str) -> Arc<Case> {
        let text = format!(
            "name: n\nbecause: b\ncovers: [{covers}]\nservers: {{ https://a.example: {{ /: {{ GET: {{}} }} }} }}\n\
             page: https://a.example\nsteps: [{{ fetch: https://a.example/ }}]\n"
        );
        let id = CaseId("folder/case".to_owned());
        Arc::new(read(id, Path::new("case.yaml"), text.as_bytes()).unwrap())
    }

    fn behaviors(text: &str) -> Vec<Behavior> {
        read_behaviors(text).unwrap()
    }

    #[test]
    fn a_list_and_cases_that_agree_have_no_problem() {
        let list = behaviors(
            r#"[{"id": "A01", "priority": 1, "behavior": "It is."},
                {"id": "A02", "priority": 2, "behavior": "It is not.", "uncovered": "It cannot be observed."}]"#,
        );
        let cases = [case("A01")];
        assert!(coverage_problems(&list, &cases).is_empty());
        assert_eq!(covered(&list, &cases)[0].cases[0].id, cases[0].id);
    }

    #[test]
    fn every_disagreement_is_a_problem() {
        let list = behaviors(
            r#"[{"id": "A01", "priority": 1, "behavior": "It is."},
                {"id": "A02", "priority": 2, "behavior": "It is not."},
                {"id": "A02", "priority": 2, "behavior": "It is not."}]"#,
        );
        let problems = coverage_problems(&list, &[case("A01, Z99")]).join("\n");
        for words in
            ["`A02` occurs twice", "case.yaml: `covers` names `Z99`", "no case covers `A02`"]
        {
            assert!(problems.contains(words), "{words}\n{problems}");
        }
    }

    #[test]
    fn a_list_that_cannot_be_read_is_an_error_with_its_place() {
        let error = read_behaviors("[{\"id\": \"A01\",\n \"prio\": 1}]").unwrap_err();
        assert!(error.contains("unknown field `prio`") && error.contains("line 2"), "{error}");
    }
}
