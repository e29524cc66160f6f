//! What a page can do that the policy does not allow.

use super::super::{Did, Played};
use super::Severity;
use super::group::{Remark, What};
use super::implied::LetIn;
use crate::case::{Asked, Beyond, Standing};

/// A remark for each page and request that does too much, but for those that another one implies.
pub(super) fn remarks(rows: &[Played<'_>]) -> Vec<Remark> {
    let let_in = let_in(rows);
    let numbered = rows.iter().enumerate().filter(|(_, played)| is_excessive(played));
    let found = numbered.filter(|(_, played)| !let_in.implies(played.asked));
    let remarks: Vec<_> = found.flat_map(|(row, played)| remark(row, played, &let_in)).collect();
    without_lesser(rows, remarks)
}

/// Who can do what the policy does not allow.
pub(super) fn let_in<'a>(rows: &[Played<'a>]) -> LetIn<'a> {
    LetIn(rows.iter().filter(|played| is_excessive(played)).map(|played| played.asked).collect())
}

fn is_excessive(played: &Played<'_>) -> bool {
    !played.asked.allowed && played.can().is_something()
}

/// What a page can do with a login needs not be said again of the same without one.
fn without_lesser(rows: &[Played<'_>], remarks: Vec<Remark>) -> Vec<Remark> {
    let greater = |remark: &Remark, other: &Remark| {
        let (asked, of_other) = (rows[remark.row].asked, rows[other.row].asked);
        other.severity < remark.severity
            && of_other.login
            && !asked.login
            && asked.page == of_other.page
            && asked.request() == of_other.request()
    };
    let kept = remarks.iter().filter(|remark| !remarks.iter().any(|other| greater(remark, other)));
    kept.cloned().collect()
}

/// What there is to say of a row that is not allowed; `None` if it can do nothing.
pub(super) fn remark(row: usize, played: &Played<'_>, let_in: &LetIn<'_>) -> Option<Remark> {
    let Played { asked, .. } = played;
    let did = strongest(played)?;
    let open = is_open(played);
    let (name, cause) = name_and_cause(asked, &did, open, let_in);
    let Did { sends, reads, cookies, error, .. } = did;
    let what = What::Can { sends, reads, cookies, error };
    let cause = match played.login_covers && !did.cookies && asked.beyond.is_none() {
        true => format!("{cause}; only the cookie's own attributes kept it back"),
        false => cause.to_owned(),
    };
    let severity = severity(asked, &did, open);
    Some(Remark { row, severity, name, who: who(asked), what, call: asked.request(), cause })
}

/// The step in which it did most.
fn strongest(played: &Played<'_>) -> Option<Did> {
    let steps = played.can().0.into_iter().filter(Did::is_something);
    steps.max_by_key(|did| (did.error.is_none(), did.cookies, did.reads, did.sends))
}

/// Whether the last answer lets everybody in by the wildcard.
fn is_open(played: &Played<'_>) -> bool {
    let mut answers = played.observation.steps.iter().filter_map(|step| step.requests.last());
    answers.next_back().is_some_and(|last| {
        last.answer.values("access-control-allow-origin").collect::<Vec<_>>() == ["*"]
    })
}

fn who(asked: &Asked) -> String {
    match asked.standing {
        Standing::Foreign => "Any site".to_owned(),
        Standing::Null => "A sandboxed frame in any site".to_owned(),
        _ => asked.page.clone(),
    }
}

fn severity(asked: &Asked, did: &Did, open: bool) -> Severity {
    // An error shows that cookies of others are taken, and nothing of what they unlock.
    let uses_login = did.cookies && did.error.is_none();
    match (asked.beyond, asked.standing) {
        (Some(Beyond::Method), _) if asked.method == "OPTIONS" => Severity::Note,
        (Some(Beyond::Route | Beyond::Login), _) if uses_login => Severity::Medium,
        (Some(_), _) => Severity::Low,
        (None, _) if open => Severity::Medium,
        (None, Standing::TrailingDot | Standing::Http | Standing::Localhost) if uses_login => {
            Severity::High
        }
        (None, _) if uses_login && !asked.same_site => Severity::Critical,
        (None, _) if uses_login => Severity::High,
        (None, _) if asked.login && !asked.same_site => Severity::High,
        (None, _) if asked.login || !asked.same_site => Severity::Medium,
        (None, _) => Severity::Low,
    }
}

/// The finding's name, and what the server seems to do.
fn name_and_cause(
    asked: &Asked,
    did: &Did,
    open: bool,
    let_in: &LetIn<'_>,
) -> (&'static str, &'static str) {
    if let Some(beyond) = asked.beyond {
        return beyond_policy(beyond);
    }
    if open && asked.standing == Standing::Foreign {
        return ("everyone-with-star", "the server answers `Access-Control-Allow-Origin: *`");
    }
    match asked.standing {
        Standing::Prefix | Standing::Suffix if let_in.has_both_ends(asked) => (
            "substring-look-alike",
            "the server seems to look for the listed origin somewhere in the one that asks",
        ),
        Standing::Foreign | Standing::Listed | Standing::NoOrigin => any_site(did),
        Standing::Denied => ("denied-allowed", "the policy denies it"),
        Standing::Null => ("null-allowed", "the server allows the origin `null`"),
        Standing::Http => {
            ("http-allowed", "whoever is on the way can change a page that comes over plain HTTP")
        }
        Standing::Prefix => {
            ("prefix-look-alike", "the server seems to compare only the beginning of the origin")
        }
        Standing::Suffix => {
            ("suffix-look-alike", "the server seems to compare only the end of the origin")
        }
        Standing::Part => {
            ("part-look-alike", "the server seems to look for the origin somewhere in its list")
        }
        Standing::Joined => {
            ("joined-origins", "the server seems to take its list of origins for one text")
        }
        Standing::Dot => {
            ("unescaped-dot", "in the server's pattern a dot seems to stand for any character")
        }
        Standing::Label => {
            ("longer-label", "in the server's pattern the first label of the host seems to go on")
        }
        Standing::Localhost => {
            ("localhost-allowed", "the server allows whatever runs on the user's own machine")
        }
        Standing::LocalhostPrefix => (
            "localhost-look-alike",
            "the server seems to compare only the beginning of an origin of the user's own machine",
        ),
        Standing::Port => ("other-port", "the server seems not to compare the port"),
        Standing::Subdomain => {
            ("other-subdomain", "the server seems to allow every host of the site")
        }
        Standing::Below => {
            ("host-below", "the server seems to allow every host below one that is listed")
        }
        Standing::TrailingDot => {
            ("trailing-dot", "the server seems to allow whatever follows the host")
        }
        Standing::Punycode => (
            "punycode-look-alike",
            "the server seems to replace letters of the host before it compares",
        ),
    }
}

fn any_site(did: &Did) -> (&'static str, &'static str) {
    let name = match (did.reads, did.cookies) {
        (true, true) => "reads-for-any-site-with-login",
        (true, false) => "reads-for-any-site",
        (false, true) => "sends-for-any-site-with-login",
        (false, false) => "sends-for-any-site",
    };
    (name, "the server seems to allow whatever origin asks")
}

fn beyond_policy(beyond: Beyond) -> (&'static str, &'static str) {
    match beyond {
        Beyond::Route => ("route-beyond-policy", "the policy does not give it this route"),
        Beyond::Method => ("method-beyond-policy", "the policy does not give it this method"),
        Beyond::Header => ("header-beyond-policy", "the policy does not give it this header"),
        Beyond::Login => ("login-beyond-policy", "the policy gives it this without a login only"),
    }
}
