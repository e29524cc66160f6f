//! Plays rows in the browsers of one engine, a browser for each part of the plan. One that crashes or
//! hangs is killed, and what it was at is played once more in another.

use std::collections::VecDeque;
use std::time::Duration;

use cors_servers::{Lab, LabError};
use futures_util::future::join_all;

use super::collect::Collector;
use super::slots::Slots;
use super::stage::Report;
use super::start::{Assigned, give_up};
use super::turn::{Crash, Turn};
use super::{Unable, turn};
use crate::engine::{Authority, Browser, Display, Driver, EngineError, Installed, Opening};
use crate::plan::{BrowserPlan, plan};

/// Plays all rows; each gets its outcome through the collector.
pub(super) async fn run(
    rows: &[Assigned],
    installed: &Installed,
    slots: &Slots,
    collector: &Collector,
) {
    let plan = plan(&rows.iter().map(Assigned::row).collect::<Vec<_>>());
    let display = match &installed.display {
        None => None,
        Some(program) => match Display::start(program).await {
            Ok(display) => Some(display),
            Err(error) => return give_up(rows, collector, &error.to_string()),
        },
    };
    let player = Player { rows, installed, display, slots, collector };
    join_all(plan.browsers.iter().map(|part| player.play(part))).await;
}

struct Player<'a> {
    rows: &'a [Assigned],
    installed: &'a Installed,
    display: Option<Display>,
    slots: &'a Slots,
    collector: &'a Collector,
}

impl Player<'_> {
    /// Plays one part of the plan, in as many browsers as it takes.
    async fn play(&self, part: &BrowserPlan) {
        let _place = self.slots.take().await;
        let mut turns: VecDeque<_> = part.stages.iter().map(Turn::first).collect();
        while !turns.is_empty() {
            if let Err(trouble) = self.play_turns(part, &mut turns).await {
                let rows = turns.drain(..).flat_map(|turn| turn.rows);
                let unable = Unable(trouble.to_string());
                rows.for_each(|row| self.collector.unable(self.rows[row.index].key, &unable));
            }
        }
    }

    /// Plays turns in one browser until there are no more, or the browser is gone. It is killed with
    /// its driver right afterwards: a session that is closed takes longer, and a browser that idles
    /// takes time from the others.
    async fn play_turns(
        &self,
        part: &BrowserPlan,
        turns: &mut VecDeque<Turn<'_>>,
    ) -> Result<(), Trouble> {
        let lab = Lab::start().await?;
        let driver = Driver::start(self.installed, self.display.as_ref()).await?;
        let browser = self.open(part, &lab, &driver).await?;
        let report = self.report(&browser.version);
        while let Some(turn) = turns.pop_front() {
            if let Err(crash) = turn::play(&lab, &browser, &turn, &report).await {
                let words = last_words(&crash, &driver);
                turn.after(&crash, &words, &report)
                    .into_iter()
                    .rev()
                    .for_each(|again| turns.push_front(again));
                break;
            }
        }
        driver.end().await;
        Ok(())
    }

    async fn open(
        &self,
        part: &BrowserPlan,
        lab: &Lab,
        driver: &Driver,
    ) -> Result<Browser, Trouble> {
        let opening = Opening {
            installed: self.installed,
            socks: lab.socks_address(),
            authority: Authority { spki_sha256: lab.ca_spki_sha256(), pem: lab.ca_pem() },
            third_party_cookies: part.third_party_cookies,
        };
        within(START, "the browser's start", opening.open(driver)).await
    }

    fn report<'r>(&'r self, version: &'r str) -> Report<'r> {
        let engine = self.installed.kind.into();
        Report { rows: self.rows, collector: self.collector, engine, version, repeated: None }
    }
}

/// What was wanted of the browser, and what it and its driver said last.
fn last_words(crash: &Crash<'_>, driver: &Driver) -> String {
    match driver.last_words() {
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
const START: Duration = Duration::from_secs(120);

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
