//! Reads the cookies that a user has before the first step.

use std::net::{IpAddr, Ipv4Addr};

use cookie::{Cookie, SameSite};
use cors_servers::script::{Path, Scheme};

use super::origin::{self, Origin};
use super::reader::{Reader, Spanned, ValueError};
use super::row::UserCookie;
use super::suggest::brief;
use super::tree::Node;
use super::values;

/// Reads `cookies:`, or the `login:` of a policy.
pub(super) fn read(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<UserCookie> {
    let cookies = node.into_iter().flat_map(Node::items);
    cookies.filter_map(|cookie| read_cookie(reader, cookie)).collect()
}

fn read_cookie(reader: &mut Reader<'_>, node: &Node) -> Option<UserCookie> {
    let (origin, cookie) = Spanned::pair(node)?;
    let origin = reader.read(origin, origin::parse);
    let set_cookie = reader.read(cookie, |text| set_cookie(text, origin.as_ref()))?;
    Some(UserCookie { origin: origin?, set_cookie })
}

/// A `Set-Cookie` value that a visit to the origin can set.
pub(super) fn set_cookie(text: &str, origin: Option<&Origin>) -> Result<String, ValueError> {
    let text = values::header_value(text)?;
    let cookie = Cookie::parse(text.as_str()).map_err(|error| {
        // It may be the whole secret of a login, so it is not repeated.
        let what = format!("a text of {} bytes is not a cookie: {error}", text.len());
        ValueError::new(
            what,
            "write it like the value of `Set-Cookie`: `sid=1; Secure; SameSite=None`",
        )
    })?;
    match (cookie.domain(), origin) {
        (Some(domain), Some(origin)) if !covers(domain, &origin.host) => {
            let what = format!("`{}` cannot set a cookie for `{}`", origin, brief(domain));
            Err(ValueError::new(
                what,
                format!("`Domain` names `{}` or a parent of it; or remove it", origin.host),
            ))
        }
        (_, Some(origin)) => left_by_a_visit(&cookie, origin).map(|()| text.clone()),
        _ => Ok(text),
    }
}

/// Whether a server at this origin can set such a cookie, apart from its domain:
/// <https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html#name-store-a-cookie>.
/// A browser's protocol for cookies may accept it anyway, and the row would then begin in a state
/// that never occurs.
fn left_by_a_visit(cookie: &Cookie<'_>, origin: &Origin) -> Result<(), ValueError> {
    let is_secure = cookie.secure() == Some(true);
    let is_rooted = cookie.path() == Some("/") && cookie.domain().is_none();
    let name = cookie.name().to_ascii_lowercase();
    let wrong = |what: &str, help: &str| Err(ValueError::new(what, help));
    let path = cookie.path().filter(|path| path.starts_with('/'));
    if path.is_some_and(|path| Path::new(path).is_err()) {
        let help = "write it as URLs contain it, without a query: `Path=/a%20b`";
        return wrong("no request has the `Path` of the cookie", help);
    }
    if name.starts_with("__host-") && !(is_secure && is_rooted) {
        let what = "a cookie called `__Host-…` has `Secure`, `Path=/` and no `Domain`";
        wrong(what, "add `; Secure; Path=/`, or give it another name")
    } else if name.starts_with("__secure-") && !is_secure {
        let what = "a cookie called `__Secure-…` is `Secure`";
        wrong(what, "add `; Secure`, or give it another name")
    } else if cookie.same_site() == Some(SameSite::None) && !is_secure {
        wrong("`SameSite=None` needs `Secure`", "add `; Secure`")
    } else if is_secure && !is_trusted(origin) {
        let what = format!("`{origin}` cannot set a `Secure` cookie");
        wrong(&what, "set it for its https origin, or remove `Secure`")
    } else {
        Ok(())
    }
}

/// Whether browsers accept `Secure` cookies from this origin: they do from loopback without TLS
/// too.
fn is_trusted(origin: &Origin) -> bool {
    let host = origin.host.trim_matches(['[', ']']);
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_local = host == "localhost" || host.ends_with(".localhost");
    origin.scheme == Scheme::Https || is_loopback || is_local
}

impl UserCookie {
    /// Whether its host or its `Domain` covers this host, whatever else prevents sending it.
    pub fn covers(&self, host: &str) -> bool {
        let parsed = Cookie::parse(self.set_cookie.as_str()).ok();
        match parsed.as_ref().and_then(Cookie::domain) {
            Some(domain) => covers(domain, host),
            None => self.origin.host == host,
        }
    }
}

/// <https://www.rfc-editor.org/rfc/rfc6265#section-5.1.3>
fn covers(domain: &str, host: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    let is_name = host.parse::<Ipv4Addr>().is_err() && !host.starts_with('[');
    let above = || host.strip_suffix(&domain).is_some_and(|below| below.ends_with('.'));
    host == domain || (is_name && above())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a cookie of this origin.
    fn wrong(origin: &str, cookie: &str) -> Option<String> {
        let origin = origin::parse(origin).unwrap();
        set_cookie(cookie, Some(&origin)).err().map(|wrong| wrong.what)
    }

    #[test]
    fn a_cookie_is_secure_where_it_has_to_be() {
        let (secure, plain) = ("https://b.test", "http://b.test");
        for (origin, cookie, complaint) in [
            (plain, "a=1; Secure; SameSite=None", "`http://b.test` cannot set a `Secure` cookie"),
            (secure, "a=1; Path=/a b", "no request has the `Path` of the cookie"),
            (secure, "a=1; SameSite=None", "`SameSite=None` needs `Secure`"),
            (secure, "__SECURE-a=1", "a cookie called `__Secure-…` is `Secure`"),
            (plain, "__Secure-a=1", "a cookie called `__Secure-…` is `Secure`"),
        ] {
            assert_eq!(wrong(origin, cookie).as_deref(), Some(complaint), "{cookie}");
        }
        for cookie in ["a=1", "a=1; Secure; SameSite=None", "__Secure-a=1; Secure"] {
            assert_eq!(wrong(secure, cookie), None, "{cookie}");
        }
    }

    #[test]
    fn loopback_is_potentially_trustworthy() {
        for origin in
            ["http://localhost:3000", "http://127.0.0.1", "http://[::1]", "http://a.localhost"]
        {
            assert_eq!(wrong(origin, "a=1; Secure"), None, "{origin}");
        }
    }

    #[test]
    fn a_cookie_of_a_host_is_for_that_host_and_all_of_it() {
        let complaint = "a cookie called `__Host-…` has `Secure`, `Path=/` and no `Domain`";
        for attributes in ["Secure", "Path=/", "Secure; Path=/x", "Secure; Path=/; Domain=b.test"] {
            let cookie = format!("__Host-a=1; {attributes}");
            assert_eq!(
                wrong("https://b.test", &cookie).as_deref(),
                Some(complaint),
                "{attributes}"
            );
        }
        assert_eq!(wrong("https://b.test", "__Host-a=1; Secure; Path=/"), None);
    }

    #[test]
    fn a_domain_covers_itself_and_what_is_below() {
        assert!(covers("Example.com", "example.com"));
        assert!(covers("example.com", "api.example.com"));
        assert!(!covers("ample.com", "example.com"));
        assert!(!covers("api.example.com", "example.com"));
        assert!(!covers("0.0.1", "127.0.0.1"));
        assert!(!covers("", "example.com"));
    }
}
