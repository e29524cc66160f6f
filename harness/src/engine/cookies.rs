//! Planted cookies, as far as all engines read them alike.

use cookie::Cookie;
use cookie::time::OffsetDateTime;

use serde_json::Value;

use crate::case::PlantedCookie;
use crate::plan::PlannedRow;
use crate::secrets::set_cookie_without_value;

/// The cookie that a case wrote.
pub(super) fn parse(planted: &PlantedCookie) -> Result<Cookie<'_>, String> {
    let words = |error| format!("`{}` is no cookie: {error}", shown(planted));
    Cookie::parse(planted.set_cookie.as_str()).map_err(words)
}

/// What is said of a cookie that did not get into the jar.
pub(super) fn refused(planted: &PlantedCookie) -> String {
    format!("the browser did not take the cookie `{}`", shown(planted))
}

/// A cookie for people: name, attributes and the length of its value.
fn shown(planted: &PlantedCookie) -> String {
    set_cookie_without_value(&planted.set_cookie)
}

/// What became of rows' cookies, from how setting them went and what the jar was after that.
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

/// Whether a jar, as Chromium and Firefox both describe one, has a cookie of this name and domain.
fn holds(jar: &Value, planted: &PlantedCookie) -> bool {
    let Ok(cookie) = parse(planted) else { return false };
    let domain = cookie.domain().unwrap_or(&planted.origin.host);
    jar["cookies"].as_array().into_iter().flatten().any(|held| {
        held["name"] == cookie.name()
            && held["domain"].as_str().is_some_and(|held| held.trim_start_matches('.') == domain)
    })
}

/// Seconds since 1970; `Max-Age` has precedence over `Expires`. `None` for a session cookie.
pub(super) fn expires(cookie: &Cookie<'_>) -> Option<i64> {
    let now = || OffsetDateTime::now_utc().unix_timestamp();
    match cookie.max_age() {
        Some(age) => Some(now().saturating_add(age.whole_seconds())),
        None => Some(cookie.expires_datetime()?.unix_timestamp()),
    }
}
