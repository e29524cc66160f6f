//! Finds where a message's body ends on an HTTP/1.1 connection (RFC 9112, 6 and 7).

use httparse::Status;

/// The number of header lines that hyper accepts; it rejects a message with more.
pub(crate) const MAX_LINES: usize = 100;

/// The part of a body to which the next byte belongs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Framing {
    /// This many bytes of an announced length.
    Length(u64),
    /// The line before a chunk.
    ChunkSize,
    /// This many bytes of a chunk, its line end included.
    Chunk(u64),
    /// The lines after the last chunk.
    Trailers,
    /// Everything until the connection is closed.
    UntilClose,
}

/// Bytes that are not a body with this framing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Malformed;

impl Framing {
    /// How many of these bytes belong to this part, and which part comes next: `None` if the
    /// message has ended. Zero bytes and the same part mean that more bytes are needed.
    pub(crate) fn pass(self, bytes: &[u8]) -> Result<(usize, Option<Self>), Malformed> {
        match self {
            Self::Length(left) => Ok(counted(bytes, left, Self::Length, None)),
            Self::Chunk(left) => Ok(counted(bytes, left, Self::Chunk, Some(Self::ChunkSize))),
            Self::ChunkSize => match httparse::parse_chunk_size(bytes) {
                Ok(Status::Complete((length, 0))) => Ok((length, Some(Self::Trailers))),
                Ok(Status::Complete((length, size))) => {
                    Ok((length, Some(Self::Chunk(size.checked_add(2).ok_or(Malformed)?))))
                }
                Ok(Status::Partial) => Ok((0, Some(self))),
                Err(_) => Err(Malformed),
            },
            Self::Trailers => {
                let mut lines = [httparse::EMPTY_HEADER; MAX_LINES];
                match httparse::parse_headers(bytes, &mut lines) {
                    Ok(Status::Complete((length, _))) => Ok((length, None)),
                    Ok(Status::Partial) => Ok((0, Some(self))),
                    Err(_) => Err(Malformed),
                }
            }
            Self::UntilClose => Ok((bytes.len(), Some(self))),
        }
    }
}

fn counted(
    bytes: &[u8],
    left: u64,
    here: fn(u64) -> Framing,
    after: Option<Framing>,
) -> (usize, Option<Framing>) {
    let there = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
    match left - there as u64 {
        0 => (there, after),
        rest => (there, Some(here(rest))),
    }
}
