//! Plays rows in the entered page.
//!
//! A row between whose steps time passes or another page is opened is played in parts. Between two of them the browser's
//! clock is moved, or the browser leaves the page. A clock that moves while a script runs would end the script, because
//! the deadline of the script would be over.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;

use super::webdriver::failed;
use super::{CALL_DEADLINE, EngineError, OpenBrowser, page};
use crate::contexts::RunsIn;
use crate::observation::RowSeen;
use crate::plan::{Frame, PlannedRow, Play};

/// A row as a page gets it.
#[derive(Serialize)]
struct Part<'p> {
    #[serde(flatten)]
    play: &'p Play,
    /// The groups of steps that are played now.
    groups: Range<usize>,
}

impl<'p> Part<'p> {
    fn whole(row: &'p PlannedRow) -> Self {
        Self { play: &row.play, groups: 0..row.play.step_groups.len() }
    }
}

impl OpenBrowser {
    /// Plays rows at the same time in the entered page; the reports are in the order of the rows. A row with parts is
    /// played alone. `token` is the text that the page logs at the end.
    pub async fn play(
        &self,
        rows: &[PlannedRow],
        token: &str,
    ) -> Result<Vec<RowSeen>, EngineError> {
        match rows {
            [row] if row.has_parts() => Ok(vec![self.play_in_parts(row, token).await?]),
            _ => {
                let parts: Vec<_> = rows.iter().map(Part::whole).collect();
                self.play_parts(&parts, Place::of(rows), token).await
            }
        }
    }

    async fn play_in_parts(&self, row: &PlannedRow, token: &str) -> Result<RowSeen, EngineError> {
        let (mut seen, all) = (RowSeen::default(), row.play.step_groups.len());
        let mut runs_in = row.page.runs_in();
        let ends: BTreeSet<usize> = row.waits.keys().chain(row.opens.keys()).copied().collect();
        for end in ends {
            let part = (row, seen.step_groups.len()..end + 1);
            self.play_part(part, runs_in, token, &mut seen).await?;
            if seen.step_groups.len() <= end {
                // A call did not settle. The last part has nothing to play then, and logs the token.
                self.play_part((row, all..all), runs_in, token, &mut seen).await?;
                return Ok(seen);
            }
            if let Some(time) = row.waits.get(&end).filter(|time| !time.is_zero()) {
                self.move_clock(*time)?;
            }
            if let Some(page) = row.opens.get(&end) {
                self.change_page(page).await?;
                runs_in = page.runs_in;
            }
        }
        let part = (row, seen.step_groups.len()..all);
        self.play_part(part, runs_in, token, &mut seen).await?;
        Ok(seen)
    }

    async fn play_part(
        &self,
        (row, groups): (&PlannedRow, Range<usize>),
        runs_in: RunsIn,
        token: &str,
        seen: &mut RowSeen,
    ) -> Result<(), EngineError> {
        let part = Part { play: &row.play, groups };
        let reports = self.play_parts(&[part], Place::without_frames(runs_in), token).await?;
        for report in reports {
            seen.step_groups.extend(report.step_groups);
            seen.times.extend(report.times);
        }
        Ok(())
    }

    async fn play_parts(
        &self,
        parts: &[Part<'_>],
        place: Place<'_>,
        token: &str,
    ) -> Result<Vec<RowSeen>, EngineError> {
        let script = page::script(parts.iter().map(|part| part.play));
        let (script, first) = match place {
            Place::Entered => (script, Vec::new()),
            Place::Worker => (page::IN_WORKER.to_owned(), vec![json!(script)]),
            Place::Frames(frames) => {
                (page::IN_FRAMES.to_owned(), vec![json!(script), json!(frames)])
            }
        };
        let arguments = [json!(parts), json!(CALL_DEADLINE.as_millis()), json!(token)];
        let arguments = first.into_iter().chain(arguments).collect();
        let reports = self.run_script(&script, arguments).await?;
        serde_json::from_value(reports).map_err(|error| failed("read the page's report", error))
    }

    /// Lets time pass for the browser.
    fn move_clock(&self, time: Duration) -> Result<(), EngineError> {
        const MOVE: &str = "move the browser's clock";
        let seconds = u32::try_from(time.as_secs()).map_err(|error| failed(MOVE, error))?;
        let clock = self.clock.as_ref();
        let clock = clock.ok_or_else(|| failed(MOVE, "it was opened with the system's"))?;
        clock.advance(seconds).map_err(|error| failed(MOVE, error))
    }
}

/// Where rows of one page run.
enum Place<'p> {
    /// In the document that was entered.
    Entered,
    /// In the worker of that document.
    Worker,
    /// Each in a frame of that document.
    Frames(Vec<&'p Frame>),
}

impl<'p> Place<'p> {
    fn of(rows: &'p [PlannedRow]) -> Self {
        let frames: Vec<_> = rows.iter().filter_map(|row| row.frame.as_ref()).collect();
        match rows.first().map(|row| row.page.runs_in()) {
            _ if !frames.is_empty() => Self::Frames(frames),
            Some(runs_in) => Self::without_frames(runs_in),
            None => Self::Entered,
        }
    }

    fn without_frames(runs_in: RunsIn) -> Self {
        match runs_in {
            RunsIn::Worker => Self::Worker,
            RunsIn::TopLevel | RunsIn::Frame => Self::Entered,
        }
    }
}
