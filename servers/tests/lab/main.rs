//! A lab as its clients see it: every request goes through the SOCKS port.

mod delivery;
mod names;
mod replies;
mod scripts;
mod services;
mod spelling;
mod support;
mod trouble;
mod versions;
mod websockets;
mod wire;
