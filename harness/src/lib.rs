//! `cors-harness`: which cross-origin reads, preflights and cookie sends does a real browser allow?
//!
//! The rooms of this crate and what each may know are described in `harness/README.md`.

pub mod browsers;
pub mod case;
pub mod children;
pub mod contexts;
pub mod engine;
pub mod initiators;
pub mod loopback;
pub mod observation;
pub mod plan;
pub mod report;
pub mod reporters;
pub mod results;
pub mod run;
mod secrets;
pub mod snapshot;
pub mod standard;
mod suite;
pub mod upstream;
pub mod verdict;
pub mod world;

pub use axum;
pub use suite::Suite;
