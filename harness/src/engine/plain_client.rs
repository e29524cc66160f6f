//! A plain HTTP client that reaches a row's servers as browsers do. It sends what it is given and
//! adds what every browser adds by itself.

use std::time::{Duration, Instant};

use axum::body::Bytes;
use cors_model::{HeaderList, HttpRequest, HttpResponse};
use cors_servers::Lab;
use http::header::{ACCEPT_ENCODING, ACCEPT_LANGUAGE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body_util::{BodyExt, Full};
use reqwest::redirect::Policy;
use reqwest::{Body, Certificate, Client, ClientBuilder, Proxy, Response};
use url::Url;

use super::CALL_DEADLINE;
use crate::loopback::is_loopback;

const NAME: &str = concat!("cors-harness/", env!("CARGO_PKG_VERSION"));

/// The settings of a client for the servers of a lab.
pub(super) fn through(lab: &Lab) -> Result<ClientBuilder, reqwest::Error> {
    Ok(Client::builder()
        .proxy(Proxy::all(format!("socks5h://{}", lab.socks_address()))?)
        .add_root_certificate(Certificate::from_pem(lab.ca_pem().as_bytes())?)
        .tls_built_in_root_certs(false)
        .timeout(CALL_DEADLINE))
}

/// Sends requests to the servers of a lab. It follows no redirect and stores no cookie.
#[derive(Clone, Debug)]
pub struct PlainClient(Client);

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub enum NoReply {
    /// The whole reply took longer than a call may take.
    #[error("the call did not settle in time")]
    Late,
    /// Any other failure. The servers' log says more, if the request reached one.
    #[error("the plain client got no reply: {0}")]
    Failed(String),
}

impl PlainClient {
    /// A client for the servers of this lab.
    pub fn new(lab: &Lab) -> Result<Self, NoReply> {
        let client = through(lab).and_then(|builder| {
            builder.redirect(Policy::none()).http1_title_case_headers().build()
        });
        Ok(Self(client?))
    }

    /// Sends a request and reads the reply to its end. The body is not kept, because the body of a
    /// real server is not compared.
    pub async fn ask(&self, request: &HttpRequest) -> Result<HttpResponse, NoReply> {
        let method = Method::from_bytes(request.method.as_bytes()).map_err(unsendable)?;
        let sent = self.0.request(method, request.url.clone()).headers(headers(request)?);
        let began = Instant::now();
        let mut response = sent.body(body(request)).send().await?;
        let delay = began.elapsed();
        while response.chunk().await?.is_some() {}
        Ok(reply(&response, delay))
    }

    /// Sends a request whose reply does not matter.
    pub async fn tell(&self, url: &str) {
        // Only its arrival matters, and the servers' log records that.
        let _ = self.0.get(url).send().await;
    }
}

/// The header lines of a request. Lines with one name are joined, as browsers send them.
fn headers(request: &HttpRequest) -> Result<HeaderMap, NoReply> {
    let mut headers = HeaderMap::new();
    for (name, _) in request.headers.iter() {
        let value = request.headers.get(name).unwrap_or_default();
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(unsendable)?;
        headers.insert(name, HeaderValue::from_bytes(&value).map_err(unsendable)?);
    }
    let by_itself = [
        (USER_AGENT, NAME),
        (ACCEPT_LANGUAGE, "en-US,en;q=0.9"),
        (ACCEPT_ENCODING, encodings(&request.url)),
    ];
    for (name, value) in by_itself {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    Ok(headers)
}

/// The encodings that browsers accept.
fn encodings(url: &Url) -> &'static str {
    match url.scheme() == "https" || is_loopback(url) {
        true => "gzip, deflate, br, zstd",
        false => "gzip, deflate",
    }
}

/// The body of a request. The header lines decide whether its length is sent: the HTTP library
/// would add `Content-Length: 0` to a preflight.
fn body(request: &HttpRequest) -> Body {
    let bytes = request.body.as_deref().unwrap_or_default().to_vec();
    // A mapped body has no known length.
    Body::wrap(Full::<Bytes>::from(bytes).map_frame(|frame| frame))
}

fn unsendable(error: impl std::fmt::Display) -> NoReply {
    NoReply::Failed(error.to_string())
}

fn reply(response: &Response, delay: Duration) -> HttpResponse {
    let mut headers = HeaderList::default();
    for (name, value) in response.headers() {
        headers.append(name.as_str().to_owned(), value.as_bytes());
    }
    HttpResponse { status: response.status().as_u16(), headers, delay, ..HttpResponse::default() }
}

impl From<reqwest::Error> for NoReply {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() { Self::Late } else { Self::Failed(format!("{error:?}")) }
    }
}
