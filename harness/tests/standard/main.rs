//! The model plays rows of cases against the servers' scripts, and against what servers of a team said.

mod both;
mod conversion;
mod recorded;
mod support;
mod world;
