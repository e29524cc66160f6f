//! The path of a route.

use std::borrow::Borrow;
use std::fmt;

use http::uri::PathAndQuery;
use thiserror::Error;

/// What a request line can hold before its query.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Path(String);

/// A text that is not a [`Path`].
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("`{0}` is not a path: a path starts with `/` and contains no query, fragment or space")]
pub struct InvalidPath(pub String);

impl Path {
    /// A path as requests contain it.
    ///
    /// # Errors
    /// No request can have it.
    pub fn new(text: &str) -> Result<Self, InvalidPath> {
        let is_whole = |parsed: PathAndQuery| parsed.path() == text && parsed.query().is_none();
        match text.starts_with('/') && PathAndQuery::try_from(text).is_ok_and(is_whole) {
            true => Ok(Self(text.to_owned())),
            false => Err(InvalidPath(text.to_owned())),
        }
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path with its text changed. It stays as it is if the changed text is not a path.
    #[must_use]
    pub fn map_text(&self, map: impl Fn(&str) -> String) -> Self {
        Self::new(&map(&self.0)).unwrap_or_else(|_| self.clone())
    }
}

impl Borrow<str> for Path {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_what_a_request_line_can_hold_before_its_query() {
        for path in ["/", "/a/{b}", "/a/*", "/%7Ba%7D", "//x", "/a:b"] {
            assert_eq!(Path::new(path).map(|made| made.to_string()), Ok(path.to_owned()));
        }
        for path in ["", "a", "*", "/a?b", "/a#b", "/a b", "https://a.test/"] {
            assert_eq!(Path::new(path), Err(InvalidPath(path.to_owned())));
        }
    }
}
