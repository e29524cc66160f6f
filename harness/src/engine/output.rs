//! What a child process and everything it starts print, read to its end so that no pipe is full.

use std::collections::VecDeque;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::unix::pipe::Receiver;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// Lines that are kept as last words.
const LAST_WORDS: usize = 8;

/// The reading end of a pipe that processes talk into.
#[derive(Debug)]
pub(super) struct Output {
    kept: Arc<Mutex<VecDeque<String>>>,
    lines: Option<UnboundedReceiver<String>>,
    reading: JoinHandle<()>,
}

impl Output {
    /// The reading end, at work in a task of the current runtime, and the writing end for a child.
    pub(super) fn new() -> std::io::Result<(Self, OwnedFd)> {
        let (reader, writer) = std::io::pipe()?;
        let reader = Receiver::from_file(File::from(OwnedFd::from(reader)))?;
        let kept = Arc::default();
        let (send, lines) = unbounded_channel();
        let reading = tokio::spawn(read(reader, Arc::clone(&kept), send));
        Ok((Self { kept, lines: Some(lines), reading }, writer.into()))
    }

    /// The first line that has what is looked for, or nothing if the last process ended without one. Can be
    /// asked once: what comes later is only kept as last words.
    pub(super) async fn first<T>(&mut self, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut lines = self.lines.take()?;
        while let Some(line) = lines.recv().await {
            if let Some(found) = find(&line) {
                return Some(found);
            }
        }
        None
    }

    /// The last lines so far, oldest first.
    pub(super) fn last_words(&self) -> String {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// Waits until the last process that holds the other end is gone.
    pub(super) async fn end(&mut self) {
        // It neither panics nor is it cancelled.
        let _ = (&mut self.reading).await;
    }
}

async fn read(reader: Receiver, kept: Arc<Mutex<VecDeque<String>>>, send: UnboundedSender<String>) {
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        line.clear();
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(text.clone());
        if kept.len() > LAST_WORDS {
            kept.pop_front();
        }
        // Nobody has to listen.
        let _ = send.send(text);
    }
}
