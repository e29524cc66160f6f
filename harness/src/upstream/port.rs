//! A port for a server that is about to be started.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

/// A port of loopback that nobody listens on. Somebody else may take it before the server does, which
/// then says so in its last words.
pub(super) fn free() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
