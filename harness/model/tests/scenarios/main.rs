//! Scenarios against servers that play scripts: what is sent, what script reads, and why not.

mod aborting;
mod authentication;
mod caching;
mod contexts;
mod cookies;
mod credentials;
mod endings;
mod pages;
mod preflights;
mod preloads;
mod properties;
mod reading;
mod redirects;
mod servers;
mod service_workers;
mod strategies;
mod streams;
mod strict_transport;
mod support;
mod texts;
mod validating;
mod waits;
mod wire;
