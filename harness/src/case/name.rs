//! Checks that a case gets its own snapshot file.

use std::path::Path;

use super::case_model::CaseId;
use super::complaint::Problem;
use super::metadata::engine_names;

/// Reports a file whose snapshot would belong to another case or could not exist.
pub(super) fn check(CaseId(id): &CaseId, file: &Path) -> Option<Problem> {
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
    fn snapshots_have_names_of_their_own() {
        let check = |name: &str| check(&CaseId(name.to_owned()), Path::new(name));
        for good in ["a.yaml", "a/me@home.yaml", "a@control/b.yaml", "b@.yaml"] {
            assert_eq!(check(good), None, "{good}");
        }
        for bad in ["", "a@control.yaml", "a/b@webkit.yaml", "b\\c.yaml", "\u{fffd}.yaml"] {
            assert!(check(bad).is_some(), "{bad}");
        }
    }
}
