//! What must not outlive the harness: process families, folders and sessions of external drivers.
//! They are known in one place, so that a signal or a panic can end them too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::{Family, GRACE, guardian};

static LEFTOVERS: Mutex<Leftovers> = Mutex::new(Leftovers::new());

struct Leftovers {
    /// Families, each with the signal that asks it to end.
    families: BTreeMap<Family, Signal>,
    folders: BTreeSet<PathBuf>,
    sessions: BTreeSet<String>,
    /// The number of things that are just being started and are not among the others yet.
    opening: usize,
}

impl Leftovers {
    const fn new() -> Self {
        Self {
            families: BTreeMap::new(),
            folders: BTreeSet::new(),
            sessions: BTreeSet::new(),
            opening: 0,
        }
    }
}

fn leftovers() -> MutexGuard<'static, Leftovers> {
    LEFTOVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Registers a family that ends on this signal. Ends it at once if everything is being ended
/// already, because nothing would look for it any more.
pub(crate) fn remember_family(family: &Family, signal: Signal) {
    leftovers().families.insert(family.clone(), signal);
    if is_ending() && leftovers().families.remove(family).is_some() {
        end_families(&BTreeMap::from([(family.clone(), signal)]));
    }
}

/// Kills a family and removes it from the list.
pub(crate) fn end_family(family: &Family) {
    if leftovers().families.remove(family).is_some() {
        family.signal(Signal::KILL);
    }
}

/// Makes a temporary folder, only for this user, that is removed when everything ends.
pub(crate) fn make_folder() -> std::io::Result<PathBuf> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut folder = guardian::folder().clone().into_os_string();
    folder.push(format!("-{count}"));
    let folder = PathBuf::from(folder);
    guardian::watch();
    let made = DirBuilder::new().mode(0o700).create(&folder);
    made.map_err(|error| {
        std::io::Error::new(error.kind(), format!("`{}`: {error}", folder.display()))
    })?;
    leftovers().folders.insert(folder.clone());
    if is_ending() {
        end_folder(&folder);
    }
    Ok(folder)
}

/// Removes a folder, also from the list.
pub(crate) fn end_folder(folder: &PathBuf) {
    if leftovers().folders.remove(folder) {
        remove(folder);
    }
}

/// Something that is just being started: a process, or a session with an external driver. The
/// clean-up waits until it is known, because it is going to exist whether something waits for it or
/// not.
#[derive(Debug)]
pub(crate) struct Opening(());

impl Opening {
    pub(crate) fn expect() -> Self {
        leftovers().opening += 1;
        Self(())
    }

    /// Registers a session by its URL.
    pub(crate) fn session(self, url: String) {
        leftovers().sessions.insert(url);
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        leftovers().opening -= 1;
        NONE_IS_OPENING.notify_all();
    }
}

static NONE_IS_OPENING: Condvar = Condvar::new();

/// How long something that is just being started may take when everything has to end.
const OPENING: Duration = Duration::from_secs(30);

fn after_opening() -> MutexGuard<'static, Leftovers> {
    let waited = NONE_IS_OPENING.wait_timeout_while(leftovers(), OPENING, |all| all.opening > 0);
    waited.unwrap_or_else(PoisonError::into_inner).0
}

/// Forgets a session that is being closed.
pub(crate) fn forget_session(url: &str) {
    leftovers().sessions.remove(url);
}

/// How long closing a session may take when everything has to end: Firefox takes a while on a busy
/// machine.
const CLOSING: Duration = Duration::from_secs(30);

/// Closes sessions on a separate thread: the caller may be in a runtime that is shutting down.
fn close(sessions: BTreeSet<String>) {
    if sessions.is_empty() {
        return;
    }
    let closing = std::thread::spawn(move || {
        let client = reqwest::blocking::Client::builder().timeout(CLOSING).no_proxy().build();
        for url in sessions {
            // A session that cannot be closed now is beyond reach.
            let _ = client.as_ref().map(|client| client.delete(url).send());
        }
    });
    let _ = closing.join();
}

static ENDING: AtomicBool = AtomicBool::new(false);

/// Whether everything is being ended, so that nothing more may be started.
pub(crate) fn is_ending() -> bool {
    ENDING.load(Ordering::SeqCst)
}

/// Ends everything that still exists: for a signal, a panic, and the last line of `main`. A second
/// call waits for the first, because the process may end when this returns.
pub fn end_all() {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    ENDING.store(true, Ordering::SeqCst);
    let Leftovers { families, folders, sessions, .. } = {
        let mut all = after_opening();
        let opening = all.opening;
        std::mem::replace(&mut *all, Leftovers { opening, ..Leftovers::new() })
    };
    end_families(&families);
    close(sessions);
    for folder in &folders {
        remove(folder);
    }
    if leftovers().opening == 0 {
        guardian::end();
    }
}

/// They are asked first, all at once: a server may have something to clean up.
fn end_families(families: &BTreeMap<Family, Signal>) {
    families.iter().for_each(|(family, signal)| family.signal(*signal));
    let deadline = Instant::now() + GRACE;
    families.keys().for_each(|family| family.wait_here(deadline));
    families.keys().for_each(|family| family.signal(Signal::KILL));
}

/// A process that is just being killed may still add a file, so a folder that is not empty is
/// removed again; every round has fewer writers.
fn remove(folder: &PathBuf) {
    for _ in 0..100 {
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::DirectoryNotEmpty => {}
            _ => return,
        }
    }
}
