//! Finds redirects of a server behind TLS that takes its requests for plain HTTP, such as Django
//! with `SECURE_SSL_REDIRECT` or Flask when it adds a slash.

use url::Url;

use super::super::Played;
use super::causes::Cause;
use crate::observation::{Answer, StepObservation};

/// Why a step that ends in such a redirect is blocked: at the preflight, at the CORS check of the
/// redirect, or after it.
pub(super) fn cause(played: &Played<'_>, step: &StepObservation) -> Option<Cause> {
    let redirect = Redirect::of(played, step)?;
    let target = redirect.target.origin().ascii_serialization();
    let cause = match redirect.kind {
        Kind::Itself => {
            "the server redirects to the same URL, and browsers follow 20 redirects at most"
                .to_owned()
        }
        Kind::Http => format!(
            "the server redirects to `{target}`, which a page over https may not load (mixed content)"
        ),
        Kind::Https => format!("the server redirects to `{target}`"),
    };
    Some((redirect.kind.name(), cause))
}

/// Whether a finding with this name is about such a redirect.
pub(super) fn is_named(name: &str) -> bool {
    name.starts_with("redirect-to-")
}

/// How to fix it, as a sentence after the cause.
pub(super) fn note(played: &Played<'_>) -> Option<&'static str> {
    let mut steps = played.observation.steps.iter();
    let redirect = steps.find_map(|step| Redirect::of(played, step))?;
    let Redirect { asked, target, kind } = &redirect;
    match (kind, played.forwarded) {
        (Kind::Https, _) => Some(
            ". Use the `https` origin that browsers see for this server (`--as` of `check`), and set \
             `forwarded: true` (`--forwarded`)",
        ),
        _ if asked.scheme() != "https" || asked.host() != target.host() => None,
        (_, Some(false)) => Some(
            ". The server seems to take the request for plain HTTP: set `forwarded: true` for this server \
             (`--forwarded` of `check`), which sends `X-Forwarded-Proto: https` as a reverse proxy that \
             terminates TLS does",
        ),
        (_, Some(true)) => Some(
            ". The server seems to take the request for plain HTTP, although `forwarded: true` sends \
             `X-Forwarded-Proto: https`: configure it to trust its proxy",
        ),
        (_, None) => Some(
            ". The server seems to take the request for plain HTTP: behind a reverse proxy that terminates TLS it \
             gets `X-Forwarded-Proto: https`",
        ),
    }
}

/// The target of a redirect.
enum Kind {
    /// The requested URL.
    Itself,
    /// From `https` to `http`, for a page over `https`.
    Http,
    /// From `http` to `https` of the same host.
    Https,
}

impl Kind {
    /// The name of the finding.
    fn name(&self) -> &'static str {
        match self {
            Self::Itself => "redirect-to-itself",
            Self::Http => "redirect-to-http",
            Self::Https => "redirect-to-https",
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
    fn of(played: &Played<'_>, step: &StepObservation) -> Option<Self> {
        let (asked, answer) = last(step)?;
        let asked = Url::parse(asked).ok()?;
        let target = Url::parse(answer.redirects_to.as_deref()?).ok()?;
        let kind = match (asked.scheme(), target.scheme()) {
            // The query of a target is not recorded, and may differ.
            _ if asked.origin() == target.origin() && asked.path() == target.path() => Kind::Itself,
            ("https", "http") if played.asked.page.starts_with("https:") => Kind::Http,
            ("http", "https") if asked.host() == target.host() => Kind::Https,
            _ => return None,
        };
        Some(Self { asked, target, kind })
    }
}

/// The URL of the last request or preflight, and the response.
fn last(step: &StepObservation) -> Option<(&str, &Answer)> {
    let request = step.requests.last().map(|it| (it.url.as_str(), &it.answer));
    request.or_else(|| step.preflights.last().map(|it| (it.url.as_str(), &it.answer)))
}
