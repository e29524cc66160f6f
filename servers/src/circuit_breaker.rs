//! Stops sending requests to a service that leaves too many in a row unanswered.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many requests a service has left unanswered since it last answered one.
#[derive(Debug)]
pub(crate) struct CircuitBreaker {
    most: NonZeroU32,
    so_far: Mutex<SoFar>,
}

#[derive(Debug, Default)]
struct SoFar {
    unanswered: u32,
    given_up: Option<String>,
}

impl CircuitBreaker {
    /// Opens after this many requests.
    pub(crate) fn new(most: NonZeroU32) -> Self {
        Self { most, so_far: Mutex::default() }
    }

    /// The service has answered completely.
    pub(crate) fn broken(&self) {
        self.so_far().unanswered = 0;
    }

    /// The service has not answered in time; the words say what it did.
    pub(crate) fn kept(&self, words: &str) {
        let mut so_far = self.so_far();
        so_far.unanswered = so_far.unanswered.saturating_add(1);
        if so_far.unanswered >= self.most.get() && so_far.given_up.is_none() {
            so_far.given_up = Some(match self.most.get() {
                1 => format!("got no more requests: {words}"),
                most => format!("got no more requests after {most} in a row: {words}"),
            });
        }
    }

    /// Why the service gets no more requests, if it gets none.
    pub(crate) fn given_up(&self) -> Option<String> {
        self.so_far().given_up.clone()
    }

    fn so_far(&self) -> MutexGuard<'_, SoFar> {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_consecutive_requests_without_a_response_count() {
        let silence = CircuitBreaker::new(NonZeroU32::new(2).expect("not zero"));
        silence.kept("a");
        silence.broken();
        silence.kept("b");
        assert_eq!(silence.given_up(), None);
        silence.kept("c");
        silence.broken();
        silence.kept("d");
        let words = "got no more requests after 2 in a row: c";
        assert_eq!(silence.given_up().as_deref(), Some(words));
    }
}
