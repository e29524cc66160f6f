//! What can be wrong with a script, in words for whoever wrote it.

use thiserror::Error;

/// One thing that a script asks for and no server can do.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{place}: {complaint}")]
pub struct Problem {
    /// Where it is: an origin, or `origin/path METHOD`.
    pub place: String,
    /// What it is.
    pub complaint: Complaint,
}

/// The kinds of [`Problem`].
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum Complaint {
    /// Another tenancy holds the host and port.
    #[error("the address is taken by another tenancy")]
    AddressTaken,
    /// Two origins of one call have the same host and port.
    #[error("two origins share this host and port")]
    AddressShared,
    /// The host cannot be asked for through SOCKS5 or certified.
    #[error("`{0}` is no host name: ASCII without spaces, 1 to 255 bytes")]
    Host(String),
    /// The path cannot be that of a request.
    #[error("`{0}` is no path: it starts with `/` and holds no query, fragment or space")]
    Path(String),
    /// A path is listed twice.
    #[error("the path is listed twice")]
    PathTwice,
    /// The method is not a token.
    #[error("`{0}` is no method")]
    Method(String),
    /// A method of a path is listed twice.
    #[error("the method is listed twice")]
    MethodTwice,
    /// The status cannot be final.
    #[error("status {0} is outside 200 to 999")]
    Status(u16),
    /// The header name is not a token.
    #[error("`{0}` is no header name")]
    HeaderName(String),
    /// The header value has control bytes.
    #[error("the value of `{0}` holds a byte that HTTP cannot carry")]
    HeaderValue(String),
    /// A header that frames the message; the HTTP library writes it and refuses or drops another.
    #[error("`{0}` belongs to the connection: the server writes it, a script cannot")]
    ConnectionHeader(String),
    /// tower-http's `CorsLayer` panics on this.
    #[error("`cors` allows credentials, so {0} cannot be `*`: the middleware refuses to run")]
    WildcardWithCredentials(&'static str),
    /// A list with `*` in it, which is not how the middleware is told "any".
    #[error("{0} of `cors` lists `*`: it stands alone or not at all")]
    WildcardInList(&'static str),
    /// The middleware has no mirror for this member.
    #[error("{0} of `cors` cannot mirror the request")]
    NoMirror(&'static str),
    /// A listed value that is no origin, method or header name.
    #[error("{member} of `cors` cannot hold `{value}`")]
    PolicyValue {
        /// The member of the policy.
        member: &'static str,
        /// The value that is listed.
        value: String,
    },
    /// No service of this name was given to the lab.
    #[error("no service is called `{0}`")]
    Service(String),
}
