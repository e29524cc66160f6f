//! Finds the port of a server that does not announce it: the port on which its process listens,
//! according to the kernel.

use std::collections::HashSet;
use std::time::Duration;

use procfs::net::{TcpNetEntry, TcpState};
use procfs::process::{FDTarget, Process};
use tokio::process::Child;
use tokio::time::{MissedTickBehavior, interval};

/// How often the kernel is asked. It has no event for a socket that begins to listen.
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

/// Waits until the child listens on 127.0.0.1 and returns the port; `None` if it ended before.
pub(super) async fn port(child: &mut Child) -> Option<u16> {
    let id = child.id().and_then(|id| i32::try_from(id).ok())?;
    let mut looks = interval(BETWEEN_LOOKS);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = child.wait() => return None,
            _ = looks.tick() => if let Some(port) = listens_on(id) {
                return Some(port);
            },
        }
    }
}

fn listens_on(id: i32) -> Option<u16> {
    let process = Process::new(id).ok()?;
    let sockets: HashSet<_> =
        process.fd().ok()?.flatten().filter_map(|fd| socket(&fd.target)).collect();
    let listening = |entry: &TcpNetEntry| {
        entry.state == TcpState::Listen
            && entry.local_address.ip().is_loopback()
            && sockets.contains(&entry.inode)
    };
    let entry = process.tcp().ok()?.into_iter().find(listening)?;
    Some(entry.local_address.port())
}

fn socket(target: &FDTarget) -> Option<u64> {
    match target {
        FDTarget::Socket(inode) => Some(*inode),
        _ => None,
    }
}
