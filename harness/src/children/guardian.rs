//! A process that ends what the harness started when the harness itself is killed: by SIGKILL, by a
//! limit of its CPU time, or by the out-of-memory killer. This process handles every other end
//! itself.
//!
//! It is a shell, and not this program again: the program may be a test target, whose `main` must
//! not run twice. It receives nothing while it waits. The mark in the environment of all started
//! processes and the beginning of all folder names are fixed before it starts.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use procfs::process::Process;

const SCRIPT: &str = include_str!("guardian.sh");

/// Where a shell's programs are on every system, for a `PATH` with only a few folders.
const SYSTEM: &str = "/usr/bin:/bin";

static GUARDIAN: Mutex<Option<Child>> = Mutex::new(None);

fn guardian() -> MutexGuard<'static, Option<Child>> {
    GUARDIAN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The beginning of the marks of all families of this process, different from those of any other
/// process: the number of a process is reused, but not with the same start time.
pub(super) fn mark() -> &'static str {
    static MARK: OnceLock<String> = OnceLock::new();
    MARK.get_or_init(|| {
        let started_at = Process::myself().and_then(|this| this.stat()).map(|stat| stat.starttime);
        format!("{}.{}", std::process::id(), started_at.unwrap_or_default())
    })
}

/// The beginning of the paths of all temporary folders of this process.
pub(super) fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let unique: String = std::iter::repeat_with(fastrand::alphanumeric).take(8).collect();
        let folder = std::env::temp_dir().join(format!("cors-harness-{}-{unique}", mark()));
        std::path::absolute(&folder).unwrap_or(folder)
    })
}

/// Starts the guardian, if there is none. Must be called before anything is started that has to end
/// with the harness.
pub(super) fn watch() {
    let mut guardian = guardian();
    if guardian.is_none() {
        // Without a shell there is no guardian, and everything else works.
        *guardian = command().spawn().ok();
    }
}

/// It holds nothing for which others wait: no output, no folder, no terminal. Ctrl-C does not reach
/// its group.
fn command() -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", SCRIPT, "cors-harness-guardian", mark()])
        .arg(folder())
        .env_clear()
        .envs([("PATH", format!("{path}:{SYSTEM}")), ("LC_ALL", "C".to_owned())])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    command
}

/// Ends the guardian when there is nothing left to guard.
pub(super) fn end() {
    if let Some(mut guardian) = guardian().take() {
        // Killing fails if it is gone already.
        let _ = guardian.kill();
        let _ = guardian.wait();
    }
}
