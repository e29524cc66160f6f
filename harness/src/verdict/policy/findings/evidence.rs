//! Finds out what the rest of a run shows about an origin whose request was rejected.
//!
//! One rejection rarely shows its reason: Spring answers 403 to an origin, a method and a header
//! that it does not allow, and Go's rs/cors answers 204 without CORS headers to all of them. What
//! the server allows for the same origin elsewhere distinguishes them.

use std::collections::BTreeSet;

use cors_model::is_cors_safelisted_method;
use url::Url;

use super::super::Played;
use super::group::listed;
use crate::case::OriginKind;
use crate::observation::{Answer, Preflight, Read, Request};

/// A preflight that failed, and all rows of the run.
pub(super) struct Refused<'r> {
    pub(super) preflight: &'r Preflight,
    pub(super) played: &'r Played<'r>,
    pub(super) rows: &'r [Played<'r>],
}

/// The reason for a rejected preflight: the method or headers with which no other preflight of the
/// page was accepted. Empty if each of them was accepted separately.
struct Blame {
    method: bool,
    headers: Vec<String>,
}

/// A preflight of the page, and whether the request followed.
struct Asked<'r> {
    preflight: &'r Preflight,
    is_accepted: bool,
    call: String,
}

impl<'r> Refused<'r> {
    /// Why the preflight fails, if the server allows something else for the same origin.
    pub(super) fn cause(&self) -> Option<(&'static str, String)> {
        let preflight = self.preflight;
        let blame = self.blame();
        let allowed = match self.allows_without_headers(&blame) {
            true if blame.headers.len() == 1 => "without it, it allows this origin".to_owned(),
            true => "without them, it allows this origin".to_owned(),
            false => format!("for {} it allows this origin", self.allowed()?),
        };
        if !self.is_refused_by_cors() {
            return None;
        }
        let method = format!("the method `{}`", preflight.method);
        let (name, what) = match (blame.method, blame.headers.as_slice()) {
            (true, []) => ("method-not-allowed", method),
            (false, headers @ [_, ..]) => ("header-not-allowed", of_headers(headers)),
            (true, headers) => {
                ("preflight-refused", format!("{method} or {}", of_headers(headers)))
            }
            (false, []) => ("preflight-refused", format!("{method}{}", self.with_headers())),
        };
        let name = if self.looks_closer() { name } else { "preflight-refused" };
        let how = match preflight.answer.status {
            status @ 200..=299 => format!("{status} without Access-Control-Allow-Origin"),
            status => status.to_string(),
        };
        let others =
            if self.refuses_all() { ", and every other preflight of this origin" } else { "" };
        let sentence =
            format!("the server refuses the preflight for {what} ({how}){others}; {allowed}");
        Some((name, sentence))
    }

    /// Whether the headers alone are the reason, because the same call is allowed without them.
    fn allows_without_headers(&self, blame: &Blame) -> bool {
        let Preflight { method, url, .. } = self.preflight;
        let has_none = |asked: &Asked<'_>| {
            let names = header_names(asked.preflight);
            blame.headers.iter().all(|name| !names.contains(name))
        };
        let is_same = |it: &Asked<'_>| it.preflight.url == *url && it.preflight.method == *method;
        let is_accepted = || self.accepted().any(|asked| is_same(&asked) && has_none(&asked));
        !blame.method
            && !blame.headers.is_empty()
            && (self.reads(method).is_some() || is_accepted())
    }

    /// Whether a CORS layer rejects the preflight, and not a server that requires a login for it or
    /// does not handle OPTIONS.
    fn is_refused_by_cors(&self) -> bool {
        let answer = &self.preflight.answer;
        let of_url = self.accepted().any(|asked| asked.preflight.url == self.preflight.url);
        let looks_at_method = answer
            .listed("vary")
            .any(|name| name.eq_ignore_ascii_case("access-control-request-method"));
        let names_origin = answer.values("access-control-allow-origin").next().is_some();
        match answer.status {
            401 => of_url,
            403 => {
                of_url
                    || looks_at_method
                    || self.accepted().next().is_some()
                    || !(names_origin || self.requires_login(403))
            }
            200..=299 => true,
            400..=499 => of_url || looks_at_method,
            _ => false,
        }
    }

    /// Whether the page's requests without a login are rejected with this status.
    fn requires_login(&self, status: u16) -> bool {
        let mut without = self.of_page().filter(|other| !other.asked.login);
        without.any(|other| requests(other).any(|one| one.answer.status == status))
    }

    fn blame(&self) -> Blame {
        let method = &self.preflight.method;
        let is_here = |asked: &Asked<'_>| asked.preflight.url == self.preflight.url;
        let mut here = self.accepted().filter(is_here).peekable();
        let of_method = |asked: Asked<'_>| asked.preflight.method == *method;
        let is_known = match here.peek() {
            Some(_) => here.any(of_method),
            None => self.accepted().any(of_method),
        };
        let is_simple = is_cors_safelisted_method(method) && self.reads(method).is_some();
        let known: BTreeSet<_> =
            self.accepted().flat_map(|asked| header_names(asked.preflight)).collect();
        let headers = self.fewest_headers();
        let headers = headers.difference(&known).cloned().collect();
        Blame { method: !is_known && !is_simple, headers }
    }

    fn with_headers(&self) -> String {
        let headers: Vec<_> = header_names(self.preflight).into_iter().collect();
        if headers.is_empty() { String::new() } else { format!(" with {}", of_headers(&headers)) }
    }

    /// Whether the server decides by method or headers.
    fn looks_closer(&self) -> bool {
        let mut varies = self.preflight.answer.listed("vary");
        varies.any(|name| name.eq_ignore_ascii_case("access-control-request-method"))
            || self.accepted().next().is_some()
    }

    /// Whether the page made other preflights, and none was accepted.
    fn refuses_all(&self) -> bool {
        let mut preflights = self.preflights().peekable();
        let this = self.preflight;
        let is_other = |it: &Asked<'_>| {
            (&it.preflight.method, &it.preflight.headers) != (&this.method, &this.headers)
        };
        let others = self.preflights().any(|it| is_other(&it));
        preflights.peek().is_some() && others && preflights.all(|it| !it.is_accepted)
    }

    /// The headers of the rejected preflight for the same method and URL that has the fewest: the
    /// other headers are not the reason for a request that fails without them.
    fn fewest_headers(&self) -> BTreeSet<String> {
        let this = header_names(self.preflight);
        let same = self.preflights().filter(|it| {
            !it.is_accepted
                && it.preflight.url == self.preflight.url
                && it.preflight.method == self.preflight.method
        });
        let fewer = same.map(|it| header_names(it.preflight)).filter(|it| it.is_subset(&this));
        fewer.min_by_key(BTreeSet::len).unwrap_or(this)
    }

    /// Something that the server allows for the page, preferably on the same URL and without a
    /// preflight.
    fn allowed(&self) -> Option<String> {
        let url = self.preflight.url.as_str();
        let reads = |is_here: bool| {
            let mut reads = self.of_page().filter_map(read_without_preflight);
            reads.find(|(request, _)| {
                (request.url == url) == is_here && self.is_of_server(&request.url)
            })
        };
        let accepted = || self.accepted().next().map(|asked| asked.call);
        reads(true).or_else(|| reads(false)).map(|(_, call)| call).or_else(accepted)
    }

    /// A request of this method to the same URL that was read and needed no preflight.
    fn reads(&self, method: &str) -> Option<String> {
        let mut reads = self.of_page().filter_map(read_without_preflight);
        let is_same =
            |request: &Request| request.method == method && request.url == self.preflight.url;
        reads.find(|(request, _)| is_same(request)).map(|(_, call)| call)
    }

    fn accepted(&self) -> impl Iterator<Item = Asked<'r>> {
        self.preflights().filter(|asked| asked.is_accepted)
    }

    /// Preflights of the page to this server.
    fn preflights(&self) -> impl Iterator<Item = Asked<'r>> {
        let asked = |played: &'r Played<'r>| {
            let steps = played.observation.steps.iter();
            steps.flat_map(move |step| {
                step.preflights.iter().map(move |preflight| {
                    let mut requests = step.requests.iter();
                    let is_accepted =
                        requests.any(|it| it.url == preflight.url && it.method == preflight.method);
                    Asked { preflight, is_accepted, call: played.asked.request() }
                })
            })
        };
        self.of_page().flat_map(asked).filter(|asked| self.is_of_server(&asked.preflight.url))
    }

    fn is_of_server(&self, url: &str) -> bool {
        origin(url) == origin(&self.preflight.url)
    }

    /// Rows of the requesting page.
    fn of_page(&self) -> impl Iterator<Item = &'r Played<'r>> + use<'r> {
        let (page, rows) = (self.played.asked.page.as_str(), self.rows);
        rows.iter().filter(move |other| is_page(other, page))
    }
}

/// Why a page gets an error, if the same request from elsewhere succeeds: the server does not allow
/// the page's origin.
pub(super) fn origin_refused(
    played: &Played<'_>,
    url: &str,
    status: u16,
    rows: &[Played<'_>],
) -> Option<(&'static str, String)> {
    let is_of_server = |one: &Request| origin(&one.url) == origin(url);
    let of_page = || {
        let of_page = rows.iter().filter(|other| is_page(other, &played.asked.page));
        of_page.filter(|other| requests(other).all(is_of_server))
    };
    if status < 400 || of_page().any(|other| other.access().is_any()) {
        return None;
    }
    let refused = of_page().flat_map(|other| requests(other).map(move |one| (other, one)));
    let mut refused = refused.filter(|(other, one)| {
        one.answer.status == status && !(other.asked.login && status == 401)
    });
    let (who, answer) = refused.find_map(|(other, one)| answered(other, one, rows))?;
    let sentence = format!(
        "the server answers {status} to this origin, and {} to the same request {who}",
        answer.status
    );
    Some(("origin-not-allowed", sentence))
}

/// Who gets a response to a request that is rejected for another origin.
fn answered<'r>(
    refused: &Played<'_>,
    request: &Request,
    rows: &'r [Played<'_>],
) -> Option<(String, &'r Answer)> {
    let is_same = |other: &&Played<'_>| {
        other.asked.request() == refused.asked.request() && other.asked.login == refused.asked.login
    };
    rows.iter().filter(is_same).find_map(|other| {
        let found =
            requests(other).find(|one| one.url == request.url && one.answer.status < 400)?;
        let who = match other.asked.kind {
            OriginKind::NoOrigin => "without an `Origin` header".to_owned(),
            _ => format!("from {}", other.asked.page),
        };
        Some((who, &found.answer))
    })
}

/// A row of a page that sends its origin.
fn is_page(played: &Played<'_>, page: &str) -> bool {
    played.asked.page == page && played.asked.kind != OriginKind::NoOrigin
}

fn requests<'r>(played: &'r Played<'_>) -> impl Iterator<Item = &'r Request> {
    played.observation.steps.iter().flat_map(|step| &step.requests)
}

/// What was read without a preflight.
fn read_without_preflight<'r>(played: &'r Played<'_>) -> Option<(&'r Request, String)> {
    let step = played.observation.steps.first()?;
    let is_read = step.read == Some(Read::Allowed) && step.preflights.is_empty();
    Some((step.requests.last().filter(|_| is_read)?, played.asked.call()))
}

/// The names in `Access-Control-Request-Headers`, which browsers write in lower case.
fn header_names(preflight: &Preflight) -> BTreeSet<String> {
    let names = preflight.headers.iter().flat_map(|names| names.split(','));
    names.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

fn of_headers(names: &[String]) -> String {
    let noun = if names.len() == 1 { "header" } else { "headers" };
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("the {noun} {}", listed(&names))
}

fn origin(url: &str) -> Option<url::Origin> {
    Url::parse(url).ok().map(|url| url.origin())
}
