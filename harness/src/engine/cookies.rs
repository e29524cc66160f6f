//! Planted cookies, as far as all engines read them alike.

use cookie::Cookie;
use cookie::time::OffsetDateTime;

use crate::case::PlantedCookie;

/// The cookie that a case wrote.
pub(super) fn parse(planted: &PlantedCookie) -> Result<Cookie<'_>, String> {
    let words = |error| format!("`{}` is no cookie: {error}", planted.set_cookie);
    Cookie::parse(planted.set_cookie.as_str()).map_err(words)
}

/// What is said of a cookie that did not get into the jar.
pub(super) fn refused(planted: &PlantedCookie) -> String {
    format!("the browser did not take the cookie `{}`", planted.set_cookie)
}

/// Seconds since 1970; `Max-Age` has precedence over `Expires`. `None` for a session cookie.
pub(super) fn expires(cookie: &Cookie<'_>) -> Option<i64> {
    let now = || OffsetDateTime::now_utc().unix_timestamp();
    match cookie.max_age() {
        Some(age) => Some(now().saturating_add(age.whole_seconds())),
        None => Some(cookie.expires_datetime()?.unix_timestamp()),
    }
}
