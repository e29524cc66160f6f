//! Permits to start a browser, shared by all harnesses on this machine. A start keeps more than one
//! processor busy, so many starts at once are slower than one after the other, and the slowest
//! would count as one that hangs.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::select_all;
use tokio::io::AsyncReadExt;
use tokio::net::{UnixListener, UnixStream};

/// A start that takes longer than this is slow.
const SLOW: Duration = Duration::from_secs(20);

/// The longest wait for a permit: another program may use the names too.
const LONGEST_WAIT: Duration = Duration::from_secs(180);

/// The delay before another attempt, if too many wait to be notified.
const CROWDED: Duration = Duration::from_millis(200);

/// Whether the last start of this process was slow.
static IS_SLOW: AtomicBool = AtomicBool::new(false);

/// A permit, until it is dropped. The kernel ends it with the process.
#[derive(Debug)]
pub(super) struct StartPermit {
    began: Instant,
    _place: Option<UnixListener>,
}

impl StartPermit {
    /// Waits for a permit. There is one more than processors, because a part of a start is waiting;
    /// after a slow start there is only one for all processes with slow starts.
    pub(super) async fn take() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let count = if IS_SLOW.load(Ordering::Relaxed) { 1 } else { processors + 1 };
        let place = tokio::time::timeout(LONGEST_WAIT, place("cors-harness-start", count)).await;
        Self { began: Instant::now(), _place: place.ok().flatten() }
    }
}

impl Drop for StartPermit {
    fn drop(&mut self) {
        IS_SLOW.store(self.began.elapsed() > SLOW, Ordering::Relaxed);
    }
}

/// Waits for one of `count` places, each a socket in the kernel's abstract namespace on which one
/// process can listen. `None` if there are no such sockets.
async fn place(name: &str, count: usize) -> Option<UnixListener> {
    let names: Vec<_> = (0..count).map(|place| format!("\0{name}-{place}")).collect();
    loop {
        for name in &names {
            match UnixListener::bind(name) {
                Ok(place) => return Some(place),
                Err(error) if error.kind() == ErrorKind::AddrInUse => {}
                Err(_) => return None,
            }
        }
        select_all(names.iter().map(|name| Box::pin(is_left(name)))).await;
    }
}

/// Waits until a place is free, or may be: the connection to a socket ends with it.
async fn is_left(name: &str) {
    match UnixStream::connect(name).await {
        Ok(mut place) => {
            // Nothing is ever sent.
            let _ = place.read(&mut [0]).await;
        }
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
        Err(_) => tokio::time::sleep(CROWDED).await,
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn name(test: &str) -> String {
        format!("cors-harness-test-{test}-{}", std::process::id())
    }

    #[tokio::test]
    async fn a_start_waits_for_a_free_slot() {
        let name = name("left");
        let first = place(&name, 2).await.unwrap();
        let _second = place(&name, 2).await.unwrap();
        let mut third = Box::pin(place(&name, 2));
        assert!(third.as_mut().now_or_never().is_none());
        drop(first);
        assert!(third.await.is_some());
    }

    #[tokio::test]
    async fn a_slow_engine_waits_for_its_first_slot_only() {
        let name = name("slow");
        let first = place(&name, 1).await.unwrap();
        assert!(place(&name, 3).await.is_some(), "there are others");
        let mut slow = Box::pin(place(&name, 1));
        assert!(slow.as_mut().now_or_never().is_none());
        drop(first);
        assert!(slow.await.is_some());
    }
}
