//! What `doctor` prints about an engine.

use std::fmt::Write;

use crate::engine::{Kind, Part};

/// Whether an engine can be driven, its programs, and the command that installs what is missing.
pub fn doctor_lines(kind: Kind, parts: &[Part]) -> String {
    let missing: Vec<_> =
        parts.iter().filter(|part| part.place.is_none()).map(|part| part.name).collect();
    let name = kind.as_str();
    let mut text = match missing.as_slice() {
        [] => format!("{name:8}  ready"),
        some => format!("{name:8}  missing: {}; `ci/setup {name}` adds it", some.join(", ")),
    };
    for part in parts {
        if let Some(place) = &part.place {
            let version = part.version.as_deref().unwrap_or(part.name);
            let _ = write!(text, "\n            {version} ({})", place.display());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_parts_come_with_the_command_that_adds_them() {
        let there = Part {
            name: "firefox-esr",
            place: Some("/usr/bin/firefox-esr".into()),
            version: Some("Mozilla Firefox 153".to_owned()),
        };
        let missing = Part { name: "geckodriver", place: None, version: None };
        let lines = doctor_lines(Kind::Firefox, &[there.clone(), missing]);
        assert_eq!(
            lines,
            "firefox   missing: geckodriver; `ci/setup firefox` adds it\n            \
             Mozilla Firefox 153 (/usr/bin/firefox-esr)"
        );
        assert!(doctor_lines(Kind::Firefox, &[there]).starts_with("firefox   ready\n"));
    }
}
