//! Origin servers for CORS tests, on one machine and under any host name.
//!
//! A [`Lab`] is one SOCKS5 proxy on loopback. A browser that resolves names through it can open
//! `https://api.my-company.com` and sends that `Origin`, on port 443, without a hosts file, root or
//! DNS. The proxy hands every connection to an axum origin that answers by a [`script`] and records
//! requests and replies in an [`exchange`] log. A name that is not hosted is refused and recorded.
//! Nothing is forwarded, except what a script hands to a [`Service`] that forwards it, such as
//! [`Upstream::proxy`].
//!
//! The only CORS rules in this crate are those of the middleware that a script can use: it adds no
//! other header, judges nothing, and knows no case.

mod answer;
mod bodies;
mod check;
mod circuit_breaker;
mod condition;
mod connection;
pub mod exchange;
mod forwarded;
mod framing;
mod lab;
mod log;
mod origin;
mod paced;
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
mod websocket;
mod wire;
mod wire_stream;

pub use lab::{HostedServers, Lab, LabError};
pub use log::Ahead;
pub use problem::{Complaint, Problem};
pub use proxy::{Connection, Upstream};
pub use respond::{Answer, Responder};
pub use services::{LastWords, Service, Services};
pub use upstream_tls::{Certificates, Tls, TlsFault};
pub use wire_stream::Unannounced;
