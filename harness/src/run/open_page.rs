//! Opens a page in a browser and plays rows in it.

use std::collections::HashMap;
use std::slice;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cors_model::Span;
use cors_servers::{HostedServers, Lab};

use super::opened::{PlayError, within};
use super::profile::BrowserProfile;
use super::remaining_rows::{Crash, PageLoad, Unplayed};
use super::row_report::Report;
use crate::engine::{CALL_DEADLINE, EngineError, OpenBrowser, token};
use crate::observation::{CallSeen, RowSeen};
use crate::plan::{PlannedRow, SharedPage, visit_servers};
use crate::results::{PageStep, Part};

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
            return Ok(without_crash(browser, page_load, page_load.rows, trouble, &report).await?);
        }
    };
    let report =
        Report { cookies_set: page.cookies_set, ..report.shared(began, page_load.rows.len()) };
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
            Err(trouble) => without_crash(browser, page_load, rows, trouble, &report).await?,
        }
    }
    Ok(())
}

/// Plays rows of real servers one after another, with servers that stay, because their real servers are the same.
async fn one_by_one<'p>(
    lab: &Lab,
    (profile, page): (&mut BrowserProfile<'_>, &mut OpenPage),
    page_load: &PageLoad<'p>,
    report: &Report<'_>,
) -> Result<(), Unplayed<'p>> {
    let ahead = profile.browser.ahead();
    let marker = Arc::clone(&page.marker);
    let (_, mut servers) =
        report.hosted(lab, &marker, (page_load.shared_page, &page_load.rows[..1]), ahead);
    for (place, index) in page_load.rows.iter().enumerate() {
        let (rows, rest) = (slice::from_ref(index), &page_load.rows[place..]);
        if report.without_given_up(page_load.shared_page, rows).is_empty() {
            continue;
        }
        if place > 0 && profile.reaches(*index, report) {
            if !profile.clear(*index, report).await {
                return Err(Unplayed::Reached(rest));
            }
            let setting =
                page.set_cookies(lab, profile.browser, (page_load.shared_page, rest), report);
            if let Err(trouble) = setting.await {
                profile.is_unknown();
                without_crash(profile.browser, page_load, rows, trouble, report).await?;
                continue;
            }
            if page.troubles.is_empty() {
                profile.has_set_cookies(page.cookies_set);
            }
        }
        let (began, report) = (Instant::now(), Report { cookies_set: page.cookies_set, ..*report });
        servers.go_on();
        let planned = report.planned(page_load.shared_page, rows);
        match play_rows(profile.browser, &planned, &report).await {
            Ok(seen) => {
                let exchanges = servers.exchanges();
                if profile.has_reached(*index, &exchanges, &report) {
                    return Err(Unplayed::Reached(rest));
                }
                let is_settled = seen.iter().all(is_settled);
                let seen = page.with_trouble(&planned, seen);
                servers.report(&planned, &seen, &report.shared(began, rows.len()));
                profile.add_played((*index, is_settled), &exchanges, &report);
            }
            Err(trouble) => {
                profile.is_unknown();
                without_crash(profile.browser, page_load, rows, trouble, &report).await?;
            }
        }
    }
    Ok(())
}

/// Whether all calls of a row had an end.
fn is_settled(seen: &RowSeen) -> bool {
    seen.trouble.is_none()
        && seen.step_groups.iter().flatten().all(|call| !matches!(call, CallSeen::Unsettled))
}

/// Plays rows at the same time, and reads what the browser itself says about them.
async fn play_rows(
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
struct OpenPage {
    marker: Arc<HostedServers>,
    /// When the cookies were set, on the lab's clock.
    cookies_set: Span,
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
    let (cookies_set, troubles) = match profile.cookies_set_for(rows[0], report) {
        Some(set) => (set, HashMap::new()),
        None => set_cookies((lab, Some(lab)), browser, (shared_page, rows), report).await?,
    };
    if shared_page.one_by_one && troubles.is_empty() {
        profile.has_set_cookies(cookies_set);
    }
    let page = report.page(shared_page, rows);
    let documents = lab.host(page.documents.clone())?;
    times.step(PageStep::Navigation, browser.navigate(&page)).await?;
    times.step(PageStep::Listening, browser.listen()).await;
    times.step(PageStep::Handshakes, documents.end()).await;
    let marker = Arc::new(lab.host(vec![page.marker])?);
    Ok(OpenPage { marker, cookies_set, troubles })
}

/// When cookies were set, and what went wrong with them, by the position of the row.
type CookiesSet = (Span, HashMap<usize, String>);

/// Sets the cookies of rows: those of the first row, if they are played one by one. The second lab hosts servers for
/// visits, without which not every browser can set cookies.
async fn set_cookies(
    (lab, visited): (&Lab, Option<&Lab>),
    browser: &OpenBrowser,
    (shared_page, rows): (&SharedPage, &[usize]),
    report: &Report<'_>,
) -> Result<CookiesSet, PlayError> {
    let earliest = lab.now();
    let rows_with_cookies = if shared_page.one_by_one { &rows[..1] } else { rows };
    let setting = set_row_cookies(visited, browser, (shared_page, rows_with_cookies), report);
    let mut troubles = report.times.step(PageStep::Cookies, setting).await?;
    if let Some(trouble) = troubles.get(&rows[0]).cloned().filter(|_| shared_page.one_by_one) {
        troubles.extend(rows.iter().map(|row| (*row, trouble.clone())));
    }
    Ok((Span { earliest, latest: lab.now() }, troubles))
}

async fn set_row_cookies(
    visited: Option<&Lab>,
    browser: &OpenBrowser,
    (shared_page, rows): (&SharedPage, &[usize]),
    report: &Report<'_>,
) -> Result<HashMap<usize, String>, PlayError> {
    let with_cookies = rows.iter().filter(|row| !report.rows[**row].row().cookies.is_empty());
    let rows = report.planned(shared_page, &with_cookies.copied().collect::<Vec<_>>());
    let visits = visited.map(|lab| lab.host(visit_servers(&rows))).transpose()?;
    let results = browser.set_cookies(&rows).await;
    if let Some(visits) = visits {
        visits.end().await;
    }
    let troubles = rows.iter().zip(results);
    Ok(troubles.filter_map(|(row, trouble)| Some((row.index, trouble?))).collect())
}

impl OpenPage {
    /// Sets the cookies of rows that are played one by one, after those of earlier rows were removed. The rows' servers have
    /// the addresses of visits now; a browser that can clear its profile needs none.
    async fn set_cookies(
        &mut self,
        lab: &Lab,
        browser: &OpenBrowser,
        rows: (&SharedPage, &[usize]),
        report: &Report<'_>,
    ) -> Result<(), PlayError> {
        (self.cookies_set, self.troubles) =
            within(PAGE, "setting cookies", set_cookies((lab, None), browser, rows, report))
                .await?;
        Ok(())
    }

    fn with_trouble(&self, rows: &[PlannedRow], seen: Vec<RowSeen>) -> Vec<RowSeen> {
        let trouble = |row: &PlannedRow| self.troubles.get(&row.index).cloned();
        let seen = rows.iter().zip(seen);
        seen.map(|(row, seen)| RowSeen { trouble: trouble(row).or(seen.trouble), ..seen }).collect()
    }
}

/// Separates trouble with rows, which is reported for them, from the end of a browser.
async fn without_crash<'p>(
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
    CALL_DEADLINE.saturating_mul(calls)
}
