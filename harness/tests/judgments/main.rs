//! How a browser is compared with the standard: with the choices that the standard permits, and with the time that
//! passed. The observation is a run of the model, changed in one place.

mod permitted;
mod search;
mod support;
mod time;
