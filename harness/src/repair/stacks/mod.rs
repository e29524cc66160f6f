//! The lines of a server's configuration that grant what a policy grants.

mod applications;
mod grant;
mod proxies;
mod recognition;

use serde::{Serialize, Serializer};

pub use recognition::recognised;

use crate::case::{Case, Stack};
use grant::Grant;

/// Lines for one server software.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct StackLines {
    /// The software.
    #[serde(serialize_with = "name")]
    pub stack: Stack,
    /// Why these lines are shown: from which header the software was recognised, or that the user named it.
    pub because: String,
    /// The lines.
    pub lines: String,
}

fn name<S: Serializer>(stack: &Stack, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(stack.as_str())
}

/// How long browsers may keep a preflight response, in seconds.
const MAX_AGE: u32 = 600;

/// The lines for a policy; `None` for another case, and for a policy that allows no page anything.
pub fn stack_lines(case: &Case, stack: Stack) -> Option<String> {
    let grant = Grant::of(case)?;
    let mut lines = match stack {
        Stack::Express => applications::express(&grant),
        Stack::Fastapi => applications::fastapi(&grant),
        Stack::TowerHttp => applications::tower_http(&grant),
        Stack::Django => applications::django(&grant),
        Stack::Flask => applications::flask(&grant),
        Stack::Spring => applications::spring(&grant),
        Stack::Nginx => proxies::nginx(&grant),
        Stack::Caddy => proxies::caddy(&grant),
    };
    if grant.is_union {
        let sign = match stack {
            Stack::Express | Stack::Spring | Stack::TowerHttp => "//",
            _ => "#",
        };
        lines = format!(
            "{sign} The policy does not grant all origins the same access. These lines grant each listed origin all of it:\n\
             {sign} repeat them with less for routes that not every origin may use.\n{lines}"
        );
    }
    Some(lines)
}
