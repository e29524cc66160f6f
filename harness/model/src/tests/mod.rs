//! Table tests, one file for each part of the standard.

mod construction;
mod cookie_dates;
mod cookies;
mod cors;
mod freshness;
mod origin;
mod preflight;
mod request_headers;
mod safelist;
mod streams;
mod syntax;
mod vocabulary;

use std::sync::Arc;

use url::Url;

use super::request::Request;
use super::{Client, HeaderList};

/// A header list from lines like `Name: value`.
fn headers(lines: &[&str]) -> HeaderList {
    let mut list = HeaderList::default();
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        list.append(name.to_owned(), value.trim());
    }
    list
}

fn url(url: &str) -> Url {
    Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// A request of a page, redirected along these URLs.
fn request(page: &str, urls: &[&str]) -> Request {
    let mut request = Request::of_script(url(urls[0]), &Arc::new(Client::document(url(page))));
    urls[1..].iter().for_each(|target| request.append_url(url(target)));
    request
}
