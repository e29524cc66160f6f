//! The command as users run it, watched from outside.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use cors_harness::engine::Kind;
use procfs::process::Process;

use super::{Result, Took, rows};

/// How often memory and file descriptors are looked at.
const LOOK: Duration = Duration::from_millis(10);

/// What a run showed.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Starting and ending browsers; playing rows, with what was made of them.
    pub took: Took,
    /// From the start of the process to its end.
    pub whole: Duration,
    /// From the start of the process to the first result printed, and to the last.
    pub results: (Duration, Duration),
    /// What the process itself took at most.
    pub peak: Peak,
}

/// The most that a process took, without the browsers and drivers that it started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Peak {
    /// Bytes of memory at a time.
    pub memory: u64,
    /// Open file descriptors seen at a time.
    pub files: usize,
}

/// Plays `count` rows in cases of at most `per_case` each, all of them as recorded before.
pub fn measure(kind: Kind, count: usize, per_case: usize, json: bool) -> Result<Run> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("cases"))?;
    rows::write(&folder.path().join("cases"), count, per_case)?;
    // What the standard says is recorded first: a browser that agrees writes the same.
    command(folder.path(), "standard").env("INSTA_UPDATE", "always").output()?;
    let mut command = command(folder.path(), kind.as_str());
    if json {
        command.arg("--json").arg(folder.path().join("run.json"));
    }
    let began = Instant::now();
    let mut run = command.stdout(Stdio::piped()).spawn()?;
    let output = run.stdout.take().ok_or("no output")?;
    let watched = Process::new(i32::try_from(run.id())?)?;
    let (said, peak) = watch(&watched, || listen(output, began));
    let status = run.wait()?;
    let whole = began.elapsed();
    let said = said?;
    if !status.success() {
        return Err(format!("{count} rows on {} were not as recorded", kind.as_str()).into());
    }
    Ok(Run { took: took(&said.last_line), whole, results: (said.first, said.summary), peak })
}

fn command(folder: &Path, engine: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cors-harness"));
    command.args(["run", "--engine", engine]);
    command.arg("--cases").arg(folder.join("cases"));
    command.arg("--snapshots").arg(folder.join("snapshots"));
    command
}

/// When a run printed what.
#[derive(Default)]
struct Said {
    first: Duration,
    summary: Duration,
    last_line: String,
}

fn listen(output: ChildStdout, began: Instant) -> Result<Said> {
    let mut said = Said::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        if said.first.is_zero() {
            said.first = began.elapsed();
        }
        if line.contains("rows a second") {
            said.summary = began.elapsed();
        }
        said.last_line = line;
    }
    Ok(said)
}

/// Looks at a process again and again while something is done.
fn watch<T>(process: &Process, work: impl FnOnce() -> T) -> (T, Peak) {
    thread::scope(|scope| {
        let (end, ended) = channel::<()>();
        let looking = scope.spawn(move || {
            let mut peak = Peak::default();
            while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                peak.look(process);
            }
            peak
        });
        let done = work();
        drop(end);
        (done, looking.join().unwrap_or_default())
    })
}

impl Peak {
    fn look(&mut self, process: &Process) {
        let memory = process.status().ok().and_then(|status| status.vmhwm);
        self.memory = self.memory.max(memory.unwrap_or_default() * 1024);
        self.files = self.files.max(process.fd_count().unwrap_or_default());
    }
}

/// What the last line of a run says of its parts: `chromium 3.20 s: starts 0.90 s, pages …`.
fn took(line: &str) -> Took {
    let part = |name: &str| {
        let (_, rest) = line.split_once(&format!("{name} "))?;
        let seconds = rest.split(' ').next()?.parse().ok()?;
        Some(Duration::from_secs_f64(seconds))
    };
    let part = |name| part(name).unwrap_or_default();
    Took { start: part("starts"), rows: part("rows") + part("judging") }
}
