//! One reply. Its parts are checked when they are made, so that every reply can be served.

use std::time::Duration;

use http::StatusCode;
use thiserror::Error;

use super::delivery::Delivery;
use super::header::{HeaderLine, Piece, Template};
use crate::condition::Condition;

/// One reply.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The status.
    pub status: Status,
    /// Header lines in order; a name may come twice.
    pub headers: Vec<HeaderLine>,
    /// The body.
    pub body: Template,
    /// How long to wait before answering.
    pub delay: Option<Duration>,
    /// How it gets to the client.
    pub delivery: Delivery,
    /// Replies that are given instead: the first whose condition holds. Those below them do not count.
    pub instead: Vec<(Condition, Reply)>,
}

impl Reply {
    /// An empty reply with this status.
    pub fn of(status: Status) -> Self {
        Self { status, ..Self::default() }
    }

    /// This reply, and those that can be given instead.
    pub fn all(&self) -> impl Iterator<Item = &Reply> {
        std::iter::once(self).chain(self.instead.iter().map(|(_, other)| other))
    }

    /// Every text that is known before a request: the texts of header values, in order, and then of
    /// the body.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let interim = self.delivery.interim.iter().flat_map(|interim| &interim.headers);
        let values = interim.chain(&self.headers).flat_map(|line| &line.value.template().0);
        values.chain(&self.body.0).filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_slice()),
            Piece::RequestOrigin | Piece::Date { .. } | Piece::Served { .. } => None,
        })
    }

    /// The same reply, and those that can be given instead, with their texts changed.
    #[must_use]
    pub fn map_texts(&self, map: &impl Fn(&str) -> String) -> Self {
        let others = self.instead.iter();
        Self {
            headers: self.headers.iter().map(|line| line.map_texts(map)).collect(),
            body: self.body.map_texts(map),
            delivery: self.delivery.map_texts(map),
            instead: others
                .map(|(condition, other)| (condition.map_texts(map), other.map_texts(map)))
                .collect(),
            ..*self
        }
    }
}

/// The status of a final response, 200 to 999, or 101, which opens a WebSocket with the body as its message; 200 by
/// default. The server sends other 1xx statuses itself.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Status(StatusCode);

/// A number that is not a [`Status`].
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("status {0} is neither 101 nor between 200 and 999")]
pub struct InvalidStatus(pub u16);

impl Status {
    /// The connection becomes a WebSocket.
    pub const SWITCHING_PROTOCOLS: Self = Self(StatusCode::SWITCHING_PROTOCOLS);
    /// No content.
    pub const NO_CONTENT: Self = Self(StatusCode::NO_CONTENT);
    /// A redirect that keeps the method.
    pub const TEMPORARY_REDIRECT: Self = Self(StatusCode::TEMPORARY_REDIRECT);
    /// The path has no resource.
    pub const NOT_FOUND: Self = Self(StatusCode::NOT_FOUND);
    /// The resource has not this method.
    pub const METHOD_NOT_ALLOWED: Self = Self(StatusCode::METHOD_NOT_ALLOWED);

    /// The status with this number.
    ///
    /// # Errors
    /// No final response has it.
    pub fn new(number: u16) -> Result<Self, InvalidStatus> {
        let is_known = |code: &StatusCode| {
            !code.is_informational() || *code == StatusCode::SWITCHING_PROTOCOLS
        };
        let code = StatusCode::from_u16(number).ok().filter(is_known);
        code.map(Self).ok_or(InvalidStatus(number))
    }

    /// The number.
    pub fn as_u16(self) -> u16 {
        self.0.as_u16()
    }
}

impl From<Status> for StatusCode {
    fn from(Status(code): Status) -> Self {
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_that_of_a_final_response() {
        assert_eq!(
            [101, 200, 999].map(|number| Status::new(number).map(Status::as_u16)),
            [Ok(101), Ok(200), Ok(999)]
        );
        for number in [0, 99, 100, 103, 199, 1000] {
            assert_eq!(Status::new(number), Err(InvalidStatus(number)));
        }
    }
}
