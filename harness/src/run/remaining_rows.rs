//! Rows of one page, played in one browser, and what to do if the browser ends.

use std::collections::HashMap;
use std::slice;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cors_model::Span;
use cors_servers::{HostedServers, Lab};

use super::one_by_one::one_by_one;
use super::opened::{PlayError, within};
use super::profile::BrowserProfile;
use super::shared_page::{Report, parts};
use super::start::Assigned;
use crate::engine::{CALL_PATIENCE, EngineError, OpenBrowser, token};
use crate::observation::RowSeen;
use crate::plan::{PlannedRow, SharedPage, most_cookies, visit_servers};
use crate::results::{PageStep, Part};

/// Rows of a shared page that are still to be played.
pub(super) struct PageLoad<'p> {
    pub(super) shared_page: &'p SharedPage,
    pub(super) rows: &'p [usize],
    /// How the browser ended that played this row first. Such a row has its own page load.
    crashed: Option<String>,
}

/// A browser that has ended, or does not respond any more.
pub(super) struct Crash<'p> {
    /// The rows that were being played.
    rows: &'p [usize],
    /// What could not be done.
    pub(super) words: String,
}

impl<'p> PageLoad<'p> {
    /// All rows of a shared page, for the first time: in one page load, unless they have so many cookies that
    /// a jar might delete some of them.
    pub(super) fn first(shared_page: &'p SharedPage, rows: &[Assigned]) -> Vec<Self> {
        let cookies = |row: usize| most_cookies(rows[row].row());
        let page_loads = parts(&shared_page.rows, COOKIES_OF_A_PAGE_LOAD, cookies).into_iter();
        page_loads.map(|rows| Self { shared_page, rows, crashed: None }).collect()
    }

    /// Page loads for the remaining rows. Rows get one more chance, each in its own page load, so that a row
    /// that crashes the browser affects no other; a row without another chance is reported.
    pub(super) fn after(&self, crash: &Crash<'p>, words: &str, report: &Report<'_>) -> Vec<Self> {
        let end = self.end_of(crash.rows);
        let page_load = |rows, crashed| Self { shared_page: self.shared_page, rows, crashed };
        let mut page_loads = Vec::new();
        if self.crashed_before() {
            self.crashed_again(crash.rows, words, report);
        } else {
            let rows = crash.rows.iter().map(slice::from_ref);
            page_loads.extend(rows.map(|row| page_load(row, Some(words.to_owned()))));
        }
        page_loads.push(page_load(&self.rows[end..], self.crashed.clone()));
        page_loads.retain(|page_load| !page_load.rows.is_empty());
        page_loads
    }

    /// Whether it has nothing to play, because the servers of all its rows get no more requests;
    /// this is reported.
    pub(super) fn is_given_up(&self, report: &Report<'_>) -> bool {
        report.without_given_up(self.shared_page, self.rows).is_empty()
    }

    /// Whether a browser already crashed on these rows.
    pub(super) fn crashed_before(&self) -> bool {
        self.crashed.is_some()
    }

    /// Reports rows that crashed two browsers.
    pub(super) fn crashed_again(&self, rows: &[usize], words: &str, report: &Report<'_>) {
        let first = self.crashed.as_deref().unwrap_or_default();
        report.troubled(
            self.shared_page,
            rows,
            &format!("the browser crashed twice: {first}; and again: {words}"),
        );
    }

    /// A page load for rows that need a fresh profile.
    pub(super) fn rest(&self, rows: &'p [usize]) -> Self {
        Self { shared_page: self.shared_page, rows, crashed: self.crashed.clone() }
    }

    /// How many rows of this page load were started when `rows`, a part of them, had been.
    fn end_of(&self, rows: &[usize]) -> usize {
        let place = self.rows.iter().position(|row| Some(row) == rows.last());
        place.map_or(self.rows.len(), |place| place + 1)
    }
}

/// Chromium and Firefox store 180 cookies of a site, and remove some when another one arrives. Rows on one page can have
/// one site.
const COOKIES_OF_A_PAGE_LOAD: usize = 100;

/// Why the rest of a page load was not played.
pub(super) enum Unplayed<'p> {
    /// The browser ended.
    Crash(Crash<'p>),
    /// What earlier rows left in the profile can reach these rows: they need a fresh one.
    Reached(&'p [usize]),
}

impl<'p> From<Crash<'p>> for Unplayed<'p> {
    fn from(crash: Crash<'p>) -> Self {
        Self::Crash(crash)
    }
}

/// Plays a page load and reports its rows, except those during which the browser ended and those that need another
/// profile.
pub(super) async fn play<'p>(
    lab: &Lab,
    profile: &mut BrowserProfile<'_>,
    page_load: &PageLoad<'p>,
    report: &Report<'_>,
) -> Result<(), Unplayed<'p>> {
    let browser = profile.browser;
    let report = Report { repeated: page_load.crashed.as_deref(), ..*report };
    if !profile.renews && profile.must_be_fresh((page_load.shared_page, page_load.rows[0]), &report)
    {
        return Err(Unplayed::Reached(page_load.rows));
    }
    let began = Instant::now();
    let opening = within(PAGE, "the page", open_page(lab, profile, page_load, &report));
    let mut page = match report.times.during(Part::Pages, opening).await {
        Ok(page) => page,
        Err(trouble) => {
            return Ok(survived(browser, page_load, page_load.rows, trouble, &report).await?);
        }
    };
    let report = Report { planted: page.planted, ..report.shared(began, page_load.rows.len()) };
    if page_load.shared_page.one_by_one {
        return one_by_one(lab, (profile, &mut page), page_load, &report).await;
    }
    for rows in report.batches(page_load.shared_page, page_load.rows) {
        let (ahead, began) = (browser.ahead(), Instant::now());
        let (planned, servers) =
            report.hosted(lab, &page.marker, (page_load.shared_page, rows), ahead);
        match play_rows(browser, &planned, &report).await {
            Ok(seen) => {
                let report = report.shared(began, rows.len());
                servers.report(&planned, &page.with_trouble(&planned, seen), &report);
            }
            Err(trouble) => survived(browser, page_load, rows, trouble, &report).await?,
        }
    }
    Ok(())
}

/// Plays rows at the same time, and reads what the browser itself says of them.
pub(super) async fn play_rows(
    browser: &OpenBrowser,
    rows: &[PlannedRow],
    report: &Report<'_>,
) -> Result<Vec<RowSeen>, PlayError> {
    let (times, token) = (report.times, token());
    let playing = async {
        let mut seen = times.step(PageStep::Script, browser.play(rows, &token)).await?;
        times.step(PageStep::Reasons, browser.add_reasons(rows, &mut seen, &token)).await;
        Ok::<_, EngineError>(seen)
    };
    times.during(Part::Rows, within(deadline(rows), "the page's script", playing)).await
}

/// An open page: its marker, when its cookies were set, and what went wrong with cookies, by the
/// position of the row.
pub(super) struct OpenPage {
    pub(super) marker: Arc<HostedServers>,
    /// When the cookies were set, on the lab's clock.
    pub(super) planted: Span,
    troubles: HashMap<usize, String>,
}

/// Sets the rows' cookies, loads the page, and then hosts the marker instead of its documents.
async fn open_page(
    lab: &Lab,
    profile: &mut BrowserProfile<'_>,
    page_load: &PageLoad<'_>,
    report: &Report<'_>,
) -> Result<OpenPage, PlayError> {
    let PageLoad { shared_page, rows, .. } = page_load;
    let (times, browser) = (report.times, profile.browser);
    times.page();
    profile.prepare((shared_page, rows), report).await?;
    let (planted, troubles) = plant((lab, Some(lab)), browser, (shared_page, rows), report).await?;
    let page = report.page(shared_page, rows);
    let documents = lab.host(page.documents.clone())?;
    times.step(PageStep::Navigation, browser.navigate(&page)).await?;
    times.step(PageStep::Listening, browser.listen()).await;
    times.step(PageStep::Handshakes, documents.end()).await;
    let marker = Arc::new(lab.host(vec![page.marker])?);
    Ok(OpenPage { marker, planted, troubles })
}

/// When cookies were set, and what went wrong with them, by the position of the row.
type Planted = (Span, HashMap<usize, String>);

/// Sets the cookies of rows: those of the first row, if they are played one by one. The second lab hosts servers for
/// visits, without which not every browser can set cookies.
async fn plant(
    (lab, visited): (&Lab, Option<&Lab>),
    browser: &OpenBrowser,
    (shared_page, rows): (&SharedPage, &[usize]),
    report: &Report<'_>,
) -> Result<Planted, PlayError> {
    let earliest = lab.now();
    let planting = if shared_page.one_by_one { &rows[..1] } else { rows };
    let setting = set_cookies(visited, browser, (shared_page, planting), report);
    let mut troubles = report.times.step(PageStep::Cookies, setting).await?;
    if let Some(trouble) = troubles.get(&rows[0]).cloned().filter(|_| shared_page.one_by_one) {
        troubles.extend(rows.iter().map(|row| (*row, trouble.clone())));
    }
    Ok((Span { earliest, latest: lab.now() }, troubles))
}

async fn set_cookies(
    visited: Option<&Lab>,
    browser: &OpenBrowser,
    (shared_page, rows): (&SharedPage, &[usize]),
    report: &Report<'_>,
) -> Result<HashMap<usize, String>, PlayError> {
    let with_cookies = rows.iter().filter(|row| !report.rows[**row].row().cookies.is_empty());
    let rows = report.planned(shared_page, &with_cookies.copied().collect::<Vec<_>>());
    let visits = visited.map(|lab| lab.host(visit_servers(&rows))).transpose()?;
    let planted = browser.plant(&rows).await;
    if let Some(visits) = visits {
        visits.end().await;
    }
    let troubles = rows.iter().zip(planted);
    Ok(troubles.filter_map(|(row, trouble)| Some((row.index, trouble?))).collect())
}

impl OpenPage {
    /// Sets the cookies of rows that are played one by one, after those of earlier rows were removed. The rows' servers have
    /// the addresses of visits now; a browser that can clear its profile needs none.
    pub(super) async fn plant(
        &mut self,
        lab: &Lab,
        browser: &OpenBrowser,
        rows: (&SharedPage, &[usize]),
        report: &Report<'_>,
    ) -> Result<(), PlayError> {
        (self.planted, self.troubles) =
            within(PAGE, "setting cookies", plant((lab, None), browser, rows, report)).await?;
        Ok(())
    }

    pub(super) fn with_trouble(&self, rows: &[PlannedRow], seen: Vec<RowSeen>) -> Vec<RowSeen> {
        let trouble = |row: &PlannedRow| self.troubles.get(&row.index).cloned();
        let seen = rows.iter().zip(seen);
        seen.map(|(row, seen)| RowSeen { trouble: trouble(row).or(seen.trouble), ..seen }).collect()
    }
}

/// Separates trouble with rows, which is reported for them, from the end of a browser.
pub(super) async fn survived<'p>(
    browser: &OpenBrowser,
    page_load: &PageLoad<'p>,
    rows: &'p [usize],
    trouble: PlayError,
    report: &Report<'_>,
) -> Result<(), Crash<'p>> {
    let words = trouble.to_string();
    let own = matches!(trouble, PlayError::Lab(_) | PlayError::Engine(EngineError::Page { .. }));
    if own || browser.answers().await {
        report.troubled(page_load.shared_page, rows, &words);
        return Ok(());
    }
    Err(Crash { rows, words })
}

/// How long cookies and page may take together, on a busy machine.
const PAGE: Duration = Duration::from_secs(60);

/// How long rows that play at the same time may take: every call has its own limit, so this is only
/// reached if a browser has stopped responding.
fn deadline(rows: &[PlannedRow]) -> Duration {
    let step_groups = rows.iter().map(|row| row.play.step_groups.len()).max().unwrap_or_default();
    let calls = u32::try_from(step_groups).unwrap_or(u32::MAX).saturating_add(2);
    CALL_PATIENCE.saturating_mul(calls)
}
