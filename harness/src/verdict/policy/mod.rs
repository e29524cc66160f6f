//! Compares a server with its policy: the access of each page, the severity of problems, and what
//! has changed.
//!
//! Everything is based on what pages really read and on the real responses of servers, with the
//! standard's reasons for blocked responses; nothing is based on the configuration of a server.

mod access;
mod changes;
mod findings;
mod limits;
mod line;
mod review;

pub use access::{Access, StepAccess};
pub use changes::{Change, Effect, changes};
pub use findings::{Finding, Severity, findings};
pub use limits::limited;
pub use line::Line;
pub use review::{DescribedChange, describe};

use crate::case::{Asked, Row};
use crate::observation::{RowObservation, StepObservation};
use cors_model::{Refusal, Ruling};
use url::Url;

/// A row of a policy, after it was played.
#[derive(Clone, Copy, Debug)]
pub struct Played<'a> {
    /// The request and what the policy says about it.
    pub asked: &'a Asked,
    /// What happened.
    pub observation: &'a RowObservation,
    /// What the standard says, step by step.
    pub rulings: &'a [Ruling],
    /// Whether the user has a cookie for the requested host.
    pub login_covers: bool,
    /// Whether the server gets the `X-Forwarded-…` headers of a reverse proxy; `None` for a scripted server.
    pub forwarded: Option<bool>,
    /// Whether `check` made the policy from its options, so that hints name options.
    pub is_of_check: bool,
}

impl<'a> Played<'a> {
    /// A row of a policy; `None` for any other row.
    pub fn of(
        row: &'a Row,
        observation: &'a RowObservation,
        rulings: &'a [Ruling],
    ) -> Option<Self> {
        let asked = row.asked.as_ref()?;
        let url = row.all_steps().next().and_then(|step| Url::parse(&step.url).ok());
        let host = url.as_ref().and_then(Url::host_str);
        let covers = |host: &str| row.cookies.iter().any(|cookie| cookie.covers(host));
        let login_covers = host.is_some_and(covers);
        let origin = url.map(|url| url.origin().ascii_serialization());
        let mut servers = row.servers.iter();
        let server = servers.find(|server| Some(server.origin.to_string()) == origin);
        let forwarded =
            server.and_then(|server| server.upstream.as_ref()).map(|own| own.forwarded.is_some());
        let is_of_check = false;
        Some(Self { asked, observation, rulings, login_covers, forwarded, is_of_check })
    }

    /// What the page could do.
    pub fn access(&self) -> Access {
        Access::of(self.observation)
    }

    /// The steps, each with the standard's reason if it denies it.
    fn steps(&self) -> impl Iterator<Item = (&'a StepObservation, Option<&'a Refusal>)> + use<'a> {
        let rulings = self.rulings.iter().map(|ruling| match ruling {
            Ruling::Denied(refusal) => Some(refusal),
            Ruling::Allowed | Ruling::Opaque | Ruling::CannotJudge(_) => None,
        });
        self.observation.steps.iter().zip(rulings.chain(std::iter::repeat(None)))
    }
}
