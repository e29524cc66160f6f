//! Nothing outlives the harness, however it ends, and no result is lost with a browser that crashes.
//! Tested with every engine that is installed; `CORS_HARNESS_REQUIRE` makes a missing one fail.

mod borrowed;
mod crashes;
mod ends;
mod escapes;
mod kills;
mod run;
mod setting_cookies;
mod x_servers;
