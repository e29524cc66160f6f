//! What passes between a browser and the servers.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::headers::{HeaderList, text};
use super::ruling::Reason;

/// The servers that a scenario meets.
pub trait Network {
    /// Whether a browser that supports HTTP/2 gets an HTTP/1.x connection to the server of a URL.
    fn is_http_1(&self, url: &Url) -> bool;

    /// The response to a request. `None`: there is no server.
    fn respond(&mut self, request: &HttpRequest) -> Option<HttpResponse>;

    /// All calls of a group have finished. Called once for each group of a scenario, in order.
    fn group_finished(&mut self) {}
}

/// A request as a server receives it.
#[derive(Clone, Debug)]
pub struct HttpRequest {
    /// Method.
    pub method: String,
    /// URL, without credentials and fragment.
    pub url: Url,
    /// Header lines, in order. Those that do not matter here are left out: `Host`, `User-Agent`, `Accept-Language`,
    /// and `Accept-Encoding` unless the standard gives its value.
    pub headers: HeaderList,
    /// The body.
    pub body: Option<Arc<[u8]>>,
    /// The Unix time at which it arrives.
    pub arrives: Duration,
}

impl HttpRequest {
    /// The method that a CORS-preflight request asks for: <https://fetch.spec.whatwg.org/#cors-preflight-request>.
    /// `None` of every other request.
    pub fn preflight_method(&self) -> Option<String> {
        let asked = self.headers.get("access-control-request-method");
        asked.filter(|_| self.method == "OPTIONS").map(|method| text(&method))
    }

    /// The names of the cookies in it, in order.
    pub fn cookie_names(&self) -> Vec<String> {
        let pairs = self.headers.get("cookie").map(|line| text(&line)).unwrap_or_default();
        let pairs = pairs.split("; ").filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once('=').map_or("", |(name, _)| name).to_owned()).collect()
    }
}

/// A response as a browser receives it.
#[derive(Clone, Debug, Default)]
pub struct HttpResponse {
    /// Status code; 0 where there is no response.
    pub status: u16,
    /// The header lines of the informational responses before it, which have no effect:
    /// <https://fetch.spec.whatwg.org/#http-network-fetch>.
    pub interim: HeaderList,
    /// Header lines, in order, with the values as they are on the wire.
    pub headers: HeaderList,
    /// The body.
    pub body: Vec<u8>,
    /// The time between the request and the response.
    pub delay: Duration,
    /// The time between the beginning and the end of the body.
    pub transfer: Duration,
    /// How it ends.
    pub ending: Ending,
}

impl HttpResponse {
    /// That of a request that got no answer: it has the status 0.
    pub(super) fn none(ending: Ending) -> Self {
        Self { ending, ..Self::default() }
    }
}

/// How a response ends.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Ending {
    /// With the end of its body.
    #[default]
    Complete,
    /// The server closes the connection before the body is complete.
    BrokenBody,
    /// The body never ends.
    EndlessBody,
    /// There is no response: the server closes the connection.
    Closed,
    /// There is no response: the server never answers.
    NoAnswer,
}

impl Ending {
    /// Why what needs the whole body fails: <https://fetch.spec.whatwg.org/#body-fully-read>.
    pub(super) fn failure(self) -> Option<Reason> {
        match self {
            Self::Complete => None,
            Self::BrokenBody | Self::Closed => Some(Reason::ConnectionClosed),
            Self::EndlessBody | Self::NoAnswer => Some(Reason::NoAnswer),
        }
    }
}

/// A request and its response.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The request.
    pub request: HttpRequest,
    /// The response.
    pub response: HttpResponse,
}

/// A URL as a server receives it.
pub(super) fn requested_url(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    // Both fail only for URLs that cannot have credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let path = requested_path(&url).into_owned();
    url.set_path(&path);
    url
}

/// The path of a URL as a server receives it. The `url` crate does not encode a caret yet, which is in
/// <https://url.spec.whatwg.org/#path-percent-encode-set>.
pub fn requested_path(url: &Url) -> Cow<'_, str> {
    match url.path() {
        path if path.contains('^') => Cow::Owned(path.replace('^', "%5E")),
        path => Cow::Borrowed(path),
    }
}
