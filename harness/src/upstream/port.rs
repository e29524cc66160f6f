//! Ports of loopback for the servers that a run starts.

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The ports that servers of this process have.
static RESERVED: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

/// A port for one server, until this is dropped. No other server of this process gets it: the operating system can
/// offer a port twice before the first server listens, and a server that ends at its start would seem to be ready
/// if another one listened on its port.
///
/// Another process may still take it before the server does; the server then says so in its last output.
#[derive(Debug)]
pub(super) struct ReservedPort(u16);

impl ReservedPort {
    /// A free port. The error is that of the operating system, which has none.
    pub(super) fn new() -> io::Result<Self> {
        // Until a port is found, the others stay open, so that each is offered once.
        let mut offered = Vec::new();
        loop {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            let port = listener.local_addr()?.port();
            if reserved().insert(port) {
                return Ok(Self(port));
            }
            offered.push(listener);
        }
    }

    /// Its number.
    pub(super) fn number(&self) -> u16 {
        self.0
    }
}

impl Drop for ReservedPort {
    fn drop(&mut self) {
        reserved().remove(&self.0);
    }
}

fn reserved() -> MutexGuard<'static, BTreeSet<u16>> {
    RESERVED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_servers_have_one_port_at_the_same_time() {
        let ports: Vec<_> = (0..2_000).map(|_| ReservedPort::new().unwrap()).collect();
        let numbers: BTreeSet<_> = ports.iter().map(ReservedPort::number).collect();
        assert_eq!(numbers.len(), ports.len());
        drop(ports);
        assert!(reserved().is_empty(), "a port is free again when its server has ended");
    }
}
