//! Bodies that can be sent only once.

use std::time::Duration;

use super::{headers, request};
use crate::case::{Context, Origin, Page};
use crate::standard::body::Body;
use crate::standard::client::Client;
use crate::standard::clock::Clock;
use crate::standard::permitted_choices::Branches;
use crate::standard::ruling::{Reason, Stop};
use crate::standard::user_agent::UserAgent;
use crate::standard::{WireReply, WireRequest, World};
use cors_servers::script::Scheme;

/// Answers with this status once, and with 200 from then on.
struct Once {
    status: u16,
    lengths: Vec<Option<String>>,
}

impl World for Once {
    fn is_http_1(&self, _: &url::Url) -> bool {
        false
    }

    fn answer(&mut self, request: &WireRequest) -> Option<WireReply> {
        let status = if self.lengths.is_empty() { self.status } else { 200 };
        let length = request.headers.get("content-length");
        self.lengths.push(length.map(|length| String::from_utf8_lossy(&length).into_owned()));
        let headers = headers(&["Location: /next"]);
        Some(WireReply { status, headers, body: Vec::new(), delay: Duration::ZERO })
    }
}

/// The lengths that the server received, and the status or the reason why there is none.
fn post(is_streamed: bool, status: u16) -> (Vec<Option<String>>, Result<u16, Option<Reason>>) {
    let mut world = Once { status, lengths: Vec::new() };
    let origin = Origin { scheme: Scheme::Https, host: "app.example".to_owned(), port: 443 };
    let client = Client::new(&Page::new(origin, Context::Document), false);
    let mut request = request("https://app.example", &["https://app.example/"]);
    (request.method, request.body) =
        ("POST".to_owned(), Some(Body { bytes: [0; 7].into(), is_streamed }));
    let response = UserAgent::new(client, &mut world, Clock::new(None), Branches::told(&[]))
        .main_fetch(&mut request);
    let outcome = response.map(|response| response.status).map_err(|stop| match stop {
        Stop::NetworkError(refusal) => Some(refusal.reason),
        Stop::CannotJudge(_) => None,
    });
    (world.lengths, outcome)
}

#[test]
fn a_streamed_body_has_no_length() {
    assert_eq!(post(true, 200), (vec![None], Ok(200)));
    assert_eq!(post(false, 200), (vec![Some("7".to_owned())], Ok(200)));
}

#[test]
fn a_streamed_body_is_not_sent_again_to_where_a_redirect_leads() {
    for status in [301, 302, 307, 308] {
        let (lengths, outcome) = post(true, status);
        assert_eq!((lengths.len(), outcome), (1, Err(Some(Reason::StreamedBodyRedirected))));
        let (lengths, outcome) = post(false, status);
        assert_eq!((lengths.len(), outcome), (2, Ok(200)), "{status}");
    }
    for is_streamed in [true, false] {
        let (lengths, outcome) = post(is_streamed, 303);
        assert_eq!((lengths[1].as_deref(), outcome), (None, Ok(200)), "a GET without a body");
    }
}

#[test]
fn a_streamed_body_is_not_sent_again_on_a_new_connection() {
    assert_eq!(post(true, 421).1, Ok(421));
    assert_eq!(post(false, 421).1, Ok(200));
}
