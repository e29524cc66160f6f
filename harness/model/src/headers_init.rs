//! What script gives as headers: <https://fetch.spec.whatwg.org/#typedefdef-headersinit>.

use super::headers::{HeaderList, is_header_name, is_header_value, normalize};
use super::ruling::{Failure, Reason, failure};

/// The kind of object that script gives as headers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum HeadersInit {
    /// A list of pairs.
    #[default]
    Pairs,
    /// An object with a member for each name. The last of several values of a name remains.
    Record,
    /// A `Headers` object, which joins the values of a name.
    Headers,
}

impl HeadersInit {
    /// The lines that [filling](https://fetch.spec.whatwg.org/#concept-headers-fill) the headers of a request appends.
    pub(super) fn lines(
        self,
        given: &[(String, String)],
    ) -> Result<Vec<(String, String)>, Failure> {
        match self {
            Self::Pairs => Ok(given.to_vec()),
            Self::Record => Ok(record(given)),
            Self::Headers => headers_object(given),
        }
    }
}

/// The members of an object: names are compared exactly, and a later value replaces an earlier one.
fn record(given: &[(String, String)]) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for (name, value) in given {
        match lines.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.clone_from(value),
            None => lines.push((name.clone(), value.clone())),
        }
    }
    lines
}

/// The pairs of a `Headers` object: <https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine>.
/// It takes names that a request must not have; script cannot send `Set-Cookie`, so it is not kept apart here.
fn headers_object(given: &[(String, String)]) -> Result<Vec<(String, String)>, Failure> {
    let mut list = HeaderList::default();
    for (name, value) in given {
        list.combine(&name.to_ascii_lowercase(), &header_value(name, value)?);
    }
    let mut lines: Vec<_> =
        list.iter().map(|(name, value)| (name.to_owned(), isomorphic_decode(value))).collect();
    lines.sort();
    Ok(lines)
}

/// The normalised value of a header, if the name and the value are valid:
/// <https://fetch.spec.whatwg.org/#headers-validate>.
pub(super) fn header_value(name: &str, value: &str) -> Result<Vec<u8>, Failure> {
    if !is_header_name(name.as_bytes()) {
        return Err(failure(Reason::InvalidHeaderName, name));
    }
    let encoded = isomorphic_encode(value);
    let normalized = encoded.as_deref().map(normalize).filter(|value| is_header_value(value));
    let normalized = normalized.ok_or_else(|| failure(Reason::InvalidHeaderValue, value))?;
    Ok(normalized.to_vec())
}

/// <https://webidl.spec.whatwg.org/#es-ByteString>
fn isomorphic_encode(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

/// <https://infra.spec.whatwg.org/#isomorphic-decode>
fn isomorphic_decode(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(init: HeadersInit) -> Vec<(String, String)> {
        let given = [("X-B", "1"), ("x-a", " é "), ("X-B", "2"), ("x-b", "3")];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
        init.lines(&given).unwrap()
    }

    fn pairs(lines: &[(&str, &str)]) -> Vec<(String, String)> {
        lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_kind_of_object_gives_its_lines() {
        let expected: [(HeadersInit, &[(&str, &str)]); 3] = [
            (HeadersInit::Pairs, &[("X-B", "1"), ("x-a", " é "), ("X-B", "2"), ("x-b", "3")]),
            (HeadersInit::Record, &[("X-B", "2"), ("x-a", " é "), ("x-b", "3")]),
            (HeadersInit::Headers, &[("x-a", "é"), ("x-b", "1, 2, 3")]),
        ];
        for (init, expected) in expected {
            assert_eq!(lines(init), pairs(expected), "{init:?}");
        }
    }

    #[test]
    fn a_headers_object_has_no_invalid_header() {
        let given = [("a b".to_owned(), "1".to_owned())];
        assert!(HeadersInit::Headers.lines(&given).is_err());
    }
}
