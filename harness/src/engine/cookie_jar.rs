//! The plain client's cookie jar: that of `cookie_store`, in the order in which a client should
//! send cookies, <https://www.rfc-editor.org/rfc/rfc6265#section-5.4>. The crate has no order, so
//! that runs would differ.

use std::cmp::Reverse;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cookie_store::{Cookie, CookieStore as Store, StoreAction};
use reqwest::Url;
use reqwest::cookie::CookieStore;
use reqwest::header::HeaderValue;

/// A jar that is shared by clients.
#[derive(Debug, Default)]
pub(super) struct Jar(Mutex<StoredCookie>);

#[derive(Debug, Default)]
struct StoredCookie {
    store: Store,
    /// The stored cookies, in order of creation.
    made: Vec<Key>,
}

/// What identifies a cookie: domain, path and name.
type Key = (String, String, String);

impl Jar {
    /// Stores a `Set-Cookie` line, as if the server at `url` had sent it.
    pub(super) fn add(&self, line: &str, url: &Url) {
        self.kept().add(line, url);
    }

    fn kept(&self) -> MutexGuard<'_, StoredCookie> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StoredCookie {
    fn add(&mut self, line: &str, url: &Url) {
        let Ok(cookie) = Cookie::parse(line.to_owned(), url) else { return };
        let key = key(&cookie);
        match self.store.insert(cookie.into_owned(), url) {
            Ok(StoreAction::ExpiredExisting) => self.made.retain(|made| *made != key),
            // A cookie that replaces another keeps its position: #section-5.3, step 11.
            Ok(_) if !self.made.contains(&key) => self.made.push(key),
            Ok(_) | Err(_) => {}
        }
    }

    /// Longer paths first, then earlier ones.
    fn header(&self, url: &Url) -> String {
        let mut cookies = self.store.matches(url);
        cookies.sort_by_key(|cookie| {
            let key = key(cookie);
            (Reverse(cookie.path.len()), self.made.iter().position(|made| *made == key))
        });
        let pairs = cookies.iter().map(|cookie| format!("{}={}", cookie.name(), cookie.value()));
        pairs.collect::<Vec<_>>().join("; ")
    }
}

fn key(cookie: &Cookie<'_>) -> Key {
    (String::from(&cookie.domain), String::from(&cookie.path), cookie.name().to_owned())
}

impl CookieStore for Jar {
    fn set_cookies(&self, lines: &mut dyn Iterator<Item = &HeaderValue>, url: &Url) {
        let mut kept = self.kept();
        lines.filter_map(|line| line.to_str().ok()).for_each(|line| kept.add(line, url));
    }

    fn cookies(&self, url: &Url) -> Option<HeaderValue> {
        let header = self.kept().header(url);
        HeaderValue::from_str(&header).ok().filter(|header| !header.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    fn jar(lines: &[&str]) -> Jar {
        let jar = Jar::default();
        lines.iter().for_each(|line| jar.add(line, &url("https://api.example.com/a/b")));
        jar
    }

    fn sent(jar: &Jar, to: &str) -> String {
        let header = jar.cookies(&url(to));
        header.map(|header| header.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    #[test]
    fn longer_paths_come_first_then_earlier_cookies() {
        let lines =
            ["z=1; Path=/", "y=2; Path=/; Domain=example.com", "a=3; Path=/a", "x=4; Path=/"];
        let jar = jar(&lines);
        assert_eq!(sent(&jar, "https://api.example.com/a/b"), "a=3; z=1; y=2; x=4");
        assert_eq!(sent(&jar, "https://api.example.com/"), "z=1; y=2; x=4");
        assert_eq!(sent(&jar, "https://other.example.com/"), "y=2");
        assert_eq!(jar.cookies(&url("https://example.net/")), None);
    }

    #[test]
    fn a_replaced_cookie_keeps_its_creation_time() {
        let replaced = jar(&["a=1; Path=/", "b=2; Path=/", "a=3; Path=/"]);
        assert_eq!(sent(&replaced, "https://api.example.com/"), "a=3; b=2");
        let lines = ["a=1; Path=/", "b=2; Path=/", "a=; Path=/; Max-Age=0", "a=3; Path=/"];
        assert_eq!(sent(&jar(&lines), "https://api.example.com/"), "b=2; a=3");
    }
}
