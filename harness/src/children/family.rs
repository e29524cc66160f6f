//! A process and everything that it started, as far as the kernel knows.

use std::ffi::OsStr;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use procfs::process::{ProcState, Process, Stat, all_processes};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::guardian;

/// The variable in the environment of a family.
const MARK: &str = "CORS_HARNESS_FAMILY";

/// How often the kernel is asked whether a family is gone. It has no event for that, because only
/// its first process is a child of this one.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// How long a family may take to end after it was asked to.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// The members of one process group, and processes that left it and have its mark: a server may
/// become a daemon.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Family {
    leader: i32,
    /// When the leader was started: its number may be reused after it is gone and was waited for.
    started_at: Option<u64>,
    mark: String,
}

impl Family {
    /// The family of the group that `leader` leads, a child that has not been waited for.
    pub(crate) fn new(leader: i32, mark: String) -> Self {
        Self { leader, started_at: started_at(leader), mark }
    }

    /// A mark that no other family of this machine has. For the guardian, it contains the signal
    /// that asks the family to end.
    pub(super) fn mark(signal: Signal) -> String {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        format!("{}-{}-{count}", guardian::mark(), name(signal))
    }

    /// The variable for the environment of its first process.
    pub(crate) fn variable(mark: &str) -> (&'static str, &str) {
        (MARK, mark)
    }

    /// Sends a signal to all of them.
    pub(crate) fn signal(&self, signal: Signal) {
        // Sending fails if the process is gone already.
        if self.has_group() {
            let _ = Pid::from_raw(self.leader).map(|group| kill_process_group(group, signal));
        }
        for member in self.members().filter(|member| !self.is_in_group(member)) {
            let _ = Pid::from_raw(member.pid).map(|member| kill_process(member, signal));
        }
    }

    /// Whether none of them is alive.
    pub(crate) fn is_gone(&self) -> bool {
        self.members().next().is_none()
    }

    /// Whether it has processes other than the first.
    pub(crate) fn has_others(&self) -> bool {
        self.members().any(|member| member.pid != self.leader)
    }

    /// The processor time of its living processes.
    pub(crate) fn used(&self) -> Duration {
        let ticks = self.members().filter_map(|member| member.stat().ok());
        let ticks: u64 = ticks.map(|stat| stat.utime + stat.stime).sum();
        Duration::from_millis(ticks * 1000 / procfs::ticks_per_second().max(1))
    }

    /// How its first process ended; `None` while it runs, and after it was waited for.
    pub(crate) fn leader_end(&self) -> Option<ExitStatus> {
        let leader =
            stat(self.leader).filter(|leader| Some(leader.starttime) == self.started_at)?;
        let is_dead = matches!(leader.state(), Ok(ProcState::Zombie | ProcState::Dead));
        is_dead.then(|| ExitStatus::from_raw(leader.exit_code.unwrap_or_default()))
    }

    /// The page faults of the ended children for which the first process has waited: more than
    /// before if another child has ended.
    pub(crate) fn ended_children(&self) -> u64 {
        stat(self.leader).map(|leader| leader.cminflt).unwrap_or_default()
    }

    /// Waits until they are gone, at most until the deadline.
    pub(crate) async fn wait(&self, deadline: Instant) {
        while !self.is_gone() && Instant::now() < deadline {
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// The same without a runtime.
    pub(crate) fn wait_here(&self, deadline: Instant) {
        while !self.is_gone() && Instant::now() < deadline {
            std::thread::sleep(BETWEEN_LOOKS);
        }
    }

    fn members(&self) -> impl Iterator<Item = Process> {
        let has_group = self.has_group();
        living().filter(move |process| {
            has_group && self.is_in_group(process) || self.is_marked(process)
        })
    }

    /// Whether the group's number is still the family's: its leader exists, possibly as a zombie,
    /// or a process with the mark is in it. Otherwise the number may belong to another group.
    fn has_group(&self) -> bool {
        let leader = self.started_at.is_some() && started_at(self.leader) == self.started_at;
        leader || living().any(|process| self.is_in_group(&process) && self.is_marked(&process))
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

/// The signals that ask a family to end, as a shell names them.
fn name(signal: Signal) -> &'static str {
    match signal {
        Signal::TERM => "TERM",
        Signal::INT => "INT",
        Signal::QUIT => "QUIT",
        _ => "KILL",
    }
}

fn living() -> impl Iterator<Item = Process> {
    all_processes().into_iter().flatten().flatten().filter(is_alive)
}

fn is_alive(process: &Process) -> bool {
    let state = process.stat().and_then(|stat| stat.state());
    state.is_ok_and(|state| !matches!(state, ProcState::Zombie | ProcState::Dead))
}

/// When a process was started, as the kernel counts. It is known until the process is waited for.
fn started_at(process: i32) -> Option<u64> {
    stat(process).map(|stat| stat.starttime)
}

fn stat(process: i32) -> Option<Stat> {
    Process::new(process).and_then(|process| process.stat()).ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};

    use super::*;

    /// A process that leads a group, and ends with its test.
    struct Leader(Child);

    impl Leader {
        /// With this in its environment.
        fn new(mark: &str) -> Self {
            let (name, value) = Family::variable(mark);
            let mut command = Command::new("sleep");
            Self(command.arg("600").env(name, value).process_group(0).spawn().unwrap())
        }

        fn number(&self) -> i32 {
            i32::try_from(self.0.id()).unwrap()
        }

        fn is_alive(&mut self) -> bool {
            self.0.try_wait().unwrap().is_none()
        }
    }

    impl Drop for Leader {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    #[test]
    fn a_reused_process_group_id_is_not_signalled() {
        let mut other = Leader::new("somebody-elses");
        let before = started_at(other.number()).map(|started_at| started_at - 1);
        let gone =
            Family { leader: other.number(), started_at: before, mark: Family::mark(Signal::KILL) };
        gone.signal(Signal::KILL);
        assert!(gone.is_gone());
        assert!(other.is_alive(), "it was not meant");
    }

    #[test]
    fn a_process_group_is_ours_while_a_marked_process_is_in_it() {
        let mark = Family::mark(Signal::KILL);
        let mut member = Leader::new(&mark);
        let family = Family { leader: member.number(), started_at: None, mark };
        assert!(!family.is_gone());
        family.signal(Signal::KILL);
        member.0.wait().unwrap();
        assert!(family.is_gone());
    }
}
