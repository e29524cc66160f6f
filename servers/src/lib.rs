//! Origin servers for CORS tests, on one machine and under any name.
//!
//! A [`Lab`] is one SOCKS5 front on loopback. A browser that resolves names through it can be told
//! `https://api.my-company.com` and really sends that `Origin`, on port 443, with no hosts file, no
//! root and no DNS. Behind the front every connection is handed to an axum origin that plays a
//! [`script`] and records what came and what went in an [`exchange`] log. A name the lab was not
//! told about is refused and noted. Nothing is forwarded but what a script hands to a [`Service`]
//! that passes it on, such as [`Upstream::proxy`].
//!
//! This crate knows nothing of CORS but the one middleware a script may ask for: it adds no header
//! of its own, judges nothing, and has no idea what a case is.

mod answer;
mod bodies;
mod check;
mod circuit_breaker;
mod connection;
pub mod exchange;
mod forwarded;
mod framing;
mod lab;
mod log;
mod origin;
mod policy;
mod problem;
mod proxy;
mod record;
mod respond;
pub mod script;
mod services;
mod socks;
mod spelling;
mod tls;
mod wire;
mod wire_stream;

pub use lab::{HostedServers, Lab, LabError};
pub use problem::{Complaint, Problem};
pub use proxy::Upstream;
pub use respond::{Answer, Responder};
pub use services::{LastWords, Service, Services};
