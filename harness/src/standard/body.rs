//! Bodies of requests: <https://fetch.spec.whatwg.org/#concept-bodyinit-extract>.

use std::sync::Arc;

use url::form_urlencoded;

use crate::case::BodyType;

/// The boundary of form data is the browser's own. This one has the usual length.
const BOUNDARY: &str = "----boundary0123456789012345678901234";

/// A body: its bytes, and whether it can be sent a second time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Body {
    pub(super) bytes: Arc<[u8]>,
    /// <https://fetch.spec.whatwg.org/#concept-body-source> is null.
    pub(super) is_streamed: bool,
}

impl Body {
    /// The body that script makes from a text.
    pub(super) fn of(text: &str, made_as: BodyType) -> Self {
        let bytes = match made_as {
            BodyType::Text | BodyType::Blob | BodyType::Stream => text.as_bytes().into(),
            BodyType::UrlSearchParams => url_search_params(text).into_bytes().into(),
            BodyType::FormData => form_data(text).into_bytes().into(),
        };
        Self { bytes, is_streamed: made_as == BodyType::Stream }
    }
}

/// The type that a body implies.
pub(super) fn implied_type(made_as: BodyType) -> Option<String> {
    match made_as {
        BodyType::Text => Some("text/plain;charset=UTF-8".to_owned()),
        BodyType::UrlSearchParams => {
            Some("application/x-www-form-urlencoded;charset=UTF-8".to_owned())
        }
        BodyType::FormData => Some(format!("multipart/form-data; boundary={BOUNDARY}")),
        BodyType::Blob | BodyType::Stream => None,
    }
}

/// The pairs in `new URLSearchParams(text)`.
fn pairs(text: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(text.strip_prefix('?').unwrap_or(text).as_bytes())
}

/// <https://url.spec.whatwg.org/#concept-urlencoded-serializer>
fn url_search_params(text: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs(text)).finish()
}

/// <https://html.spec.whatwg.org/#multipart/form-data-encoding-algorithm>, of the pairs of a text.
fn form_data(text: &str) -> String {
    let parts: String = pairs(text).map(|(name, value)| part(&name, &value)).collect();
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

    fn bytes(text: &str, made_as: BodyType) -> String {
        String::from_utf8(Body::of(text, made_as).bytes.to_vec()).expect("UTF-8")
    }

    #[test]
    fn a_body_is_what_script_makes_of_a_text() {
        for (text, made_as, expected) in [
            ("a=1&b=ü", BodyType::Text, "a=1&b=ü"),
            ("a=1&b=ü", BodyType::Blob, "a=1&b=ü"),
            ("?a=1 2&b=ü", BodyType::UrlSearchParams, "a=1+2&b=%C3%BC"),
        ] {
            assert_eq!(bytes(text, made_as), expected);
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
        assert_eq!(bytes("a=1&b\"%0A=x%0Ay", BodyType::FormData), expected);
        assert_eq!(bytes("", BodyType::FormData), format!("{boundary}--\r\n"));
    }
}
