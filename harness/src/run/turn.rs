//! Rows of one page, played in one browser, and what is to be done if it does not survive them.

use std::slice;
use std::time::Duration;

use cors_servers::{Lab, Tenancy};

use super::browsers::{Trouble, within};
use super::stage::{Hosted, Report, acts};
use super::times::Part;
use crate::engine::{Browser, CALL_PATIENCE, EngineError};
use crate::observation::RowSeen;
use crate::plan::{PlannedRow, Stage};

/// Rows of a stage that are still to be played.
pub(super) struct Turn<'p> {
    stage: &'p Stage,
    pub(super) rows: &'p [PlannedRow],
    /// How the browser ended that played these rows first.
    crashed: Option<String>,
}

/// A browser that is gone, or does not answer any more.
pub(super) struct Crash<'p> {
    /// The rows that were being played.
    rows: &'p [PlannedRow],
    /// What could not be done.
    pub(super) words: String,
}

impl<'p> Turn<'p> {
    /// All rows of a stage, for the first time.
    pub(super) fn first(stage: &'p Stage) -> Self {
        Self { stage, rows: &stage.rows, crashed: None }
    }

    /// Turns for what is left. Rows get one more chance, each by itself, so that the row that a
    /// browser does not survive takes no other with it; that one is reported.
    pub(super) fn after(&self, crash: &Crash<'p>, words: &str, report: &Report<'_>) -> Vec<Self> {
        let end = self.end_of(crash.rows);
        let turn = |rows, crashed| Self { stage: self.stage, rows, crashed };
        let mut turns = Vec::new();
        if self.crashed_before() {
            self.crashed_again(crash.rows, words, report);
        } else {
            turns.push(turn(crash.rows, Some(words.to_owned())));
        }
        turns.push(turn(&self.rows[end..], self.crashed.clone()));
        turns.retain(|turn| !turn.rows.is_empty());
        turns
    }

    /// Whether a browser did not survive these rows already.
    pub(super) fn crashed_before(&self) -> bool {
        self.crashed.is_some()
    }

    /// Reports rows that no browser survives.
    pub(super) fn crashed_again(&self, rows: &[PlannedRow], words: &str, report: &Report<'_>) {
        let first = self.crashed.as_deref().unwrap_or_default();
        report.troubled(rows, &format!("the browser crashed twice: {first}; and again: {words}"));
    }

    /// How many rows of this turn were started when `rows`, a part of them, had been.
    fn end_of(&self, rows: &[PlannedRow]) -> usize {
        let last = rows.last().map(|row| row.index);
        let place = self.rows.iter().position(|row| Some(row.index) == last);
        place.map_or(self.rows.len(), |place| place + 1)
    }

    /// Groups of rows that are played at the same time.
    fn acts(&self) -> Vec<&'p [PlannedRow]> {
        match self.crashed {
            None => acts(self.rows),
            Some(_) => self.rows.iter().map(slice::from_ref).collect(),
        }
    }
}

/// Plays a turn and reports its rows, but for those that the browser did not survive.
pub(super) async fn play<'p>(
    lab: &Lab,
    browser: &Browser,
    turn: &Turn<'p>,
    report: &Report<'_>,
) -> Result<(), Crash<'p>> {
    let report = Report { repeated: turn.crashed.as_deref(), ..*report };
    let opening = within(PAGE, "the page", open_page(lab, browser, turn));
    let page = match report.times.during(Part::Pages, opening).await {
        Ok(page) => page,
        Err(trouble) => return survived(browser, turn.rows, trouble, &report).await,
    };
    for rows in turn.acts() {
        let servers = Hosted::new(lab, &page.marker, rows);
        let played = within(deadline(rows), "the page's script", browser.play(rows));
        match report.times.during(Part::Rows, played).await {
            Ok(seen) => servers.report(rows, &page.with_trouble(rows, seen), &report),
            Err(trouble) => survived(browser, rows, trouble, &report).await?,
        }
    }
    Ok(())
}

/// A page that is open: its marker, and what went wrong with each row's cookies.
struct OpenPage<'p> {
    marker: Tenancy,
    rows: &'p [PlannedRow],
    planted: Vec<Option<String>>,
}

/// Plants the rows' cookies, loads the page, then puts the marker in the place of its documents.
async fn open_page<'p>(
    lab: &Lab,
    browser: &Browser,
    turn: &Turn<'p>,
) -> Result<OpenPage<'p>, Trouble> {
    let stage = turn.stage;
    if stage.fresh {
        browser.renew().await?;
    }
    let visits = lab.host(stage.visit_servers())?;
    let planted = browser.plant(turn.rows).await;
    drop(visits);
    let documents = lab.host(stage.documents.clone())?;
    browser.enter(stage).await?;
    drop(documents);
    let marker = lab.host(vec![stage.marker.clone()])?;
    Ok(OpenPage { marker, rows: turn.rows, planted })
}

impl OpenPage<'_> {
    fn with_trouble(&self, rows: &[PlannedRow], seen: Vec<RowSeen>) -> Vec<RowSeen> {
        let trouble = |row: &PlannedRow| {
            let place = self.rows.iter().position(|known| known.index == row.index);
            place.and_then(|place| self.planted[place].clone())
        };
        let seen = rows.iter().zip(seen);
        seen.map(|(row, seen)| RowSeen { trouble: trouble(row).or(seen.trouble), ..seen }).collect()
    }
}

/// Tells trouble with rows, which is reported as theirs, from a browser that is gone.
async fn survived<'p>(
    browser: &Browser,
    rows: &'p [PlannedRow],
    trouble: Trouble,
    report: &Report<'_>,
) -> Result<(), Crash<'p>> {
    let words = trouble.to_string();
    let own = matches!(trouble, Trouble::Lab(_) | Trouble::Engine(EngineError::Page { .. }));
    if own || browser.answers().await {
        report.troubled(rows, &words);
        return Ok(());
    }
    Err(Crash { rows, words })
}

/// What cookies and page may take together, on a machine that is busy.
const PAGE: Duration = Duration::from_secs(120);

/// What rows that play at the same time may take: every call bounds itself, so this is only reached
/// when a browser has stopped answering.
fn deadline(rows: &[PlannedRow]) -> Duration {
    let moments = rows.iter().map(|row| row.play.moments.len()).max().unwrap_or_default();
    let calls = u32::try_from(moments).unwrap_or(u32::MAX).saturating_add(2);
    CALL_PATIENCE.saturating_mul(calls)
}
