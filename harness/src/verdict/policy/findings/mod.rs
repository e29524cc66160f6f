//! Reports how a server differs from its policy, in sentences for a review.

mod answers;
mod causes;
mod credentials;
mod errors;
mod evidence;
mod excess;
mod explained;
mod failing;
mod group;
mod implied;
mod lists;
mod login;
mod missing_access;
mod never_asked;
mod own_origin;
mod preflights;
mod redirects;
mod rules;
mod tried_rows;

use serde::{Deserialize, Serialize};

use super::Played;
pub(super) use group::response;

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

/// The severity of what a row could do although it is not allowed, and what the server seems to do,
/// if no other of these rows says it; `None` if it could do nothing.
pub(super) fn let_in(
    played: &Played<'_>,
    rows: &[Played<'_>],
) -> Option<(Severity, Option<String>)> {
    let tried = tried_rows::TriedRows::of(rows);
    let remark = excess::remark(0, played, &tried)?;
    let is_covered = excess::is_covered(&tried, played.asked);
    let cause = remark.cause + remark.addition;
    Some((remark.severity, Some(cause).filter(|_| !is_covered)))
}

/// The severity of a blocked row that is allowed, and the cause; `None` if it is not blocked.
pub(super) fn withheld(played: &Played<'_>, rows: &[Played<'_>]) -> Option<(Severity, String)> {
    causes::cause(played, rows).map(|(name, cause)| (missing_access::severity(name), cause))
}

/// All findings, the worst first.
pub fn findings(rows: &[Played<'_>]) -> Vec<Finding> {
    let accepted = credentials::accepted(rows);
    let mut findings = group::findings(accepted.into_iter().chain(excess::remarks(rows)).collect());
    findings.extend(never_asked::never_asked(rows));
    findings.extend(redirects::of_unlisted(rows));
    match errors::of_everything(rows) {
        Some(everything) => {
            findings.push(everything);
            findings.extend(group::findings(missing_access::of_preflights(rows)));
        }
        None => findings.extend(of_answers(rows)),
    }
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// The findings of a server that does not answer everything with the same error.
fn of_answers(rows: &[Played<'_>]) -> Vec<Finding> {
    let mut findings = group::findings(missing_access::remarks(rows));
    let own = own_origin::refused(rows);
    let of_own = |row| own.iter().any(|finding| finding.rows.contains(&row));
    let refused = login::refused(rows, of_own);
    findings.extend(errors::of_calls(rows, refused.is_some(), of_own));
    findings.extend(refused);
    findings.extend(own);
    findings.extend(login::lost(rows));
    findings.extend(failing::by_origin(rows));
    findings.extend(preflights::all_refused(rows));
    findings.extend(answers::missing_vary(rows));
    findings.extend(lists::methods(rows));
    findings.extend(lists::headers(rows));
    findings.extend(lists::max_age(rows));
    findings
}
