//! What an element, or an API without a `Response` object, needs of a response.

use super::formats::Format;
use super::headers::{HeaderList, get_decode_and_split};
use super::mime::MimeType;
use super::request::Request;
use super::request_modes::Destination;
use super::response::{Response, is_ok_status};
use super::ruling::{Fetched, Reason, Stage, cannot_judge, network_error};

/// What uses a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Consumer {
    /// An image: <https://html.spec.whatwg.org/#updating-the-image-data>.
    Image,
    /// A document with an element that SVG shows: <https://svgwg.org/svg2-draft/struct.html#UseElement>.
    SvgDocument,
    /// A classic script: <https://html.spec.whatwg.org/#fetch-a-classic-script>.
    ClassicScript,
    /// A module script: <https://html.spec.whatwg.org/#fetch-a-single-module-script>.
    ModuleScript,
    /// A JSON module: <https://html.spec.whatwg.org/#fetch-a-single-module-script>.
    JsonModule,
    /// The script of a dedicated or shared worker: <https://html.spec.whatwg.org/#fetch-a-classic-worker-script>.
    WorkerScript,
    /// The script of a service worker: <https://w3c.github.io/ServiceWorker/#update-algorithm>.
    ServiceWorkerScript,
    /// A style sheet: <https://html.spec.whatwg.org/#link-type-stylesheet>.
    StyleSheet,
    /// An image that a style sheet shows:
    /// <https://drafts.csswg.org/css-images-4/#fetch-an-external-image-for-a-stylesheet>.
    StyleImage,
    /// A font: <https://drafts.csswg.org/css-fonts-4/#font-fetching-requirements>.
    Font,
    /// Video: <https://html.spec.whatwg.org/#concept-media-load-resource>.
    Media,
    /// Audio, whose samples script does not read: <https://html.spec.whatwg.org/#concept-media-load-resource>.
    Audio,
    /// What is loaded ahead of its use: <https://html.spec.whatwg.org/#preload>.
    Preload,
    /// A module that is loaded ahead of its use: <https://html.spec.whatwg.org/#link-type-modulepreload>.
    ModulePreload,
    /// A text track: <https://html.spec.whatwg.org/#start-the-track-processing-model>.
    Track,
    /// An event stream: <https://html.spec.whatwg.org/#dom-eventsource>.
    EventStream,
    /// A WebSocket: <https://websockets.spec.whatwg.org/#concept-websocket-establish>.
    WebSocket,
    /// The performance timeline, which has an entry of a network error too: <https://w3c.github.io/resource-timing/>.
    ResourceTiming,
    /// Nothing. The request is a `POST`: <https://w3c.github.io/beacon/#sec-processing-model>.
    Beacon,
    /// A frame: <https://html.spec.whatwg.org/#the-iframe-element>.
    Frame,
    /// A frame into which a form is submitted with `POST`: <https://html.spec.whatwg.org/#form-submission-algorithm>.
    Form,
}

impl Consumer {
    /// Whether the response is what is needed.
    pub(super) fn check(self, response: &Response) -> Fetched<()> {
        let mime = MimeType::extract(&response.headers);
        let essence = mime.as_ref().map_or("", MimeType::essence);
        match self {
            Self::Frame | Self::Form if matches!(response.status, 204 | 205) => {
                cannot_judge("a frame keeps its document at this status")
            }
            Self::Beacon | Self::Frame | Self::Form | Self::Preload | Self::ResourceTiming => {
                Ok(())
            }
            Self::Image | Self::StyleImage if Format::Image.has_signature(&response.body) => Ok(()),
            Self::Image | Self::StyleImage if essence == "image/svg+xml" => {
                cannot_judge("images in the format SVG are not modelled")
            }
            Self::Image | Self::StyleImage => refuse(Reason::NoImage, essence),
            Self::SvgDocument if essence == "image/svg+xml" => Ok(()),
            Self::SvgDocument => refuse(Reason::NoSvg, essence),
            Self::ClassicScript => check_status(response, is_ok_status(response.status)),
            Self::ModuleScript
            | Self::ModulePreload
            | Self::WorkerScript
            | Self::ServiceWorkerScript => {
                check_status(response, is_ok_status(response.status))?;
                if is_javascript(essence) { Ok(()) } else { refuse(Reason::NoJavascript, essence) }
            }
            Self::StyleSheet => {
                check_status(response, is_ok_status(response.status))?;
                // Without a Content-Type, the type is the default of `link`.
                let is_css = essence == "text/css" || !response.headers.contains("content-type");
                if is_css { Ok(()) } else { refuse(Reason::NoStyleSheet, essence) }
            }
            Self::JsonModule => {
                check_status(response, is_ok_status(response.status))?;
                if is_json(essence) { Ok(()) } else { refuse(Reason::NoJson, essence) }
            }
            Self::Font if Format::Font.has_signature(&response.body) => Ok(()),
            Self::Font => refuse(Reason::NoFont, essence),
            Self::Media | Self::Audio => {
                check_status(response, is_ok_status(response.status))?;
                let is_media = Format::Video.has_signature(&response.body);
                if is_media { Ok(()) } else { refuse(Reason::NoMedia, essence) }
            }
            Self::Track => {
                check_status(response, is_ok_status(response.status))?;
                let is_web_vtt = Format::Track.has_signature(&response.body);
                if is_web_vtt { Ok(()) } else { refuse(Reason::NoTrack, essence) }
            }
            Self::WebSocket => check_status(response, response.status == 101),
            Self::EventStream => {
                check_status(response, response.status == 200)?;
                let is_stream = essence == "text/event-stream";
                if is_stream { Ok(()) } else { refuse(Reason::NoEventStream, essence) }
            }
        }
    }
}

fn refuse<T>(reason: Reason, value: &str) -> Fetched<T> {
    network_error(Stage::Use, reason, value)
}

fn check_status(response: &Response, is_good: bool) -> Fetched<()> {
    if is_good { Ok(()) } else { refuse(Reason::UnusableStatus, &response.status.to_string()) }
}

pub(super) fn check_coding(response: &Response) -> Fetched<()> {
    let coding = response.headers.get("content-encoding");
    match coding.is_some_and(|coding| !coding.eq_ignore_ascii_case(b"identity")) {
        true => cannot_judge("content codings are not modelled"),
        false => Ok(()),
    }
}

/// <https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-mime-type?> and
/// <https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-nosniff?>
pub(super) fn check_mime_type(request: &Request, headers: &HeaderList) -> Fetched<()> {
    let mime = MimeType::extract(headers);
    let essence = mime.as_ref().map_or("", MimeType::essence);
    let is_script = request.destination.is_script_like();
    let is_media = ["audio/", "image/", "video/"].iter().any(|kind| essence.starts_with(kind));
    if is_script && (is_media || essence == "text/csv") {
        return refuse(Reason::BlockedMimeType, essence);
    }
    let is_expected = match request.destination {
        _ if is_script => is_javascript(essence),
        Destination::Style => essence == "text/css",
        _ => true,
    };
    if !is_expected && is_nosniff(headers) {
        return refuse(Reason::Nosniff, essence);
    }
    Ok(())
}

/// <https://fetch.spec.whatwg.org/#determine-nosniff>
fn is_nosniff(headers: &HeaderList) -> bool {
    let value = headers.get("x-content-type-options").unwrap_or_default();
    get_decode_and_split(&value).first().is_some_and(|first| first.eq_ignore_ascii_case(b"nosniff"))
}

/// <https://mimesniff.spec.whatwg.org/#javascript-mime-type-essence-match>
fn is_javascript(essence: &str) -> bool {
    const OF_TEXT: [&str; 8] = [
        "javascript1.0",
        "javascript1.1",
        "javascript1.2",
        "javascript1.3",
        "javascript1.4",
        "javascript1.5",
        "jscript",
        "livescript",
    ];
    const OF_BOTH: [&str; 4] = ["ecmascript", "javascript", "x-ecmascript", "x-javascript"];
    match essence.split_once('/') {
        Some(("text", subtype)) => OF_TEXT.contains(&subtype) || OF_BOTH.contains(&subtype),
        Some(("application", subtype)) => OF_BOTH.contains(&subtype),
        _ => false,
    }
}

/// <https://mimesniff.spec.whatwg.org/#json-mime-type>
fn is_json(essence: &str) -> bool {
    matches!(essence, "application/json" | "text/json") || essence.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use crate::ruling::FetchError;

    fn url(url: &str) -> url::Url {
        url::Url::parse(url).expect("a URL")
    }

    fn response(status: u16, content_type: Option<&str>, body: &[u8]) -> Response {
        let mut headers = HeaderList::default();
        content_type.into_iter().for_each(|value| headers.append("Content-Type", value));
        Response { status, headers, body: body.to_vec(), ..Response::default() }
    }

    fn reason<T: std::fmt::Debug>(fetched: Fetched<T>) -> Option<Reason> {
        match fetched {
            Ok(_) => None,
            Err(FetchError::NetworkError(refusal)) => Some(refusal.reason),
            Err(FetchError::CannotJudge(what)) => panic!("cannot judge: {what}"),
        }
    }

    #[test]
    fn an_element_needs_a_usable_response() {
        let table = [
            (Consumer::Image, 404, None, &b"GIF89a"[..], None),
            (Consumer::Image, 200, Some("image/png"), b"text", Some(Reason::NoImage)),
            (Consumer::SvgDocument, 200, Some("image/svg+xml"), b"<svg/>", None),
            (Consumer::SvgDocument, 200, Some("text/plain"), b"<svg/>", Some(Reason::NoSvg)),
            (Consumer::ClassicScript, 200, Some("text/plain"), b"", None),
            (Consumer::ClassicScript, 404, None, b"", Some(Reason::UnusableStatus)),
            (Consumer::ModuleScript, 200, Some("text/javascript"), b"", None),
            (Consumer::ModuleScript, 200, None, b"", Some(Reason::NoJavascript)),
            (Consumer::ModuleScript, 500, None, b"", Some(Reason::UnusableStatus)),
            (Consumer::StyleSheet, 200, None, b"", None),
            (Consumer::StyleSheet, 200, Some("text/plain"), b"", Some(Reason::NoStyleSheet)),
            (Consumer::StyleSheet, 404, Some("text/css"), b"", Some(Reason::UnusableStatus)),
            (Consumer::JsonModule, 200, Some("application/x+json"), b"{}", None),
            (Consumer::JsonModule, 200, Some("text/plain"), b"{}", Some(Reason::NoJson)),
            (Consumer::JsonModule, 404, None, b"{}", Some(Reason::UnusableStatus)),
            (Consumer::WorkerScript, 200, Some("text/javascript"), b"", None),
            (Consumer::WorkerScript, 200, Some("text/plain"), b"", Some(Reason::NoJavascript)),
            (Consumer::ServiceWorkerScript, 404, None, b"", Some(Reason::UnusableStatus)),
            (Consumer::ModulePreload, 200, None, b"", Some(Reason::NoJavascript)),
            (Consumer::Preload, 404, None, b"", None),
            (Consumer::StyleImage, 200, None, b"GIF89a", None),
            (Consumer::StyleImage, 200, None, b"text", Some(Reason::NoImage)),
            (Consumer::Font, 404, None, b"OTTO", None),
            (Consumer::Font, 200, Some("font/ttf"), b"text", Some(Reason::NoFont)),
            (Consumer::Media, 206, None, b"RIFF\0\0\0\0WAVE", None),
            (Consumer::Media, 200, Some("video/mp4"), b"text", Some(Reason::NoMedia)),
            (Consumer::Media, 404, None, b"OggS\0", Some(Reason::UnusableStatus)),
            (Consumer::Audio, 200, None, b"RIFF\0\0\0\0WAVE", None),
            (Consumer::Audio, 200, Some("audio/wav"), b"text", Some(Reason::NoMedia)),
            (Consumer::Track, 200, None, b"WEBVTT\n", None),
            (Consumer::Track, 200, Some("text/vtt"), b"1", Some(Reason::NoTrack)),
            (Consumer::Track, 404, None, b"WEBVTT\n", Some(Reason::UnusableStatus)),
            (Consumer::EventStream, 200, Some("text/event-stream"), b"", None),
            (
                Consumer::EventStream,
                204,
                Some("text/event-stream"),
                b"",
                Some(Reason::UnusableStatus),
            ),
            (Consumer::EventStream, 200, Some("text/plain"), b"", Some(Reason::NoEventStream)),
        ];
        for (consumer, status, content_type, body, expected) in table {
            let checked = consumer.check(&response(status, content_type, body));
            assert_eq!(reason(checked), expected, "{consumer:?} {status} {content_type:?}");
        }
    }

    #[test]
    fn javascript_types() {
        for yes in
            ["text/javascript", "application/javascript", "text/jscript", "text/x-ecmascript"]
        {
            assert!(is_javascript(yes), "{yes}");
        }
        for no in ["application/jscript", "text/plain", "image/javascript", ""] {
            assert!(!is_javascript(no), "{no}");
        }
    }

    #[test]
    fn mime_types_that_block_scripts_and_style_sheets() {
        let blocked = |destination, content_type: Option<&str>, nosniff: bool| {
            let client = Client::document(url("https://app.example/"));
            let mut request = Request::new(url("https://cdn.example/"), client);
            request.destination = destination;
            let Response { mut headers, .. } = response(200, content_type, b"");
            if nosniff {
                headers.append("X-Content-Type-Options", "NoSniff, x");
            }
            reason(check_mime_type(&request, &headers))
        };
        let (script, style) = (Destination::Script, Destination::Style);
        assert_eq!(blocked(script, Some("image/png"), false), Some(Reason::BlockedMimeType));
        assert_eq!(blocked(script, Some("text/csv"), false), Some(Reason::BlockedMimeType));
        assert_eq!(blocked(script, Some("text/html"), false), None);
        assert_eq!(blocked(script, Some("text/html"), true), Some(Reason::Nosniff));
        assert_eq!(blocked(script, None, true), Some(Reason::Nosniff));
        assert_eq!(blocked(script, Some("text/javascript"), true), None);
        assert_eq!(blocked(style, Some("text/plain"), true), Some(Reason::Nosniff));
        assert_eq!(blocked(style, Some("text/css"), true), None);
        assert_eq!(blocked(Destination::Image, Some("text/html"), true), None);
    }
}
