//! Describes a policy without a finding: only what rows have shown, with their number.

use crate::case::{Asked, Case, OriginKind, Policy};
use crate::results::RowOutcome;

/// A sentence for rows that are all conclusive and have no finding. The `rows` belong to those of
/// the case.
pub(in crate::report) fn praise(policy: &Policy, case: &Case, rows: &[RowOutcome]) -> String {
    let played = case.rows.iter().zip(rows).filter(|(_, row)| row.inconclusive().is_none());
    let played: Vec<_> = played.filter_map(|(row, _)| row.asked.as_ref()).collect();
    let inconclusive = rows.len() - played.len();
    if !played.is_empty() && !played.iter().any(|asked| asked.allowed) {
        return without_allowed(&played, inconclusive);
    }
    let start = match (played.len(), inconclusive) {
        (0, _) => return "No row shows anything: all rows are inconclusive.".to_owned(),
        (1, 0) => "The policy is kept in the only row".to_owned(),
        (all, 0) => format!("The policy is kept in all {all} rows"),
        (some, _) => {
            format!("The policy is kept in {}, and {} inconclusive", count(some), are(inconclusive))
        }
    };
    format!("{start}: {}, and {}.", of_allowed(policy, &played), of_others(&played))
}

/// Where no row was played for an allowed origin, only that no page has access. That may also be so because the server
/// allows no origin.
fn without_allowed(played: &[&Asked], inconclusive: usize) -> String {
    let rows = played.iter().filter(|asked| shows_access(asked)).count();
    let others = match inconclusive {
        0 => String::new(),
        others => format!(" {} inconclusive.", are(others)),
    };
    format!(
        "No page has access ({}).{others} No row was played for an allowed origin, so nothing shows that a page has \
         the access that it needs.",
        count(rows)
    )
}

fn of_allowed(policy: &Policy, played: &[&Asked]) -> String {
    let allowed: Vec<_> = played.iter().filter(|asked| asked.allowed).collect();
    let is_played = |origin: &&String| allowed.iter().any(|asked| asked.page == **origin);
    let missing: Vec<_> =
        policy.listed.iter().filter(|origin| !is_played(origin)).cloned().collect();
    match (allowed.len(), missing.as_slice()) {
        (rows, []) => {
            format!("every allowed origin has the access that the policy grants ({})", count(rows))
        }
        (rows, missing) => format!(
            "the allowed origins that were tested have the access that the policy grants ({}), but no row \
             was played for {}",
            count(rows),
            missing.join(", ")
        ),
    }
}

/// Whether a row shows what a page can do beyond the policy. Without `Origin`, script reads nothing whatever a
/// server answers; and a probe is about the origin only.
fn shows_access(asked: &Asked) -> bool {
    !matches!(asked.kind, OriginKind::NoOrigin | OriginKind::Probe)
}

/// Rows in which a page may read or send nothing.
fn of_others(played: &[&Asked]) -> String {
    let others = played.iter().filter(|asked| !asked.allowed && shows_access(asked));
    match others.count() {
        0 => "no row was played that the policy does not allow".to_owned(),
        rows => format!("no page has more access than that ({})", count(rows)),
    }
}

fn are(rows: usize) -> String {
    if rows == 1 { "1 row is".to_owned() } else { format!("{rows} rows are") }
}

fn count(rows: usize) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}
