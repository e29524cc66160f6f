//! Finds a port for a server that is about to be started.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

/// A free port of loopback. Another process may take it before the server does; the server then
/// says so in its last output.
pub(super) fn free() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
