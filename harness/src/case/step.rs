//! The steps of a page's script.

use std::sync::Arc;
use std::time::Duration;

use cors_model::{blob_type, is_cors_safelisted_request_header};
use serde::Serialize;

use super::abort::Abort;
use super::page::{OpenedPage, Page};
use crate::initiators::{Initiator, RequestParameters};

/// Steps that start together, or one alone, or time that passes.
#[derive(Clone, Debug)]
pub enum StepGroup {
    /// One step.
    One(Box<Step>),
    /// Several at the same time. Their URLs differ in more than the fragment, so that each request
    /// can be assigned to one of them.
    Together(Vec<Step>),
    /// Time passes for the browser, and the page does nothing.
    Wait(Duration),
    /// The following steps run in another page.
    Open(PageChange),
}

impl StepGroup {
    /// The steps that make requests.
    pub fn steps(&self) -> &[Step] {
        match self {
            Self::One(step) => std::slice::from_ref(step.as_ref()),
            Self::Together(steps) => steps,
            Self::Wait(_) | Self::Open(_) => &[],
        }
    }
}

/// A page that the browser opens, or goes back to.
#[derive(Clone, Debug)]
pub struct PageChange {
    /// The page.
    pub opened: Arc<OpenedPage>,
    /// The tab that has it.
    pub tab: Tab,
}

/// A tab of a row's browser. All tabs of a row have the same profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tab {
    /// The tab of the page before, which the browser leaves.
    Current,
    /// A new one. The page before stays open.
    New,
    /// The tab with this number, from 0 in the order of opening. Its page is still open.
    Earlier(usize),
}

/// One request that the page makes, and its options. A page gets it as JSON: `None` leaves a member to the
/// initiator's default.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The page that makes the request, if the browser has opened another one than the first.
    #[serde(skip)]
    pub opened: Option<Arc<OpenedPage>>,
    /// What makes the request.
    pub initiator: Initiator,
    /// The URL as written, with variables filled in; absolute.
    pub url: String,
    /// Method as written; the API may normalize it.
    pub method: String,
    /// Header lines as written.
    pub headers: Vec<(String, String)>,
    /// The text that the body is made of.
    pub body: Option<String>,
    /// The object that is handed to the API as the body.
    pub body_as: BodyType,
    /// The type of the body, if it is a `Blob`.
    pub blob_type: Option<String>,
    /// The object that is handed to the API as the headers.
    pub headers_as: HeadersType,
    /// The user name that `open()` of an XMLHttpRequest gets.
    pub username: Option<String>,
    /// The password that `open()` of an XMLHttpRequest gets.
    pub password: Option<String>,
    /// Whether event listeners are registered on the upload object of an XMLHttpRequest.
    pub upload_listeners: bool,
    /// `credentials`, or for XMLHttpRequest `withCredentials`. `None` uses the API's default.
    pub credentials: Option<Credentials>,
    /// `mode` of fetch().
    pub mode: Option<String>,
    /// `redirect` of fetch().
    pub redirect: Option<String>,
    /// `cache` of fetch().
    pub cache: Option<String>,
    /// The referrer policy: `referrerPolicy` of fetch(), or the attribute of an element.
    pub referrer_policy: Option<String>,
    /// The `crossorigin` attribute; `None` where the element has none.
    pub crossorigin: Option<String>,
    /// `keepalive` of fetch().
    pub keepalive: bool,
    /// Whether an XMLHttpRequest is asynchronous.
    #[serde(rename = "async")]
    pub is_async: bool,
    /// When script aborts the call.
    pub abort: Option<Abort>,
    /// The `as` attribute of a preload.
    #[serde(rename = "as")]
    pub preload_as: Option<String>,
    /// The `integrity` attribute, or `integrity` of fetch().
    pub integrity: Option<String>,
    /// Whether a form is submitted into a new window.
    pub in_window: bool,
}

impl Step {
    /// A step without options.
    pub fn new(initiator: Initiator, url: &str) -> Self {
        Self {
            opened: None,
            initiator,
            url: url.to_owned(),
            method: "GET".to_owned(),
            headers: Vec::new(),
            body: None,
            body_as: BodyType::default(),
            blob_type: None,
            headers_as: HeadersType::default(),
            username: None,
            password: None,
            upload_listeners: false,
            credentials: None,
            mode: None,
            redirect: None,
            cache: None,
            referrer_policy: None,
            crossorigin: None,
            keepalive: false,
            is_async: true,
            abort: None,
            preload_as: None,
            integrity: None,
            in_window: false,
        }
    }

    /// The page that makes the request, of a row with this first page.
    pub fn page<'p>(&'p self, first: &'p Page) -> &'p Page {
        self.opened.as_ref().map_or(first, |opened| &opened.page)
    }

    /// The parameters of its request: those of the initiator, where no option says otherwise. Of `crossorigin`, see
    /// <https://html.spec.whatwg.org/#create-a-potential-cors-request>.
    pub fn request(&self) -> RequestParameters<'_> {
        let definition = self.initiator.definition().request;
        let defaults = match self.crossorigin.as_deref() {
            None => definition,
            Some("use-credentials") => {
                RequestParameters { mode: "cors", credentials: "include", ..definition }
            }
            Some(_) => RequestParameters { mode: "cors", credentials: "same-origin", ..definition },
        };
        RequestParameters {
            destination: match self.preload_as.as_deref() {
                // https://html.spec.whatwg.org/#translate-a-preload-destination
                Some("fetch") => "",
                Some(preloaded) => preloaded,
                None if self.in_window => "document",
                None => defaults.destination,
            },
            mode: self.mode.as_deref().unwrap_or(match self.is_cors_beacon() {
                true => "cors",
                false => defaults.mode,
            }),
            credentials: self.credentials.map_or(defaults.credentials, Credentials::as_str),
            redirect: self.redirect.as_deref().unwrap_or(defaults.redirect),
            referrer_policy: self.referrer_policy.as_deref().unwrap_or(defaults.referrer_policy),
        }
    }

    /// Whether it is a beacon whose type is not safelisted: <https://w3c.github.io/beacon/#sec-processing-model>.
    fn is_cors_beacon(&self) -> bool {
        let is_blob = self.initiator == Initiator::Beacon && self.body_as == BodyType::Blob;
        let blob_type = self.blob_type.as_deref().filter(|_| is_blob).map(blob_type);
        blob_type.is_some_and(|value| {
            !value.is_empty()
                && !is_cors_safelisted_request_header("content-type", value.as_bytes())
        })
    }

    /// The step's name where no other step of its row has the same: `fetch PUT https://api.example.com/me`, the
    /// method left out where it is the default. See [`Row::labels`](super::Row::labels).
    pub fn label(&self) -> String {
        let method = if self.method == "GET" { String::new() } else { format!("{} ", self.method) };
        format!("{} {method}{}", self.initiator.as_str(), self.url)
    }
}

/// What a body is made as: <https://fetch.spec.whatwg.org/#bodyinit-unions>.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyType {
    /// A string.
    #[default]
    Text,
    /// `URLSearchParams` of the text.
    UrlSearchParams,
    /// `FormData` of the pairs in the text, which is written like a query string.
    FormData,
    /// A `Blob`.
    Blob,
    /// A `ReadableStream`: a body without a source.
    Stream,
}

impl BodyType {
    /// All types.
    pub const ALL: [Self; 5] =
        [Self::Text, Self::UrlSearchParams, Self::FormData, Self::Blob, Self::Stream];

    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::UrlSearchParams => "url-search-params",
            Self::FormData => "form-data",
            Self::Blob => "blob",
            Self::Stream => "stream",
        }
    }
}

/// What headers are given as: <https://fetch.spec.whatwg.org/#typedefdef-headersinit>.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeadersType {
    /// A list of pairs.
    #[default]
    Pairs,
    /// An object with a member for each name. The last of several values of a name remains.
    Record,
    /// A `Headers` object.
    Headers,
}

impl HeadersType {
    /// All types.
    pub const ALL: [Self; 3] = [Self::Pairs, Self::Record, Self::Headers];

    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pairs => "pairs",
            Self::Record => "record",
            Self::Headers => "headers",
        }
    }
}

/// <https://fetch.spec.whatwg.org/#concept-request-credentials-mode>
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credentials {
    /// Credentials are never included.
    Omit,
    /// Credentials are included for the page's own origin.
    SameOrigin,
    /// Credentials are always included.
    Include,
}

impl Credentials {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Omit, Self::SameOrigin, Self::Include];

    /// The word in a case and in fetch().
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Omit => "omit",
            Self::SameOrigin => "same-origin",
            Self::Include => "include",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crossorigin_attribute_chooses_mode_and_credentials_mode() {
        for (initiator, crossorigin, mode, credentials) in [
            (Initiator::Img, None, "no-cors", "include"),
            (Initiator::Img, Some("anonymous"), "cors", "same-origin"),
            (Initiator::Img, Some("use-credentials"), "cors", "include"),
            (Initiator::Module, None, "cors", "same-origin"),
            (Initiator::Module, Some("use-credentials"), "cors", "include"),
        ] {
            let crossorigin = crossorigin.map(str::to_owned);
            let step = Step { crossorigin, ..Step::new(initiator, "https://cdn.example/") };
            assert_eq!((step.request().mode, step.request().credentials), (mode, credentials));
        }
    }

    #[test]
    fn options_come_before_the_parameters_of_an_initiator() {
        let (credentials, mode) = (Some(Credentials::Omit), Some("no-cors".to_owned()));
        let step =
            Step { credentials, mode, ..Step::new(Initiator::Fetch, "https://api.example/") };
        assert_eq!((step.request().mode, step.request().credentials), ("no-cors", "omit"));
        let plain = Step::new(Initiator::EventSource, "https://api.example/");
        assert_eq!((plain.request().mode, plain.request().credentials), ("cors", "same-origin"));
    }
}
