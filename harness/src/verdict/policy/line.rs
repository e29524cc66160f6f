//! A row of a policy as one line of its snapshot.

use cors_model::{Reason, Refusal};

use super::{Access, Played};
use crate::case::Asked;
use crate::observation::{Read, StepObservation};

/// A line: the request, what the policy says about it, what the page can do, and how that came
/// about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// The row's values, under [`Asked::VARIABLES`].
    pub values: [String; 4],
    /// Whether the policy allows it.
    pub allowed: bool,
    /// What the page can do.
    pub can: Access,
    /// Statuses, and the standard's reason if the response was blocked.
    pub how: String,
}

const ALLOWED: &str = "may";
const NOT_ALLOWED: &str = "may not";

impl Line {
    /// The headings of the columns.
    pub fn headings() -> [&'static str; 7] {
        let [page, kind, request, login] = Asked::VARIABLES;
        [page, kind, request, login, "policy", "can", "how"]
    }

    /// The line of a row.
    pub fn of(played: &Played<'_>) -> Self {
        let how: Vec<_> = played.steps().map(|(step, refusal)| how(step, refusal)).collect();
        Self {
            values: played.asked.values(),
            allowed: played.asked.allowed,
            can: played.access(),
            how: how.join("; again "),
        }
    }

    /// What the policy says about it.
    pub fn policy(&self) -> &'static str {
        if self.allowed { ALLOWED } else { NOT_ALLOWED }
    }

    /// Its cells, under the headings.
    pub fn cells(&self) -> [String; 7] {
        let [page, kind, request, login] = self.values.clone();
        let policy = self.policy();
        [page, kind, request, login, policy.to_owned(), self.can.to_string(), self.how.clone()]
    }
}

/// Statuses in their order, and then why script got nothing.
fn how(step: &StepObservation, refusal: Option<&Refusal>) -> String {
    let preflights = step.preflights.iter().map(|one| format!("preflight {}", one.answer.status));
    let requests = step.requests.chunk_by(|one, other| one.answer.status == other.answer.status);
    let requests = requests.flat_map(|alike| match alike.len() {
        // A redirect that is followed repeatedly.
        times @ 4.. => vec![format!("{} ({times} times)", alike[0].answer.status)],
        times => vec![alike[0].answer.status.to_string(); times],
    });
    let parts: Vec<_> = preflights.chain(requests).chain(withheld(step, refusal)).collect();
    parts.join(", ")
}

fn withheld(step: &StepObservation, refusal: Option<&Refusal>) -> Option<String> {
    match (step.read, refusal) {
        (Some(Read::Allowed), _) => None,
        (Some(_), Some(Refusal { reason: Reason::NoServer, value: Some(place), .. })) => {
            Some(format!("leads to `{place}`, where the policy has no server"))
        }
        (Some(Read::Blocked | Read::Refused), Some(Refusal { stage, reason, value })) => {
            let value = value.as_ref().map(|value| format!(" `{value}`")).unwrap_or_default();
            Some(format!("{}: {}{value}", stage.as_str(), reason.as_str()))
        }
        (Some(Read::Blocked | Read::Refused), None) => Some("withheld by the browser".to_owned()),
        (Some(read @ (Read::Opaque | Read::Aborted | Read::TimedOut | Read::Pending)), _) => {
            Some(read.as_str().to_owned())
        }
        (None, _) => Some("inconclusive".to_owned()),
    }
}
