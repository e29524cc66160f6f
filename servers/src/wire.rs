//! Reads request heads as they were on the wire of an HTTP/1.1 connection.
//!
//! hyper returns header names in lower case and grouped. A browser's own order and spelling is
//! evidence, so the bytes are read a second time as they pass.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Buf, BytesMut};
use http::Uri;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use httparse::Status;

use crate::framing::{Framing, MAX_LINES, Malformed};

/// Header lines in order, names as spelled.
pub(crate) type Lines = Vec<(String, Vec<u8>)>;

/// More than hyper buffers of an HTTP/1.1 head without an end.
pub(crate) const MAX_HEAD: u32 = 512 << 10;

/// What was read from one connection and is not yet claimed by a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wire(Arc<Mutex<Tape>>);

impl Wire {
    /// For a connection that does not use HTTP/1.1: keeps nothing.
    pub(crate) fn disabled() -> Self {
        Self(Arc::new(Mutex::new(Tape { place: Place::Lost, ..Tape::default() })))
    }

    pub(crate) fn feed(&self, bytes: &[u8]) {
        self.lock().feed(bytes);
    }

    /// The lines of the request that hyper has just returned, if the bytes read here are that
    /// request. Otherwise `None`, now and for the rest of the connection.
    pub(crate) fn claim<B>(&self, request: &http::Request<B>) -> Option<Lines> {
        let mut lock = self.lock();
        let head = lock.heads.pop_front().filter(|head| head.is_of(request));
        if head.is_none() {
            lock.lose();
        }
        Some(head?.lines)
    }

    /// Whether bytes arrived that did not become a complete request.
    pub(crate) fn is_mid_head(&self) -> bool {
        let lock = self.lock();
        lock.place == Place::Head && lock.unread.iter().any(|byte| !b"\r\n".contains(byte))
    }

    fn lock(&self) -> MutexGuard<'_, Tape> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Head {
    method: String,
    target: String,
    lines: Lines,
}

impl Head {
    fn new(request: &httparse::Request<'_, '_>) -> Self {
        let line = |line: &httparse::Header<'_>| (line.name.to_owned(), line.value.to_vec());
        Self {
            method: request.method.unwrap_or_default().to_owned(),
            target: request.path.unwrap_or_default().to_owned(),
            lines: request.headers.iter().map(line).collect(),
        }
    }

    /// `Content-Length` is not counted: hyper folds repeated lines, and drops the header if there
    /// is a `Transfer-Encoding`.
    fn is_of<B>(&self, request: &http::Request<B>) -> bool {
        let counted = self.lines.iter().filter(|(name, _)| !CONTENT_LENGTH.eq(name.as_str()));
        let repeated = request.headers().get_all(CONTENT_LENGTH).iter().count();
        self.method == request.method().as_str()
            && self.target.parse::<Uri>().is_ok_and(|target| target == *request.uri())
            && counted.count() == request.headers().len() - repeated
    }

    /// RFC 9112, section 6.3. hyper rejects a request whose last coding is not `chunked`, so any
    /// coding means chunks.
    fn body(&self) -> Place {
        let value = |name| self.lines.iter().find(|(line, _)| name == **line).map(|(_, v)| v);
        if value(TRANSFER_ENCODING).is_some() {
            return Place::Body(Framing::ChunkSize);
        }
        let Some(length) = value(CONTENT_LENGTH) else {
            return Place::Head;
        };
        let length = str::from_utf8(length).ok().and_then(|text| text.parse().ok());
        length.map_or(Place::Lost, |length| Place::Body(Framing::Length(length)))
    }
}

/// The part to which the next byte belongs.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Place {
    #[default]
    Head,
    Body(Framing),
    /// Unknown from here on.
    Lost,
}

#[derive(Debug, Default)]
struct Tape {
    unread: BytesMut,
    place: Place,
    heads: VecDeque<Head>,
}

impl Tape {
    fn feed(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
        while let Some(next) = self.step() {
            self.place = next;
        }
        if self.place == Place::Lost {
            self.unread.clear();
        }
    }

    fn lose(&mut self) {
        *self = Self { place: Place::Lost, ..Self::default() };
    }

    /// Moves on by one part; `None` if more bytes are needed.
    fn step(&mut self) -> Option<Place> {
        match self.place {
            Place::Head => self.head(),
            Place::Body(framing) => self.body(framing),
            Place::Lost => None,
        }
    }

    fn head(&mut self) -> Option<Place> {
        let mut lines = [httparse::EMPTY_HEADER; MAX_LINES];
        let mut request = httparse::Request::new(&mut lines);
        match request.parse(&self.unread) {
            Ok(Status::Complete(length)) => {
                let head = Head::new(&request);
                self.unread.advance(length);
                let next = head.body();
                self.heads.push_back(head);
                Some(next)
            }
            Ok(Status::Partial) => self.more(),
            Err(_) => Some(Place::Lost),
        }
    }

    fn body(&mut self, framing: Framing) -> Option<Place> {
        match framing.pass(&self.unread) {
            Ok((0, Some(same))) if same == framing => self.more(),
            Ok((length, next)) => {
                self.unread.advance(length);
                Some(next.map_or(Place::Head, Place::Body))
            }
            Err(Malformed) => Some(Place::Lost),
        }
    }

    /// Waits for more bytes, unless there are already more than hyper buffers.
    fn more(&self) -> Option<Place> {
        (self.unread.len() > MAX_HEAD as usize).then_some(Place::Lost)
    }
}

#[cfg(test)]
mod tests;
