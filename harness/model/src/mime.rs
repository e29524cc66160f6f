//! MIME types: <https://mimesniff.spec.whatwg.org/#mime-type-representation>. They work on bytes,
//! which represent the code points with the same number.

use super::headers::{HeaderList, get_decode_and_split, is_http_whitespace, is_token_byte, trim};

/// <https://mimesniff.spec.whatwg.org/#mime-type>
#[derive(Debug, Eq, PartialEq)]
pub(super) struct MimeType {
    essence: String,
    parameters: Vec<(String, Vec<u8>)>,
}

impl MimeType {
    /// <https://mimesniff.spec.whatwg.org/#parse-a-mime-type>; `None` is failure.
    pub(super) fn parse(input: &[u8]) -> Option<Self> {
        let input = trim(input, is_http_whitespace);
        let slash = input.iter().position(|byte| *byte == b'/')?;
        let (kind, rest) = (&input[..slash], &input[slash + 1..]);
        let (subtype, rest) = until(rest, b';');
        let subtype = trim_end(subtype);
        if !is_token(kind) || !is_token(subtype) {
            return None;
        }
        let essence = format!("{}/{}", lower(kind), lower(subtype));
        Some(Self { essence, parameters: parameters(rest) })
    }

    /// <https://fetch.spec.whatwg.org/#concept-header-extract-mime-type>; `None` is failure.
    pub(super) fn extract(headers: &HeaderList) -> Option<Self> {
        let value = headers.get("content-type")?;
        let types = get_decode_and_split(&value).into_iter().filter_map(Self::parse);
        let (mut extracted, mut essence, mut charset) = (None, String::new(), None);
        for mut mime in types.filter(|mime| mime.essence != "*/*") {
            if mime.essence != essence {
                charset = mime.charset_mut().cloned();
                essence.clone_from(&mime.essence);
            } else if mime.charset_mut().is_none() {
                mime.parameters.extend(charset.clone().map(|value| ("charset".to_owned(), value)));
            }
            extracted = Some(mime);
        }
        extracted
    }

    /// <https://mimesniff.spec.whatwg.org/#xml-mime-type>
    pub(super) fn is_xml(&self) -> bool {
        self.essence.ends_with("+xml") || matches!(self.essence(), "text/xml" | "application/xml")
    }

    /// <https://mimesniff.spec.whatwg.org/#mime-type-essence>
    pub(super) fn essence(&self) -> &str {
        &self.essence
    }

    /// The value of the parameter `charset`.
    pub(super) fn charset_mut(&mut self) -> Option<&mut Vec<u8>> {
        self.parameters.iter_mut().find(|(name, _)| name == "charset").map(|(_, value)| value)
    }

    /// <https://mimesniff.spec.whatwg.org/#serialize-a-mime-type>
    pub(super) fn serialize(&self) -> Vec<u8> {
        let mut text = self.essence.clone().into_bytes();
        for (name, value) in &self.parameters {
            text.extend_from_slice(format!(";{name}=").as_bytes());
            if is_token(value) { text.extend_from_slice(value) } else { text.extend(quoted(value)) }
        }
        text
    }
}

fn quoted(value: &[u8]) -> Vec<u8> {
    let mut text = vec![b'"'];
    for byte in value {
        if b"\"\\".contains(byte) {
            text.push(b'\\');
        }
        text.push(*byte);
    }
    text.push(b'"');
    text
}

/// Of several parameters with one name, the first counts.
fn parameters(mut rest: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut parameters: Vec<(String, Vec<u8>)> = Vec::new();
    while let Some((name, value, after)) = next_parameter(rest) {
        rest = after;
        let name = lower(name);
        let known = parameters.iter().any(|(other, _)| *other == name);
        let value = value.filter(|value| value.iter().copied().all(is_quotable));
        if is_token(name.as_bytes()) && !known {
            parameters.extend(value.map(|value| (name, value)));
        }
    }
    parameters
}

/// Name, value and the rest. Only a quoted value may be empty.
pub(super) type Parameter<'a> = (&'a [u8], Option<Vec<u8>>, &'a [u8]);

pub(super) fn next_parameter(rest: &[u8]) -> Option<Parameter<'_>> {
    let rest = rest.strip_prefix(b";")?;
    let rest = &rest[rest.iter().take_while(|byte| is_http_whitespace(**byte)).count()..];
    let end = rest.iter().position(|byte| b";=".contains(byte)).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let Some(rest) = rest.strip_prefix(b"=") else { return Some((name, None, rest)) };
    if let Some(rest) = rest.strip_prefix(b"\"") {
        let (value, rest) = quoted_string(rest);
        return Some((name, Some(value), until(rest, b';').1));
    }
    let (value, rest) = until(rest, b';');
    let value = trim_end(value);
    Some((name, (!value.is_empty()).then(|| value.to_vec()), rest))
}

/// <https://fetch.spec.whatwg.org/#collect-an-http-quoted-string>, after the opening quote, with
/// the value extracted.
fn quoted_string(input: &[u8]) -> (Vec<u8>, &[u8]) {
    let (mut value, mut position) = (Vec::new(), 0);
    while let Some(byte) = input.get(position) {
        position += 1;
        match byte {
            b'"' => break,
            b'\\' => {
                value.push(*input.get(position).unwrap_or(&b'\\'));
                position += 1;
            }
            _ => value.push(*byte),
        }
    }
    (value, input.get(position..).unwrap_or_default())
}

fn until(bytes: &[u8], stop: u8) -> (&[u8], &[u8]) {
    bytes.split_at(bytes.iter().position(|byte| *byte == stop).unwrap_or(bytes.len()))
}

fn trim_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !is_http_whitespace(*byte)).map_or(0, |last| last + 1);
    &bytes[..end]
}

fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().copied().all(is_token_byte)
}

/// <https://mimesniff.spec.whatwg.org/#http-quoted-string-token-code-point>
fn is_quotable(byte: u8) -> bool {
    byte == b'\t' || (b' '..=b'~').contains(&byte) || byte >= 0x80
}

fn lower(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}
