//! Bodies of requests: <https://fetch.spec.whatwg.org/#concept-bodyinit-extract>.

use std::sync::Arc;

use url::form_urlencoded;

/// The boundary of form data is the browser's. This one has the usual length.
const BOUNDARY: &str = "----boundary0123456789012345678901234";

/// What script gives as a body: <https://fetch.spec.whatwg.org/#bodyinit-unions>.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum BodyInit {
    /// A string.
    Text(String),
    /// A `URLSearchParams` object with these pairs.
    UrlSearchParams(Vec<(String, String)>),
    /// A `FormData` object with these pairs.
    FormData(Vec<(String, String)>),
    /// A `Blob`.
    Blob {
        /// Its bytes.
        bytes: Vec<u8>,
        /// The member `type` that it is made with; empty without one.
        blob_type: String,
    },
    /// A `ReadableStream`, which can be sent only once.
    Stream(Vec<u8>),
}

impl BodyInit {
    /// The `Content-Type` that it implies.
    pub(super) fn content_type(&self) -> Option<String> {
        match self {
            Self::Text(_) => Some("text/plain;charset=UTF-8".to_owned()),
            Self::UrlSearchParams(_) => {
                Some("application/x-www-form-urlencoded;charset=UTF-8".to_owned())
            }
            Self::FormData(_) => Some(format!("multipart/form-data; boundary={BOUNDARY}")),
            Self::Blob { blob_type, .. } => {
                Some(self::blob_type(blob_type)).filter(|blob_type| !blob_type.is_empty())
            }
            Self::Stream(_) => None,
        }
    }
}

/// A body: <https://fetch.spec.whatwg.org/#concept-body>.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Body {
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// Its [source](https://fetch.spec.whatwg.org/#concept-body-source) is null, so that it can be sent only once.
    pub is_streamed: bool,
}

impl Body {
    /// <https://fetch.spec.whatwg.org/#concept-bodyinit-extract>
    pub(super) fn extract(init: &BodyInit) -> Self {
        let bytes = match init {
            BodyInit::Text(text) => text.as_bytes().into(),
            BodyInit::Blob { bytes, .. } | BodyInit::Stream(bytes) => bytes.as_slice().into(),
            BodyInit::UrlSearchParams(pairs) => url_search_params(pairs).into_bytes().into(),
            BodyInit::FormData(pairs) => form_data(pairs).into_bytes().into(),
        };
        Self { bytes, is_streamed: matches!(init, BodyInit::Stream(_)) }
    }
}

/// The `type` of a `Blob` that is made with this one: <https://w3c.github.io/FileAPI/#constructorBlob>.
pub fn blob_type(text: &str) -> String {
    match text.chars().all(|character| (' '..='~').contains(&character)) {
        true => text.to_ascii_lowercase(),
        false => String::new(),
    }
}

/// The pairs that `new URLSearchParams(text)` holds: <https://url.spec.whatwg.org/#dom-urlsearchparams-urlsearchparams>.
pub fn url_search_params_pairs(text: &str) -> Vec<(String, String)> {
    let text = text.strip_prefix('?').unwrap_or(text);
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// <https://url.spec.whatwg.org/#concept-urlencoded-serializer>
fn url_search_params(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// <https://html.spec.whatwg.org/#multipart/form-data-encoding-algorithm>, of pairs of texts.
fn form_data(pairs: &[(String, String)]) -> String {
    let parts: String = pairs.iter().map(|(name, value)| part(name, value)).collect();
    format!("{parts}--{BOUNDARY}--\r\n")
}

fn part(name: &str, value: &str) -> String {
    let (name, value) = (escaped(&with_crlf(name)), with_crlf(value));
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

/// Every line break as CRLF.
fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

fn escaped(name: &str) -> String {
    name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(init: &BodyInit) -> String {
        String::from_utf8(Body::extract(init).bytes.to_vec()).expect("UTF-8")
    }

    fn blob(text: &str, blob_type: &str) -> BodyInit {
        BodyInit::Blob { bytes: text.into(), blob_type: blob_type.to_owned() }
    }

    fn params(text: &str) -> BodyInit {
        BodyInit::UrlSearchParams(url_search_params_pairs(text))
    }

    fn form(text: &str) -> BodyInit {
        BodyInit::FormData(url_search_params_pairs(text))
    }

    #[test]
    fn bodies_are_serialized_by_their_type() {
        for (init, expected) in [
            (BodyInit::Text("a=1&b=ü".to_owned()), "a=1&b=ü"),
            (blob("a=1&b=ü", ""), "a=1&b=ü"),
            (params("?a=1 2&b=ü"), "a=1+2&b=%C3%BC"),
        ] {
            assert_eq!(bytes(&init), expected);
        }
    }

    #[test]
    fn a_blob_has_the_type_in_lower_case_or_none() {
        for (blob_type, expected) in [
            ("", None),
            ("Application/JSON", Some("application/json")),
            ("text/plain; Charset=UTF-8", Some("text/plain; charset=utf-8")),
            ("text/plän", None),
            ("a\tb", None),
        ] {
            assert_eq!(blob("", blob_type).content_type().as_deref(), expected, "{blob_type:?}");
        }
    }

    #[test]
    fn form_data_has_a_part_for_each_pair() {
        let boundary = format!("--{BOUNDARY}");
        let part = |name: &str, value: &str| {
            let name = format!("Content-Disposition: form-data; name=\"{name}\"");
            format!("{boundary}\r\n{name}\r\n\r\n{value}\r\n")
        };
        let expected =
            [part("a", "1"), part("b%22%0D%0A", "x\r\ny"), format!("{boundary}--\r\n")].concat();
        assert_eq!(bytes(&form("a=1&b\"%0A=x%0Ay")), expected);
        assert_eq!(bytes(&form("")), format!("{boundary}--\r\n"));
    }
}
