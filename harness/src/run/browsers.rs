//! Plays rows in the browsers of one engine, a browser for each part of the plan. One that crashes or
//! hangs is killed, and what it was at is played once more in another.

use std::collections::VecDeque;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::iter;

use super::early::Room;
use super::opened::{Opened, Trouble, open};
use super::slots::Slots;
use super::stage::Report;
use super::start::{Assigned, Lot};
use super::times::Part;
use super::turn::{Crash, Turn};
use super::{Unable, turn};
use crate::engine::{Session, Source};
use crate::plan::{BrowserPlan, Company, Plan, plan};

/// Plays all rows; each gets its outcome through the collector.
pub(super) async fn run(lot: Lot<'_>, source: &Source, room: &Room, slots: &Slots) {
    let plan = lot.times.spent(Part::Planning, || planned(&lot, source, slots));
    let player = Player { lot, source, room, slots };
    match source {
        Source::Installed(_) => {
            join_all(plan.browsers.iter().map(|part| Box::pin(player.play(part)))).await;
        }
        // It may have room for one session only.
        Source::Remote(_) => {
            iter(&plan.browsers).for_each(|part| Box::pin(player.play(part))).await
        }
    }
    room.end().await;
}

fn planned(lot: &Lot<'_>, source: &Source, slots: &Slots) -> Plan {
    let plan = plan(&lot.rows.iter().map(Assigned::row).collect::<Vec<_>>(), lot.company);
    match lot.company == Company::Shared && source.has_profiles() {
        true => plan.with_profiles(slots.of_an_engine()),
        false => plan,
    }
}

struct Player<'a> {
    lot: Lot<'a>,
    source: &'a Source,
    room: &'a Room,
    slots: &'a Slots,
}

impl Player<'_> {
    /// Plays one part of the plan, in as many browsers as it takes.
    async fn play(&self, part: &BrowserPlan) {
        let place = self.slots.take(self.source.kind());
        let (_place, _playing) = self.lot.times.placed(place).await;
        let mut version = String::new();
        let mut turns: VecDeque<_> =
            part.stages.iter().flat_map(|stage| Turn::first(stage, self.lot.rows)).collect();
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
        let lost = |row: &usize| self.lot.collector.unable(self.lot.rows[*row].key, &unable);
        turn.rows.iter().for_each(lost);
        None
    }

    /// Plays turns in one browser until there are no more, or the browser is gone.
    async fn play_turns(
        &self,
        part: &BrowserPlan,
        turns: &mut VecDeque<Turn<'_>>,
        version: &mut String,
    ) -> Result<(), Trouble> {
        let Opened { lab, session } = self.lot.times.during(Part::Starts, self.open(part)).await?;
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
        if let Err(left) = self.lot.times.during(Part::Starts, session.end()).await {
            // Every row was played before; that something is left is nobody's result.
            eprintln!("warning: {left}");
        }
        Ok(())
    }

    /// A browser for a part: one that is being opened already, or another.
    async fn open(&self, part: &BrowserPlan) -> Result<Opened, Trouble> {
        let profile = part.third_party_cookies;
        let opened = match self.room.take(profile).await {
            Some(opened) => opened?,
            None => open(self.source, profile, &self.room.display).await?,
        };
        opened.lab.offer(self.lot.upstreams.services());
        Ok(opened)
    }

    fn report<'r>(&'r self, version: &'r str) -> Report<'r> {
        self.lot.report(self.source.kind().into(), version)
    }
}

/// What was wanted of the browser, and what it and its driver said last.
fn last_words(crash: &Crash<'_>, session: &Session) -> String {
    match session.last_words() {
        words if words.is_empty() => crash.words.clone(),
        words => format!("{}; the driver's last words: {words}", crash.words),
    }
}
