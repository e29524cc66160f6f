//! The ruling on one request, from the exchanges that happened.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::headers::HeaderList;
use super::network::{Exchange, HttpRequest, HttpResponse, Network};
use super::request::Request;
use super::ruling::Ruling;
use super::scenario::{Call, Group, Outcome, RunOptions, Scenario};

/// What the standard says about one request of a browser without cookies and caches, when servers respond as in these
/// exchanges. Several responses to the same request are given in order.
///
/// If the standard needs a request that is not among the exchanges, such as a preflight, the ruling is
/// [`Ruling::CannotJudge`] and names it. Connections are HTTP/2.
///
/// ```
/// use cors_model::{Client, Exchange, FetchCall, Ruling, ruling, url::Url};
///
/// let page = Client::document(Url::parse("https://app.example/")?);
/// let me = || Url::parse("https://api.example/me");
/// let call = FetchCall { method: "PUT".to_owned(), ..FetchCall::new(me()?) };
/// let request = call.request(page).expect("fetch() does not throw");
///
/// let allow_origin = ("Access-Control-Allow-Origin", "https://app.example");
/// let put = Exchange::new("PUT", me()?, 200, [allow_origin]);
/// let outcome = ruling(&request, std::slice::from_ref(&put));
/// let missing = "there is no exchange for OPTIONS https://api.example/me";
/// assert_eq!(outcome.ruling, Ruling::CannotJudge(missing.to_owned()));
///
/// let allow_methods = ("Access-Control-Allow-Methods", "PUT");
/// let preflight = Exchange::new("OPTIONS", me()?, 204, [allow_origin, allow_methods]);
/// assert_eq!(ruling(&request, &[preflight, put]).ruling, Ruling::Allowed);
/// # Ok::<(), cors_model::url::ParseError>(())
/// ```
pub fn ruling(request: &Request, exchanges: &[Exchange]) -> Outcome {
    let mut servers = Recorded { exchanges: exchanges.iter().collect(), missing: None };
    let scenario = Scenario {
        client: Arc::clone(&request.client),
        cookies: Vec::new(),
        groups: vec![Group::Calls(vec![Call::Request(Box::new(request.clone()))])],
    };
    let mut run = scenario.run(&mut servers, RunOptions::default());
    // One call has one outcome.
    let outcome = run.outcomes.remove(0);
    match servers.missing {
        Some(missing) => {
            let ruling = Ruling::CannotJudge(format!("there is no exchange for {missing}"));
            Outcome { ruling, response: None, error: None, ..outcome }
        }
        None => outcome,
    }
}

/// Servers that respond as they did.
struct Recorded<'e> {
    exchanges: Vec<&'e Exchange>,
    /// The first request without an exchange.
    missing: Option<String>,
}

impl Network for Recorded<'_> {
    fn is_http_1(&self, _: &Url) -> bool {
        false
    }

    fn respond(&mut self, request: &HttpRequest) -> Option<HttpResponse> {
        match self.exchanges.iter().position(|exchange| exchange.is_for(request)) {
            Some(place) => Some(self.exchanges.remove(place).response.clone()),
            None => {
                let missing = || format!("{} {}", request.method, request.url);
                self.missing.get_or_insert_with(missing);
                None
            }
        }
    }
}

impl Exchange {
    /// An exchange of which only this is known: the body of the response is empty.
    pub fn new<N: Into<Cow<'static, str>>, V: Into<Vec<u8>>>(
        method: &str,
        url: Url,
        status: u16,
        response_headers: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let headers = response_headers.into_iter().collect();
        Self {
            request: HttpRequest {
                method: method.to_owned(),
                url,
                headers: HeaderList::default(),
                body: None,
                arrives: Duration::ZERO,
            },
            response: HttpResponse { status, headers, ..HttpResponse::default() },
        }
    }

    /// Whether it is the exchange of a request. A preflight matches one for the same method; if the headers of the
    /// exchange are not known, it matches every one.
    fn is_for(&self, request: &HttpRequest) -> bool {
        let known = &self.request;
        let is_known = known.headers.iter().next().is_some();
        known.method == request.method
            && known.url == request.url
            && (!is_known || known.preflight_method() == request.preflight_method())
    }
}
