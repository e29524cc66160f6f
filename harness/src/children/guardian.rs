//! A process that ends what the harness started when the harness itself is killed: by SIGKILL, by a limit of its
//! CPU time, for want of memory. Every other end is seen to in this process.
//!
//! It is a shell, and not this program once more: the program may be somebody's test target, whose `main` is
//! not ours to run twice. It is told nothing while it waits. A mark in the environment of all that is started, and a
//! name that all folders begin with, are agreed on before it starts.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use procfs::process::Process;

const SCRIPT: &str = include_str!("guardian.sh");

/// Where a shell's programs are on every system, for a `PATH` that names only a few folders.
const SYSTEM: &str = "/usr/bin:/bin";

static GUARDIAN: Mutex<Option<Child>> = Mutex::new(None);

fn guardian() -> MutexGuard<'static, Option<Child>> {
    GUARDIAN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How the marks of all families of this process begin, unlike those of any other process: the number of a process
/// is used again, but not with the same start time.
pub(super) fn mark() -> &'static str {
    static MARK: OnceLock<String> = OnceLock::new();
    MARK.get_or_init(|| {
        let born = Process::myself().and_then(|this| this.stat()).map(|stat| stat.starttime);
        format!("{}.{}", std::process::id(), born.unwrap_or_default())
    })
}

/// How the paths of all temporary folders of this process begin.
pub(super) fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let unique: String = std::iter::repeat_with(fastrand::alphanumeric).take(8).collect();
        let folder = std::env::temp_dir().join(format!("cors-harness-{}-{unique}", mark()));
        std::path::absolute(&folder).unwrap_or(folder)
    })
}

/// Starts the guardian, if there is none. To be called before anything is started that has to end with the harness.
pub(super) fn watch() {
    let mut guardian = guardian();
    if guardian.is_none() {
        // Without a shell there is none, and everything else works.
        *guardian = command().spawn().ok();
    }
}

/// It holds nothing that others wait for: no output, no folder, no terminal. Ctrl-C does not reach its group.
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

/// Ends the guardian, once there is nothing left to guard.
pub(super) fn dismiss() {
    if let Some(mut guardian) = guardian().take() {
        // What fails is to end one that is gone.
        let _ = guardian.kill();
        let _ = guardian.wait();
    }
}
