//! What there is to say of how a policy is kept, in words for a review.

mod answers;
mod causes;
mod excess;
mod group;
mod implied;
mod lack;

use serde::Serialize;

use super::Played;

/// How bad something is. The worst comes first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Anybody can use a user's login.
    Critical,
    /// Somebody can use a user's login under some condition, or what should work does not.
    High,
    /// Somebody can do what the policy keeps from him, without a login; or errors are hidden.
    Medium,
    /// More is open than was meant, to somebody who is trusted.
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

/// Something to be said of a policy and its server.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A name that stays.
    pub name: &'static str,
    /// One sentence.
    pub sentence: String,
    /// Numbers of the rows that show it, from 0.
    #[serde(skip)]
    pub rows: Vec<usize>,
}

/// Everything there is to say, the worst first.
pub fn findings(rows: &[Played<'_>]) -> Vec<Finding> {
    let mut remarks = excess::remarks(rows);
    remarks.extend(lack::remarks(rows));
    let mut findings = group::findings(remarks);
    findings.extend(answers::missing_vary(rows));
    findings.sort_by_key(|finding| finding.severity);
    findings
}
