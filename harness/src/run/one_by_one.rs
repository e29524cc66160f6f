//! Rows of real servers: they play one after another, with servers that stay, because their real servers are the same.

use std::slice;
use std::sync::Arc;
use std::time::Instant;

use cors_servers::Lab;

use super::profile::BrowserProfile;
use super::remaining_rows::{OpenPage, PageLoad, Unplayed, play_rows, survived};
use super::shared_page::Report;
use crate::observation::{CallSeen, RowSeen};

/// Plays the rows of a page load one after another.
pub(super) async fn one_by_one<'p>(
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
            let planting = page.plant(lab, profile.browser, (page_load.shared_page, rest), report);
            if let Err(trouble) = planting.await {
                profile.is_unknown();
                survived(profile.browser, page_load, rows, trouble, report).await?;
                continue;
            }
        }
        let (began, report) = (Instant::now(), Report { planted: page.planted, ..*report });
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
                survived(profile.browser, page_load, rows, trouble, &report).await?;
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
