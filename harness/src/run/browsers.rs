//! Plays rows in the browsers of one engine, with one or more browsers for each part of the plan. A browser
//! that crashes or hangs is killed, and its rows are played once more in another.

use std::collections::VecDeque;
use std::io::Write;
use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream::iter;

use super::collect::Assigned;
use super::opened::{EngineResources, Opened, PlayError, open};
use super::page_queue::PageQueue;
use super::profile::BrowserProfile;
use super::remaining_rows::{Crash, PageLoad, Unplayed};
use super::row_report::{EngineRows, Report};
use super::slots::Slots;
use super::{EngineUnavailable, open_page};
use crate::engine::{Session, Source};
use crate::plan::{BrowserNeeds, Plan, Separation, plan};
use crate::results::Part;

/// Plays all rows; the collector gets the outcome of each.
pub(super) async fn run(
    engine_rows: EngineRows<'_>,
    source: &dyn Source,
    room: &EngineResources,
    slots: &Slots,
) {
    let plan = engine_rows.times.spent(Part::Planning, || planned(&engine_rows, source, slots));
    let player = Player { engine_rows, source, room, slots };
    let queues = plan.browsers.iter().map(|part| PageQueue::new(part, engine_rows.rows));
    let queues: Vec<_> = queues.collect();
    // The first browser of each part, then the second ones, which are open until the end of the run.
    let most = plan.browsers.iter().map(|part| part.at_once).max().unwrap_or_default();
    let browsers =
        (0..most).flat_map(|number| queues.iter().filter(move |queue| number < queue.at_once()));
    iter(browsers)
        .for_each_concurrent(source.most_sessions(), |queue| Box::pin(player.play(queue)))
        .await;
    room.end().await;
}

fn planned(engine_rows: &EngineRows<'_>, source: &dyn Source, slots: &Slots) -> Plan {
    let plan = plan(
        &engine_rows.rows.iter().map(Assigned::row).collect::<Vec<_>>(),
        engine_rows.separation,
    );
    if engine_rows.separation != Separation::Shared {
        return plan;
    }
    let plan = match source.has_profiles() {
        true => plan.with_profiles(),
        false if source.kind().stores_responses() => plan,
        false => plan.without_responses(),
    };
    match source.most_sessions() {
        Some(most) => plan.spread(most),
        None => plan.spread_here(slots.of_an_engine()),
    }
}

/// How many browsers are started until one does not hang, on a busy machine.
const TRIES: usize = 4;

struct Player<'a> {
    engine_rows: EngineRows<'a>,
    source: &'a dyn Source,
    room: &'a EngineResources,
    slots: &'a Slots,
}

impl Player<'_> {
    /// Plays pages of one part of the plan until there are no more, in one browser after another if one ends.
    async fn play(&self, queue: &PageQueue<'_>) {
        let place = async {
            match self.source.is_local() {
                true => self.slots.take(self.source.kind()).await,
                false => None,
            }
        };
        let (_place, _playing) = self.engine_rows.times.placed(place).await;
        let mut version = String::new();
        let mut begun = VecDeque::new();
        loop {
            let report = self.report(&version);
            begun.retain(|page_load: &PageLoad<'_>| !page_load.is_given_up(&report));
            if begun.is_empty() {
                begun.extend(queue.next(&report));
            }
            if begun.is_empty() {
                return;
            }
            let since = Instant::now();
            match self.engine_rows.times.during(Part::Starts, self.start(queue.needs())).await {
                Ok(opened) => {
                    self.play_page_loads(opened, (&mut begun, queue), &mut version, since).await
                }
                Err(words) => {
                    begun.extend(queue.left_without());
                    return self.without(&begun, &words, &report);
                }
            }
        }
    }

    /// A browser that does not start is a fault of the environment, except for rows that crashed
    /// one before.
    fn without(&self, page_loads: &VecDeque<PageLoad<'_>>, words: &str, report: &Report<'_>) {
        let unable = EngineUnavailable(words.to_owned());
        let lost = |row: &usize| {
            self.engine_rows.collector.unable(self.engine_rows.rows[*row].key, &unable)
        };
        for page_load in page_loads {
            match page_load.crashed_before() {
                true => page_load.crashed_again(page_load.rows, words, report),
                false => page_load.rows.iter().for_each(lost),
            }
        }
    }

    /// Plays page loads in one browser until there are no more, or the browser has ended: those that were begun first.
    async fn play_page_loads<'p>(
        &self,
        Opened { lab, session }: Opened,
        (begun, queue): (&mut VecDeque<PageLoad<'p>>, &PageQueue<'p>),
        version: &mut String,
        since: Instant,
    ) {
        *version = session.browser.described();
        let report = self.report(version).shared(since, queue.rows_of_a_browser());
        let renews = self.source.has_profiles() && session.browser.can_renew();
        let mut profile = BrowserProfile::new(&session.browser, renews);
        while let Some(page_load) = begun.pop_front().or_else(|| queue.next(&report)) {
            if page_load.is_given_up(&report) {
                continue;
            }
            match Box::pin(open_page::play(&lab, &mut profile, &page_load, &report)).await {
                Ok(()) => {}
                Err(Unplayed::Crash(crash)) => {
                    let words = last_words(&crash, &session);
                    let left = page_load.after(&crash, &words, &report);
                    left.into_iter().rev().for_each(|page_load| begun.push_front(page_load));
                    break;
                }
                Err(Unplayed::Reached(rows)) => {
                    begun.push_front(page_load.rest(rows));
                    if !renews {
                        break;
                    }
                }
            }
        }
        self.engine_rows.times.browser_used(session.used());
        if let Err(left) = self.engine_rows.times.during(Part::Starts, session.end()).await {
            // Every row was played before; processes that are left affect no result.
            warn(&left.to_string());
        }
    }

    /// A browser for a part, or the reason why there is none. A browser that hangs while it starts
    /// has played no row, so no row mentions it, and another one is started: once, or more often on
    /// a busy machine.
    async fn start(&self, needs: BrowserNeeds) -> Result<Opened, String> {
        let mut reasons = Vec::new();
        loop {
            let trouble = match self.open(needs).await {
                Ok(opened) => return Ok(opened),
                Err(trouble) => trouble,
            };
            let tries = trouble.late().map_or(1, |late| if late.busy { TRIES } else { 2 });
            reasons.push(trouble.to_string());
            if reasons.len() >= tries {
                return Err(reasons.join("; and again: "));
            }
            warn(&format!("{}: {trouble}; another one is started", self.source.kind().as_str()));
        }
    }

    /// A browser for a part: one that is already being opened, or a new one.
    async fn open(&self, needs: BrowserNeeds) -> Result<Opened, PlayError> {
        let opened = match self.room.take(needs).await {
            Some(opened) => opened?,
            None => open(self.source, needs, &self.room.display).await?,
        };
        opened.lab.offer(self.engine_rows.upstreams.services());
        Ok(opened)
    }

    fn report<'r>(&'r self, version: &'r str) -> Report<'r> {
        self.engine_rows.report(self.source.kind().into(), version)
    }
}

/// Prints a message that belongs to no result. Stderr may be closed, which is no reason to fail.
fn warn(words: &str) {
    let _ = writeln!(std::io::stderr(), "warning: {words}");
}

/// What the browser was doing, and the last output of the browser and its driver.
fn last_words(crash: &Crash<'_>, session: &Session) -> String {
    match session.last_words() {
        words if words.is_empty() => crash.words.clone(),
        words => format!("{}; the driver's last output: {words}", crash.words),
    }
}
