//! A team's own servers, good ones and bad ones, as a whole run meets them. The servers are this very
//! program, see `server`.

mod bad;
mod checks;
mod commands;
mod ends;
mod environment;
mod good;
mod in_process;
mod model;
mod server;
mod short_checks;
mod suite;
mod tls;
