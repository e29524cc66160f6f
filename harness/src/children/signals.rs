//! Ends everything on a signal or a panic.

use std::io;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, Once, PoisonError};
use std::thread;
use std::time::Duration;

use futures_util::future::select_all;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use super::end_all;

/// What a shell adds to the number of a signal for an exit code: 130 for Ctrl-C.
const ENDED_BY_SIGNAL: i32 = 128;

/// From now on a signal ends everything that this process started before it ends the process. A
/// separate thread waits for it: a runtime that handles signals never gives them back, so that
/// nothing would receive them after the runtime is gone.
pub(crate) fn end_on_signals() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let (ready, listening) = channel();
        // Without a thread nothing else can be started either; the signal then has its default
        // effect.
        let _ = thread::Builder::new().name("signals".to_owned()).spawn(|| end_on_first(ready));
        // Nothing is received: the other end is dropped as soon as signals are handled.
        let _ = listening.recv();
    });
}

/// Calls [`end_all`] when dropped, and on a signal: if `main` holds it, everything ends on a panic
/// too.
#[derive(Debug)]
pub struct CleanEnd(());

impl CleanEnd {
    /// Holds until the end.
    pub fn hold() -> Self {
        end_on_signals();
        Self(())
    }
}

impl Drop for CleanEnd {
    fn drop(&mut self) {
        end_all();
    }
}

type Message = Box<dyn FnOnce() + Send>;

static MESSAGE: Mutex<Option<Message>> = Mutex::new(None);

/// Prints something before a signal ends the process. It replaces what was to be printed before.
pub fn on_signal(say: impl FnOnce() + Send + 'static) {
    *MESSAGE.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(say));
}

/// The reader of a full pipe may never read on, and the process must end all the same.
const LONGEST_MESSAGE: Duration = Duration::from_secs(2);

fn say_message() {
    let message = MESSAGE.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(message) = message else { return };
    let (printed, listening) = channel();
    let printed = thread::Builder::new().spawn(move || {
        message();
        let _ = printed.send(());
    });
    if printed.is_ok() {
        let _ = listening.recv_timeout(LONGEST_MESSAGE);
    }
}

fn end_on_first(ready: Sender<()>) {
    let Ok(runtime) = Builder::new_current_thread().enable_io().build() else { return };
    if let Ok(signal) = runtime.block_on(first_signal(ready)) {
        end_all();
        say_message();
        std::process::exit(ENDED_BY_SIGNAL + signal.as_raw_value());
    }
}

/// Waits for a signal. Signals are handled as soon as the sender is dropped.
async fn first_signal(ready: Sender<()>) -> io::Result<SignalKind> {
    let kinds = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
        SignalKind::quit(),
    ];
    let mut signals = kinds.into_iter().map(signal).collect::<io::Result<Vec<_>>>()?;
    drop(ready);
    let waiting = signals.iter_mut().map(|signal| Box::pin(signal.recv()));
    let (_, first, _) = select_all(waiting).await;
    Ok(kinds[first])
}
