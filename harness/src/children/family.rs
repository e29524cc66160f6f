//! A process and everything it started, as far as the kernel knows of them.

use std::ffi::OsStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use procfs::process::{ProcState, Process, all_processes};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// The variable that a family carries in its environment.
const MARK: &str = "CORS_HARNESS_FAMILY";

/// How often the kernel is asked whether a family is gone. It has no event for that: all but its first
/// process are children of somebody else.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// What a family may take to end once it was asked to.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// The members of one process group, and those that left it and carry its mark: a server may make
/// itself a daemon.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Family {
    leader: i32,
    mark: String,
}

impl Family {
    /// The family of the group that `leader` leads.
    pub(crate) fn new(leader: i32, mark: String) -> Self {
        Self { leader, mark }
    }

    /// A mark that no other family of this machine has.
    pub(crate) fn mark() -> String {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
    }

    /// What its first process has in its environment, before there is one.
    pub(crate) fn variable(mark: &str) -> (&'static str, &str) {
        (MARK, mark)
    }

    /// Sends a signal to all of them.
    pub(crate) fn signal(&self, signal: Signal) {
        // What fails is to reach one that is gone already.
        let _ = Pid::from_raw(self.leader).map(|group| kill_process_group(group, signal));
        for member in self.members().filter(|member| !self.is_in_group(member)) {
            let _ = Pid::from_raw(member.pid).map(|member| kill_process(member, signal));
        }
    }

    /// Whether none of them is alive.
    pub(crate) fn is_gone(&self) -> bool {
        self.members().next().is_none()
    }

    /// Waits until they are gone, but no longer than that.
    pub(crate) async fn wait(&self, deadline: Instant) {
        while !self.is_gone() && Instant::now() < deadline {
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// The same for whoever has no runtime any more.
    pub(crate) fn wait_here(&self, deadline: Instant) {
        while !self.is_gone() && Instant::now() < deadline {
            std::thread::sleep(BETWEEN_LOOKS);
        }
    }

    fn members(&self) -> impl Iterator<Item = Process> {
        let all = all_processes().into_iter().flatten().flatten();
        all.filter(|process| {
            is_alive(process) && (self.is_in_group(process) || self.is_marked(process))
        })
    }

    fn is_in_group(&self, process: &Process) -> bool {
        process.stat().is_ok_and(|stat| stat.pgrp == self.leader)
    }

    fn is_marked(&self, process: &Process) -> bool {
        let mark = |all: std::collections::HashMap<_, _>| {
            all.get(OsStr::new(MARK)).is_some_and(|mark| mark == OsStr::new(&self.mark))
        };
        process.environ().is_ok_and(mark)
    }
}

fn is_alive(process: &Process) -> bool {
    let state = process.stat().and_then(|stat| stat.state());
    state.is_ok_and(|state| !matches!(state, ProcState::Zombie | ProcState::Dead))
}
