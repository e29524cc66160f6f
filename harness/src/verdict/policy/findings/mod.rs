//! Reports how a server differs from its policy, in sentences for a review.

mod answers;
mod causes;
mod comparisons;
mod credentials;
mod denylist;
mod errors;
mod evidence;
mod excess;
mod explained;
mod failing;
mod finding;
mod group;
mod hints;
mod lists;
mod login;
mod missing_access;
mod never_asked;
mod own_origin;
mod preflights;
mod redirects;
mod rules;
mod tried_rows;

use super::Played;
pub use finding::{Finding, Severity};
pub(super) use group::response;

/// The severity of what a row could do although it is not allowed, and what the server seems to do,
/// if no other of these rows says it; `None` if it could do nothing.
pub(super) fn access_beyond_policy(
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
