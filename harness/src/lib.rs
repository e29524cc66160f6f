//! `cors-harness` shows which cross-origin reads, preflights and cookie sends a real browser
//! allows.
//!
//! `harness/README.md` describes the modules of this crate and their dependencies.

pub mod behaviors;
pub mod browsers;
pub mod case;
pub mod children;
pub mod contexts;
pub mod engine;
pub mod initiators;
pub mod loopback;
pub mod measure;
pub mod observation;
pub mod plan;
mod registry;
pub mod repair;
pub mod report;
pub mod reporters;
pub mod results;
pub mod ruling;
pub mod run;
mod secrets;
pub mod shards;
pub mod shell;
pub mod snapshot;
mod suite;
pub mod upstream;
pub mod verdict;
pub mod why;
pub mod world;

pub use axum;
pub use suite::Suite;
