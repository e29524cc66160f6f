//! The output of a child process and of everything that it starts, read to its end so that no pipe
//! is full.

use std::collections::VecDeque;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::unix::pipe::Receiver;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// How many bytes of a line without an end are kept.
const LONGEST_LINE: u64 = 4 << 10;

/// The last lines so far.
#[derive(Clone, Debug)]
pub(crate) struct LastWords {
    lines: Arc<Mutex<VecDeque<String>>>,
    most: usize,
}

impl LastWords {
    fn push(&self, line: String) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push_back(line);
        if lines.len() > self.most {
            lines.pop_front();
        }
    }

    /// The lines, oldest first.
    pub(crate) fn text(&self) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

/// The reading end of a pipe to which processes write.
#[derive(Debug)]
pub(crate) struct Output {
    kept: LastWords,
    lines: Option<UnboundedReceiver<String>>,
    reading: JoinHandle<()>,
}

impl Output {
    /// The reading end, in a task of the current runtime, and the writing end for a child. This
    /// many lines are kept.
    pub(crate) fn new(most: usize) -> std::io::Result<(Self, OwnedFd)> {
        let (reader, writer) = std::io::pipe()?;
        let reader = Receiver::from_file(File::from(OwnedFd::from(reader)))?;
        let kept = LastWords { lines: Arc::default(), most };
        let (send, lines) = unbounded_channel();
        let reading = tokio::spawn(read(reader, kept.clone(), send));
        Ok((Self { kept, lines: Some(lines), reading }, writer.into()))
    }

    /// The first line for which `find` returns a value, or `None` if the last process ended without
    /// one. Can be called once: later lines are only kept as last words.
    pub(crate) async fn first<T>(&mut self, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut lines = self.lines.take()?;
        while let Some(line) = lines.recv().await {
            if let Some(found) = find(&line) {
                return Some(found);
            }
        }
        None
    }

    /// Lines are not searched, so none has to wait for that.
    pub(crate) fn only_keep(&mut self) {
        self.lines = None;
    }

    /// Forgets the lines so far: a greeting is not the reason for a later failure.
    pub(crate) fn forget(&mut self) {
        self.kept.lines.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Access to the last lines, now and later.
    pub(crate) fn words(&self) -> LastWords {
        self.kept.clone()
    }

    /// The last lines so far, oldest first.
    pub(crate) fn last_words(&self) -> String {
        self.kept.text()
    }

    /// Waits until the last process that holds the other end is gone.
    pub(crate) async fn end(&mut self) {
        if !self.reading.is_finished() {
            // It neither panics nor is it cancelled.
            let _ = (&mut self.reading).await;
        }
    }
}

async fn read(reader: Receiver, kept: LastWords, send: UnboundedSender<String>) {
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    loop {
        let read = (&mut reader).take(LONGEST_LINE).read_until(b'\n', &mut line).await;
        if !read.is_ok_and(|read| read > 0) {
            return;
        }
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        line.clear();
        kept.push(text.clone());
        // The receiver may be gone.
        let _ = send.send(text);
    }
}
