//! What `doctor` says about one browser.

use std::fmt::Write as _;

use crate::engine::{BrowserSurvey, Kind};

/// Whether a browser can play, and where its programs are and in which versions.
pub fn doctor_lines(kind: Kind, survey: &BrowserSurvey) -> String {
    let name = kind.as_str();
    let mut text = match &survey.missing {
        None => format!("{name:8}  ready"),
        Some(missing) => format!("{name:8}  {missing}"),
    };
    for part in &survey.parts {
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
    use crate::engine::{Missing, Part};

    #[test]
    fn missing_parts_come_with_the_command_that_adds_them() {
        let there = Part {
            name: "firefox-esr",
            place: Some("/usr/bin/firefox-esr".into()),
            version: Some("Mozilla Firefox 153".to_owned()),
        };
        let missing = Missing::Programs { kind: Kind::Firefox, programs: vec!["geckodriver"] };
        let part = Part { name: "geckodriver", place: None, version: None };
        let survey = BrowserSurvey { parts: vec![there.clone(), part], missing: Some(missing) };
        assert_eq!(
            doctor_lines(Kind::Firefox, &survey),
            "firefox   geckodriver not found; `ci/setup firefox` installs it\n            \
             Mozilla Firefox 153 (/usr/bin/firefox-esr)"
        );
        let survey = BrowserSurvey { parts: vec![there], missing: None };
        assert!(doctor_lines(Kind::Firefox, &survey).starts_with("firefox   ready\n"));
    }
}
