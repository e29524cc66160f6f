//! Finds redirects that end a request: to the same URL, from https to http and back, and to an
//! origin without a server. A server behind TLS that treats its requests as plain HTTP redirects
//! so, such as Django with `SECURE_SSL_REDIRECT` or Flask when it adds a slash.

use std::collections::BTreeSet;

use cors_model::{Reason, Refusal};
use indexmap::IndexMap;
use url::Url;

use super::super::Played;
use super::finding::{Cause, Finding, Severity};
use super::group::{capitalised, distinct, listed, with_obstacles};
use super::hints;
use crate::case::OriginKind;
use crate::observation::{Answer, StepObservation};
use crate::verdict::engine_wide::is_http_on_loopback;

const TO_ELSEWHERE: &str = "redirect-to-elsewhere";
const LOOP: &str = "redirect-loop";

/// Why a step that ends in such a redirect is blocked: at the preflight, at the CORS check of the
/// redirect, or after it.
pub(super) fn cause(step: &StepObservation, refusal: &Refusal, page: &str) -> Option<Cause> {
    let redirect = Redirect::of(step, refusal, page)?;
    Some((redirect.kind.name(), redirect.words() + redirect.obstacle(refusal, page)))
}

/// Why the page cannot follow the redirect, as the end of its cause: it differs between pages to which the server
/// gives the same redirect.
pub(super) fn obstacle(played: &Played<'_>) -> &'static str {
    let page = &played.asked.page;
    let of_step =
        |(step, refusal)| Some(Redirect::of(step, refusal, page)?.obstacle(refusal, page));
    blocked(played).find_map(of_step).unwrap_or_default()
}

/// Whether a finding with this name is about such a redirect.
pub(super) fn is_named(name: &str) -> bool {
    name == LOOP || name.starts_with("redirect-to-")
}

/// How to fix it, as a sentence after the cause.
pub(super) fn note(played: &Played<'_>) -> Option<String> {
    let Redirect { asked, target, kind } = &redirect(played)?;
    let is_behind_tls = asked.scheme() == "https" && asked.host() == target.host();
    let plain = "The server seems to take the request for plain HTTP";
    let words = match (kind, played.forwarded) {
        (Kind::Https, _) => hints::HTTPS_ORIGIN.for_row(played).to_owned(),
        (Kind::Elsewhere, _) => hints::other_server(played, &target.origin().ascii_serialization()),
        // A server that requires https writes the whole URL.
        (Kind::Loop, _) => return None,
        _ if !is_behind_tls => return None,
        (_, Some(false)) => format!(
            "{plain}: {}, which sends `X-Forwarded-Proto: https` as a reverse proxy that terminates TLS does",
            hints::FORWARDED.for_row(played)
        ),
        (_, Some(true)) => format!(
            "{plain}, although {} sends `X-Forwarded-Proto: https`: configure it to trust its proxy",
            hints::IS_FORWARDED.for_row(played)
        ),
        (_, None) => format!(
            "{plain}: behind a reverse proxy that terminates TLS it gets `X-Forwarded-Proto: https`"
        ),
    };
    Some(format!(". {words}"))
}

/// Redirects that end the requests of pages that the policy does not allow, unless the same redirect
/// is a finding of allowed pages too: these rows do not show what the server allows.
pub(super) fn of_unlisted(rows: &[Played<'_>]) -> Vec<Finding> {
    let ended = || rows.iter().enumerate().filter(|(_, row)| is_ended_by_redirect(row));
    let place = |row: &Played<'_>| {
        let redirect = redirect(row)?;
        Some((redirect.kind.name(), redirect.target.origin().ascii_serialization()))
    };
    let is_allowed = |(_, row): &(usize, &Played<'_>)| row.asked.allowed;
    let followed: BTreeSet<_> =
        ended().filter(is_allowed).filter_map(|(_, row)| place(row)).collect();
    let mut found: IndexMap<_, Vec<usize>> = IndexMap::new();
    for (number, row) in ended().filter(|row| !is_allowed(row)) {
        let is_checked = !matches!(row.asked.kind, OriginKind::NoOrigin | OriginKind::Probe);
        if let Some(place) = place(row).filter(|place| is_checked && !followed.contains(place)) {
            found.entry(place).or_default().push(number);
        }
    }
    found.into_values().filter_map(|numbers| of_rows(rows, numbers)).collect()
}

fn of_rows(rows: &[Played<'_>], numbers: Vec<usize>) -> Option<Finding> {
    let first = &rows[*numbers.first()?];
    let (name, words) = redirect(first).map(|found| (found.kind.name(), found.words()))?;
    let named = |of: fn(&Played<'_>) -> String| {
        listed(&distinct(numbers.iter().map(|number| of(&rows[*number]))))
    };
    let calls = named(|row| row.asked.call());
    let pages = named(|row| row.asked.page.clone());
    let note = note(first).unwrap_or_default();
    let obstacles = numbers.iter().map(|number| obstacle(&rows[*number]));
    let why = capitalised(&with_obstacles(&words, obstacles));
    Some(Finding {
        severity: Severity::Medium,
        name,
        sentence: format!(
            "{why}, so the results do not show whether {pages} can read {calls}{note}"
        ),
        rows: numbers,
    })
}

/// Whether a redirect ended the requests of a row, and no CORS check did: the row does not show what
/// the server allows for the page.
pub(super) fn is_ended_by_redirect(played: &Played<'_>) -> bool {
    let is_ended = |(step, refusal): (&StepObservation, &Refusal)| {
        let is_of_redirect = matches!(
            refusal.reason,
            Reason::NoServer | Reason::MixedContent | Reason::TooManyRedirects
        );
        is_of_redirect && !step.requests.is_empty()
    };
    blocked(played).any(is_ended)
}

fn redirect(played: &Played<'_>) -> Option<Redirect> {
    let page = &played.asked.page;
    blocked(played).find_map(|(step, refusal)| Redirect::of(step, refusal, page))
}

/// The steps that the standard denies.
fn blocked<'a>(
    played: &Played<'a>,
) -> impl Iterator<Item = (&'a StepObservation, &'a Refusal)> + use<'a> {
    played.steps().filter_map(|(step, refusal)| Some((step, refusal?)))
}

/// The target of a redirect.
#[derive(Clone, Copy)]
enum Kind {
    /// The requested URL, as an absolute URL.
    Itself,
    /// A URL that redirects back, or the requested one with another query or as a relative URL.
    Loop,
    /// From `https` to `http`.
    Http,
    /// From `http` to `https` of the same host.
    Https,
    /// Another origin, where the policy has no server.
    Elsewhere,
}

impl Kind {
    /// The name of the finding.
    fn name(self) -> &'static str {
        match self {
            Self::Itself => "redirect-to-itself",
            Self::Loop => LOOP,
            Self::Http => "redirect-to-http",
            Self::Https => "redirect-to-https",
            Self::Elsewhere => TO_ELSEWHERE,
        }
    }
}

/// A redirect as the last response of a step.
struct Redirect {
    asked: Url,
    target: Url,
    kind: Kind,
}

impl Redirect {
    fn of(step: &StepObservation, refusal: &Refusal, page: &str) -> Option<Self> {
        let (asked, answer) = last(step)?;
        let asked = Url::parse(asked).ok()?;
        let target = Url::parse(answer.redirects_to.as_deref()?).ok()?;
        let is_same_host = asked.host() == target.host();
        let is_over_https = page.starts_with("https:");
        let kind = match (asked.scheme(), target.scheme(), refusal.reason) {
            _ if answer.repeats_url => Kind::Itself,
            (.., Reason::TooManyRedirects) => Kind::Loop,
            ("https", "http", _) if is_same_host || is_over_https => Kind::Http,
            ("http", "https", _) if is_same_host => Kind::Https,
            (.., Reason::NoServer) => Kind::Elsewhere,
            _ => return None,
        };
        Some(Self { asked, target, kind })
    }

    /// What the server does.
    fn words(&self) -> String {
        let most = "and browsers follow 20 redirects at most";
        match self.kind {
            Kind::Itself => format!("the server redirects to the same URL, {most}"),
            Kind::Loop => {
                format!("the server redirects in a loop through `{}`, {most}", self.target)
            }
            Kind::Http | Kind::Https | Kind::Elsewhere => {
                format!("the server redirects to `{}`", self.target.origin().ascii_serialization())
            }
        }
    }

    /// Why a page cannot follow it.
    fn obstacle(&self, refusal: &Refusal, page: &str) -> &'static str {
        match (self.kind, refusal.reason) {
            (Kind::Itself | Kind::Loop, _) => "",
            (_, Reason::NoServer) => ", where the policy has no server",
            _ if self.is_mixed_content(page) => {
                ", which a page over https may not load (mixed content)"
            }
            _ => "",
        }
    }

    /// Whether a page may not follow it. <https://w3c.github.io/webappsec-mixed-content/>
    fn is_mixed_content(&self, page: &str) -> bool {
        page.starts_with("https:")
            && self.target.scheme() == "http"
            && !is_http_on_loopback(&self.target)
    }
}

/// The severity of a request that an allowed page cannot make because of a redirect.
pub(super) fn severity(name: &str) -> Option<Severity> {
    (name == TO_ELSEWHERE).then_some(Severity::Medium)
}

/// The URL of the last request or preflight, and the response.
fn last(step: &StepObservation) -> Option<(&str, &Answer)> {
    let request = step.requests.last().map(|it| (it.url.as_str(), &it.answer));
    request.or_else(|| step.preflights.last().map(|it| (it.url.as_str(), &it.answer)))
}
