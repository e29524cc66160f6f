//! What a page can do that the policy does not allow.

use super::super::{Did, Played};
use super::Severity;
use super::group::{Remark, What};
use super::implied::implies;
use super::rules;
use super::tried::{TriedRows, strongest};
use crate::case::{Asked, Beyond, Standing};

/// A remark for each page and request that does too much, but for those that another one implies.
pub(super) fn remarks(rows: &[Played<'_>]) -> Vec<Remark> {
    let tried = TriedRows::of(rows);
    let numbered = rows.iter().enumerate().filter(|(_, played)| is_excessive(played));
    let found = numbered.filter(|(_, played)| !implies(&tried, played.asked));
    let remarks: Vec<_> = found.flat_map(|(row, played)| remark(row, played, &tried)).collect();
    without_lesser(rows, remarks)
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
pub(super) fn remark(row: usize, played: &Played<'_>, tried: &TriedRows<'_>) -> Option<Remark> {
    let Played { asked, .. } = played;
    let did = strongest(played)?;
    let open = is_open(played);
    let (name, cause) = name_and_cause(asked, &did, open, tried);
    let Did { sends, reads, cookies, error, .. } = did;
    let what = What::Can { sends, reads, cookies, error };
    let is_kept_back = played.login_covers && !did.cookies && asked.beyond.is_none();
    let note = is_kept_back.then_some("; only the cookie's own attributes kept the cookie back");
    let severity = severity(asked, &did, open);
    Some(Remark { row, severity, name, who: who(asked), what, call: asked.request(), cause, note })
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
        Standing::Foreign => "any website".to_owned(),
        Standing::Null => "a sandboxed frame on any website".to_owned(),
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
    tried: &TriedRows<'_>,
) -> (&'static str, String) {
    if let Some(beyond) = asked.beyond {
        let (name, cause) = beyond_policy(beyond);
        return (name, cause.to_owned());
    }
    if open && asked.standing == Standing::Foreign {
        return (
            "everyone-with-star",
            "the server sends `Access-Control-Allow-Origin: *`".to_owned(),
        );
    }
    let cause = rules::cause(asked, tried);
    let with_credentials = asked.standing == Standing::Foreign && did.cookies;
    let credentials = if with_credentials { " and allows credentials" } else { "" };
    (name(asked, did, tried), cause + credentials)
}

fn name(asked: &Asked, did: &Did, tried: &TriedRows<'_>) -> &'static str {
    match asked.standing {
        Standing::Prefix | Standing::Suffix if tried.has_both_ends(asked) => "substring-look-alike",
        Standing::Foreign | Standing::Listed | Standing::NoOrigin => any_site(did),
        Standing::Denied => "denied-allowed",
        Standing::Null => "null-allowed",
        Standing::Http => "http-allowed",
        Standing::Prefix => "prefix-look-alike",
        Standing::Suffix => "suffix-look-alike",
        Standing::Part => "part-look-alike",
        Standing::TopLevel => "other-top-level-domain",
        Standing::Joined => "joined-origins",
        Standing::Dot => "unescaped-dot",
        Standing::Label => "longer-label",
        Standing::Localhost => "localhost-allowed",
        Standing::LocalhostPrefix => "localhost-look-alike",
        Standing::Port => "other-port",
        Standing::Subdomain => "other-subdomain",
        Standing::Below => "host-below",
        Standing::TrailingDot => "trailing-dot",
        Standing::Punycode => "punycode-look-alike",
    }
}

fn any_site(did: &Did) -> &'static str {
    match (did.reads, did.cookies) {
        (true, true) => "reads-for-any-site-with-login",
        (true, false) => "reads-for-any-site",
        (false, true) => "sends-for-any-site-with-login",
        (false, false) => "sends-for-any-site",
    }
}

fn beyond_policy(beyond: Beyond) -> (&'static str, &'static str) {
    match beyond {
        Beyond::Route => ("route-beyond-policy", "the policy does not allow this route for it"),
        Beyond::Method => ("method-beyond-policy", "the policy does not allow this method for it"),
        Beyond::Header => ("header-beyond-policy", "the policy does not allow this header for it"),
        Beyond::Login => {
            ("login-beyond-policy", "the policy allows this for it without credentials only")
        }
    }
}
