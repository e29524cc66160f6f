//! Probes of a browser's preflight cache: a `PUT` that needs a preflight, a wait, and the same `PUT` again.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use cors_clock::Clock;
use cors_servers::exchange::Exchange;
use cors_servers::script::{Address, OriginScript, Routes, Scheme, Versions};
use cors_servers::{HostedServers, Lab, Service, Services};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};

use super::search::{Probe, Search};
use super::{MeasureError, Measured};
use crate::case::ThirdPartyCookies;
use crate::contexts::RunsIn;
use crate::engine::{BrowserClock, Installed, Opening, Session, Source};
use crate::plan::PagePlan;

/// The hosts of the page and of the server that it asks.
const PAGE: &str = "page.example";
const SERVER: &str = "server.example";

/// The name of the service that plays both.
const SERVICE: &str = "measure";

/// The longest wait, in seconds: a year.
const LIMIT: u32 = 31_536_000;

/// Makes one request and reports its status, or the exception.
const SCRIPT: &str = "const [url, done] = arguments;\
                      fetch(url, { method: 'PUT' }).then((r) => done(String(r.status)), (e) => done(String(e)))";

/// Measures how long a browser keeps preflight responses: one for each value of `Access-Control-Max-Age`, or without the
/// header. All of them are measured in one browser.
///
/// # Errors
/// [`MeasureError`], which says nothing about the browser's cache.
pub async fn max_age(
    installed: &Installed,
    values: &[Option<String>],
) -> Result<Measured, MeasureError> {
    let lab = Lab::start().await?;
    let clock = Arc::new(BrowserClock::new(lab.ahead()).map_err(MeasureError::Clock)?);
    lab.offer(services(values)?);
    let display = installed.display().await?;
    let opening = Opening {
        reads_console: false,
        clock: Some(Arc::clone(&clock)),
        ..Opening::new(installed, &lab, ThirdPartyCookies::AsShipped)
    };
    let session = opening.open(display.as_ref()).await?;
    let searched = search_all(&session, &lab, &clock, values.len()).await;
    let version = session.browser.version.clone();
    session.end().await?;
    let searched = searched?;
    let probes = searched.iter().map(Search::probes).sum();
    let lifetimes = searched.iter().map(Search::lifetime).collect();
    Ok(Measured { kind: installed.kind, version, lifetimes, probes })
}

async fn search_all(
    session: &Session,
    lab: &Lab,
    clock: &Clock,
    values: usize,
) -> Result<Vec<Search>, MeasureError> {
    let servers = lab.host(vec![origin(PAGE), origin(SERVER)])?;
    session.browser.enter(&page()).await?;
    let mut searched = Vec::with_capacity(values);
    for index in 0..values {
        searched.push(search(session, &servers, clock, index).await?);
    }
    Ok(searched)
}

async fn search(
    session: &Session,
    servers: &HostedServers,
    clock: &Clock,
    index: usize,
) -> Result<Search, MeasureError> {
    let mut search = Search::up_to(LIMIT);
    while let Some(waited) = search.next() {
        let url = format!("http://{SERVER}/{index}/{}", search.probes());
        let first = put(session, servers, &url).await?;
        let Some(preflight) = first.preflight else {
            let words = format!("the first request for {url} had no preflight");
            return Err(MeasureError::Page(words));
        };
        clock.advance(waited).map_err(MeasureError::Clock)?;
        let second = put(session, servers, &url).await?;
        let late = second.began.saturating_sub(preflight).as_secs();
        let late = u32::try_from(late).unwrap_or(u32::MAX);
        search.add(Probe { waited, late, is_reused: second.preflight.is_none() });
    }
    Ok(search)
}

/// What the server recorded of one `PUT`, on its own clock.
struct Recorded {
    /// When the first request arrived.
    began: Duration,
    /// When the preflight arrived, if there was one.
    preflight: Option<Duration>,
}

async fn put(
    session: &Session,
    servers: &HostedServers,
    url: &str,
) -> Result<Recorded, MeasureError> {
    let status = session.browser.run_script(SCRIPT, vec![url.into()]).await?;
    if status != "200" {
        return Err(MeasureError::Page(format!("the page could not read {url}: {status}")));
    }
    let exchanges = servers.take_exchanges();
    let of_url = |exchange: &&Exchange| exchange.request.url() == url;
    let preflight = exchanges.iter().filter(of_url).find(|one| one.request.method == "OPTIONS");
    let Some(first) = exchanges.iter().find(of_url) else {
        return Err(MeasureError::Page(format!(
            "the page has a response of {url} that no server sent"
        )));
    };
    Ok(Recorded { began: first.arrived, preflight: preflight.map(|one| one.arrived) })
}

fn page() -> PagePlan {
    PagePlan {
        url: format!("http://{PAGE}/"),
        runs_in: RunsIn::TopLevel,
        origin: format!("http://{PAGE}"),
        documents: Vec::new(),
        marker: origin(PAGE),
    }
}

fn origin(host: &str) -> OriginScript {
    OriginScript {
        address: Address { scheme: Scheme::Http, host: host.to_owned(), port: 80 },
        versions: Versions::Any,
        cors: None,
        routes: Routes::new(),
        service: Some(SERVICE.to_owned()),
        close_after_response: false,
        watches: Vec::new(),
    }
}

/// A document for the page, and permission for every other request. The first segment of a path is the index of the value.
fn services(values: &[Option<String>]) -> Result<Services, MeasureError> {
    let permissions: Vec<_> = values.iter().map(permission).collect::<Result<_, _>>()?;
    let router = Router::new().fallback(move |method: Method, uri: Uri| {
        let index = uri.path().split('/').nth(1).and_then(|index| index.parse::<usize>().ok());
        let permission = index.and_then(|index| permissions.get(index)).cloned();
        std::future::ready(answer(&method, permission.unwrap_or_default()))
    });
    let mut services = Services::default();
    services.add(SERVICE, Service::new("the server that is measured with", router));
    Ok(services)
}

/// The headers of a response that allows `PUT`. No HTTP cache stores it.
fn permission(value: &Option<String>) -> Result<HeaderMap, MeasureError> {
    let mut permission = HeaderMap::new();
    permission.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    permission.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    permission.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("PUT"));
    if let Some(value) = value {
        let line = HeaderValue::from_str(value);
        let line = line.map_err(|_| MeasureError::Value(value.clone()))?;
        permission.insert(header::ACCESS_CONTROL_MAX_AGE, line);
    }
    Ok(permission)
}

fn answer(method: &Method, permission: HeaderMap) -> Response {
    match *method {
        Method::GET => Html("<!doctype html><title>measure</title>").into_response(),
        Method::OPTIONS => (StatusCode::NO_CONTENT, permission).into_response(),
        _ => (StatusCode::OK, permission).into_response(),
    }
}
