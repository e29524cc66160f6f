//! Servers that receive real requests while the model plays.

use cors_model::{HttpRequest, HttpResponse, Network};
use url::Url;

use super::Script;
use crate::case::Server;

/// What the model needs from the servers.
#[derive(Debug)]
pub enum Wanted<'q> {
    /// The reply to a request.
    Reply(&'q HttpRequest),
    /// The notification that all calls of a group have settled.
    Settled,
}

/// The servers of a row behind a function that sends requests to them. The protocols that they
/// offer are known from the case.
pub struct Live<'r, A> {
    script: Script<'r>,
    ask: A,
}

impl<'r, A> Live<'r, A> {
    /// `ask` returns the reply to a request, or `None` if there is none.
    pub fn new(servers: &'r [Server], ask: A) -> Self {
        Self { script: Script::new(servers), ask }
    }
}

impl<A: FnMut(Wanted<'_>) -> Option<HttpResponse>> Network for Live<'_, A> {
    fn is_http_1(&self, url: &Url) -> bool {
        self.script.is_http_1(url)
    }

    fn respond(&mut self, request: &HttpRequest) -> Option<HttpResponse> {
        (self.ask)(Wanted::Reply(request))
    }

    fn group_finished(&mut self) {
        (self.ask)(Wanted::Settled);
    }
}
