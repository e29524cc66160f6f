//! What can be wrong with a script, as messages for its author.

use thiserror::Error;

/// One part of a script that no server can serve.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{place}: {complaint}")]
pub struct Problem {
    /// Where it is: an origin, or `origin/path METHOD`.
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
    /// The path cannot be that of a request.
    #[error("`{0}` is not a path: a path starts with `/` and contains no query, fragment or space")]
    Path(String),
    /// A path is listed twice.
    #[error("the path is listed twice")]
    PathTwice,
    /// The method is not a token.
    #[error("`{0}` is not a method")]
    Method(String),
    /// A method of a path is listed twice.
    #[error("the method is listed twice")]
    MethodTwice,
    /// The status cannot be that of a final response.
    #[error("status {0} is neither 101 nor between 200 and 999")]
    Status(u16),
    /// The header name is not a token.
    #[error("`{0}` is not a header name")]
    HeaderName(String),
    /// The header value has control bytes.
    #[error("the value of `{0}` contains a byte that HTTP cannot carry")]
    HeaderValue(String),
    /// A header that frames the message. The HTTP library writes it, and rejects or drops another.
    #[error("`{0}` belongs to the connection: the server writes it, a script cannot")]
    ConnectionHeader(String),
    /// tower-http's `CorsLayer` panics on this.
    #[error("`cors` allows credentials, so {0} cannot be `*`: the middleware refuses to run")]
    WildcardWithCredentials(&'static str),
    /// A list that contains `*`. The middleware takes "any" in another form.
    #[error("{0} of `cors` lists `*`, which cannot be combined with other values")]
    WildcardInList(&'static str),
    /// The middleware cannot mirror this member.
    #[error("{0} of `cors` cannot mirror the request")]
    NoMirror(&'static str),
    /// A listed value that is not an origin, method or header name.
    #[error("{member} of `cors` cannot hold `{value}`")]
    PolicyValue {
        /// The member of the policy.
        member: &'static str,
        /// The value that is listed.
        value: String,
    },
    /// The lab has no service with this name.
    #[error("there is no service with the name `{0}`")]
    Service(String),
}
