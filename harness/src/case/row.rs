//! The rows of a case as plain data, one [`Row`] for each combination of the matrix.

use std::time::Duration;

use cors_servers::script::{CorsPolicy, HeaderLine, Reply, Routes, Versions};

use super::origin::Origin;
use super::page::Page;
use super::policy::Asked;
use super::step::{Step, StepGroup};
use super::upstream::UpstreamSpec;
use crate::initiators::Initiator;
use crate::secrets::Secrets;

/// One combination of a case's matrix.
#[derive(Clone, Debug)]
pub struct Row {
    /// Variable and value, in the order of [`Case::variables`].
    pub values: Vec<(String, String)>,
    /// The servers, in the order written. No two have the same host and port.
    pub servers: Vec<Server>,
    /// Cookies that exist before the first step.
    pub cookies: Vec<UserCookie>,
    /// The page whose script runs; the first one, if there are several.
    pub page: Page,
    /// What the script does, in order. Never empty.
    pub steps: Vec<StepGroup>,
    /// The cookie profile of the browser.
    pub third_party_cookies: ThirdPartyCookies,
    /// Whether host names may be replaced.
    pub names: Names,
    /// The values that its texts have from the environment, which nothing shows.
    pub environment: Secrets,
    /// The request and what the policy says about it, if the row was made from a policy.
    pub asked: Option<Asked>,
    /// The line of the file that it comes from, from 1.
    pub line: usize,
}

impl Row {
    /// The value of a variable.
    pub fn value(&self, variable: &str) -> Option<&str> {
        let (_, value) = self.values.iter().find(|(name, _)| name == variable)?;
        Some(value)
    }

    /// Whether the row uses a real server, whose responses the model cannot predict.
    pub fn has_upstream(&self) -> bool {
        self.upstreams().next().is_some()
    }

    /// Its real servers.
    pub fn upstreams(&self) -> impl Iterator<Item = &UpstreamSpec> {
        self.servers.iter().filter_map(|server| server.upstream.as_ref())
    }

    /// All steps in the order written, those of a `together` one after another.
    pub fn all_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().flat_map(StepGroup::steps)
    }

    /// How many servers it uses, or how many requests it makes at the same time if these are more: a browser can open a
    /// connection for each of them.
    pub fn most_connections(&self) -> usize {
        let at_once = self.steps.iter().map(|group| group.steps().len());
        at_once.max().unwrap_or_default().max(self.servers.len())
    }

    /// The page that makes the request of a step.
    pub fn page_of<'r>(&'r self, step: &'r Step) -> &'r Page {
        step.page(&self.page)
    }

    /// The pages that the browser opens, in order.
    pub fn pages(&self) -> impl Iterator<Item = &Page> {
        std::iter::once(&self.page).chain(self.opened_pages())
    }

    /// The pages that the browser opens after the first one, in order.
    pub fn opened_pages(&self) -> impl Iterator<Item = &Page> {
        self.steps.iter().filter_map(|group| match group {
            StepGroup::Open(change) => Some(&change.opened.page),
            StepGroup::One(_) | StepGroup::Together(_) | StepGroup::Wait(_) => None,
        })
    }

    /// Whether the browser opens several pages.
    pub fn opens_pages(&self) -> bool {
        self.opened_pages().next().is_some()
    }

    /// Whether a profile gets cookies or permissions before its page is opened.
    pub fn prepares_profile(&self) -> bool {
        !self.cookies.is_empty() || self.sets_permissions()
    }

    /// Whether one of its pages has permissions.
    pub fn sets_permissions(&self) -> bool {
        self.pages().any(|page| !page.storage_access.is_empty())
    }

    /// Whether its steps open windows. A page behind a window may not render.
    pub fn opens_windows(&self) -> bool {
        self.all_steps().any(|step| step.in_window || step.initiator == Initiator::WindowOpen)
    }

    /// Whether time passes between its steps, so that its browser needs a clock that can be moved.
    pub fn waits(&self) -> bool {
        self.steps.iter().any(|group| matches!(group, StepGroup::Wait(time) if !time.is_zero()))
    }

    /// For each step of [`Row::all_steps`], the time that passes after the step before it.
    pub fn waits_before_steps(&self) -> impl Iterator<Item = Option<Duration>> {
        let mut waited: Option<Duration> = None;
        self.steps.iter().flat_map(move |group| {
            let before = match group {
                StepGroup::Wait(time) => {
                    waited = Some(waited.unwrap_or_default().saturating_add(*time));
                    None
                }
                StepGroup::Open(_) => None,
                StepGroup::One(_) | StepGroup::Together(_) => waited.take(),
            };
            std::iter::repeat_n(before, group.steps().len())
        })
    }
}

/// An origin server of a case.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its origin.
    pub origin: Origin,
    /// HTTP versions it offers.
    pub versions: Versions,
    /// Middleware in front of the routes.
    pub cors: Option<CorsPolicy>,
    /// What it answers for each path.
    pub routes: Routes,
    /// The real server that answers instead. There are no middleware and no routes then.
    pub upstream: Option<UpstreamSpec>,
}

impl Server {
    /// Every reply that its script can give.
    pub fn replies(&self) -> impl Iterator<Item = &Reply> {
        self.routes.values().flat_map(|replies| replies.values()).flat_map(Reply::all)
    }

    /// Every header line of these replies.
    pub fn header_lines(&self) -> impl Iterator<Item = &HeaderLine> {
        self.replies().flat_map(|reply| &reply.headers)
    }
}

/// A cookie that a user got when visiting `origin`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UserCookie {
    /// The site visited.
    pub origin: Origin,
    /// The cookie as a `Set-Cookie` value; parses with the `cookie` crate.
    pub set_cookie: String,
}

/// The cookie profile of a browser.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ThirdPartyCookies {
    /// Third-party cookies are allowed, so that only the rules of the standard apply.
    Allowed,
    /// The defaults of the browser.
    AsShipped,
}

/// Whether the browser gets the host names of the case or others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Names {
    /// Names of the row that keep every relation, if its hosts can have others.
    Mapped,
    /// As written, in a separate profile.
    Verbatim,
}
