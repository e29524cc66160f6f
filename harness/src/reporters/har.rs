//! All exchanges as an HTTP Archive, HAR 1.2: <http://www.softwareishard.com/blog/har-12-spec/>. Developer tools of
//! browsers import it.
//!
//! A page is a row on an engine. Values of cookies and of `Authorization` are replaced by their length, and bodies are
//! left out.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cors_servers::exchange::Exchange;
use har::v1_2::{
    Cache, Content, Cookies, Creator, Entries, Headers, PageTimings, Pages, QueryString, Request,
    Response, Timings,
};
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::Url;

use super::collected::written;
use super::merged::kept;
use super::spool::Spool;
use super::{CaseResult, Finished, Format, MergedRun, ReportError, Reporter, Target};
use crate::report::{Wire, WireReply, milliseconds};
use crate::results::RowOutcome;

pub(super) const FORMAT: Format = Format { name: "har", target: Target::File, open, keep, join };

/// The pages and entries of a trial.
fn keep(result: &CaseResult<'_>) -> Value {
    kept((pages(result), entries_of(result).collect::<Vec<_>>()))
}

fn join(file: &Path, run: &MergedRun<'_>) -> Result<(), ReportError> {
    let of = |place: usize| {
        let lists = run.values("har").filter_map(move |kept| kept[place].as_array());
        lists.flatten().collect::<Vec<_>>()
    };
    write(file, of(0), of(1))
}

/// Keeps entries in a temporary file.
struct Har {
    file: PathBuf,
    /// Empty after the end.
    entries: Option<io::Result<Spool>>,
    pages: BTreeMap<usize, Vec<Pages>>,
}

/// The document. `har` holds the entries of a log in memory.
#[derive(Serialize)]
struct Archive<P, E> {
    log: Log<P, E>,
}

#[derive(Serialize)]
struct Log<P, E> {
    version: &'static str,
    creator: Creator,
    pages: P,
    entries: E,
}

fn open(file: &Path) -> Result<Box<dyn Reporter>, ReportError> {
    let entries = Some(Ok(Spool::new().map_err(ReportError::unspooled)?));
    Ok(Box::new(Har { file: file.to_owned(), entries, pages: BTreeMap::new() }))
}

impl Reporter for Har {
    fn case(&mut self, result: &CaseResult<'_>) {
        self.pages.insert(result.trial, pages(result));
        if let Some(Ok(spool)) = &mut self.entries
            && let Err(error) = spool.add(result.trial, entries_of(result))
        {
            self.entries = Some(Err(error));
        }
    }

    fn finished(&mut self, _: &Finished<'_>) -> Result<(), ReportError> {
        let Some(spool) = self.entries.take() else { return Ok(()) };
        let entries = spool.and_then(Spool::entries).map_err(ReportError::unspooled)?;
        let pages = std::mem::take(&mut self.pages).into_values().flatten();
        write(&self.file, pages.collect::<Vec<_>>(), entries)
    }
}

fn write(file: &Path, pages: impl Serialize, entries: impl Serialize) -> Result<(), ReportError> {
    let creator = Creator {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        comment: None,
    };
    let archive = Archive { log: Log { version: "1.2", creator, pages, entries } };
    written(file, |output| {
        serde_json::to_writer(&mut *output, &archive)?;
        output.write_all(b"\n")
    })
}

/// The rows of a trial with exchanges, with their numbers.
fn rows<'a>(result: &CaseResult<'a>) -> impl Iterator<Item = (usize, &'a RowOutcome)> + use<'a> {
    let rows = result.judged.rows.iter().enumerate();
    rows.filter(|(_, row)| !row.exchanges.is_empty())
}

fn pages(result: &CaseResult<'_>) -> Vec<Pages> {
    rows(result).map(|(number, row)| page(result, number, row)).collect()
}

fn entries_of(result: &CaseResult<'_>) -> impl Iterator<Item = Entries> {
    rows(result).flat_map(|(number, row)| entries(&id(result, number), row))
}

fn id(CaseResult { case, judged, .. }: &CaseResult<'_>, number: usize) -> String {
    format!("{}/{}/{}", judged.engine.as_str(), case.id, number + 1)
}

fn page(result: &CaseResult<'_>, number: usize, row: &RowOutcome) -> Pages {
    let CaseResult { case, judged, .. } = result;
    let values = case.rows.get(number).map(|row| &row.values);
    let values = values.into_iter().flatten().map(|(name, value)| format!(" {name}={value}"));
    let values: String = values.collect();
    Pages {
        started_date_time: moment(row.clock + first(row)),
        id: id(result, number),
        title: format!("{}{values} [{}]", case.id, judged.engine.as_str()),
        page_timings: PageTimings::default(),
        comment: Some(case.name.clone()),
    }
}

fn first(row: &RowOutcome) -> Duration {
    row.exchanges.first().map(|exchange| exchange.arrived).unwrap_or_default()
}

fn entries(page: &str, row: &RowOutcome) -> Vec<Entries> {
    let exchanges = Wire::all(row).zip(&row.exchanges);
    exchanges.map(|(wire, exchange)| entry(page, row, wire, exchange)).collect()
}

fn entry(page: &str, row: &RowOutcome, wire: Wire, exchange: &Exchange) -> Entries {
    let wait = exchange.reply.as_ref().map_or(0.0, |reply| milliseconds(reply.after));
    let version = match wire.alpn.as_deref() {
        Some("h2") => "HTTP/2",
        _ => "HTTP/1.1",
    };
    Entries {
        pageref: Some(page.to_owned()),
        started_date_time: moment(row.clock + exchange.arrived),
        time: wait,
        request: request(&wire, version),
        response: wire
            .reply
            .as_ref()
            .map_or_else(|| no_response(version), |reply| response(reply, version)),
        cache: Cache::default(),
        timings: Timings { wait, ..Timings::default() },
        server_ip_address: None,
        connection: Some(wire.connection.to_string()),
        comment: None,
    }
}

fn request(wire: &Wire, version: &str) -> Request {
    let (method, url) = wire.request.split_once(' ').unwrap_or((&wire.request, ""));
    let parsed = Url::parse(url).ok();
    let query = parsed.iter().flat_map(Url::query_pairs);
    let query = query.map(|(name, value)| QueryString {
        name: name.into_owned(),
        value: value.into_owned(),
        comment: None,
    });
    Request {
        method: method.to_owned(),
        // A length in place of a value is no part of a URL as it is written.
        url: parsed.as_ref().map_or_else(|| url.to_owned(), Url::to_string),
        http_version: version.to_owned(),
        cookies: cookies(&wire.headers, "cookie"),
        headers: headers(&wire.headers),
        query_string: query.collect(),
        post_data: None,
        headers_size: -1,
        body_size: wire.body_length.map_or(-1, length),
        comment: None,
    }
}

fn response(reply: &WireReply, version: &str) -> Response {
    let status = http::StatusCode::from_u16(reply.status).ok();
    let text = status.and_then(|status| status.canonical_reason()).unwrap_or_default();
    let size = length(reply.body_length);
    Response {
        status: reply.status.into(),
        status_text: text.to_owned(),
        http_version: version.to_owned(),
        cookies: cookies(&reply.headers, "set-cookie"),
        headers: headers(&reply.headers),
        content: Content {
            size,
            mime_type: Some(value(&reply.headers, "content-type").unwrap_or_default().to_owned()),
            ..Content::default()
        },
        redirect_url: Some(value(&reply.headers, "location").unwrap_or_default().to_owned()),
        headers_size: -1,
        body_size: size,
        comment: None,
    }
}

/// Browsers write 0 as the status of a response that did not come.
fn no_response(version: &str) -> Response {
    let reply = WireReply { status: 0, headers: Vec::new(), body_length: 0 };
    Response { comment: Some("There was no response.".to_owned()), ..response(&reply, version) }
}

fn headers(lines: &[(String, String)]) -> Vec<Headers> {
    let header = |(name, value): &(String, String)| Headers {
        name: name.clone(),
        value: value.clone(),
        comment: None,
    };
    lines.iter().map(header).collect()
}

/// The cookies of these header lines, whose values are hidden already.
fn cookies(lines: &[(String, String)], header: &str) -> Vec<Cookies> {
    let lines = lines.iter().filter(|(name, _)| name.eq_ignore_ascii_case(header));
    let pairs = lines.flat_map(|(_, line)| match header {
        "cookie" => line.split("; ").collect(),
        _ => line.split(';').take(1).collect::<Vec<_>>(),
    });
    let cookie = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        Cookies { name: name.to_owned(), value: value.to_owned(), ..Cookies::default() }
    };
    pairs.map(cookie).collect()
}

fn value<'l>(lines: &'l [(String, String)], header: &str) -> Option<&'l str> {
    let mut lines = lines.iter().filter(|(name, _)| name.eq_ignore_ascii_case(header));
    lines.next().map(|(_, value)| value.as_str())
}

fn length(length: u64) -> i64 {
    i64::try_from(length).unwrap_or(-1)
}

/// A moment since the Unix epoch, to a millisecond.
fn moment(since: Duration) -> String {
    let milliseconds = Duration::from_millis(since.as_millis().try_into().unwrap_or_default());
    let moment =
        OffsetDateTime::UNIX_EPOCH.checked_add(milliseconds.try_into().unwrap_or_default());
    moment.and_then(|moment| moment.format(&Rfc3339).ok()).unwrap_or_default()
}
