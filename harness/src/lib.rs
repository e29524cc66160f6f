//! `cors-harness`: which cross-origin reads, preflights and cookie sends does a real browser allow?

pub mod case;
