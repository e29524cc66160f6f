//! The engines, by name.

use crate::case::{Case, EngineChoice};
use crate::engine::Kind;

/// What makes the requests of a row.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Engine {
    /// Chromium through chromedriver.
    Chromium,
    /// Firefox through geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser through WebKitWebDriver.
    WebKit,
    /// A plain HTTP client with no origin rules.
    Control,
    /// The model of the Fetch standard.
    Standard,
}

impl From<Kind> for Engine {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Chromium => Self::Chromium,
            Kind::Firefox => Self::Firefox,
            Kind::WebKit => Self::WebKit,
        }
    }
}

impl Engine {
    /// All engines.
    pub const ALL: [Self; 5] =
        [Self::Standard, Self::Chromium, Self::Firefox, Self::WebKit, Self::Control];

    /// The name in cases, on the command line and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chromium => Kind::Chromium.as_str(),
            Self::Firefox => Kind::Firefox.as_str(),
            Self::WebKit => Kind::WebKit.as_str(),
            Self::Control => "control",
            Self::Standard => "standard",
        }
    }

    /// Which browser it is, if it is one.
    pub fn browser(self) -> Option<Kind> {
        match self {
            Self::Chromium => Some(Kind::Chromium),
            Self::Firefox => Some(Kind::Firefox),
            Self::WebKit => Some(Kind::WebKit),
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
