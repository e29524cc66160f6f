//! What passes between the model and the servers it meets.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::headers::HeaderList;

/// The servers, as the model meets them.
pub trait World {
    /// Whether a connection to the server of a URL is an HTTP/1.x connection, for a browser that knows
    /// HTTP/2 as well.
    fn is_http_1(&self, url: &Url) -> bool;

    /// Takes a request as it would be on the wire and gives the reply. `None`: no server is there.
    fn answer(&mut self, request: &WireRequest) -> Option<WireReply>;

    /// The steps that began together have all settled. Comes once for each group of steps, in order.
    fn settled(&mut self) {}
}

/// A request as a server would receive it.
#[derive(Clone, Debug)]
pub struct WireRequest {
    /// Method.
    pub method: String,
    /// URL asked, without userinfo and fragment.
    pub url: Url,
    /// Header lines, in order. What a browser adds by itself (`Host`, `User-Agent`, `Accept-Language`) is left
    /// out.
    pub headers: HeaderList,
    /// The body.
    pub body: Option<Arc<[u8]>>,
}

/// A reply as a browser would receive it.
#[derive(Clone, Debug)]
pub struct WireReply {
    /// Status code.
    pub status: u16,
    /// Header lines, in the order sent, values as they were written.
    pub headers: HeaderList,
    /// The body.
    pub body: Vec<u8>,
    /// How long the server waited before answering.
    pub delay: Duration,
}
