//! What to change on a server for each finding of a policy: the header lines to send and to remove, and a command
//! that shows them.
//!
//! Pure. Everything is computed from the row that shows the finding: its page, its request, and the responses that
//! the server sent.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod allowed;
mod curl;
mod denied;
mod exchange;
mod header_changes;
mod help;
mod lists;
mod stacks;

use serde::Serialize;

pub use curl::CurlCommand;
pub(crate) use curl::quoted;
pub use help::finding_help;
pub use stacks::{StackLines, recognised, stack_lines};

use crate::case::Case;
use crate::verdict::policy::{Finding, Played};
use exchange::Exchange;
use header_changes::{HeaderChanges, VARY};

/// A name and a value.
pub type HeaderLine = (String, String);

/// What to change for a finding.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Repair {
    /// What to do, in words for any server.
    pub advice: &'static str,
    /// The responses that have to change; empty if no header line repairs the finding.
    pub responses: Vec<ResponseRepair>,
    /// A command that sends the request whose response shows the finding, and prints the response headers. Values of
    /// cookies and tokens are variables of the shell.
    pub curl: Option<CurlCommand>,
    /// The lines for the server's software, if it is known and header lines repair the finding.
    pub stack: Option<StackLines>,
}

/// The repairs of the findings of a policy.
#[derive(Debug)]
pub struct Repairs<'a> {
    case: &'a Case,
    rows: Vec<Played<'a>>,
    /// The lines for the server's software, if it is known.
    pub stack: Option<StackLines>,
}

impl<'a> Repairs<'a> {
    /// Precondition: `rows` are the rows of the policy `case`, in its order.
    pub fn new(case: &'a Case, rows: Vec<Played<'a>>, stack: Option<StackLines>) -> Self {
        Self { case, rows, stack }
    }

    /// The repair of a finding, by the first row that shows it.
    pub fn of(&self, finding: &Finding) -> Repair {
        let repair = Repair::of(self.case, &self.rows, finding);
        let stack = self.stack.clone().filter(|_| !repair.responses.is_empty());
        Repair { stack, ..repair }
    }
}

/// How one response has to change.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ResponseRepair {
    /// Method and URL of the request.
    pub request: String,
    /// The `Origin` of the request.
    pub origin: Option<String>,
    /// Whether the server sent this response in the row. If not, the request was never sent, and the lines may be
    /// there already.
    pub seen: bool,
    /// The status code that it should have, if another one.
    pub status: Option<u16>,
    /// Lines to remove, as the server sent them.
    pub remove: Vec<HeaderLine>,
    /// Lines to send.
    pub send: Vec<HeaderLine>,
}

impl ResponseRepair {
    /// Whether this line is removed.
    pub(crate) fn removes(&self, name: &str, value: &str) -> bool {
        let is_line =
            |(removed, was): &HeaderLine| removed.eq_ignore_ascii_case(name) && was == value;
        self.remove.iter().any(is_line)
    }

    /// The lines to send that replace no other line. A missing `Vary` is of no consequence to the response itself, so it is
    /// among them only where nothing else changes.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &HeaderLine> {
        let is_replaced =
            |name: &str| self.remove.iter().any(|(removed, _)| removed.eq_ignore_ascii_case(name));
        let changes_more = self.send.len() + self.remove.len() > 1;
        let is_aside = move |name: &str| changes_more && name == VARY;
        self.send.iter().filter(move |(name, _)| !is_replaced(name) && !is_aside(name))
    }
}

/// Findings that no header line repairs.
const WITHOUT_LINES: [&str; 18] = [
    "answers-error",
    "every-answer-an-error",
    "fails-for-unlisted-origins",
    "fails-without-origin",
    "login-lost",
    "login-not-sent",
    "login-refused",
    "never-asked",
    "own-origin-refused",
    "redirect-loop",
    "redirect-to-elsewhere",
    "redirect-to-http",
    "redirect-to-https",
    "redirect-to-itself",
    "refused-with-login",
    "withheld",
    "withheld-by-the-browser",
    "",
];

impl Repair {
    /// The repair of a finding, by the first row that shows it.
    ///
    /// Precondition: `rows` are the rows of the policy `case`, in its order.
    pub fn of(case: &Case, rows: &[Played<'_>], finding: &Finding) -> Self {
        let is_of_check = case.policy.as_ref().is_some_and(|policy| policy.is_of_check);
        let advice = match is_of_check {
            true => help::advice_in_check(finding.name),
            false => finding_help(finding.name).1,
        };
        let first = finding.rows.first();
        let row = first.and_then(|row| Some((case.rows.get(*row)?, rows.get(*row)?)));
        let Some(row @ (_, played)) = row else {
            return Self { advice, responses: Vec::new(), curl: None, stack: None };
        };
        let changed = changes(finding.name, played, rows);
        let shown = changed.first().map(|(exchange, _)| *exchange);
        let shown = shown.or_else(|| exchange::last(played.observation));
        let curl = shown.map_or_else(|| curl::of_step(row), |shown| curl::of_exchange(row, shown));
        let responses = changed.into_iter().map(|(exchange, changes)| changes.repair(exchange));
        let mut responses: Vec<_> = responses.chain(unsent(finding.name, played, rows)).collect();
        responses.dedup();
        Self { advice, responses, curl, stack: None }
    }
}

/// The responses of the row that have to change.
fn changes<'a>(
    name: &str,
    played: &Played<'a>,
    rows: &[Played<'_>],
) -> Vec<(Exchange<'a>, HeaderChanges<'a>)> {
    let change = |exchange: Exchange<'a>| match name {
        "missing-vary" => lists::vary(exchange),
        "max-age-too-long" => lists::max_age(exchange),
        "more-methods-listed" => lists::methods(exchange, rows),
        "more-headers-listed" => lists::headers(exchange, rows),
        name if WITHOUT_LINES.contains(&name) => HeaderChanges::of(exchange),
        _ if played.asked.allowed => allowed::changes(exchange, played, rows),
        _ => denied::changes(exchange, played, rows),
    };
    let change = |exchange: Exchange<'a>| {
        let mut changes = change(exchange);
        if let Exchange::Preflight(preflight) = exchange
            && name.starts_with("preflight-")
        {
            allowed::accept_preflight(&mut changes, preflight);
        }
        changes
    };
    let changed = exchange::all(played.observation).map(|exchange| (exchange, change(exchange)));
    changed.filter(|(_, changes)| !changes.is_empty()).collect()
}

/// The response to a request that was not sent, because its preflight failed.
fn unsent(name: &str, played: &Played<'_>, rows: &[Played<'_>]) -> Option<ResponseRepair> {
    let is_repaired = played.asked.allowed && !WITHOUT_LINES.contains(&name);
    allowed::unsent(played, rows).filter(|_| is_repaired)
}
