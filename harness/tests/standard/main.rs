//! The model browser plays rows against the servers' scripts: what is sent, what is read, and why not.

mod both;
mod caching;
mod contexts;
mod cookies;
mod credentials;
mod preflights;
mod properties;
mod reading;
mod recorded;
mod redirects;
mod strategies;
mod streams;
mod strict_transport;
mod support;
mod texts;
mod validating;
mod wire;
mod world;
