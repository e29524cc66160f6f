//! Limits the number of open browsers of all engines together.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;
use std::time::Duration;

use procfs::{Current, Meminfo};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::engine::Kind;

/// What a browser uses with all its processes, in bytes: a little more than Firefox, the largest.
const BROWSER: u64 = 1 << 30;

/// Places for browsers, as far as free memory allows: one for each core, and at least one for each
/// engine, because most of a start is waiting. A single engine gets one more, because a browser sometimes waits
/// for its slowest row, unless its browsers take so long to start that nothing is gained. An engine has a reserved place until it is done, so
/// that it need not wait for another's browsers to end before it starts its first.
#[derive(Debug)]
pub(super) struct Slots {
    own: Vec<(Kind, Semaphore)>,
    common: Semaphore,
    of_an_engine: usize,
}

impl Slots {
    /// Places for engines that have something to play: as many as were asked for, or as many as are useful here.
    pub(super) fn of_this_machine(kinds: &[Kind], jobs: Option<NonZeroUsize>) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        match jobs {
            Some(jobs) => Self::with_places(jobs.get(), jobs.get(), kinds),
            None => Self::new(cores, browsers_that_fit(), kinds),
        }
    }

    fn new(cores: usize, fit: usize, kinds: &[Kind]) -> Self {
        let starts_fast = |kind: &Kind| kind.usual_start() < Duration::from_secs(1);
        let useful = if matches!(kinds, [kind] if starts_fast(kind)) { cores + 1 } else { cores };
        Self::with_places(useful.max(kinds.len()).min(fit), useful.min(fit), kinds)
    }

    fn with_places(places: usize, of_an_engine: usize, kinds: &[Kind]) -> Self {
        let own = if kinds.len() <= places { kinds } else { &[] };
        let own: Vec<_> = own.iter().map(|kind| (*kind, Semaphore::new(1))).collect();
        let common = Semaphore::new(places - own.len());
        Self { own, common, of_an_engine }
    }

    /// How many browsers of one engine are useful.
    pub(super) fn of_an_engine(&self) -> usize {
        self.of_an_engine
    }

    /// Waits for a place: the engine's own or a shared one, in the order of requests.
    pub(super) async fn take(&self, kind: Kind) -> Option<SemaphorePermit<'_>> {
        // None of them is ever closed.
        let Some(own) = self.own(kind) else { return self.common.acquire().await.ok() };
        tokio::select! {
            biased;
            place = own.acquire() => place.ok(),
            place = self.common.acquire() => place.ok(),
        }
    }

    /// An engine is done: its reserved place becomes a shared one.
    pub(super) fn leave(&self, kind: Kind) {
        if self.own(kind).is_some() {
            self.common.add_permits(1);
        }
    }

    fn own(&self, kind: Kind) -> Option<&Semaphore> {
        self.own.iter().find(|(of, _)| *of == kind).map(|(_, own)| own)
    }
}

/// How many browsers fit into the free memory: at least one.
pub(super) fn browsers_that_fit() -> usize {
    let free = Meminfo::current().ok().and_then(|memory| memory.mem_available);
    free.map_or(usize::MAX, |free| usize::try_from(free / BROWSER).unwrap_or(usize::MAX)).max(1)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    /// Which engines get a place when they ask in this order.
    fn placed(slots: &Slots, asking: &[Kind]) -> Vec<Kind> {
        let placed = asking.iter().filter(|kind| {
            slots.take(**kind).now_or_never().flatten().map(SemaphorePermit::forget).is_some()
        });
        placed.copied().collect()
    }

    const ASKING: [Kind; 6] = [
        Kind::Chromium,
        Kind::Chromium,
        Kind::Chromium,
        Kind::Firefox,
        Kind::Firefox,
        Kind::WebKit,
    ];

    #[test]
    fn each_engine_keeps_its_first_slot() {
        let slots = Slots::new(2, 8, &Kind::ALL);
        assert_eq!(placed(&slots, &ASKING), Kind::ALL);
        let slots = Slots::new(4, 8, &Kind::ALL);
        let all_of_four = [Kind::Chromium, Kind::Chromium, Kind::Firefox, Kind::WebKit];
        assert_eq!(placed(&slots, &ASKING), all_of_four);
        assert_eq!(placed(&Slots::new(2, 8, &[Kind::Chromium]), &ASKING[..3]).len(), 3);
        assert_eq!(placed(&Slots::new(2, 2, &[Kind::Chromium]), &ASKING[..3]).len(), 2);
        assert_eq!(placed(&Slots::new(2, 8, &[Kind::Firefox]), &[Kind::Firefox; 3]).len(), 2);
    }

    #[test]
    fn memory_limits_the_number_of_browsers() {
        assert_eq!(placed(&Slots::new(8, 2, &Kind::ALL), &ASKING), ASKING[..2]);
    }

    #[test]
    fn jobs_are_the_limit_where_they_are_given() {
        let slots = |jobs| Slots::of_this_machine(&Kind::ALL, NonZeroUsize::new(jobs));
        assert_eq!(placed(&slots(1), &ASKING), ASKING[..1]);
        assert_eq!(placed(&slots(2), &ASKING), ASKING[..2]);
        assert_eq!(placed(&slots(3), &ASKING), Kind::ALL);
        assert_eq!(placed(&slots(6), &ASKING).len(), 6);
        assert_eq!(slots(5).of_an_engine(), 5);
    }

    #[test]
    fn a_finished_engine_frees_its_slot() {
        let slots = Slots::new(2, 8, &Kind::ALL);
        assert_eq!(placed(&slots, &ASKING).len(), 3);
        slots.leave(Kind::Chromium);
        assert_eq!(placed(&slots, &[Kind::WebKit, Kind::Firefox]), [Kind::WebKit]);
    }
}
