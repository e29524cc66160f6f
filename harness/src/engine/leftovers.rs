//! What must not outlive the harness: process groups and temporary folders, known in one place so
//! that a signal or a panic can end them too.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

static LEFTOVERS: Mutex<Leftovers> = Mutex::new(Leftovers::new());

struct Leftovers {
    groups: BTreeSet<i32>,
    folders: BTreeSet<PathBuf>,
}

impl Leftovers {
    const fn new() -> Self {
        Self { groups: BTreeSet::new(), folders: BTreeSet::new() }
    }
}

fn leftovers() -> MutexGuard<'static, Leftovers> {
    LEFTOVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Remembers the process group that `leader` leads.
pub(super) fn remember_group(leader: i32) {
    leftovers().groups.insert(leader);
}

/// Kills a process group and forgets it. Does nothing for a group that was forgotten before: its
/// number may be another's by now.
pub(super) fn end_group(leader: i32) {
    if leftovers().groups.remove(&leader) {
        kill(leader);
    }
}

/// Remembers a folder that is to be removed.
pub(super) fn remember_folder(folder: PathBuf) {
    leftovers().folders.insert(folder);
}

/// Removes a folder and forgets it.
pub(super) fn end_folder(folder: &PathBuf) {
    if leftovers().folders.remove(folder) {
        remove(folder);
    }
}

/// Ends everything that is still there: for a signal, a panic, and the last line of `main`.
pub fn end_all() {
    let (groups, folders) = {
        let mut all = leftovers();
        (std::mem::take(&mut all.groups), std::mem::take(&mut all.folders))
    };
    groups.into_iter().for_each(kill);
    for folder in &folders {
        remove(folder);
    }
}

fn kill(leader: i32) {
    if let Some(group) = Pid::from_raw(leader) {
        // The only failure is a group that is gone already.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// A process that is just being killed may still add a file, so a folder that is not empty after
/// all is removed again; every round ends with fewer writers.
fn remove(folder: &PathBuf) {
    for _ in 0..100 {
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::DirectoryNotEmpty => {}
            _ => return,
        }
    }
}

/// Calls [`end_all`] when dropped: held by `main`, it runs on a panic as well.
#[derive(Debug, Default)]
pub struct CleanEnd(());

impl CleanEnd {
    /// Holds until the end.
    pub fn hold() -> Self {
        Self(())
    }
}

impl Drop for CleanEnd {
    fn drop(&mut self) {
        end_all();
    }
}
