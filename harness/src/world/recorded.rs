//! Servers whose responses are not written in the case: the model gets the responses that an engine
//! got.

use cors_model::{HeaderList, HttpRequest, HttpResponse, Network};
use cors_servers::exchange::{Exchange, SentReply};
use url::Url;

use super::Script;
use crate::case::{Origin, Server};

/// The servers of a row, some of which are real servers: these answer as they answered an engine,
/// in the same order; the others answer by their scripts.
#[derive(Debug)]
pub struct Recorded<'r> {
    script: Script<'r>,
    own: Vec<&'r Origin>,
    exchanges: Vec<&'r Exchange>,
    unrecorded: Option<String>,
}

impl<'r> Recorded<'r> {
    /// `exchanges` are those of an engine with the servers of a row, in order and with the names of
    /// the row.
    pub fn new(servers: &'r [Server], exchanges: &'r [Exchange]) -> Self {
        let own = servers.iter().filter(|server| server.upstream.is_some());
        Self {
            script: Script::new(servers),
            own: own.map(|server| &server.origin).collect(),
            exchanges: exchanges.iter().filter(|exchange| exchange.reply.is_some()).collect(),
            unrecorded: None,
        }
    }

    /// The first request of the model that the engine did not make, so that its response is
    /// unknown.
    pub fn unrecorded(&self) -> Option<&str> {
        self.unrecorded.as_deref()
    }

    fn recorded(&mut self, request: &HttpRequest) -> Option<HttpResponse> {
        let place = self.exchanges.iter().position(|exchange| same(exchange, request));
        let Some(place) = place else {
            let asked = || format!("{} {}", request.method, request.url);
            self.unrecorded.get_or_insert_with(asked);
            return None;
        };
        self.exchanges.remove(place).reply.as_ref().map(reply)
    }
}

impl Network for Recorded<'_> {
    fn is_http_1(&self, url: &Url) -> bool {
        self.script.is_http_1(url)
    }

    fn respond(&mut self, request: &HttpRequest) -> Option<HttpResponse> {
        match self.own.iter().any(|origin| is_at(origin, &request.url)) {
            true => self.recorded(request),
            false => self.script.respond(request),
        }
    }
}

fn is_at(origin: &Origin, url: &Url) -> bool {
    url.origin().ascii_serialization() == origin.to_string()
}

/// The same method and URL, and a preflight for a preflight.
fn same(exchange: &Exchange, request: &HttpRequest) -> bool {
    const PREFLIGHT: &str = "access-control-request-method";
    let asked = request.headers.get(PREFLIGHT);
    exchange.request.method == request.method
        && exchange.request.url() == request.url.as_str()
        && exchange.request.header(PREFLIGHT).next() == asked.as_deref()
}

/// The reply without its body, which is not recorded; the body that script reads is not compared.
fn reply(sent: &SentReply) -> HttpResponse {
    let mut headers = HeaderList::default();
    for (name, value) in &sent.headers {
        headers.append(name.clone(), value.clone());
    }
    HttpResponse { status: sent.status, headers, delay: sent.after, ..HttpResponse::default() }
}
