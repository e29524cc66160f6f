//! What must not be told of a server's output: values that only it and its clients should know.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use tower::util::{MapRequestLayer, MapResponseLayer};

/// Shorter values are no secrets, and stand in too many other words.
const SHORTEST: usize = 6;

/// Values of a server's environment, and of the cookies and `Authorization` lines that passed.
#[derive(Clone, Debug, Default)]
pub(super) struct Secrets(Arc<Mutex<BTreeSet<String>>>);

impl Secrets {
    /// Learns a value.
    pub(super) fn learn(&self, value: &str) {
        if value.len() >= SHORTEST {
            self.all().insert(value.to_owned());
        }
    }

    /// Learns from whatever passes on the way to a router and back.
    pub(super) fn listen(&self, router: Router) -> Router {
        let (asked, answered) = (self.clone(), self.clone());
        let request = move |request: Request| {
            asked.learn_from(request.headers(), &[COOKIE, AUTHORIZATION, PROXY_AUTHORIZATION]);
            request
        };
        let response = move |response: Response| {
            answered.learn_from(response.headers(), &[SET_COOKIE]);
            response
        };
        router.layer(MapRequestLayer::new(request)).layer(MapResponseLayer::new(response))
    }

    /// A text with each of them replaced by its length, longer ones first.
    pub(super) fn hidden_in(&self, text: &str) -> String {
        let mut secrets: Vec<_> = self.all().iter().cloned().collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.into_iter().fold(text.to_owned(), |text, secret| {
            text.replace(&secret, &format!("<{} bytes>", secret.len()))
        })
    }

    fn learn_from(&self, headers: &HeaderMap, names: &[HeaderName]) {
        for name in names {
            let lines = headers.get_all(name).iter().map(HeaderValue::as_bytes);
            for line in lines.filter_map(|line| std::str::from_utf8(line).ok()) {
                values(name, line).for_each(|value| self.learn(value.trim_matches('"')));
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The values of cookies, or what stands behind the scheme of an `Authorization`.
fn values<'l>(name: &HeaderName, line: &'l str) -> impl Iterator<Item = &'l str> {
    let (separator, most, sign) = match *name {
        COOKIE => ("; ", usize::MAX, '='),
        SET_COOKIE => (";", 1, '='),
        _ => ("\n", 1, ' '),
    };
    let parts = line.split(separator).take(most);
    parts.map(move |part| part.split_once(sign).map_or(part, |(_, value)| value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_passed_are_left_out() {
        let secrets = Secrets::default();
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (COOKIE, "sid=cookie-secret; theme=dark; other=2nd-cookie"),
            (AUTHORIZATION, "Bearer token-secret"),
            (SET_COOKIE, "fresh=\"set-secret\"; Secure; HttpOnly"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        secrets.learn_from(&headers, &[COOKIE, AUTHORIZATION, SET_COOKIE]);
        secrets.learn("hunter2");
        secrets.learn("1");
        for (said, told) in [
            ("sid=cookie-secret theme=dark 2nd-cookie", "sid=<13 bytes> theme=dark <10 bytes>"),
            ("Bearer token-secret, HttpOnly set-secret", "Bearer <12 bytes>, HttpOnly <10 bytes>"),
            ("key hunter2, port 1", "key <7 bytes>, port 1"),
        ] {
            assert_eq!(secrets.hidden_in(said), told);
        }
    }
}
