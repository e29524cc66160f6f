//! How a reply gets to the client, if not as one complete response at once.

use std::time::Duration;

use http::StatusCode;
use thiserror::Error;

use super::header::HeaderLine;

/// How a reply gets to the client. By default it is complete and is sent at once.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Delivery {
    /// Informational responses that are sent before it, in order. HTTP/2 leaves them out.
    pub interim: Vec<Interim>,
    /// The body is sent one byte at a time, and this is the time between two of them.
    pub pause: Option<Duration>,
    /// Where it stops before its end.
    pub stop: Option<Stop>,
}

impl Delivery {
    /// The same with the texts of its header values changed.
    #[must_use]
    pub(crate) fn map_texts(&self, map: &impl Fn(&str) -> String) -> Self {
        let interim = self.interim.iter().map(|interim| Interim {
            headers: interim.headers.iter().map(|line| line.map_texts(map)).collect(),
            ..*interim
        });
        Self { interim: interim.collect(), ..*self }
    }
}

/// Where a reply stops, and how. The client waits for more, because the reply announces a longer body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stop {
    /// The server closes the connection. Over HTTP/2 it resets the stream, and what it has sent of the response may be lost.
    Closes(Point),
    /// The server sends nothing more, and keeps the connection open.
    Hangs(Point),
}

impl Stop {
    /// Where.
    pub fn point(self) -> Point {
        match self {
            Self::Closes(point) | Self::Hangs(point) => point,
        }
    }
}

/// A point of a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Point {
    /// Nothing of it was sent.
    BeforeHeaders,
    /// Its headers were sent, and nothing of its body.
    AfterHeaders,
    /// The body that the script has was sent, and one byte is missing.
    InBody,
}

impl Point {
    /// All points, in the order of the response.
    pub const ALL: [Self; 3] = [Self::BeforeHeaders, Self::AfterHeaders, Self::InBody];

    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeforeHeaders => "before-headers",
            Self::AfterHeaders => "after-headers",
            Self::InBody => "in-body",
        }
    }
}

/// An informational response: RFC 9110, 15.2.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Interim {
    /// The status.
    pub status: InterimStatus,
    /// Header lines in order.
    pub headers: Vec<HeaderLine>,
}

/// A status of an informational response, 100 to 199 without 101, which ends HTTP on its connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InterimStatus(StatusCode);

/// A number that is not an [`InterimStatus`].
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("status {0} is not that of an informational response")]
pub struct InvalidInterimStatus(pub u16);

impl InterimStatus {
    /// The status with this number.
    ///
    /// # Errors
    /// No informational response has it.
    pub fn new(number: u16) -> Result<Self, InvalidInterimStatus> {
        let is_interim =
            |code: &StatusCode| code.is_informational() && *code != StatusCode::SWITCHING_PROTOCOLS;
        let code = StatusCode::from_u16(number).ok().filter(is_interim);
        code.map(Self).ok_or(InvalidInterimStatus(number))
    }

    /// The number and the reason phrase, as in a status line.
    pub(crate) fn phrase(self) -> String {
        format!("{} {}", self.0.as_str(), self.0.canonical_reason().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interim_status_is_informational_and_keeps_the_protocol() {
        for number in [100, 102, 103, 199] {
            assert!(InterimStatus::new(number).is_ok(), "{number}");
        }
        for number in [0, 99, 101, 200, 999] {
            assert_eq!(InterimStatus::new(number), Err(InvalidInterimStatus(number)));
        }
    }
}
