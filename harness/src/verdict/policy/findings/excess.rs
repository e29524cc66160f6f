//! Finds what a page can do that the policy does not allow.

use super::super::{Played, StepAccess};
use super::denylist;
use super::explained::{explained_by, has_both_ends, implies};
use super::finding::Severity;
use super::group::{ANY_WEBSITE, AccessChange, RowFinding};
use super::redirects::is_ended_by_redirect;
use super::rules::{Explanation, REFLECTS, explanation};
use super::tried_rows::{TriedRows, strongest};
use crate::case::{Asked, Beyond, OriginKind};
use crate::observation::Answer;

/// What follows the cause if the user's cookies were sent.
pub(super) const WITH_CREDENTIALS: &str = " and allows credentials";

const KEPT_BACK: &str = "; where the browser did not send the cookie, this is only because of its `SameSite`, `Path` or `Domain`";

/// A remark for each page and request with more access than the policy allows, except those that another
/// remark covers.
pub(super) fn remarks(rows: &[Played<'_>]) -> Vec<RowFinding> {
    let tried = TriedRows::of(rows);
    let numbered = rows.iter().enumerate();
    let numbered =
        numbered.filter(|(_, played)| is_excessive(played) && !is_redirected(played, rows));
    let found = numbered.filter(|(_, played)| !is_covered(&tried, played.asked));
    let remarks: Vec<_> = found.flat_map(|(row, played)| remark(row, played, &tried)).collect();
    without_lesser(rows, remarks)
}

/// Whether another row says as much: each same-site page shows what same-site pages can do if the
/// browser sends the user's cookies to no other site.
pub(super) fn is_covered(tried: &TriedRows<'_>, asked: &Asked) -> bool {
    let is_of_any = |root: &Asked| root.kind == OriginKind::Foreign;
    implies(tried, asked) && !explained_by(tried, asked).is_some_and(is_of_any)
}

fn is_excessive(played: &Played<'_>) -> bool {
    !played.asked.allowed && played.access().is_any()
}

/// Whether only a redirect was the response, which ends the requests of allowed pages too: the request
/// did not reach what the policy is about, and the redirect is a finding.
fn is_redirected(played: &Played<'_>, rows: &[Played<'_>]) -> bool {
    let of_allowed = || rows.iter().any(|row| row.asked.allowed && is_ended_by_redirect(row));
    is_ended_by_redirect(played) && of_allowed()
}

/// Leaves out what a page can do without a login if a remark says something worse about the same
/// request with one.
fn without_lesser(rows: &[Played<'_>], remarks: Vec<RowFinding>) -> Vec<RowFinding> {
    let greater = |remark: &RowFinding, other: &RowFinding| {
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

/// The remark about a row that is not allowed; `None` if the page can do nothing.
pub(super) fn remark(row: usize, played: &Played<'_>, tried: &TriedRows<'_>) -> Option<RowFinding> {
    let Played { asked, .. } = played;
    // A row that shows only whether the server allows the origin is no access to report.
    let did = strongest(played).filter(|_| asked.kind != OriginKind::Probe)?;
    let open = is_open(played);
    let (name, explanation) = name_and_cause(asked, &did, open, tried);
    let is_kept_back = played.login_covers && !did.cookies && asked.beyond.is_none();
    let severity = severity(asked, &did, open);
    let StepAccess { sends, reads, cookies, error, .. } = did;
    Some(RowFinding {
        row,
        severity,
        name,
        family: explanation.family,
        who: who(asked),
        what: AccessChange::Can { sends, reads, cookies, error },
        call: asked.request(),
        cause: match has_open_preflight(played) {
            true => explanation.text.replacen(REFLECTS, OPEN_PREFLIGHT, 1),
            false => explanation.text,
        },
        obstacle: "",
        addition: if explanation.reflects && cookies { WITH_CREDENTIALS } else { "" },
        reflects: explanation.reflects,
        note: is_kept_back.then(|| KEPT_BACK.to_owned()),
    })
}

/// Whether the last response allows every origin with the wildcard.
fn is_open(played: &Played<'_>) -> bool {
    let mut answers = played.observation.steps.iter().filter_map(|step| step.requests.last());
    answers.next_back().is_some_and(|last| has_wildcard(&last.answer))
}

/// The cause of access that a preflight response with the wildcard gives.
const OPEN_PREFLIGHT: &str =
    "the server sends `Access-Control-Allow-Origin: *` in the preflight response";

/// Whether the last preflight response allows every origin with the wildcard.
fn has_open_preflight(played: &Played<'_>) -> bool {
    let mut answers = played.observation.steps.iter().filter_map(|step| step.preflights.last());
    answers.next_back().is_some_and(|last| has_wildcard(&last.answer))
}

fn has_wildcard(answer: &Answer) -> bool {
    answer.has_only("access-control-allow-origin", "*")
}

fn who(asked: &Asked) -> String {
    match asked.kind {
        OriginKind::Foreign => ANY_WEBSITE.to_owned(),
        OriginKind::Null => "a sandboxed frame on any website".to_owned(),
        _ => asked.page.clone(),
    }
}

fn severity(asked: &Asked, did: &StepAccess, open: bool) -> Severity {
    // A rejected request has changed nothing, and its response contains no data of the user.
    let is_refused = did.error.is_some_and(|status| status < 500 || !did.sends);
    let uses_login = did.cookies;
    match (asked.beyond, asked.kind) {
        _ if is_refused || asked.method == "OPTIONS" => Severity::Note,
        (Some(Beyond::Route | Beyond::Login), _) if uses_login => Severity::Medium,
        (Some(_), _) => Severity::Low,
        (None, _) if open => Severity::Medium,
        (None, OriginKind::TrailingDot | OriginKind::Http | OriginKind::Localhost)
            if uses_login =>
        {
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
    did: &StepAccess,
    open: bool,
    tried: &TriedRows<'_>,
) -> (&'static str, Explanation) {
    let of_row = |text: &str| {
        let text = text.to_owned();
        Explanation { family: text.clone(), text, reflects: false }
    };
    if let Some(beyond) = asked.beyond {
        let (name, cause) = beyond_policy(beyond);
        return (name, of_row(cause));
    }
    if open && asked.kind == OriginKind::Foreign {
        let cause = of_row("the server sends `Access-Control-Allow-Origin: *`");
        return ("everyone-with-star", cause);
    }
    if denylist::reflects_almost_all(tried, asked).is_some() {
        return (any_site(did), explanation(asked, tried));
    }
    match explained_by(tried, asked) {
        Some(root) if root.kind == OriginKind::Foreign && asked.same_site => {
            (same_site(did), explanation(root, tried))
        }
        root => (name(asked, did, tried), explanation(root.unwrap_or(asked), tried)),
    }
}

fn name(asked: &Asked, did: &StepAccess, tried: &TriedRows<'_>) -> &'static str {
    match asked.kind {
        OriginKind::Prefix | OriginKind::Suffix if has_both_ends(tried, asked) => {
            "substring-look-alike"
        }
        OriginKind::Foreign
        | OriginKind::Listed
        | OriginKind::Own
        | OriginKind::Probe
        | OriginKind::NoOrigin => any_site(did),
        OriginKind::Denied => "denied-allowed",
        OriginKind::Null => "null-allowed",
        OriginKind::Http => "http-allowed",
        OriginKind::Prefix => "prefix-look-alike",
        OriginKind::Suffix => "suffix-look-alike",
        OriginKind::Part => "part-look-alike",
        OriginKind::TopLevel => "other-top-level-domain",
        OriginKind::Joined => "joined-origins",
        OriginKind::Dot => "unescaped-dot",
        OriginKind::Label => "longer-label",
        OriginKind::Localhost => "localhost-allowed",
        OriginKind::LocalhostPrefix => "localhost-look-alike",
        OriginKind::Port => "other-port",
        OriginKind::Subdomain => "other-subdomain",
        OriginKind::Below => "host-below",
        OriginKind::TrailingDot => "trailing-dot",
        OriginKind::Punycode => "punycode-look-alike",
    }
}

fn any_site(did: &StepAccess) -> &'static str {
    match (did.reads, did.cookies) {
        (true, true) => "reads-for-any-site-with-login",
        (true, false) => "reads-for-any-site",
        (false, true) => "sends-for-any-site-with-login",
        (false, false) => "sends-for-any-site",
    }
}

/// The names for what same-site pages can do if any origin is allowed and the user's cookies are
/// not sent from other sites.
fn same_site(did: &StepAccess) -> &'static str {
    if did.reads { "reads-for-same-site-with-login" } else { "sends-for-same-site-with-login" }
}

fn beyond_policy(beyond: Beyond) -> (&'static str, &'static str) {
    match beyond {
        Beyond::Route => {
            ("route-beyond-policy", "the policy does not allow this route for the origin")
        }
        Beyond::Method => {
            ("method-beyond-policy", "the policy does not allow this method for the origin")
        }
        Beyond::Header => {
            ("header-beyond-policy", "the policy does not allow this header for the origin")
        }
        Beyond::Login => (
            "login-beyond-policy",
            "the policy allows this for the origin only without credentials",
        ),
    }
}
