//! The condition under which an origin gives another reply.

use http::HeaderMap;
use http::header::COOKIE;

/// What a request needs to have. All parts that are given have to hold.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Condition {
    /// A header with this name and, if there is a value, exactly this value in one of its lines.
    pub header: Option<(String, Option<String>)>,
    /// A cookie with this name.
    pub cookie: Option<String>,
    /// It is among the first requests for its method and path, up to this number.
    pub up_to: Option<u64>,
}

impl Condition {
    /// The same condition with the value of its header changed.
    pub(crate) fn map_texts(&self, map: &impl Fn(&str) -> String) -> Self {
        let header = self.header.as_ref();
        let header = header.map(|(name, value)| (name.clone(), value.as_deref().map(map)));
        Self { header, ..self.clone() }
    }

    /// Whether it holds for a request with these headers, which is the `number`th for its method and path, from 1.
    pub(crate) fn holds(&self, headers: &HeaderMap, number: u64) -> bool {
        let has_header = |(name, value): &(String, Option<String>)| {
            let mut lines = headers.get_all(name.as_str()).iter();
            match value {
                None => lines.next().is_some(),
                Some(value) => lines.any(|line| line.as_bytes() == value.as_bytes()),
            }
        };
        self.header.as_ref().is_none_or(has_header)
            && self.cookie.as_ref().is_none_or(|name| has_cookie(headers, name))
            && self.up_to.is_none_or(|last| number <= last)
    }
}

/// RFC 6265, 4.2.1: pairs with `; ` between them. HTTP/2 may split them over several lines (RFC 9113, 8.2.3).
fn has_cookie(headers: &HeaderMap, name: &str) -> bool {
    let lines = headers.get_all(COOKIE).iter().map(|line| line.as_bytes());
    let mut pairs = lines.flat_map(|line| line.split(|byte| *byte == b';'));
    pairs.any(|pair| {
        let of_name = pair.trim_ascii_start().strip_prefix(name.as_bytes());
        of_name.is_some_and(|rest| rest.starts_with(b"="))
    })
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::Condition;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let lines = lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        lines.collect()
    }

    #[test]
    fn every_part_has_to_hold() {
        let given = headers(&[("range", "bytes=0-1"), ("cookie", "a=1; sid=2")]);
        let range = |value: Option<&str>| Some(("Range".to_owned(), value.map(str::to_owned)));
        let cookie = |name: &str| Some(name.to_owned());
        let any = Condition::default();
        for (condition, holds) in [
            (any.clone(), true),
            (Condition { header: range(None), ..any.clone() }, true),
            (Condition { header: range(Some("bytes=0-1")), ..any.clone() }, true),
            (Condition { header: range(Some("bytes=0-")), ..any.clone() }, false),
            (Condition { cookie: cookie("sid"), ..any.clone() }, true),
            (Condition { cookie: cookie("si"), ..any.clone() }, false),
            (Condition { cookie: cookie("d"), ..any.clone() }, false),
            (Condition { header: range(None), cookie: cookie("b"), up_to: None }, false),
            (Condition { up_to: Some(2), ..any.clone() }, true),
            (Condition { up_to: Some(1), ..any.clone() }, false),
        ] {
            assert_eq!(condition.holds(&given, 2), holds, "{condition:?}");
        }
    }
}
