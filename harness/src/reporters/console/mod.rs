//! The report for a terminal: progress while the cases are played, then what failed and the counts. With
//! `--verbose` every case with its rows as soon as it was played.

mod progress;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{CaseResult, Finished, ReportError, Reporter, Trial};
use crate::engine::on_signal;
use crate::report::{
    Commands, Overview, OverviewEnd, console, engine_wide, matrix, page_times, summary, times,
};

pub use progress::{Progress, RowsPlayed};

/// Prints a text on separate lines.
pub type Print = fn(&str);

/// The width of lines where no terminal says another.
const USUAL_WIDTH: usize = 80;

/// The width of lines on standard output: that of the terminal, if it is one.
pub fn terminal_width() -> usize {
    let asked = terminal_size::terminal_size_of(std::io::stdout());
    asked.map_or(USUAL_WIDTH, |(terminal_size::Width(width), _)| usize::from(width).max(40))
}

/// What a report for a terminal needs to know.
#[derive(Clone)]
pub struct ConsoleOptions<'a> {
    /// Prints.
    pub print: Print,
    /// Names the commands that say more.
    pub commands: &'a dyn Commands,
    /// The width of lines.
    pub width: usize,
    /// The rows that were played so far.
    pub rows: RowsPlayed,
    /// The reports that are written, each with its format and its file.
    pub reports: Vec<(String, String)>,
    /// Whether to print where the time of pages went.
    pub page_times: bool,
}

/// Prints the results of a run in short form when it is finished.
pub struct Console<'a> {
    options: ConsoleOptions<'a>,
    overview: Arc<Mutex<Overview>>,
    progress: Option<Progress>,
}

impl<'a> Console<'a> {
    /// A report with these options.
    pub fn new(options: ConsoleOptions<'a>) -> Self {
        let overview = Arc::new(Mutex::new(Overview::new(options.width)));
        Self { options, overview, progress: None }
    }

    fn overview(&self) -> MutexGuard<'_, Overview> {
        self.overview.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The two commands that are most likely typed next.
    fn next(&self, failed: bool) -> Vec<(String, String)> {
        let step =
            |command: &str, what: &str| (self.options.commands.program(command), what.to_owned());
        match failed {
            true => vec![
                step("review", "shows each change and asks"),
                step("run --rerun-failed", "plays what failed again"),
            ],
            false => vec![
                step("run --verbose", "shows every row"),
                step("explain CASE", "shows why a row has its result"),
            ],
        }
    }
}

impl Reporter for Console<'_> {
    fn started(&mut self, trials: &[Trial]) {
        let (overview, print, count) =
            (Arc::clone(&self.overview), self.options.print, trials.len());
        on_signal(move || {
            if let Ok(overview) = overview.try_lock() {
                print(&overview.interrupted(count));
            }
        });
        self.progress = Some(Progress::of_run(trials, self.options.rows.clone()));
    }

    fn case(&mut self, CaseResult { case, judged, .. }: &CaseResult<'_>) {
        self.overview().add(case, judged, self.options.commands);
        if let Some(progress) = &mut self.progress {
            progress.trial_done();
        }
    }

    fn finished(&mut self, run: &Finished<'_>) -> Result<(), ReportError> {
        self.progress = None;
        on_signal(|| ());
        let overview = self.overview();
        let next = self.next(!overview.failed().is_empty());
        (self.options.print)(&overview.text(&OverviewEnd {
            played: run.played,
            engine_wide: run.engine_wide,
            times: run.times,
            took: run.took,
            reports: &self.options.reports,
            next: &next,
        }));
        if self.options.page_times {
            (self.options.print)(&page_times(run.times));
        }
        Ok(())
    }
}

/// Prints every case with its rows as soon as it was played, then the table of all engines and the time.
pub struct VerboseConsole<'a> {
    options: ConsoleOptions<'a>,
    progress: Option<Progress>,
}

impl<'a> VerboseConsole<'a> {
    /// A report with these options.
    pub fn new(options: ConsoleOptions<'a>) -> Self {
        Self { options, progress: None }
    }

    fn print(&self, text: &str) {
        match &self.progress {
            Some(progress) => progress.pause(|| (self.options.print)(text)),
            None => (self.options.print)(text),
        }
    }
}

impl Reporter for VerboseConsole<'_> {
    fn started(&mut self, trials: &[Trial]) {
        self.progress = Some(Progress::on_terminal_only(trials, self.options.rows.clone()));
    }

    fn case(&mut self, CaseResult { case, judged, .. }: &CaseResult<'_>) {
        self.print(&console(case, judged, (self.options.commands, self.options.width)));
    }

    fn finished(&mut self, run: &Finished<'_>) -> Result<(), ReportError> {
        self.progress = None;
        if let Some(matrix) = matrix(run.played) {
            self.print(&matrix);
        }
        self.print(&(engine_wide(run.engine_wide) + &summary(run.played, run.took)));
        self.print(&times(run.times));
        if self.options.page_times {
            self.print(&page_times(run.times));
        }
        Ok(())
    }
}
