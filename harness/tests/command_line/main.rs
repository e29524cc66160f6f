//! The program as it is typed: exit codes, words on either stream, and the JSON document that other
//! programs read.

mod arguments;
mod chosen_browsers;
mod commands;
mod compare_runs;
mod document;
mod exits;
mod folder;
mod grids;
mod init;
mod overview;
mod review;
mod selection;
mod shards;
mod snapshots;
mod stub_driver;
