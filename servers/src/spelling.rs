//! Writes response heads of HTTP/1.1 with the original spelling of header names, and with lines in
//! their original order.
//!
//! hyper writes names in lower case and groups lines with one name. So the head is written a second
//! time on its way to the socket, with the lines that the recorder announced for it.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Buf, BytesMut};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, StatusCode};

use crate::framing::{Framing, Malformed};
use crate::wire::Lines;

/// An extension of a response: its lines as its author wrote them. Lines that were added or removed
/// since are only in the response's header map.
#[derive(Clone, Debug)]
pub(crate) struct Written(pub(crate) Lines);

/// The lines that a connection of HTTP/1.1 sends for a response with these headers.
pub(crate) fn spelled(written: Option<&Written>, headers: &HeaderMap) -> Lines {
    let sent: Vec<_> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    respelled(written.map_or(&[], |Written(lines)| lines), &sent)
}

/// The lines that are sent: first the written ones, in their order and spelling, and then the
/// others unchanged.
fn respelled(written: &[(String, Vec<u8>)], sent: &[(&str, &[u8])]) -> Lines {
    let mut left: Vec<_> = sent.iter().map(Some).collect();
    let mut lines = Vec::with_capacity(sent.len());
    for (name, value) in written {
        let same = |line: &Option<&(&str, &[u8])>| {
            line.is_some_and(|(other, sent)| name.eq_ignore_ascii_case(other) && value == sent)
        };
        if let Some(place) = left.iter().position(same) {
            left[place] = None;
            lines.push((name.clone(), value.clone()));
        }
    }
    let others = left.into_iter().flatten();
    lines.extend(others.map(|(name, value)| ((*name).to_owned(), value.to_vec())));
    lines
}

/// The responses that a connection is about to send, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Announced(Arc<Mutex<VecDeque<Announcement>>>);

#[derive(Debug)]
struct Announcement {
    /// The informational responses before it.
    interim: Vec<u8>,
    lines: Lines,
    /// Whether it answers `HEAD` and therefore has no body, whatever its head says.
    to_head: bool,
}

impl Announced {
    pub(crate) fn push(&self, interim: &[u8], lines: Lines, to_head: bool) {
        self.queue().push_back(Announcement { interim: interim.to_vec(), lines, to_head });
    }

    fn pop(&self) -> Option<Announcement> {
        self.queue().pop_front()
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<Announcement>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The part to which the next byte that hyper writes belongs.
#[derive(Clone, Copy, Debug)]
enum Place {
    Head,
    Body(Framing),
}

/// Writes the heads of a connection's responses as announced, and passes their bodies on.
#[derive(Debug)]
pub(crate) struct Respelling {
    announced: Announced,
    place: Place,
    unread: BytesMut,
}

impl Respelling {
    pub(crate) fn new(announced: Announced) -> Self {
        Self { announced, place: Place::Head, unread: BytesMut::new() }
    }

    /// Takes what hyper writes, and appends what is sent to `out`.
    ///
    /// # Errors
    /// Bytes that are no response: what would be sent is not what the log says.
    pub(crate) fn pass(&mut self, bytes: &[u8], out: &mut BytesMut) -> io::Result<()> {
        self.unread.extend_from_slice(bytes);
        loop {
            match self.place {
                Place::Head => {
                    let Some(length) = length_of_head(&self.unread) else { return Ok(()) };
                    let head = self.unread.split_to(length);
                    self.place = self.head(&head, out)?;
                }
                Place::Body(framing) => {
                    let (length, next) = framing.pass(&self.unread).map_err(malformed)?;
                    out.extend_from_slice(&self.unread[..length]);
                    self.unread.advance(length);
                    if length == 0 && next == Some(framing) {
                        return Ok(());
                    }
                    self.place = next.map_or(Place::Head, Place::Body);
                    if self.unread.is_empty() {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Writes a head and returns what follows it. Interim responses, and responses that hyper makes
    /// itself before it closes the connection, were not announced.
    fn head(&self, bytes: &[u8], out: &mut BytesMut) -> io::Result<Place> {
        let head = Head::parse(bytes).ok_or_else(|| malformed(Malformed))?;
        let switches = head.status == StatusCode::SWITCHING_PROTOCOLS;
        if head.status.is_informational() && !switches {
            out.extend_from_slice(bytes);
            return Ok(Place::Head);
        }
        let Some(Announcement { interim, lines, to_head }) = self.announced.pop() else {
            out.extend_from_slice(bytes);
            return Ok(Place::Body(Framing::UntilClose));
        };
        out.extend_from_slice(&interim);
        head.write(&respelled(&lines, &head.lines), out);
        if switches {
            return Ok(Place::Body(Framing::UntilClose));
        }
        if to_head { Ok(Place::Head) } else { head.body() }
    }
}

fn malformed(_: Malformed) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "what is sent is not the response that was recorded")
}

fn length_of_head(bytes: &[u8]) -> Option<usize> {
    const END: &[u8] = b"\r\n\r\n";
    bytes.windows(END.len()).position(|window| window == END).map(|at| at + END.len())
}

/// A response's head as hyper writes it: `name: value`, with any value.
struct Head<'a> {
    status_line: &'a [u8],
    status: StatusCode,
    lines: Vec<(&'a str, &'a [u8])>,
}

impl<'a> Head<'a> {
    fn parse(head: &'a [u8]) -> Option<Self> {
        let mut lines =
            head.strip_suffix(b"\r\n\r\n")?.split(|byte| *byte == b'\n').map(without_cr);
        let status_line = lines.next()?;
        let status =
            StatusCode::from_bytes(status_line.split(|byte| *byte == b' ').nth(1)?).ok()?;
        let lines = lines.map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let value = &line[colon + 1..];
            let name = str::from_utf8(&line[..colon]).ok()?;
            Some((name, value.strip_prefix(b" ").unwrap_or(value)))
        });
        Some(Self { status_line, status, lines: lines.collect::<Option<_>>()? })
    }

    fn write(&self, lines: &[(String, Vec<u8>)], out: &mut BytesMut) {
        out.extend_from_slice(self.status_line);
        out.extend_from_slice(b"\r\n");
        for (name, value) in lines {
            let parts = [name.as_bytes(), b": ", value, b"\r\n"];
            parts.into_iter().for_each(|part| out.extend_from_slice(part));
        }
        out.extend_from_slice(b"\r\n");
    }

    fn body(&self) -> io::Result<Place> {
        if [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&self.status) {
            return Ok(Place::Head);
        }
        let value = |name| self.lines.iter().find(|(line, _)| name == **line).map(|(_, v)| *v);
        let framing = match (value(TRANSFER_ENCODING), value(CONTENT_LENGTH)) {
            (Some(_), _) => Framing::ChunkSize,
            (None, Some(length)) => {
                let length = str::from_utf8(length).ok().and_then(|text| text.parse().ok());
                Framing::Length(length.ok_or_else(|| malformed(Malformed))?)
            }
            (None, None) => Framing::UntilClose,
        };
        Ok(Place::Body(framing))
    }
}

fn without_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERIM: &str = "HTTP/1.1 100 Continue\r\n\r\n";
    const SIZED: &str = "HTTP/1.1 200 OK\r\nx-a: 1\r\nx-a:  2\r\ncontent-length: 25\r\n\r\n\
                         HTTP/1.1 200 OK\r\nx-a: 1\r\n";
    const CHUNKED: &str = "HTTP/1.1 404 Not Found\r\nx-a: \r\ntransfer-encoding: chunked\r\n\r\n\
                           4\r\nx-a:\r\n1\r\n\n\r\n0\r\n\r\n";
    const EMPTY: &str = "HTTP/1.1 304 Not Modified\r\nx-a: 1\r\ncontent-length: 9\r\n\r\n";
    const TO_HEAD: &str = "HTTP/1.1 200 OK\r\nx-a: 1\r\ncontent-length: 9\r\n\r\n";
    const BY_ITSELF: &str = "HTTP/1.1 400 Bad Request\r\nx-a: 1\r\n\r\nHTTP/1.1";

    fn lines(lines: &[(&str, &str)]) -> Lines {
        lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect()
    }

    /// What is sent for a stream of all of these, given in two parts.
    fn sent(parts: [&str; 2]) -> String {
        let announced = Announced::default();
        announced.push(b"", lines(&[("X-A", " 2"), ("x-A", "1")]), false);
        announced.push(INTERIM.as_bytes(), lines(&[("X-a", "")]), false);
        announced.push(b"", lines(&[("X-A", "1")]), false);
        announced.push(b"", lines(&[("X-A", "1")]), true);
        let (mut respelling, mut out) = (Respelling::new(announced), BytesMut::new());
        for part in parts {
            respelling.pass(part.as_bytes(), &mut out).expect("responses");
        }
        String::from_utf8(out.to_vec()).expect("text")
    }

    #[test]
    fn every_split_of_a_stream_is_sent_the_same() {
        let stream = [INTERIM, SIZED, INTERIM, CHUNKED, EMPTY, TO_HEAD, BY_ITSELF].concat();
        let sized = SIZED.replacen("x-a: 1\r\nx-a:  2", "X-A:  2\r\nx-A: 1", 1);
        let chunked = CHUNKED.replacen("x-a: \r", "X-a: \r", 1);
        let [empty, to_head] = [EMPTY, TO_HEAD].map(|head| head.replace("x-a", "X-A"));
        let expected =
            [INTERIM, &sized, INTERIM, INTERIM, &chunked, &empty, &to_head, BY_ITSELF].concat();
        for split in 0..stream.len() {
            let (head, tail) = stream.split_at(split);
            assert_eq!(sent([head, tail]), expected, "split at {split}");
        }
    }

    #[test]
    fn an_invalid_response_is_not_sent() {
        for bytes in
            ["SSH-2.0\r\n\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"]
        {
            let mut out = BytesMut::new();
            let passed = Respelling::new(Announced::default()).pass(bytes.as_bytes(), &mut out);
            assert!(passed.is_err() && out.is_empty(), "{bytes}");
        }
    }
}
