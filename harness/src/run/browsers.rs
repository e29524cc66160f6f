//! Plays rows in the browsers of one engine, with a browser for each part of the plan. A browser
//! that crashes or hangs is killed, and its rows are played once more in another.

use std::collections::VecDeque;
use std::io::Write;
use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream::iter;

use super::collect::Assigned;
use super::opened::{EngineResources, Opened, PlayError, open};
use super::profile::BrowserProfile;
use super::remaining_rows::{Crash, PageLoad, Unplayed};
use super::row_report::{EngineRows, Report};
use super::slots::Slots;
use super::{EngineUnavailable, open_page};
use crate::engine::{Session, Source};
use crate::plan::{BrowserPlan, Plan, Separation, plan};
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
    let most = source.most_sessions();
    iter(&plan.browsers).for_each_concurrent(most, |part| Box::pin(player.play(part))).await;
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
    let most = source.most_sessions();
    let plan = match most {
        Some(most) => plan.spread(most),
        None => plan.spread_here(slots.of_an_engine()),
    };
    match source.has_profiles() {
        true => plan.with_profiles(most.unwrap_or(slots.of_an_engine())),
        false => plan,
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
    /// Plays one part of the plan, in as many browsers as necessary.
    async fn play(&self, part: &BrowserPlan) {
        let place = async {
            match self.source.is_local() {
                true => self.slots.take(self.source.kind()).await,
                false => None,
            }
        };
        let (_place, _playing) = self.engine_rows.times.placed(place).await;
        let mut version = String::new();
        let mut page_loads: VecDeque<_> = part
            .shared_pages
            .iter()
            .flat_map(|shared_page| PageLoad::first(shared_page, self.engine_rows.rows))
            .collect();
        loop {
            let report = self.report(&version);
            page_loads.retain(|page_load| !page_load.is_given_up(&report));
            if page_loads.is_empty() {
                return;
            }
            let began = Instant::now();
            match self.engine_rows.times.during(Part::Starts, self.start(part)).await {
                Ok(opened) => {
                    self.play_page_loads(opened, &mut page_loads, &mut version, began).await
                }
                Err(words) => return self.without(&page_loads, &words, &report),
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

    /// Plays page loads in one browser until there are no more, or the browser has ended.
    async fn play_page_loads(
        &self,
        Opened { lab, session }: Opened,
        page_loads: &mut VecDeque<PageLoad<'_>>,
        version: &mut String,
        began: Instant,
    ) {
        *version = session.browser.described();
        let report = self.report(version);
        let report =
            report.shared(began, page_loads.iter().map(|page_load| page_load.rows.len()).sum());
        let renews = self.source.has_profiles() && session.browser.can_renew();
        let mut profile = BrowserProfile::new(&session.browser, renews);
        while let Some(page_load) = page_loads.pop_front() {
            if page_load.is_given_up(&report) {
                continue;
            }
            match Box::pin(open_page::play(&lab, &mut profile, &page_load, &report)).await {
                Ok(()) => {}
                Err(Unplayed::Crash(crash)) => {
                    let words = last_words(&crash, &session);
                    let left = page_load.after(&crash, &words, &report);
                    left.into_iter().rev().for_each(|page_load| page_loads.push_front(page_load));
                    break;
                }
                Err(Unplayed::Reached(rows)) => {
                    page_loads.push_front(page_load.rest(rows));
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
    async fn start(&self, part: &BrowserPlan) -> Result<Opened, String> {
        let mut reasons = Vec::new();
        loop {
            let trouble = match self.open(part).await {
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
    async fn open(&self, part: &BrowserPlan) -> Result<Opened, PlayError> {
        let opened = match self.room.take(part.needs).await {
            Some(opened) => opened?,
            None => open(self.source, part.needs, &self.room.display).await?,
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
