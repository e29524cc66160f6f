//! Plays rows in the browsers of one engine, a browser for each part of the plan. One that crashes or
//! hangs is killed, and what it was at is played once more in another.

use std::collections::VecDeque;
use std::time::Duration;

use cors_servers::{Lab, LabError};
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::iter;

use super::collect::Collector;
use super::slots::Slots;
use super::stage::Report;
use super::start::{Assigned, give_up};
use super::times::{Part, Stopwatch};
use super::turn::{Crash, Turn};
use super::{Unable, turn};
use crate::engine::{Authority, Display, EngineError, Opening, Session, Source};
use crate::plan::{BrowserPlan, Company, plan};
use crate::upstream::Upstreams;

/// Plays all rows; each gets its outcome through the collector.
pub(super) async fn run(
    rows: &[Assigned],
    upstreams: &Upstreams,
    source: &Source,
    company: Company,
    slots: &Slots,
    collector: &Collector,
    times: &Stopwatch,
) {
    let mut plan = plan(&rows.iter().map(Assigned::row).collect::<Vec<_>>(), company);
    if company == Company::Shared && source.has_profiles() {
        plan = plan.with_profiles(slots.count());
    }
    let display = match source.display().await {
        Ok(display) => display,
        Err(error) => return give_up(rows, collector, &error.to_string()),
    };
    let player = Player { rows, upstreams, source, display, slots, collector, times };
    match source {
        Source::Installed(_) => {
            join_all(plan.browsers.iter().map(|part| Box::pin(player.play(part)))).await;
        }
        // It may have room for one session only.
        Source::Remote(_) => {
            iter(&plan.browsers).for_each(|part| Box::pin(player.play(part))).await
        }
    }
}

struct Player<'a> {
    rows: &'a [Assigned],
    upstreams: &'a Upstreams,
    source: &'a Source,
    display: Option<Display>,
    slots: &'a Slots,
    collector: &'a Collector,
    times: &'a Stopwatch,
}

impl Player<'_> {
    /// Plays one part of the plan, in as many browsers as it takes.
    async fn play(&self, part: &BrowserPlan) {
        let _place = self.slots.take().await;
        let mut version = String::new();
        let mut turns: VecDeque<_> =
            part.stages.iter().flat_map(|stage| Turn::first(stage, self.rows)).collect();
        loop {
            let report = self.report(&version);
            turns.retain(|turn| !turn.is_given_up(&report));
            if turns.is_empty() {
                return;
            }
            if let Err(trouble) = self.play_turns(part, &mut turns, &mut version).await {
                let report = self.report(&version);
                let left = turns.drain(..);
                turns = left.filter_map(|turn| self.without(turn, &trouble, &report)).collect();
            }
        }
    }

    /// A browser that does not start is the environment's fault, but for rows that ended one before. One
    /// that hangs while it starts is taken for one that crashed: there is another try, and it is told.
    fn without<'p>(
        &self,
        turn: Turn<'p>,
        trouble: &Trouble,
        report: &Report<'_>,
    ) -> Option<Turn<'p>> {
        let words = trouble.to_string();
        if turn.crashed_before() {
            turn.crashed_again(turn.rows, &words, report);
            return None;
        }
        if matches!(trouble, Trouble::Late { .. }) {
            return Some(turn.once_more(words));
        }
        let unable = Unable(words);
        turn.rows.iter().for_each(|row| self.collector.unable(self.rows[*row].key, &unable));
        None
    }

    /// Plays turns in one browser until there are no more, or the browser is gone.
    async fn play_turns(
        &self,
        part: &BrowserPlan,
        turns: &mut VecDeque<Turn<'_>>,
        version: &mut String,
    ) -> Result<(), Trouble> {
        let lab = Lab::start_with(self.source.reach(), self.upstreams.services()).await?;
        let opening = self.opening(part, &lab);
        let session = within(START, "the browser's start", opening.open(self.display.as_ref()));
        let session = self.times.during(Part::Starts, session).await?;
        version.clone_from(&session.browser.version);
        let report = self.report(version);
        while let Some(turn) = turns.pop_front() {
            if turn.is_given_up(&report) {
                continue;
            }
            if let Err(crash) = Box::pin(turn::play(&lab, &session.browser, &turn, &report)).await {
                let words = last_words(&crash, &session);
                let left = turn.after(&crash, &words, &report);
                left.into_iter().rev().for_each(|turn| turns.push_front(turn));
                break;
            }
        }
        if let Err(left) = self.times.during(Part::Starts, session.end()).await {
            // Every row was played before; that something is left is nobody's result.
            eprintln!("warning: {left}");
        }
        Ok(())
    }

    fn opening(&self, part: &BrowserPlan, lab: &Lab) -> Opening<'_> {
        Opening {
            source: self.source,
            socks: lab.socks_address(),
            authority: Authority { spki_sha256: lab.ca_spki_sha256(), pem: lab.ca_pem() },
            third_party_cookies: part.third_party_cookies,
            heard: true,
        }
    }

    fn report<'r>(&'r self, version: &'r str) -> Report<'r> {
        let engine = self.source.kind().into();
        let Self { rows, upstreams, collector, times, .. } = *self;
        Report { rows, upstreams, collector, engine, version, times, repeated: None }
    }
}

/// What was wanted of the browser, and what it and its driver said last.
fn last_words(crash: &Crash<'_>, session: &Session) -> String {
    match session.last_words() {
        words if words.is_empty() => crash.words.clone(),
        words => format!("{}; the driver's last words: {words}", crash.words),
    }
}

/// What can keep rows from being played.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Lab(#[from] LabError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("{what} took longer than {} s", deadline.as_secs())]
    Late { what: &'static str, deadline: Duration },
}

/// What a browser may take to start on a machine that is busy.
const START: Duration = Duration::from_secs(60);

/// Gives up on something that takes too long.
pub(super) async fn within<T, E: Into<Trouble>>(
    deadline: Duration,
    what: &'static str,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Trouble> {
    match tokio::time::timeout(deadline, work).await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(Trouble::Late { what, deadline }),
    }
}
