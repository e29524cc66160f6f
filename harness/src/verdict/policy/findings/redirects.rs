//! Redirects that a server behind TLS makes when it takes its requests for plain HTTP: Django with
//! `SECURE_SSL_REDIRECT`, Flask where it adds a slash, and their like.

use url::Url;

use super::super::Played;
use super::causes::Cause;
use crate::observation::{Answer, StepObservation};

/// Why a step that ends in such a redirect is withheld, whether at the preflight, at the CORS check of the
/// redirect, or behind it.
pub(super) fn cause(played: &Played<'_>, step: &StepObservation) -> Option<Cause> {
    let (asked, answer) = last(step)?;
    let asked = Url::parse(asked).ok()?;
    let target = Url::parse(answer.redirects_to.as_deref()?).ok()?;
    let same_host = asked.host() == target.host();
    let hint = || format!("; it seems to take the request for plain HTTP: {}", hint(played));
    match (asked.scheme(), target.scheme()) {
        // The query of a target is not known, and may differ.
        (scheme, _) if is_at_the_same_path(&asked, &target) => {
            let what =
                "the server redirects to the same URL, and browsers follow 20 redirects at most";
            let hint = if scheme == "https" { hint() } else { String::new() };
            Some(("redirect-to-itself", format!("{what}{hint}")))
        }
        ("https", "http") if is_over_https(played) => {
            let what = format!(
                "the server redirects to `{}`, which a page over https may not load (mixed content)",
                target.origin().ascii_serialization()
            );
            let hint = if same_host { hint() } else { String::new() };
            Some(("redirect-to-http", format!("{what}{hint}")))
        }
        ("http", "https") if same_host => Some((
            "redirect-to-https",
            format!(
                "the server redirects to `{}`: use the `https` origin that browsers see for this server \
                 (`--as` of `check`), and set `forwarded: true` (`--forwarded`)",
                target.origin().ascii_serialization()
            ),
        )),
        _ => None,
    }
}

/// The URL of the last request or preflight, and the answer.
fn last(step: &StepObservation) -> Option<(&str, &Answer)> {
    let request = step.requests.last().map(|it| (it.url.as_str(), &it.answer));
    request.or_else(|| step.preflights.last().map(|it| (it.url.as_str(), &it.answer)))
}

fn is_at_the_same_path(url: &Url, target: &Url) -> bool {
    url.origin() == target.origin() && url.path() == target.path()
}

/// Pages over `http` may load what is over `http`.
fn is_over_https(played: &Played<'_>) -> bool {
    let page = Url::parse(&played.asked.page);
    page.is_ok_and(|page| page.scheme() == "https")
}

/// What the server needs to know that it is behind TLS.
fn hint(played: &Played<'_>) -> &'static str {
    match played.forwarded {
        Some(false) => {
            "set `forwarded: true` for this server (`--forwarded` of `check`), which sends \
             `X-Forwarded-Proto: https` as a reverse proxy that terminates TLS does"
        }
        Some(true) => {
            "with `forwarded: true` it got `X-Forwarded-Proto: https`: configure it to trust its proxy"
        }
        None => "behind a reverse proxy that terminates TLS it gets `X-Forwarded-Proto: https`",
    }
}
