//! The engines, by name.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::browsers::Kind;
use crate::case::{Case, EngineChoice};

/// What makes the requests of a row.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Engine {
    /// A browser.
    Browser(Kind),
    /// A plain HTTP client with no origin rules.
    Control,
    /// The model of the Fetch standard.
    Standard,
}

impl Serialize for Engine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Engine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let engine = Self::ALL.into_iter().find(|engine| engine.as_str() == name);
        engine.ok_or_else(|| D::Error::custom(format!("there is no engine `{name}`")))
    }
}

impl From<Kind> for Engine {
    fn from(kind: Kind) -> Self {
        Self::Browser(kind)
    }
}

impl Engine {
    /// Chromium through chromedriver.
    pub const CHROMIUM: Self = Self::Browser(Kind::Chromium);
    /// Firefox through geckodriver.
    pub const FIREFOX: Self = Self::Browser(Kind::Firefox);
    /// WebKitGTK's MiniBrowser through WebKitWebDriver.
    pub const WEBKIT: Self = Self::Browser(Kind::WebKit);

    /// All engines: the standard, every browser, the control.
    pub const ALL: [Self; Kind::ALL.len() + 2] = {
        let mut all = [Self::Standard; Kind::ALL.len() + 2];
        let mut place = 0;
        while place < Kind::ALL.len() {
            all[place + 1] = Self::Browser(Kind::ALL[place]);
            place += 1;
        }
        all[place + 1] = Self::Control;
        all
    };

    /// The name in cases, on the command line and in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Browser(kind) => kind.as_str(),
            Self::Control => "control",
            Self::Standard => "standard",
        }
    }

    /// What it is, for the help of the command line.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Browser(kind) => kind.about(),
            Self::Control => {
                "A plain HTTP client without origin rules; runs the cases that name it"
            }
            Self::Standard => {
                "The model of the Fetch standard; needs no browser. It uses a plain HTTP client \
                for requests to real servers"
            }
        }
    }

    /// Which browser it is, if it is one.
    pub fn browser(self) -> Option<Kind> {
        match self {
            Self::Browser(kind) => Some(kind),
            Self::Control | Self::Standard => None,
        }
    }

    /// Whether it is a browser.
    pub fn is_browser(self) -> bool {
        self.browser().is_some()
    }

    /// Whether it runs a case.
    pub fn runs(self, case: &Case) -> bool {
        case.engines.iter().any(|choice| match choice {
            EngineChoice::Browsers => self.is_browser() || self == Self::Standard,
            EngineChoice::Named(name) => name == self.as_str(),
        })
    }
}
