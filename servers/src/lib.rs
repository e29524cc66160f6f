//! Origin servers for CORS tests, on one machine and under any host name.
//!
//! A [`Lab`] is one SOCKS5 proxy on loopback. A browser that resolves names through it can open
//! `https://api.my-company.com` and sends that `Origin`, on port 443, without a hosts file, root or
//! DNS. The proxy hands every connection to an axum origin that answers by a [`script`] and records
//! requests and replies in an [`exchange`] log. A name that is not hosted is refused and recorded.
//! Nothing is forwarded, except what a script hands to a [`Service`] that forwards it, such as
//! [`Upstream::proxy`].
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
mod upstream_tls;
mod wire;
mod wire_stream;

pub use lab::{HostedServers, Lab, LabError};
pub use problem::{Complaint, Problem};
pub use proxy::{Connection, Upstream};
pub use respond::{Answer, Responder};
pub use services::{LastWords, Service, Services};
pub use upstream_tls::{Certificates, Tls, TlsFault};
pub use wire_stream::Unannounced;
