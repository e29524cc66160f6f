//! Turns the exchanges that servers recorded into the requests of an observation, with the host names of the case.

use cors_servers::exchange::Exchange;

use super::redirect::{redirects_to, repeats_url};
use super::{Answer, Authored, Preflight, Request, RequestHeaders};
use crate::plan::Names;

pub(super) fn is_preflight(exchange: &Exchange) -> bool {
    exchange.request.preflight_method().is_some()
}

/// The method of a request, or of the request that a preflight asks for.
pub(super) fn method(exchange: &Exchange) -> &[u8] {
    exchange.request.preflight_method().unwrap_or(exchange.request.method.as_bytes())
}

pub(super) fn preflight(exchange: &Exchange, authored: &Authored, names: &Names) -> Preflight {
    Preflight {
        url: names.logical(&exchange.request.url()),
        origin: header(exchange, "origin", names),
        method: header(exchange, "access-control-request-method", names).unwrap_or_default(),
        headers: header(exchange, "access-control-request-headers", names),
        request_headers: headers(exchange, authored, names),
        answer: answer(exchange, names),
    }
}

pub(super) fn request(exchange: &Exchange, authored: &Authored, names: &Names) -> Request {
    Request {
        method: exchange.request.method.clone(),
        url: names.logical(&exchange.request.url()),
        origin: header(exchange, "origin", names),
        cookies: cookies(exchange, names),
        headers: headers(exchange, authored, names),
        answer: answer(exchange, names),
    }
}

fn headers(exchange: &Exchange, authored: &Authored, names: &Names) -> RequestHeaders {
    let url = names.logical(&exchange.request.url());
    authored.headers(&url, |name| header(exchange, name, names))
}

fn answer(exchange: &Exchange, names: &Names) -> Answer {
    let Some(reply) = &exchange.reply else {
        return Answer { status: 0, headers: Vec::new(), redirects_to: None, repeats_url: false };
    };
    let kept = reply.headers.iter().filter(|(name, _)| Answer::keeps(name));
    Answer {
        status: reply.status,
        headers: kept.map(|(name, value)| (name.clone(), text(value, names))).collect(),
        redirects_to: redirects_to(exchange).map(|target| names.logical(&target)),
        repeats_url: repeats_url(exchange),
    }
}

/// <https://fetch.spec.whatwg.org/#concept-header-list-get>: all values, joined by `, `.
fn header(exchange: &Exchange, name: &str, names: &Names) -> Option<String> {
    let values: Vec<_> = exchange.request.header(name).map(|value| text(value, names)).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

fn text(value: &[u8], names: &Names) -> String {
    names.logical(&String::from_utf8_lossy(value))
}

/// The names of the cookies only, since a value may be a secret. Over HTTP/2 there may be several `Cookie` lines.
fn cookies(exchange: &Exchange, names: &Names) -> Vec<String> {
    let lines = exchange.request.header("cookie").map(|line| text(line, names));
    let pairs = lines
        .flat_map(|line| line.split(';').map(|pair| pair.trim().to_owned()).collect::<Vec<_>>());
    pairs
        .map(|pair| pair.split_once('=').map_or_else(String::new, |(name, _)| name.to_owned()))
        .collect()
}
