//! Reports of a run, with browsers that are made up: each does what the standard says, but for
//! a change.

mod failures;
mod local_network;
mod matrix;
mod policies;
mod reasons;
mod reporters;
mod rounds;
mod side_by_side;
mod support;
mod why;
mod wptreport;
