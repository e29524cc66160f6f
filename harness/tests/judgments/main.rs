//! How a browser stands to the standard: with what the standard leaves to it, and with the time that passed. The browser's
//! side is a run of the model, changed in one place.

mod permitted;
mod search;
mod support;
mod time;
