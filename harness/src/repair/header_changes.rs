//! Collects how the header lines of one response have to change.

use super::exchange::Exchange;
use super::{HeaderLine, ResponseRepair};
use crate::observation::Answer;

pub(super) const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";
pub(super) const ALLOW_CREDENTIALS: &str = "Access-Control-Allow-Credentials";
pub(super) const ALLOW_METHODS: &str = "Access-Control-Allow-Methods";
pub(super) const ALLOW_HEADERS: &str = "Access-Control-Allow-Headers";
pub(super) const EXPOSE_HEADERS: &str = "Access-Control-Expose-Headers";
pub(super) const MAX_AGE: &str = "Access-Control-Max-Age";
pub(super) const VARY: &str = "Vary";

/// The changes of a response; empty if it is right.
#[derive(Debug)]
pub(super) struct HeaderChanges<'a> {
    answer: &'a Answer,
    status: Option<u16>,
    remove: Vec<HeaderLine>,
    send: Vec<HeaderLine>,
}

impl<'a> HeaderChanges<'a> {
    /// No changes.
    pub(super) fn of(exchange: Exchange<'a>) -> Self {
        let answer = exchange.answer();
        Self { answer, status: None, remove: Vec::new(), send: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.status.is_none() && self.remove.is_empty() && self.send.is_empty()
    }

    /// The values of a header as the server sent them.
    pub(super) fn values(&self, name: &str) -> Vec<&'a str> {
        let lines = self.answer.headers.iter().filter(|line| is_named(line, name));
        lines.map(|(_, value)| value.trim_matches([' ', '\t'])).collect()
    }

    /// The members of a header's list as the server sent them.
    pub(super) fn listed(&self, name: &str) -> Vec<String> {
        let name = name.to_ascii_lowercase();
        self.answer.listed(&name).map(str::to_owned).collect()
    }

    /// Gives the response another status.
    pub(super) fn set_status(&mut self, status: u16) {
        self.status = Some(status);
    }

    /// Makes this the only line of the header.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let mut before = self.lines(name);
        match before.iter().position(|(_, known)| known == value) {
            Some(place) => drop(before.remove(place)),
            None => self.send.push((name.to_owned(), value.to_owned())),
        }
        self.remove.extend(before);
    }

    /// Makes this list the only line of the header, or removes the header if the list is empty.
    pub(super) fn set_list(&mut self, name: &str, members: &[String]) {
        match members {
            [] => self.remove(name),
            members => self.set(name, &members.join(", ")),
        }
    }

    /// Removes all lines of the header.
    pub(super) fn remove(&mut self, name: &str) {
        self.remove.extend(self.lines(name));
    }

    /// Adds `Vary: Origin` where it is missing.
    pub(super) fn vary(&mut self) {
        let varies = |name: &String| name == "*" || name.eq_ignore_ascii_case("origin");
        if !self.listed(VARY).iter().any(varies) {
            self.send.push((VARY.to_owned(), "Origin".to_owned()));
        }
    }

    /// The repair of the response.
    pub(super) fn repair(self, exchange: Exchange<'_>) -> ResponseRepair {
        let Self { status, remove, send, .. } = self;
        ResponseRepair {
            request: format!("{} {}", exchange.method(), exchange.url()),
            origin: exchange.origin().map(str::to_owned),
            seen: true,
            status,
            remove,
            send,
        }
    }

    fn lines(&self, name: &str) -> Vec<HeaderLine> {
        let lines = self.answer.headers.iter().filter(|line| is_named(line, name));
        lines
            .map(|(name, value)| (name.clone(), value.trim_matches([' ', '\t']).to_owned()))
            .collect()
    }
}

fn is_named((known, _): &HeaderLine, name: &str) -> bool {
    known.eq_ignore_ascii_case(name)
}
