//! Nothing outlives the harness, whatever way it ends, and a browser that dies takes no result with
//! it. Tried with every engine that is installed; `CORS_HARNESS_REQUIRE` makes a missing one fail.

mod borrowed;
mod crashes;
mod ends;
mod escapes;
mod kills;
mod planting;
mod run;
mod x_servers;
