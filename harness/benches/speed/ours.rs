//! The command as users run it, watched from outside.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use cors_harness::engine::Kind;
use procfs::process::Process;

use super::machine::{Sockets, temporary_files};
use super::rows::{self, Pages, Schemes};
use super::{Result, Took};

/// How often memory and file descriptors are looked at.
const LOOK: Duration = Duration::from_millis(10);

/// How often temporary files are looked at: once after this many times.
const LOOKS_AT_DISK: usize = 100;

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
    /// The same for the run that recorded what the standard says.
    pub recording: Peak,
}

/// The most that a process took, without the browsers and drivers that it started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Peak {
    /// Bytes of memory at a time.
    pub memory: u64,
    /// Open file descriptors seen at a time.
    pub files: usize,
    /// Threads seen at a time.
    pub threads: u64,
    /// TCP sockets in use on this machine, by all processes.
    pub sockets: usize,
    /// Those whose connection has ended and whose port is not free yet.
    pub waiting: usize,
    /// Bytes of temporary files, with those of the browsers and drivers.
    pub disk: u64,
}

/// Plays `count` rows in cases of at most `per_case` each, all of them as recorded before.
pub fn measure(
    kind: Kind,
    on: (Schemes, Pages),
    (count, per_case): (usize, usize),
    json: bool,
) -> Result<Run> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("cases"))?;
    rows::write(&folder.path().join("cases"), on, count, per_case)?;
    let recording = record(folder.path())?;
    let mut command = command(folder.path(), kind.as_str())?;
    // It ends with the parts of the time.
    command.arg("--verbose");
    if json {
        command.arg("--json").arg(folder.path().join("run.json"));
    }
    let began = Instant::now();
    let mut run = command.stdout(Stdio::piped()).spawn()?;
    let output = run.stdout.take().ok_or("no output")?;
    let (printed, peak) = watch(&run, folder.path(), || listen(output, began))?;
    let status = run.wait()?;
    let whole = began.elapsed();
    let printed = printed?;
    if !status.success() {
        return Err(format!("{count} rows on {} were not as recorded", kind.as_str()).into());
    }
    Ok(Run {
        took: took(&printed.last_line)?,
        whole,
        results: (printed.first, printed.summary),
        peak,
        recording,
    })
}

/// Records what the standard says, which a browser that agrees says as well.
fn record(folder: &Path) -> Result<Peak> {
    let mut command = command(folder, "standard")?;
    let command = command.env("INSTA_UPDATE", "always").stdout(Stdio::null());
    let mut run = command.stderr(Stdio::piped()).spawn()?;
    let mut error = run.stderr.take().ok_or("no standard error")?;
    let mut words = String::new();
    let (read, peak) = watch(&run, folder, || error.read_to_string(&mut words))?;
    read?;
    match run.wait()?.success() {
        true => Ok(peak),
        false => Err(format!("the standard's rows could not be recorded: {words}").into()),
    }
}

fn command(folder: &Path, engine: &str) -> Result<Command> {
    let temporary = temporary(folder);
    fs::create_dir_all(&temporary)?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_cors-harness"));
    command.args(["run", "--engine", engine]).env("TMPDIR", temporary);
    command.arg("--cases").arg(folder.join("cases"));
    command.arg("--snapshots").arg(folder.join("snapshots"));
    Ok(command)
}

/// Where the temporary files of a run are.
fn temporary(folder: &Path) -> PathBuf {
    folder.join("t")
}

/// When a run printed what.
#[derive(Default)]
struct Spanned {
    first: Duration,
    summary: Duration,
    last_line: String,
}

fn listen(output: ChildStdout, began: Instant) -> Result<Spanned> {
    let mut printed = Spanned::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        if printed.first.is_zero() {
            printed.first = began.elapsed();
        }
        if line.contains("rows a second") {
            printed.summary = began.elapsed();
        }
        printed.last_line = line;
    }
    Ok(printed)
}

/// Looks at a process again and again while something is done.
fn watch<T>(run: &Child, folder: &Path, work: impl FnOnce() -> T) -> Result<(T, Peak)> {
    let process = Process::new(i32::try_from(run.id())?)?;
    let temporary = temporary(folder);
    let watched = thread::scope(|scope| {
        let (end, ended) = channel::<()>();
        let looking = scope.spawn(move || {
            let mut peak = Peak::default();
            for look in 0.. {
                if ended.recv_timeout(LOOK) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
                peak.look(&process);
                if look % LOOKS_AT_DISK == 0 {
                    peak.disk = peak.disk.max(temporary_files(&temporary, process.pid));
                }
            }
            peak
        });
        let done = work();
        drop(end);
        (done, looking.join().unwrap_or_default())
    });
    Ok(watched)
}

impl Peak {
    fn look(&mut self, process: &Process) {
        if let Ok(status) = process.status() {
            self.memory = self.memory.max(status.vmhwm.unwrap_or_default() * 1024);
            self.threads = self.threads.max(status.threads);
        }
        self.files = self.files.max(process.fd_count().unwrap_or_default());
        let Sockets { used, waiting } = Sockets::now().unwrap_or_default();
        self.sockets = self.sockets.max(used);
        self.waiting = self.waiting.max(waiting);
    }
}

/// What the last line of a run says about its parts: `chromium 3.20 s: loading 0.02 s, … starts 0.90 s, …`.
/// A part that is missing took almost no time, except for those that every row needs.
fn took(line: &str) -> Result<Took> {
    let part = |name: &str| {
        let (_, rest) = line.split_once(&format!(" {name} "))?;
        let seconds = rest.split(' ').next()?.parse().ok()?;
        Duration::try_from_secs_f64(seconds).ok()
    };
    let needed = |name| part(name).ok_or_else(|| format!("a run ends without its {name}: {line}"));
    let beside = ["planning", "judging"].into_iter().filter_map(part).sum::<Duration>();
    Ok(Took { start: needed("starts")?, rows: needed("rows")? + beside })
}
