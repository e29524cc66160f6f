//! The browsers that must be installed: `CORS_HARNESS_REQUIRE`.

use std::collections::BTreeSet;
use std::io::Write;

use super::{Installed, Kind, Missing};

/// The variable with their names, separated by commas.
const VARIABLE: &str = "CORS_HARNESS_REQUIRE";

/// What can be required in addition to browsers: the real servers below `servers/stacks`.
const STACKS: &str = "stacks";

/// The same: a Selenium Grid.
const GRID: &str = "grid";

/// Every browser of the registry.
const BROWSERS: &str = "browsers";

/// Names that must be installed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Required(BTreeSet<String>);

impl Required {
    /// What the environment requires.
    ///
    /// # Errors
    /// Words for people, where it names something unknown.
    pub fn of_environment() -> Result<Self, String> {
        std::env::var(VARIABLE).unwrap_or_default().parse()
    }

    /// Whether an engine, `stacks` or `grid` must be installed.
    pub fn has(&self, name: &str) -> bool {
        let is_browser = Kind::ALL.iter().any(|kind| kind.as_str() == name);
        self.0.contains(name) || (is_browser && self.0.contains(BROWSERS))
    }

    /// A browser for a test; `None`, with a message on stderr, if it is neither installed nor
    /// required.
    ///
    /// # Errors
    /// Words for people, where it must be there and is not.
    pub fn browser(kind: Kind) -> Result<Option<Installed>, String> {
        let required = Self::of_environment()?;
        match Installed::find(kind) {
            Ok(installed) => Ok(Some(installed)),
            Err(missing) if required.has(kind.as_str()) => Err(missing.to_string()),
            Err(missing) => {
                not_tested(&missing);
                Ok(None)
            }
        }
    }
}

fn not_tested(missing: &Missing) {
    // Stderr may be closed, which is no reason to fail.
    let _ = writeln!(std::io::stderr(), "not tested: {missing}");
}

impl std::str::FromStr for Required {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let known = || Kind::ALL.map(Kind::as_str).into_iter().chain([BROWSERS, STACKS, GRID]);
        let names = names.map(|name| match known().any(|known| known == name) {
            true => Ok(name.to_owned()),
            false => Err(format!(
                "{VARIABLE} requires `{name}`, which is unknown; write some of {}",
                known().collect::<Vec<_>>().join(", ")
            )),
        });
        names.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_names_match_as_whole_words() {
        let required: Required = "firefox, stacks,".parse().unwrap();
        assert!(required.has("firefox") && required.has("stacks"));
        assert!(!required.has("chromium") && !required.has("fire"));
        assert_eq!("".parse(), Ok(Required::default()));
        let browsers: Required = "browsers".parse().unwrap();
        assert!(browsers.has("webkit") && !browsers.has("stacks"));
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_names() {
        let words = "CORS_HARNESS_REQUIRE requires `chrome`, which is unknown; write some of \
                     chromium, firefox, webkit, browsers, stacks, grid";
        assert_eq!("firefox,chrome".parse::<Required>(), Err(words.to_owned()));
    }
}
