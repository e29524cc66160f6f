//! The report for a terminal: every case as soon as it was played, then the table of all engines and the time.

use super::{CaseResult, Finished, ReportError, Reporter};
use crate::report::{Alone, console, engine_wide, matrix, page_times, summary, times};

/// Prints a run.
pub struct Console<'a> {
    print: &'a dyn Fn(&str),
    alone: Alone<'a>,
    page_times: bool,
}

impl<'a> Console<'a> {
    /// `print` prints a text on separate lines; `alone` returns the command that plays a case
    /// again.
    pub fn new(print: &'a dyn Fn(&str), alone: Alone<'a>) -> Self {
        Self { print, alone, page_times: false }
    }

    /// The same, with where the time of pages went.
    #[must_use]
    pub fn with_page_times(self, page_times: bool) -> Self {
        Self { page_times, ..self }
    }
}

impl Reporter for Console<'_> {
    fn case(&mut self, CaseResult { case, judged, .. }: &CaseResult<'_>) {
        (self.print)(&console(case, judged, self.alone));
    }

    fn finished(&mut self, run: &Finished<'_>) -> Result<(), ReportError> {
        if let Some(matrix) = matrix(run.played) {
            (self.print)(&matrix);
        }
        (self.print)(&(engine_wide(run.engine_wide) + &summary(run.played, run.took)));
        (self.print)(&times(run.times));
        if self.page_times {
            (self.print)(&page_times(run.times));
        }
        Ok(())
    }
}
