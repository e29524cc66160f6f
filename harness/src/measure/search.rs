//! The search for the time at which a browser removes a preflight response. Pure: it says which wait to try next.
//!
//! A reuse proves that the entry still exists. A new preflight proves less, since a browser may remove an entry at any
//! time, and does so while it starts. So the search begins only after some reuses, and the shortest wait that ends in a new
//! preflight is tried again.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// How many reuses without a wait show that the browser keeps responses.
const REUSES: usize = 3;

/// How many tries without a wait show that the browser does not keep this response.
const TRIES: usize = 12;

/// How often a new preflight has to follow the shortest wait.
const CONFIRMATIONS: usize = 3;

/// How long the search may take, in probes.
const PROBES: usize = 120;

/// One try: a preflight, a wait, and the same request again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Probe {
    /// By how many seconds the clock was moved between the two requests.
    pub waited: u32,
    /// Full seconds of real time that passed in addition.
    pub late: u32,
    /// Whether the second request needed no preflight.
    pub is_reused: bool,
}

/// How long a browser keeps a preflight response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lifetime {
    /// In seconds: at least the first number and at most the second, which are the same on a machine that is not busy.
    Seconds(u32, u32),
    /// Longer than this number of seconds, after which the search ended.
    LongerThan(u32),
    /// The probes contradict each other.
    Unclear,
}

/// The state of a search.
#[derive(Debug)]
pub(super) struct Search {
    limit: u32,
    probes: usize,
    reuses: usize,
    longest_reused: Option<u32>,
    /// The shortest wait before a new preflight, how late the best of its probes was, and their number.
    shortest_expired: Option<(u32, u32, usize)>,
}

impl Search {
    /// A search that ends at a wait of `limit` seconds.
    pub(super) fn up_to(limit: u32) -> Self {
        Self { limit, probes: 0, reuses: 0, longest_reused: None, shortest_expired: None }
    }

    /// How many probes there were.
    pub(super) fn probes(&self) -> usize {
        self.probes
    }

    /// The next wait, in seconds; `None` if the search has ended.
    pub(super) fn next(&self) -> Option<u32> {
        if self.probes >= PROBES {
            return None;
        }
        if self.reuses < REUSES {
            return (self.probes < TRIES || self.reuses > 0).then_some(0);
        }
        let longest = self.longest_reused.unwrap_or_default();
        match self.shortest_expired {
            None if longest >= self.limit => None,
            None => Some((longest * 2).clamp(1, self.limit)),
            Some((shortest, ..)) if shortest - longest > 1 => {
                Some(longest + (shortest - longest) / 2)
            }
            Some((_, late, count)) if count >= CONFIRMATIONS && late == 0 => None,
            Some((shortest, ..)) => Some(shortest),
        }
    }

    /// Takes the result of a probe.
    pub(super) fn add(&mut self, probe: Probe) {
        self.probes += 1;
        if self.reuses < REUSES {
            self.reuses = if probe.is_reused { self.reuses + 1 } else { 0 };
        } else if probe.is_reused {
            self.longest_reused = self.longest_reused.max(Some(probe.waited));
            self.shortest_expired =
                self.shortest_expired.filter(|(shortest, ..)| *shortest > probe.waited);
        } else {
            self.shortest_expired = Some(match self.shortest_expired {
                Some((shortest, late, count)) if shortest == probe.waited => {
                    (shortest, late.min(probe.late), count + 1)
                }
                _ => (probe.waited, probe.late, 1),
            });
        }
    }

    /// What the probes show.
    pub(super) fn lifetime(&self) -> Lifetime {
        match (self.longest_reused, self.shortest_expired) {
            _ if self.reuses == 0 => Lifetime::Seconds(0, 0),
            (Some(longest), None) => Lifetime::LongerThan(longest),
            (longest, Some((shortest, late, _))) if shortest - longest.unwrap_or_default() <= 1 => {
                Lifetime::Seconds(shortest, shortest + late)
            }
            _ => Lifetime::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A browser that keeps a response for some seconds, and removes the first responses at once.
    fn found(keeps: u32, forgets: usize, limit: u32) -> (Lifetime, usize) {
        let mut search = Search::up_to(limit);
        while let Some(waited) = search.next() {
            let is_reused = search.probes() >= forgets && waited < keeps;
            search.add(Probe { waited, late: 0, is_reused });
        }
        (search.lifetime(), search.probes())
    }

    #[test]
    fn every_lifetime_is_found_to_the_second() {
        for keeps in [1, 2, 5, 6, 7, 599, 600, 601, 7200, 86_399, 86_400, 1_000_000] {
            let (lifetime, probes) = found(keeps, 0, 31_536_000);
            assert_eq!(lifetime, Lifetime::Seconds(keeps, keeps));
            assert!(probes < 60, "{probes} probes for {keeps}");
        }
    }

    #[test]
    fn a_response_that_is_never_reused_has_no_lifetime() {
        assert_eq!(found(0, 0, 100), (Lifetime::Seconds(0, 0), TRIES));
    }

    #[test]
    fn a_lifetime_above_the_limit_is_not_searched_for() {
        assert_eq!(found(101, 0, 100).0, Lifetime::LongerThan(100));
    }

    #[test]
    fn warm_up_responses_do_not_count() {
        assert_eq!(found(600, 5, 10_000).0, Lifetime::Seconds(600, 600));
    }

    /// Once in a while an entry is removed early, which the standard permits.
    #[test]
    fn an_early_removal_is_noticed() {
        let mut search = Search::up_to(10_000);
        let mut is_removed = false;
        while let Some(waited) = search.next() {
            let is_reused =
                waited < 600 && (waited < 512 || std::mem::replace(&mut is_removed, true));
            search.add(Probe { waited, late: 0, is_reused });
        }
        assert!(is_removed, "the search met the removal");
        assert_eq!(search.lifetime(), Lifetime::Seconds(600, 600));
    }

    #[test]
    fn real_time_that_passed_makes_the_result_a_range_until_a_probe_is_quick() {
        let mut search = Search::up_to(10_000);
        while let Some(waited) = search.next() {
            search.add(Probe { waited, late: 2, is_reused: waited < 5 });
        }
        assert_eq!(search.lifetime(), Lifetime::Seconds(5, 7));
        assert_eq!(search.probes(), PROBES);
    }
}
