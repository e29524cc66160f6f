//! Which rows share a page and a browser, and what they are called there.

mod browsers;
mod frames;
mod pages;
mod real_servers;
mod support;
