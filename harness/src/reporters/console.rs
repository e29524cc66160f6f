//! The report for a terminal: every case as soon as it was played, then the table of all engines and the time.

use super::{CaseResult, Finished, ReportError, Reporter};
use crate::report::{Alone, console, engine_wide, matrix, summary, times};

/// Prints a run.
pub struct Console<'a> {
    print: &'a dyn Fn(&str),
    alone: Alone<'a>,
}

impl<'a> Console<'a> {
    /// `print` prints a text on separate lines; `alone` returns the command that plays a case
    /// again.
    pub fn new(print: &'a dyn Fn(&str), alone: Alone<'a>) -> Self {
        Self { print, alone }
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
        Ok(())
    }
}
