//! Why a browser cannot play: programs that are not there, and a driver for another version of the browser.

use std::fmt;
use std::path::PathBuf;

use super::{Build, Kind};

/// Why a browser cannot play.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Missing {
    /// Programs of it are not installed.
    #[error("{} not found; `ci/setup {}` installs it", .programs.join(" and "), .kind.as_str())]
    Programs {
        /// The browser.
        kind: Kind,
        /// Its programs that were not found.
        programs: Vec<&'static str>,
    },
    /// The driver of a browser that was chosen by its path is not installed.
    #[error("{driver} not found; put it into the folder of `{}` or on the PATH", .browser.display())]
    OfChosen {
        /// The browser.
        browser: PathBuf,
        /// Its driver.
        driver: &'static str,
    },
    /// The driver is for another version of the browser.
    #[error("{} cannot start {}: {wrong}", .driver.display(), .browser.display())]
    Driver {
        /// The browser.
        browser: PathBuf,
        /// Its driver.
        driver: PathBuf,
        /// The two versions.
        wrong: WrongDriver,
    },
    /// The grid does not offer it.
    #[error("the grid at {url} offers no {}; {offers}", .kind.as_str())]
    NotOffered {
        /// The browser.
        kind: Kind,
        /// The address of the grid.
        url: String,
        /// What it offers.
        offers: String,
    },
}

impl Missing {
    /// What is missing of the programs of a browser, which are in the order browser, driver and X server. The browser may be
    /// chosen by its path.
    pub(super) fn of(
        kind: Kind,
        chosen: Option<PathBuf>,
        found: &[(&'static str, Option<PathBuf>)],
    ) -> Option<Self> {
        let missing = found.iter().filter(|(_, place)| place.is_none());
        let programs: Vec<_> = missing.map(|(name, _)| *name).collect();
        let driver = found.get(1).map(|(name, _)| *name);
        match (chosen, programs.as_slice()) {
            (_, []) => None,
            (Some(browser), [one]) if Some(*one) == driver => {
                Some(Self::OfChosen { browser, driver: one })
            }
            _ => Some(Self::Programs { kind, programs }),
        }
    }

    /// All programs of a browser are missing.
    pub(super) fn programs(kind: Kind) -> Self {
        let programs = kind.browser().programs().iter().map(|program| program.name);
        Self::Programs { kind, programs: programs.collect() }
    }
}

/// A driver that is for another major version than the browser has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WrongDriver {
    /// The major version that the driver is for.
    driver: String,
    /// The version of the browser.
    browser: String,
}

impl WrongDriver {
    /// Reads the message with which chromedriver and msedgedriver open no session for this reason.
    pub(super) fn in_message(words: &str) -> Option<Self> {
        let number = |announcement: &str| {
            let (_, tail) = words.split_once(announcement)?;
            let end = tail.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(tail.len());
            Some(tail[..end].to_owned()).filter(|number| !number.is_empty())
        };
        let (_, supported) = words.split_once(" only supports ")?;
        let (_, driver) = supported.split_once(" version ")?;
        let driver = driver.split(|c: char| !c.is_ascii_digit()).next()?.to_owned();
        Some(Self { driver, browser: number("Current browser version is ")? })
    }

    /// Compares what both print as their versions. Products whose version is not that of Chromium, such as Opera, are not
    /// compared.
    pub(super) fn by_versions(browser: &str, driver: &str) -> Option<Self> {
        const NUMBERED_AS_CHROMIUM: [&str; 3] = ["Chrom", "Edge", "Brave"];
        let (browser, driver) = (Build::of(browser)?, Build::of(driver)?);
        let known = NUMBERED_AS_CHROMIUM.iter().any(|name| browser.product.contains(name));
        let differ = major(&browser.version) != major(&driver.version);
        let driver = major(&driver.version).to_owned();
        (known && differ).then_some(Self { driver, browser: browser.version })
    }
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

impl fmt::Display for WrongDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { driver, browser } = self;
        let wanted = major(browser);
        write!(
            f,
            "the driver is for version {driver}, and the browser has version {browser}; put the driver of version \
             {wanted} into the folder of the browser, or into the first folder of the PATH"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_of_a_driver_for_another_version_has_both_versions() {
        for (words, versions) in [
            (
                "session not created: This version of ChromeDriver only supports Chrome version 156 Current browser \
                 version is 150.0.7871.100 with binary path /opt/chromium",
                Some(("156", "150.0.7871.100")),
            ),
            (
                "session not created: This version of Microsoft Edge WebDriver only supports Microsoft Edge version 120 \
                 Current browser version is 121.0.2277.83",
                Some(("120", "121.0.2277.83")),
            ),
            ("session not created: Chrome instance exited", None),
            ("this driver only supports Chrome version 156", None),
        ] {
            let read = WrongDriver::in_message(words);
            let expected = versions.map(|(driver, browser)| WrongDriver {
                driver: driver.to_owned(),
                browser: browser.to_owned(),
            });
            assert_eq!(read, expected, "{words}");
        }
    }

    #[test]
    fn only_products_that_are_numbered_as_chromium_are_compared_with_their_driver() {
        let driver = "ChromeDriver 156.0.8078.108 (730482a940ce-refs/branch-heads/8078@{#2244})";
        for (browser, differs) in [
            ("Chromium 150.0.7871.100 built on Debian GNU/Linux 12 (bookworm)", true),
            ("Chromium 156.0.8078.12", false),
            ("Google Chrome 157.0.8100.2 beta", true),
            ("Brave Browser 156.1.70.1", false),
            ("Opera 120.0.5543.61", false),
            ("prints no version", false),
        ] {
            let wrong = WrongDriver::by_versions(browser, driver);
            assert_eq!(wrong.is_some(), differs, "{browser}");
        }
    }
}
