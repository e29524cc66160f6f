//! The control: a plain HTTP client without origin rules, like curl, Postman or another server. It
//! sends its requests through the same proxy to the same servers, and is recorded like a browser.

use std::sync::Arc;

use cors_servers::Lab;
use futures_util::future::join_all;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};

use super::cookie_jar::Jar;
use super::plain_client::through;
use crate::case::{Credentials, Step};
use crate::observation::{CallSeen, ResponseSeen, RowSeen};
use crate::plan::PlannedRow;

/// The number of redirects that are followed, the same as in a browser:
/// <https://fetch.spec.whatwg.org/#http-redirect-fetch>.
const REDIRECTS: usize = 20;

/// The client's name. It has no version; it changes with this suite.
pub fn version() -> &'static str {
    concat!("reqwest in cors-harness ", env!("CARGO_PKG_VERSION"))
}

/// Plays one row against the lab's servers.
pub async fn play(lab: &Lab, row: &PlannedRow) -> RowSeen {
    match clients(lab, row) {
        Ok(clients) => clients.step_groups(row).await,
        Err(error) => RowSeen { trouble: Some(error.to_string()), ..RowSeen::default() },
    }
}

/// A client that follows redirects and one that does not, each with and without the row's cookies.
struct Clients {
    with_cookies: [Client; 2],
    without: [Client; 2],
}

fn clients(lab: &Lab, row: &PlannedRow) -> Result<Clients, reqwest::Error> {
    let jar = Arc::new(Jar::default());
    for cookie in &row.cookies {
        if let Ok(url) = cookie.origin.to_string().parse() {
            jar.add(&cookie.set_cookie, &url);
        }
    }
    let make = |follow: bool, jar: Option<&Arc<Jar>>| {
        let policy = if follow { Policy::limited(REDIRECTS) } else { Policy::none() };
        let builder = through(lab)?.redirect(policy);
        match jar {
            Some(jar) => builder.cookie_provider(Arc::clone(jar)).build(),
            None => builder.build(),
        }
    };
    Ok(Clients {
        with_cookies: [make(false, Some(&jar))?, make(true, Some(&jar))?],
        without: [make(false, None)?, make(true, None)?],
    })
}

impl Clients {
    async fn step_groups(&self, row: &PlannedRow) -> RowSeen {
        let mut seen = RowSeen::default();
        for (number, calls) in row.play.step_groups.iter().enumerate() {
            let group = join_all(calls.iter().map(|call| self.call(call))).await;
            seen.step_groups.push(group);
            // Only its arrival matters, and the servers' log records that.
            let _ = self.without[0].get(format!("{}{number}", row.play.marker)).send().await;
        }
        seen
    }

    async fn call(&self, call: &Step) -> CallSeen {
        let attempt = async {
            let response = self.request(call).map_err(|words| ("TypeError", words))?.send().await;
            response.map_err(|error| ("Error", format!("{error:?}")))
        };
        match attempt.await {
            Ok(response) => seen(call, response).await,
            Err((name, message)) => CallSeen::Threw { name: name.to_owned(), message },
        }
    }

    fn request(&self, call: &Step) -> Result<RequestBuilder, String> {
        let method =
            Method::from_bytes(call.method.as_bytes()).map_err(|error| error.to_string())?;
        let follow = usize::from(!matches!(call.redirect.as_deref(), Some("manual" | "error")));
        let set = if call.credentials == Some(Credentials::Omit) {
            &self.without
        } else {
            &self.with_cookies
        };
        let mut request = set[follow].request(method, &call.url);
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        Ok(match &call.body {
            Some(body) => request.body(body.clone()),
            None => request,
        })
    }
}

async fn seen(call: &Step, response: reqwest::Response) -> CallSeen {
    let status = response.status().as_u16();
    let mut headers: Vec<_> =
        response.headers().keys().map(|name| name.as_str().to_owned()).collect();
    headers.sort();
    let written = call.url.parse::<reqwest::Url>();
    let redirected = written.is_ok_and(|mut written| {
        written.set_fragment(None);
        written != *response.url()
    });
    let seen = |body| ResponseSeen { kind: None, status, redirected, headers, body };
    match response.text().await {
        Ok(body) => CallSeen::Response(seen(body)),
        Err(error) => {
            CallSeen::BrokenBody { message: error.to_string(), response: seen(String::new()) }
        }
    }
}
