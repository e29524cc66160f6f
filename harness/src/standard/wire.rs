//! The interface between the model and the servers.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::headers::HeaderList;

/// The servers, as the model sees them.
pub trait World {
    /// Whether a connection to the server of a URL uses HTTP/1.x, for a browser that also supports
    /// HTTP/2.
    fn is_http_1(&self, url: &Url) -> bool;

    /// Takes a request as it would be on the wire and returns the reply. `None`: there is no
    /// server.
    fn answer(&mut self, request: &WireRequest) -> Option<WireReply>;

    /// All steps that began together have settled. Called once for each group of steps, in order.
    fn settled(&mut self) {}
}

/// A request as a server would receive it.
#[derive(Clone, Debug)]
pub struct WireRequest {
    /// Method.
    pub method: String,
    /// Requested URL, without userinfo and fragment.
    pub url: Url,
    /// Header lines, in order, without those that a browser adds by itself (`Host`, `User-Agent`,
    /// `Accept-Language`).
    pub headers: HeaderList,
    /// The body.
    pub body: Option<Arc<[u8]>>,
}

/// A reply as a browser would receive it.
#[derive(Clone, Debug)]
pub struct WireReply {
    /// Status code.
    pub status: u16,
    /// Header lines in the order sent, with values as written.
    pub headers: HeaderList,
    /// The body.
    pub body: Vec<u8>,
    /// How long the server waited before answering.
    pub delay: Duration,
}
