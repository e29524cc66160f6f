//! Takes the engine-wide departures out of a step.

use cors_servers::exchange::Exchange;
use cors_servers::script::Scheme;
use url::Url;

use super::RowOfEngine;
use super::observable::{Observable, OnTheWire, Taken};
use super::request_headers::{is_http_on_loopback, take_out_of_requests, without_fragment};
use crate::case::{Origin, Page};
use crate::observation::{Read, StepObservation};
use crate::verdict::Field;

impl Observable {
    /// Makes a step what it would be without the departure. `standard` is what the standard says about the step.
    pub(super) fn take_out(
        self,
        step: &mut StepObservation,
        standard: Option<&StepObservation>,
        row: RowOfEngine<'_>,
    ) -> Taken {
        match self {
            Self::ResponseHeader { name, protocol } => {
                take_out_of_response(step, row.wire, (name, protocol))
            }
            Self::NoMixedContentOnLoopback => mixed_content(step, standard, row.page),
            of_requests => take_out_of_requests(of_requests, step, standard, row.page),
        }
    }
}

/// Nothing is taken out: the model plays such a page as browsers do.
fn mixed_content(step: &StepObservation, standard: Option<&StepObservation>, page: &Page) -> Taken {
    let is_on_loopback = |origin: &Origin| {
        Url::parse(&origin.to_string()).is_ok_and(|url| is_http_on_loopback(&url))
    };
    let is_of_page = [&page.origin, page.top_level_origin()].into_iter().any(is_on_loopback)
        && page.top_level_origin().scheme == Scheme::Http
        && page.origin.scheme == Scheme::Http;
    let possible = is_of_page && standard.is_some_and(requests_over_http);
    let is_shown = possible && requests_over_http(step);
    Taken { possible, shown: if is_shown { vec![Field::Requests] } else { Vec::new() } }
}

/// Whether a step requests a URL over http that is not on a loopback host. Of a request for a host
/// without a server, only the redirect that led there is known.
fn requests_over_http(step: &StepObservation) -> bool {
    let has_left = step.unserved().next().is_some();
    let left = step.requests.last().filter(|_| has_left);
    let left = left.and_then(|last| last.answer.redirects_to.as_deref());
    let requests = step.requests.iter().map(|request| request.url.as_str());
    let preflights = step.preflights.iter().map(|preflight| preflight.url.as_str());
    let mut urls = requests.chain(preflights).chain(left).filter_map(|url| Url::parse(url).ok());
    urls.any(|url| url.scheme() == "http" && !is_http_on_loopback(&url))
}

fn take_out_of_response(
    step: &mut StepObservation,
    wire: OnTheWire<'_>,
    (name, protocol): (&str, &str),
) -> Taken {
    if !wire.used_protocol(protocol, step) {
        return Taken::default();
    }
    let (read, sent) = (step.read, wire.was_sent(name));
    let Some(response) = &mut step.response else { return Taken::default() };
    let count = response.headers.len();
    response.headers.retain(|seen| sent || !seen.eq_ignore_ascii_case(name));
    let is_shown = response.headers.len() < count;
    // Of a basic response script sees all headers: https://fetch.spec.whatwg.org/#concept-filtered-response-basic
    let is_basic = response.kind.as_deref() == Some("basic");
    let possible = is_shown || (is_basic && read == Some(Read::Allowed));
    Taken { possible, shown: if is_shown { vec![Field::Response] } else { Vec::new() } }
}

impl OnTheWire<'_> {
    /// Whether the response of a step came over this protocol, in this step or in an earlier one.
    fn used_protocol(self, protocol: &str, step: &StepObservation) -> bool {
        let asked = step.requests.last().map(|request| request.url.clone());
        let of_step = || without_fragment(&step.url).map(String::from);
        let Some(url) = asked.or_else(of_step) else { return false };
        self.exchanges
            .iter()
            .any(|exchange| exchange.alpn.as_deref() == Some(protocol) && self.url(exchange) == url)
    }

    /// The URL of an exchange as observations show it.
    fn url(self, exchange: &Exchange) -> String {
        self.environment.variables_hidden_in(&self.names.logical(&exchange.request.url()))
    }

    /// Whether a server of the row sent a header of this name.
    fn was_sent(self, name: &str) -> bool {
        let replies = self.exchanges.iter().filter_map(|exchange| exchange.reply.as_ref());
        replies.flat_map(|reply| &reply.headers).any(|(sent, _)| sent.eq_ignore_ascii_case(name))
    }
}
