//! How many browsers there may be at a time, of all engines together.

use std::thread::available_parallelism;

use procfs::{Current, Meminfo};
use tokio::sync::{Semaphore, SemaphorePermit};

/// What a browser takes with all its processes, in bytes: a little more than Firefox, the largest.
const BROWSER: u64 = 1 << 30;

/// Places for browsers: one for each core, as far as the memory that is free now reaches.
#[derive(Debug)]
pub(super) struct Slots {
    places: Semaphore,
    count: usize,
}

impl Slots {
    pub(super) fn of_this_machine() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        let free = Meminfo::current().ok().and_then(|memory| memory.mem_available);
        let fit = free.map(|free| usize::try_from(free / BROWSER).unwrap_or(usize::MAX));
        let count = cores.min(fit.unwrap_or(cores)).max(1);
        Self { places: Semaphore::new(count), count }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Waits for a place, in the order of asking.
    pub(super) async fn take(&self) -> Option<SemaphorePermit<'_>> {
        // It is never closed.
        self.places.acquire().await.ok()
    }
}
