//! Why a lab cannot host an origin, as messages for the author of its script.

use thiserror::Error;

/// An origin that cannot be hosted.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{place}: {complaint}")]
pub struct Problem {
    /// The origin.
    pub place: String,
    /// What is wrong.
    pub complaint: Complaint,
}

/// The kinds of [`Problem`].
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum Complaint {
    /// The host and port are already hosted.
    #[error("another server already uses this address")]
    AddressTaken,
    /// Two origins of one call have the same host and port.
    #[error("two origins share this host and port")]
    AddressShared,
    /// The host cannot be requested through SOCKS5 or certified.
    #[error("`{0}` is not a host name: ASCII without spaces, 1 to 255 bytes")]
    Host(String),
    /// The lab has no service with this name.
    #[error("there is no service with the name `{0}`")]
    Service(String),
}
