//! Names the rule by which a server seems to compare origins. A rule is only named if no row
//! contradicts it; otherwise the finding says what the rows show.

use super::comparisons::{
    begins_like_host, begins_like_origin, begins_like_own_machine, contains_like, contains_site,
    ends_like, has_other_for_dot, has_other_top_level, is_alike, is_host_of_site, is_https,
    is_label_of_site, is_not_null, is_own_machine, is_part_of_joined, is_part_of_listed,
    is_same_host, is_same_machine, is_subdomain_of_site,
};
use super::denylist;
use super::explained::{has_both_ends, searches_for_part};
use super::group::{distinct, listed};
use super::tried_rows::{TriedRow, TriedRows};
use crate::case::{Asked, OriginKind};

/// A rule for comparing origins.
struct Rule {
    /// What the server seems to do.
    says: &'static str,
    /// Whether a server with this rule that allowed the first origin would allow the second.
    allows: fn(&Asked, &Asked) -> bool,
}

/// The cause of a server that allows every origin that it gets.
pub(super) const REFLECTS: &str = "the server reflects any origin";

/// The explanation for an allowed origin.
pub(super) struct Explanation {
    /// A part of a sentence.
    pub(super) text: String,
    /// What explanations of one problem share: the rule, or the kind of origin.
    pub(super) family: String,
    /// Whether the server reflects any origin, as far as all rows show.
    pub(super) reflects: bool,
}

/// The explanation for an origin that the server allows and the policy does not.
pub(super) fn explanation(asked: &Asked, tried: &TriedRows<'_>) -> Explanation {
    if let Some(text) = denylist::reflects_almost_all(tried, asked) {
        return Explanation { text, family: "denylist".to_owned(), reflects: false };
    }
    let is_any = asked.kind == OriginKind::Foreign;
    let elsewhere = if is_any { elsewhere(asked, tried) } else { String::new() };
    let (text, fit) = cause(asked, tried);
    let reflects = is_any && fit == Fit::Rule && elsewhere.is_empty();
    let family = match fit {
        Fit::Rule | Fit::Single => text.clone(),
        Fit::None => asked.kind.as_str().to_owned(),
    };
    let text = if fit == Fit::Rule { text + &elsewhere } else { text };
    Explanation { text, family, reflects }
}

/// How a cause fits the rows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fit {
    /// A rule that no row contradicts.
    Rule,
    /// Every rule is contradicted, so it says what the rows show.
    None,
    /// A complete description of an origin of this kind.
    Single,
}

/// The cause, and how it fits the rows.
fn cause(asked: &Asked, tried: &TriedRows<'_>) -> (String, Fit) {
    let has_both_ends = is_end(asked) && has_both_ends(tried, asked);
    if has_both_ends && searches_for_part(tried, asked) {
        return (SEARCHES_FOR_PART.to_owned(), Fit::Rule);
    }
    let rules = if has_both_ends { &SUBSTRING[..] } else { rules(asked.kind) };
    let is_other_end = |row: &&TriedRow<'_>| {
        has_both_ends && is_end(row.asked) && is_alike(row.asked, asked) && row.did.is_some()
    };
    let fits = |rule: &&Rule| {
        let mut ends = tried.of_request(asked).filter(is_other_end);
        (rule.allows)(asked, asked) && ends.all(|row| (rule.allows)(asked, row.asked))
    };
    let of_page = || rules.iter().filter(fits);
    // Most pages of the user's own machine send one request, so all requests count.
    let is_own_machine = matches!(asked.kind, OriginKind::Localhost | OriginKind::LocalhostPrefix);
    let rejected = |rule: &Rule| -> Vec<&TriedRow<'_>> {
        let rejected = tried.0.iter().filter(|other| other.did.is_none());
        let compared =
            rejected.filter(|other| is_own_machine || is_same_request(asked, other.asked));
        compared.filter(|other| (rule.allows)(asked, other.asked)).collect()
    };
    let fitting =
        of_page().find(|rule| fits_elsewhere(rule, asked, tried) && rejected(rule).is_empty());
    let fitting = fitting.or_else(|| of_page().find(|rule| rejected(rule).is_empty()));
    match (fitting, of_page().next()) {
        (Some(rule), _) => (rule.says.to_owned(), Fit::Rule),
        (None, Some(widest)) if !is_own_machine => {
            (facts(asked, tried, &rejected(widest)), Fit::None)
        }
        (None, _) => (of_single(asked.kind).to_owned(), Fit::Single),
    }
}

/// Whether no row contradicts a rule in the other requests that any website can make: few origins send
/// some requests, and a server usually has one rule for all.
fn fits_elsewhere(rule: &Rule, asked: &Asked, tried: &TriedRows<'_>) -> bool {
    let is_of_any = |row: &&TriedRow<'_>| row.asked.kind == OriginKind::Foreign;
    let is_allowed = |request: &Asked| {
        let mut of_any = tried.of_request(request).filter(is_of_any);
        of_any.any(|row| row.did.is_some())
    };
    let mut rejected = tried.0.iter().filter(|row| row.did.is_none());
    asked.kind != OriginKind::Foreign
        || !rejected.any(|row| (rule.allows)(asked, row.asked) && is_allowed(row.asked))
}

fn is_same_request(one: &Asked, other: &Asked) -> bool {
    one.login == other.login && one.request() == other.request()
}

fn is_end(asked: &Asked) -> bool {
    matches!(asked.kind, OriginKind::Prefix | OriginKind::Suffix)
}

/// Other requests of a page that the server handles like any other, and for which it rejects the
/// page's origin.
fn elsewhere(asked: &Asked, tried: &TriedRows<'_>) -> String {
    let others = distinct(tried.rejected_elsewhere(asked).map(Asked::request));
    match others.as_slice() {
        [] => String::new(),
        others => format!(" for this request, and rejects {} for {}", asked.page, listed(others)),
    }
}

/// What the rows show if no rule fits all of them.
fn facts(asked: &Asked, tried: &TriedRows<'_>, rejected: &[&TriedRow<'_>]) -> String {
    let pages = |of: &[&TriedRow<'_>]| {
        let names = of.iter().map(|other| match other.asked.kind {
            OriginKind::Listed => format!("the listed origin {}", other.asked.page),
            _ => format!("`{}`", other.asked.page),
        });
        listed(&names.collect::<Vec<_>>())
    };
    match &asked.like {
        None => {
            let all: Vec<_> = tried.of_request(asked).collect();
            let allowed = all.iter().filter(|other| other.did.is_some()).count();
            let (count, rejected) = (all.len(), pages(rejected));
            format!(
                "the server allows {allowed} of the {count} origins that sent this request, and rejects \
                 {rejected}"
            )
        }
        Some(like) => {
            let same_kind = tried.of_request(asked).filter(|row| {
                row.did.is_some() && !row.asked.allowed && row.asked.kind == asked.kind
            });
            let likes = distinct(same_kind.filter_map(|row| row.asked.like.clone()));
            let what = match likes.as_slice() {
                [] | [_] => format!("an origin that is similar to {like}"),
                likes => format!("origins that are similar to {}", listed(likes)),
            };
            format!("the server allows {what}, and rejects {}", pages(rejected))
        }
    }
}

/// Rules that may explain why an origin of this kind is allowed, the widest first; empty if one
/// origin shows everything.
fn rules(kind: OriginKind) -> &'static [Rule] {
    match kind {
        OriginKind::Foreign | OriginKind::NoOrigin => &ANY,
        OriginKind::Prefix => &PREFIX,
        OriginKind::Suffix => &SUFFIX,
        OriginKind::Subdomain => &SITE,
        OriginKind::Part => &PART,
        OriginKind::TopLevel => &TOP_LEVEL,
        OriginKind::Joined => &JOINED,
        OriginKind::Dot => &DOT,
        OriginKind::Port => &PORT,
        OriginKind::Localhost => &LOCALHOST,
        OriginKind::LocalhostPrefix => &LOCALHOST_PREFIX,
        _ => &[],
    }
}

/// The cause for an origin that no other row can contradict.
fn of_single(kind: OriginKind) -> &'static str {
    match kind {
        OriginKind::Denied => "the policy denies this origin",
        OriginKind::Null => "the server allows the origin `null`",
        OriginKind::Http => "a network attacker can change a page that is loaded over plain HTTP",
        OriginKind::Label => {
            "the server's pattern is apparently not anchored after the first label"
        }
        OriginKind::Localhost => "the server allows development servers on the user's own machine",
        OriginKind::LocalhostPrefix => {
            "the server allows an origin of another site that begins like a development server's"
        }
        OriginKind::Below => "the server seems to allow every subdomain of the listed host",
        OriginKind::TrailingDot => "the server seems to ignore a dot at the end of the host",
        OriginKind::Punycode => {
            "the server allows a host with a letter of another alphabet that looks like the listed one"
        }
        _ => "the server allows this origin",
    }
}

const fn rule(says: &'static str, allows: fn(&Asked, &Asked) -> bool) -> Rule {
    Rule { says, allows }
}

const ANY: [Rule; 3] = [
    rule(REFLECTS, |_, _| true),
    rule("the server reflects any origin except `null`", is_not_null),
    rule("the server reflects any https origin", is_https),
];

const PREFIX: [Rule; 2] = [
    rule("the server seems to compare only the beginning of the origin", begins_like_origin),
    rule("the server seems to compare only the beginning of the host", begins_like_host),
];

const SUFFIX: [Rule; 1] = [rule("the server seems to compare only the end of the host", ends_like)];

const SEARCHES_FOR_PART: &str = "the server seems to match a part of the listed host anywhere in the origin, \
                                 like a pattern without `^` or `$`";

/// The second rule is for an origin that contains only a part of the listed host, as both ends
/// together do.
const SUBSTRING: [Rule; 2] = [
    rule("the server seems to search for the listed host anywhere in the origin", contains_like),
    rule(SEARCHES_FOR_PART, contains_site),
];

/// `https://app.my-company.co` is a part of `https://app.my-company.com`, and so of the allowlist.
const PART: [Rule; 2] = [
    rule("the server seems to ignore the port", is_same_host),
    rule("the server seems to search for the origin anywhere in its allowlist", is_part_of_listed),
];

const TOP_LEVEL: [Rule; 1] =
    [rule("the server's pattern seems to match any top-level domain", has_other_top_level)];

/// A server that searches the joined list also finds a part of its first member.
const JOINED: [Rule; 1] =
    [rule("the server seems to search the joined allowlist as one string", is_part_of_joined)];

const DOT: [Rule; 1] =
    [rule("a dot in the server's pattern seems to match any character", has_other_for_dot)];

const PORT: [Rule; 1] = [rule("the server seems to ignore the port", is_same_host)];

const LOCALHOST: [Rule; 2] = [
    rule("the server seems to allow any program on the user's own machine", is_own_machine),
    rule(
        "the server seems to allow any port of this host on the user's own machine",
        is_same_machine,
    ),
];

const LOCALHOST_PREFIX: [Rule; 1] = [rule(
    "the server seems to compare only the beginning of an origin on the user's own machine",
    begins_like_own_machine,
)];

const SITE: [Rule; 3] = [
    rule("the server seems to allow every host of the site", is_host_of_site),
    rule("the server seems to allow every subdomain of the site", is_subdomain_of_site),
    rule("the server seems to allow every subdomain of the site with one label", is_label_of_site),
];
