//! Signals that end the harness, whatever it is at.

use std::io;
use std::sync::Once;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use futures_util::future::select_all;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use super::end_all;

/// Exit code after a signal, as shells give it for Ctrl-C.
const INTERRUPTED: i32 = 130;

/// From now on a signal ends everything that this process started before it ends the process. It is waited
/// for on a thread of its own: a runtime that handles signals never gives them back, so that nobody would
/// hear them when it is gone.
pub(crate) fn end_on_signals() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let (deaf, listening) = channel();
        // Whoever gets no thread has none to start anything either; the signal then is as usual.
        let _ = thread::Builder::new().name("signals".to_owned()).spawn(|| end_on_one(deaf));
        // Nothing comes: the other end is dropped as soon as signals are heard.
        let _ = listening.recv();
    });
}

fn end_on_one(deaf: Sender<()>) {
    let Ok(runtime) = Builder::new_current_thread().enable_io().build() else { return };
    if runtime.block_on(heard(deaf)).is_ok() {
        end_all();
        std::process::exit(INTERRUPTED);
    }
}

/// Waits for a signal. They are heard as soon as the sender is dropped.
async fn heard(deaf: Sender<()>) -> io::Result<()> {
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let mut signals = kinds.into_iter().map(signal).collect::<io::Result<Vec<_>>>()?;
    drop(deaf);
    select_all(signals.iter_mut().map(|signal| Box::pin(signal.recv()))).await;
    Ok(())
}
