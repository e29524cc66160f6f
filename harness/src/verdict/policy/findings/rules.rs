//! By which rule a server seems to compare origins. A rule is only claimed where no row contradicts it;
//! otherwise the finding says what the rows show.

use url::Url;

use super::group::listed;
use super::tried::{Tried, TriedRows};
use crate::case::{Asked, Standing};

/// A rule for comparing origins.
struct Rule {
    /// What the server seems to do.
    says: &'static str,
    /// Whether a server with this rule, which allowed the first origin, would allow the second.
    allows: fn(&Asked, &Asked) -> bool,
}

/// What explains that the server allows the origin of a row that the policy does not allow.
pub(super) fn cause(asked: &Asked, tried: &TriedRows<'_>) -> String {
    let rules = match asked.standing {
        Standing::Prefix | Standing::Suffix if tried.has_both_ends(asked) => &SUBSTRING[..],
        standing => rules(standing),
    };
    let rejected = |rule: &Rule| -> Vec<&Tried<'_>> {
        let same_request = tried.of_request(asked).filter(|other| other.did.is_none());
        same_request.filter(|other| (rule.allows)(asked, other.asked)).collect()
    };
    match (rules.iter().find(|rule| rejected(rule).is_empty()), rules.first()) {
        (Some(rule), _) => rule.says.to_owned() + &elsewhere(asked, tried),
        (None, Some(widest)) => facts(asked, tried, &rejected(widest)),
        (None, None) => of_single(asked.standing).to_owned(),
    }
}

/// Other requests of a page that the server seems to allow like any other, and for which it rejects
/// its origin.
fn elsewhere(asked: &Asked, tried: &TriedRows<'_>) -> String {
    if asked.standing != Standing::Foreign {
        return String::new();
    }
    let others: Vec<_> = tried.rejected_elsewhere(asked).map(Asked::request).collect();
    match others.as_slice() {
        [] => String::new(),
        others => format!(" for this request, and rejects {} for {}", asked.page, listed(others)),
    }
}

/// What the rows show where no rule fits all of them.
fn facts(asked: &Asked, tried: &TriedRows<'_>, rejected: &[&Tried<'_>]) -> String {
    let pages = |of: &[&Tried<'_>]| {
        let names = of.iter().map(|other| match other.asked.standing {
            Standing::Listed => format!("the listed origin {}", other.asked.page),
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
        Some(like) => format!(
            "the server allows an origin that is similar to {like}, and rejects {}",
            pages(rejected)
        ),
    }
}

/// Rules that may explain why an origin of this kind is allowed, the widest first; none where a single
/// origin shows all there is to it.
fn rules(standing: Standing) -> &'static [Rule] {
    match standing {
        Standing::Foreign | Standing::Listed | Standing::NoOrigin => &ANY,
        Standing::Prefix => &PREFIX,
        Standing::Suffix => &SUFFIX,
        Standing::Subdomain => &SITE,
        _ => &[],
    }
}

/// What is to be said of an origin that no other row can contradict.
fn of_single(standing: Standing) -> &'static str {
    match standing {
        Standing::Denied => "the policy denies this origin",
        Standing::Null => "the server allows the origin `null`",
        Standing::Http => "a network attacker can change a page that is loaded over plain HTTP",
        Standing::Part => "the server seems to look for the origin somewhere in its list",
        Standing::Joined => "the server seems to search the joined allowlist as one string",
        Standing::Dot => "a dot in the server's pattern seems to match any character",
        Standing::Label => "the server's pattern is apparently not anchored after the first label",
        Standing::Localhost => "the server allows any program on the user's own machine",
        Standing::Port => "the server seems to ignore the port",
        Standing::Below => "the server seems to allow every subdomain of the listed host",
        Standing::TrailingDot => "the server seems to ignore a dot at the end of the host",
        Standing::Punycode => {
            "the server seems to replace letters of the host before it compares it"
        }
        _ => "the server allows this origin",
    }
}

const fn rule(says: &'static str, allows: fn(&Asked, &Asked) -> bool) -> Rule {
    Rule { says, allows }
}

const ANY: [Rule; 3] = [
    rule("the server reflects any origin", |_, _| true),
    rule("the server reflects any origin except `null`", is_not_null),
    rule("the server reflects any https origin", is_https),
];

const PREFIX: [Rule; 2] = [
    rule("the server seems to compare only the beginning of the origin", begins_like_origin),
    rule("the server seems to compare only the beginning of the host", begins_like_host),
];

const SUFFIX: [Rule; 1] = [rule("the server seems to compare only the end of the host", ends_like)];

const SUBSTRING: [Rule; 1] =
    [rule("the server seems to search for the listed host anywhere in the origin", contains_like)];

const SITE: [Rule; 3] = [
    rule("the server seems to allow every host of the site", is_host_of_site),
    rule("the server seems to allow every subdomain of the site", is_subdomain_of_site),
    rule("the server seems to allow every subdomain of the site with one label", is_label_of_site),
];

fn is_not_null(_: &Asked, other: &Asked) -> bool {
    other.standing != Standing::Null
}

fn is_https(_: &Asked, other: &Asked) -> bool {
    other.page.starts_with("https:")
}

/// Every host of the site that `other.` was put in front of, on the same scheme and port.
fn is_host_of_site(allowed: &Asked, other: &Asked) -> bool {
    is_on_same_port(allowed, other) && label_of_site(allowed, other).is_some()
}

fn is_subdomain_of_site(allowed: &Asked, other: &Asked) -> bool {
    is_host_of_site(allowed, other)
        && label_of_site(allowed, other).is_some_and(|label| !label.is_empty())
}

fn is_label_of_site(allowed: &Asked, other: &Asked) -> bool {
    is_subdomain_of_site(allowed, other)
        && label_of_site(allowed, other).is_some_and(|label| !label.contains('.'))
}

/// What stands before the site in the host of an origin; empty for the site itself.
fn label_of_site(allowed: &Asked, other: &Asked) -> Option<String> {
    let (allowed, other) = (host(&allowed.page)?, host(&other.page)?);
    let site = allowed.strip_prefix("other.").unwrap_or(&allowed);
    let before = other.strip_suffix(site)?;
    match before.strip_suffix('.') {
        Some(label) => Some(label.to_owned()),
        None => before.is_empty().then(String::new),
    }
}

fn begins_like_origin(allowed: &Asked, other: &Asked) -> bool {
    allowed.like.as_deref().is_some_and(|like| other.page.starts_with(like) && other.page != like)
}

/// What begins with the listed host, on the same scheme and port as the origin that is allowed.
fn begins_like_host(allowed: &Asked, other: &Asked) -> bool {
    let like = allowed.like.as_deref().and_then(host);
    like.is_some_and(|like| {
        let begins = |host: String| host.starts_with(&like) && host != like;
        is_on_same_port(allowed, other) && host(&other.page).is_some_and(begins)
    })
}

/// What ends with what stands behind `evil` in the host that is allowed, on the same scheme and port.
fn ends_like(allowed: &Asked, other: &Asked) -> bool {
    let allowed_host = host(&allowed.page);
    let end = allowed_host.as_deref().and_then(|host| host.strip_prefix("evil"));
    end.is_some_and(|end| {
        let ends = |host: String| host.ends_with(end);
        is_on_same_port(allowed, other) && host(&other.page).is_some_and(ends)
    })
}

/// What contains the listed host, on the same scheme and port.
fn contains_like(allowed: &Asked, other: &Asked) -> bool {
    let like = allowed.like.as_deref().and_then(host);
    like.is_some_and(|like| {
        let contains = |host: String| host.contains(&like);
        is_on_same_port(allowed, other) && host(&other.page).is_some_and(contains)
    })
}

fn is_on_same_port(one: &Asked, other: &Asked) -> bool {
    let place = |page: &str| {
        let url = Url::parse(page).ok()?;
        Some((url.scheme().to_owned(), url.port_or_known_default()))
    };
    place(&one.page).is_some_and(|of_one| place(&other.page) == Some(of_one))
}

fn host(origin: &str) -> Option<String> {
    Url::parse(origin).ok()?.host_str().map(str::to_owned)
}
