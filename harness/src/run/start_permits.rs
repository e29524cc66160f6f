//! Permits to start a browser, for all harnesses on this machine together. A start keeps more than one processor busy, so
//! many at once are slower than one after the other, and the slowest is taken for one that hangs.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::select_all;
use tokio::io::AsyncReadExt;
use tokio::net::{UnixListener, UnixStream};

/// A start that takes longer than this is slow.
const SLOW: Duration = Duration::from_secs(20);

/// A permit is waited for no longer than this: another program may use the names as well.
const LONGEST_WAIT: Duration = Duration::from_secs(180);

/// Before a place is asked for again where too many wait for it to be told when it is free.
const CROWDED: Duration = Duration::from_millis(200);

/// Whether the last start of this process was slow.
static IS_SLOW: AtomicBool = AtomicBool::new(false);

/// A permit, until this is dropped. The kernel ends it with the process.
#[derive(Debug)]
pub(super) struct StartPermit {
    began: Instant,
    _place: Option<UnixListener>,
}

impl StartPermit {
    /// Waits for a permit. There is one more than processors, since a part of a start is waiting; after a slow start
    /// there is only one for all processes that were slow.
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

/// Waits for one of so many places, each a socket in the kernel's own namespace that one process can listen on.
/// `None` where there are no such sockets.
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
    async fn who_finds_no_place_waits_until_one_is_left() {
        let name = name("left");
        let first = place(&name, 2).await.unwrap();
        let _second = place(&name, 2).await.unwrap();
        let mut third = Box::pin(place(&name, 2));
        assert!(third.as_mut().now_or_never().is_none());
        drop(first);
        assert!(third.await.is_some());
    }

    #[tokio::test]
    async fn who_is_slow_waits_for_the_first_place_only() {
        let name = name("slow");
        let first = place(&name, 1).await.unwrap();
        assert!(place(&name, 3).await.is_some(), "there are others");
        let mut slow = Box::pin(place(&name, 1));
        assert!(slow.as_mut().now_or_never().is_none());
        drop(first);
        assert!(slow.await.is_some());
    }
}
