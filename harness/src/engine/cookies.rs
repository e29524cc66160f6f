//! Cookies of a case, as far as all engines handle them in the same way.

use std::time::Duration;

use cookie::Cookie;
use cookie::time::OffsetDateTime;

use serde_json::Value;

use crate::case::UserCookie;
use crate::plan::PlannedRow;
use crate::secrets::set_cookie_without_value;

/// The cookie as the case has it.
pub(super) fn parse(user_cookie: &UserCookie) -> Result<Cookie<'_>, String> {
    let words = |error| format!("`{}` is not a cookie: {error}", shown(user_cookie));
    Cookie::parse(user_cookie.set_cookie.as_str()).map_err(words)
}

/// The message for a cookie that was not stored.
pub(super) fn refused(user_cookie: &UserCookie) -> String {
    format!("the browser did not store the cookie `{}`", shown(user_cookie))
}

/// A cookie for people: name, attributes and the length of its value.
fn shown(user_cookie: &UserCookie) -> String {
    set_cookie_without_value(&user_cookie.set_cookie)
}

/// The result for rows' cookies, from how setting them went and from the jar after that.
pub(super) fn held(
    rows: &[PlannedRow],
    set: Vec<Result<(), String>>,
    jar: &Result<Value, String>,
) -> Vec<Result<(), String>> {
    let of_row = |(row, set): (&PlannedRow, Result<(), String>)| {
        let jar = set.and(jar.as_ref().map_err(String::clone))?;
        let missing = row.cookies.iter().find(|cookie| !holds(jar, cookie));
        missing.map_or(Ok(()), |cookie| Err(refused(cookie)))
    };
    rows.iter().zip(set).map(of_row).collect()
}

/// Whether a jar, which Chromium and Firefox describe in the same way, has a cookie with this name,
/// domain and path.
fn holds(jar: &Value, user_cookie: &UserCookie) -> bool {
    let Ok(cookie) = parse(user_cookie) else { return false };
    let domain = cookie.domain().unwrap_or(&user_cookie.origin.host);
    let is_domain = |held: &str| held.trim_start_matches('.').eq_ignore_ascii_case(domain);
    jar["cookies"].as_array().into_iter().flatten().any(|held| {
        held["name"] == cookie.name()
            && held["path"] == path(&cookie)
            && held["domain"].as_str().is_some_and(is_domain)
    })
}

/// Without a `Path` attribute, the path of the visited page:
/// <https://www.rfc-editor.org/rfc/rfc6265#section-5.2.4>.
pub(super) fn path<'c>(cookie: &'c Cookie<'_>) -> &'c str {
    cookie.path().filter(|path| path.starts_with('/')).unwrap_or("/")
}

/// Seconds since 1970, for a browser whose clock is ahead by this much; `Max-Age` has precedence over `Expires`. `None` for
/// a session cookie.
pub(super) fn expires(cookie: &Cookie<'_>, ahead: Duration) -> Option<i64> {
    let now = || (OffsetDateTime::now_utc() + ahead).unix_timestamp();
    match cookie.max_age() {
        Some(age) => Some(now().saturating_add(age.whole_seconds())),
        None => Some(cookie.expires_datetime()?.unix_timestamp()),
    }
}

#[cfg(test)]
mod tests {
    use cors_servers::script::Scheme;
    use serde_json::json;

    use super::*;
    use crate::case::Origin;

    fn held_after(set_cookie: &str, domain: &str, path: &str) -> bool {
        let origin = Origin { scheme: Scheme::Https, host: "a.example.com".to_owned(), port: 443 };
        let user_cookie = UserCookie { origin, set_cookie: set_cookie.to_owned() };
        let held = json!({ "name": "sid", "value": "1", "domain": domain, "path": path });
        holds(&json!({ "cookies": [held] }), &user_cookie)
    }

    #[test]
    fn a_cookie_is_matched_by_name_domain_and_path() {
        for (set_cookie, domain, path, held) in [
            ("sid=1", "a.example.com", "/", true),
            ("other=1", "a.example.com", "/", false),
            ("sid=1", "b.example.com", "/", false),
            ("sid=1", ".example.com", "/", false),
            ("sid=1; Domain=example.com", ".example.com", "/", true),
            ("sid=1; Domain=.example.com", ".example.com", "/", true),
            ("sid=1; Domain=Example.com", ".example.com", "/", true),
            ("sid=1; Domain=example.com", "example.com", "/", true),
            ("sid=1; Path=/a", "a.example.com", "/a", true),
            ("sid=1; Path=/a", "a.example.com", "/", false),
            ("sid=1; Path=/a", "a.example.com", "/A", false),
            ("sid=1", "a.example.com", "/a", false),
            ("sid=1; Path=a", "a.example.com", "/", true),
            ("sid=1; Path=", "a.example.com", "/", true),
        ] {
            assert_eq!(held_after(set_cookie, domain, path), held, "{set_cookie} {domain}{path}");
        }
    }
}
