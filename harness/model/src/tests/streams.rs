//! Bodies that can be sent only once.

use super::{headers, request};
use crate::body::Body;
use crate::clock::Clock;
use crate::permitted_choices::Branches;
use crate::ruling::{FetchError, Reason};
use crate::user_agent::UserAgent;
use crate::{HttpRequest, HttpResponse, Network};

/// Answers with this status once, and with 200 from then on.
struct Once {
    status: u16,
    lengths: Vec<Option<String>>,
}

impl Network for Once {
    fn is_http_1(&self, _: &url::Url) -> bool {
        false
    }

    fn respond(&mut self, request: &HttpRequest) -> Option<HttpResponse> {
        let status = if self.lengths.is_empty() { self.status } else { 200 };
        let length = request.headers.get("content-length");
        self.lengths.push(length.map(|length| String::from_utf8_lossy(&length).into_owned()));
        let headers = headers(&["Location: /next"]);
        Some(HttpResponse { status, headers, ..HttpResponse::default() })
    }
}

/// The lengths that the server received, and the status or the reason why there is none.
fn post(is_streamed: bool, status: u16) -> (Vec<Option<String>>, Result<u16, Option<Reason>>) {
    let mut server = Once { status, lengths: Vec::new() };
    let mut request = request("https://app.example", &["https://app.example/"]);
    (request.method, request.body) =
        ("POST".to_owned(), Some(Body { bytes: [0; 7].into(), is_streamed }));
    let response = UserAgent::new(&mut server, Clock::new(None), Branches::with_choices(&[]))
        .main_fetch(&mut request);
    let outcome = response.map(|response| response.status).map_err(|stop| match stop {
        FetchError::NetworkError(refusal) => Some(refusal.reason),
        FetchError::CannotJudge(_) => None,
    });
    (server.lengths, outcome)
}

#[test]
fn a_streamed_body_has_no_length() {
    assert_eq!(post(true, 200), (vec![None], Ok(200)));
    assert_eq!(post(false, 200), (vec![Some("7".to_owned())], Ok(200)));
}

#[test]
fn a_streamed_body_is_not_redirected() {
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
