//! The steps of a page's script.

/// Steps that start together, or one step.
#[derive(Clone, Debug)]
pub enum StepGroup {
    /// One step.
    One(Step),
    /// Several at the same time. Their URLs differ in more than the fragment, so that each request
    /// can be assigned to one of them.
    Together(Vec<Step>),
}

/// One call that the page's script makes.
#[derive(Clone, Debug)]
pub struct Step {
    /// The API that it calls.
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
    /// `referrerPolicy` of fetch().
    pub referrer_policy: Option<String>,
}

impl Step {
    /// The step's label if no other step of its row has the same: `fetch PUT
    /// https://api.example.com/me`, without the method if it is the default. See
    /// [`Row::labels`](super::Row::labels).
    pub fn label(&self) -> String {
        let method = if self.method == "GET" { String::new() } else { format!("{} ", self.method) };
        format!("{} {method}{}", self.initiator.as_str(), self.url)
    }
}

/// The API that a step calls.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Initiator {
    /// `fetch()`.
    Fetch,
    /// `XMLHttpRequest`.
    Xhr,
}

impl Initiator {
    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Xhr => "xhr",
        }
    }
}

/// The type of a body: <https://fetch.spec.whatwg.org/#bodyinit-unions>.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum BodyType {
    /// A string.
    #[default]
    Text,
    /// `URLSearchParams` of the text.
    UrlSearchParams,
    /// `FormData` of the pairs in the text, which is written like a query string.
    FormData,
    /// A `Blob` without a type.
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

/// <https://fetch.spec.whatwg.org/#concept-request-credentials-mode>
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Credentials {
    /// Credentials are never included.
    Omit,
    /// Credentials are included for the page's own origin.
    SameOrigin,
    /// Credentials are always included.
    Include,
}

impl Credentials {
    /// The word in a case and in fetch().
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Omit => "omit",
            Self::SameOrigin => "same-origin",
            Self::Include => "include",
        }
    }
}
