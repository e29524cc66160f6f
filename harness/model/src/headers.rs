//! Header lists: <https://fetch.spec.whatwg.org/#concept-header-list>. Values are bytes.

use std::borrow::Cow;

/// <https://fetch.spec.whatwg.org/#concept-header-list>
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct HeaderList(Vec<(Cow<'static, str>, Vec<u8>)>);

impl HeaderList {
    /// <https://fetch.spec.whatwg.org/#concept-header-list-append>
    pub fn append(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Vec<u8>>) {
        self.0.push((name.into(), value.into()));
    }

    /// All lines, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value.as_slice()))
    }

    /// The values of all lines with that name, in order.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.iter().filter(move |(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }

    /// <https://fetch.spec.whatwg.org/#header-list-contains>
    pub fn contains(&self, name: &str) -> bool {
        self.values(name).next().is_some()
    }

    /// <https://fetch.spec.whatwg.org/#concept-header-list-get>: all values, joined by `, `.
    pub fn get<'a>(&'a self, name: &'a str) -> Option<Cow<'a, [u8]>> {
        let mut values = self.values(name);
        let first = values.next()?;
        let mut rest = values.peekable();
        if rest.peek().is_none() {
            return Some(Cow::Borrowed(first));
        }
        let mut joined = first.to_vec();
        for value in rest {
            joined.extend_from_slice(b", ");
            joined.extend_from_slice(value);
        }
        Some(Cow::Owned(joined))
    }

    /// Removes what surrounds values on the wire: a field value has no surrounding white space (RFC
    /// 9110, 5.5), nor has a [header value](https://fetch.spec.whatwg.org/#header-value).
    pub(super) fn strip(&mut self) {
        for (_, value) in &mut self.0 {
            let stripped = trim(value, is_http_tab_or_space);
            if stripped.len() < value.len() {
                *value = stripped.to_vec();
            }
        }
    }

    /// <https://fetch.spec.whatwg.org/#concept-header-list-delete>
    pub(super) fn delete(&mut self, name: &str) {
        self.0.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    }

    /// <https://fetch.spec.whatwg.org/#concept-header-list-set>
    pub(super) fn set(&mut self, name: &str, value: Vec<u8>) {
        match self.first_mut(name) {
            Some(place) => *place = value,
            None => return self.append(name.to_owned(), value),
        }
        let mut seen = false;
        self.0.retain(|(other, _)| {
            !other.eq_ignore_ascii_case(name) || !std::mem::replace(&mut seen, true)
        });
    }

    /// <https://fetch.spec.whatwg.org/#concept-header-list-combine>
    pub(super) fn combine(&mut self, name: &str, value: &[u8]) {
        match self.first_mut(name) {
            Some(first) => {
                first.extend_from_slice(b", ");
                first.extend_from_slice(value);
            }
            None => self.append(name.to_owned(), value),
        }
    }

    fn first_mut(&mut self, name: &str) -> Option<&mut Vec<u8>> {
        let mut lines = self.0.iter_mut();
        lines.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// Header lines in order.
impl<N: Into<Cow<'static, str>>, V: Into<Vec<u8>>> FromIterator<(N, V)> for HeaderList {
    fn from_iter<L: IntoIterator<Item = (N, V)>>(lines: L) -> Self {
        Self(lines.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// <https://fetch.spec.whatwg.org/#header-name>: a token.
pub(super) fn is_header_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().copied().all(is_token_byte)
}

/// <https://fetch.spec.whatwg.org/#header-value>, for a normalized value.
pub(super) fn is_header_value(value: &[u8]) -> bool {
    !value.iter().any(|byte| b"\0\r\n".contains(byte))
}

/// <https://fetch.spec.whatwg.org/#concept-header-value-normalize>
pub(super) fn normalize(value: &[u8]) -> &[u8] {
    trim(value, is_http_whitespace)
}

/// <https://fetch.spec.whatwg.org/#http-whitespace>
pub(super) fn is_http_whitespace(byte: u8) -> bool {
    b"\t\n\r ".contains(&byte)
}

/// <https://fetch.spec.whatwg.org/#http-tab-or-space>
pub(super) fn is_http_tab_or_space(byte: u8) -> bool {
    b"\t ".contains(&byte)
}

/// RFC 9110, 5.6.2.
pub(super) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

pub(super) fn trim(bytes: &[u8], is_space: fn(u8) -> bool) -> &[u8] {
    let Some(start) = bytes.iter().position(|byte| !is_space(*byte)) else { return &[] };
    let end = bytes.iter().rposition(|byte| !is_space(*byte)).unwrap_or(start);
    &bytes[start..=end]
}

/// Why a header could not be extracted.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Unparsable;

/// <https://fetch.spec.whatwg.org/#extract-header-list-values>, for a header whose grammar is a
/// list of tokens (`#method`, `#field-name`). `None`: there is no such header.
pub(super) fn extract_tokens<'a>(
    list: &'a HeaderList,
    name: &'a str,
) -> Result<Option<Vec<&'a [u8]>>, Unparsable> {
    let mut tokens = None;
    for value in list.values(name) {
        let tokens = tokens.get_or_insert_with(Vec::new);
        for element in value.split(|byte| *byte == b',') {
            match trim(element, is_http_tab_or_space) {
                [] => {}
                token if is_header_name(token) => tokens.push(token),
                _ => return Err(Unparsable),
            }
        }
    }
    Ok(tokens)
}

/// <https://fetch.spec.whatwg.org/#extract-header-list-values>, for `delta-seconds`: one header,
/// one number. A number that is too large to count is the largest.
pub(super) fn extract_seconds(list: &HeaderList, name: &str) -> Result<Option<u64>, Unparsable> {
    let mut values = list.values(name);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => delta_seconds(value).map(Some).ok_or(Unparsable),
        _ => Err(Unparsable),
    }
}

/// RFC 9111, 1.2.2.
pub(super) fn delta_seconds(value: &[u8]) -> Option<u64> {
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let add = |sum: u64, digit: &u8| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    digits.then(|| value.iter().fold(0, add))
}

/// <https://fetch.spec.whatwg.org/#header-value-get-decode-and-split>
pub fn get_decode_and_split(value: &[u8]) -> Vec<&[u8]> {
    let mut values = Vec::new();
    let (mut start, mut position) = (0, 0);
    while position < value.len() {
        match value[position] {
            b'"' => position = after_quoted_string(value, position),
            b',' => {
                values.push(trim(&value[start..position], is_http_tab_or_space));
                position += 1;
                start = position;
            }
            _ => position += 1,
        }
    }
    values.push(trim(&value[start..], is_http_tab_or_space));
    values
}

/// <https://fetch.spec.whatwg.org/#collect-an-http-quoted-string>: where it ends.
fn after_quoted_string(value: &[u8], quote: usize) -> usize {
    let mut position = quote + 1;
    while position < value.len() {
        match value[position] {
            b'"' => return position + 1,
            b'\\' => position += 2,
            _ => position += 1,
        }
    }
    value.len()
}

/// Bytes as readable text.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
