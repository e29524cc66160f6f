//! The model plays rows of cases against the servers' scripts, and against recorded responses of real servers.

mod both;
mod conversion;
mod recorded;
mod support;
mod world;
