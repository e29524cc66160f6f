//! A finding, its severity, and its cause.

use serde::{Deserialize, Serialize};

/// The severity of a finding. The worst comes first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Any website can use a user's login.
    Critical,
    /// A same-site origin or a network attacker can use a user's login, or what is allowed does not work.
    High,
    /// An unlisted origin can read without a login, or CORS headers of errors are wrong.
    Medium,
    /// A trusted origin has more access than the policy allows.
    Low,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Note => "note",
        }
    }
}

/// A finding about a policy and its server.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Finding {
    /// Its severity.
    pub severity: Severity,
    /// A stable name.
    pub name: &'static str,
    /// One sentence.
    pub sentence: String,
    /// Numbers of the rows that show it, from 0.
    #[serde(skip)]
    pub rows: Vec<usize>,
}

/// A finding's name and the reason, as a part of a sentence.
pub(super) type Cause = (&'static str, String);
