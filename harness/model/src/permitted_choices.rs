//! What the standard leaves to the browser: it may remove what a cache holds at any time, and send
//! the request again.
//!
//! At each place with several choices a run of the model takes the first one, unless it is given
//! another. So every run that the standard permits can be played, one after another.

/// What a browser may do instead of what the model does by default.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PermittedChoice {
    /// Send a preflight again.
    Preflight {
        /// The method of the preflight.
        method: String,
        /// The URL of the preflight.
        url: String,
    },
    /// Request a response that is stored.
    Request {
        /// The URL.
        url: String,
    },
    /// Revalidate a stored response although it is fresh.
    ConditionalRequest {
        /// The URL.
        url: String,
    },
    /// Use a stored response that says nothing about its lifetime.
    Heuristic {
        /// The URL.
        url: String,
    },
    /// Send a request without `Authorization` until the server asks for it.
    Unauthenticated {
        /// The URL.
        url: String,
    },
    /// Send a request again after the server has closed the connection without a response.
    Retry {
        /// The URL.
        url: String,
        /// How often it was sent before.
        number: u8,
    },
    /// Count the lifetime of a cookie in whole seconds.
    CookieSeconds {
        /// The name of the cookie.
        name: String,
        /// Whether the cookie is sent.
        is_sent: bool,
    },
}

impl PermittedChoice {
    /// What a browser that makes this choice does: `asks … again`.
    pub fn sentence(&self) -> String {
        match self {
            Self::Preflight { method, url } => format!(
                "sends a preflight for {method} {url} again, although the result of an earlier \
                one could be used; \
                 preflight cache entries may be removed before their lifetime ends"
            ),
            Self::Request { url } => format!(
                "requests {url} again, although a stored response could be used; keeping an HTTP \
                cache is optional"
            ),
            Self::ConditionalRequest { url } => format!(
                "revalidates the stored response of {url}, although it is fresh; keeping an HTTP \
                cache \
                 is optional"
            ),
            Self::Heuristic { url } => format!(
                "uses the stored response of {url}, which has no lifetime; an HTTP cache may choose \
                one"
            ),
            Self::Unauthenticated { url } => format!(
                "requests {url} without the credentials that it has for the server, until the server asks for \
                 them; a client may send them before"
            ),
            Self::Retry { url, .. } => format!(
                "requests {url} again after the server has closed the connection without a response; a client may \
                 repeat an idempotent request"
            ),
            Self::CookieSeconds { name, is_sent: true } => format!(
                "sends the cookie `{name}` less than a second after its lifetime; lifetimes of \
                cookies are counted in \
                 seconds"
            ),
            Self::CookieSeconds { name, is_sent: false } => format!(
                "leaves out the cookie `{name}` less than a second before the end of its \
                lifetime; lifetimes of \
                 cookies are counted in seconds"
            ),
        }
    }

    /// The text that permits it.
    pub fn link(&self) -> &'static str {
        match self {
            Self::Preflight { .. } => "https://fetch.spec.whatwg.org/#cors-preflight-cache",
            Self::Request { .. } | Self::ConditionalRequest { .. } => {
                "https://www.rfc-editor.org/rfc/rfc9111#section-2"
            }
            Self::Heuristic { .. } => "https://www.rfc-editor.org/rfc/rfc9111#section-4.2.2",
            Self::Unauthenticated { .. } => "https://www.rfc-editor.org/rfc/rfc7617#section-2.2",
            Self::Retry { .. } => "https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2",
            Self::CookieSeconds { .. } => "https://www.rfc-editor.org/rfc/rfc6265#section-5.2.2",
        }
    }
}

/// A place where a run could have made another choice.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Branch {
    /// The step, from 0.
    pub step: usize,
    /// How many alternatives there are. The first is the model's default.
    pub alternatives: usize,
    /// The number of the alternative that was taken, from 0.
    pub taken: usize,
    /// The permitted choice, if it is not the default.
    pub choice: Option<PermittedChoice>,
}

/// The branches of a run.
#[derive(Debug, Default)]
pub(super) struct Branches<'c> {
    given: &'c [usize],
    made: Vec<Branch>,
    /// The choices of the current step, each with those that were possible.
    chosen: Vec<(Vec<PermittedChoice>, Option<PermittedChoice>)>,
    step: usize,
}

impl<'c> Branches<'c> {
    /// For a run whose first choices are given.
    pub(super) fn with_choices(given: &'c [usize]) -> Self {
        Self { given, ..Self::default() }
    }

    /// Makes a choice: `None` is the model's default. If redirects lead to the same choice again
    /// within a step, it is made in the same way: a browser that asks again does so each time.
    pub(super) fn choose(
        &mut self,
        step: usize,
        choices: impl IntoIterator<Item = PermittedChoice>,
    ) -> Option<PermittedChoice> {
        let mut choices: Vec<_> = choices.into_iter().collect();
        if self.step != step {
            (self.step, self.chosen) = (step, Vec::new());
        }
        if let Some((_, chosen)) = self.chosen.iter().find(|(among, _)| *among == choices) {
            return chosen.clone();
        }
        let among = choices.clone();
        let alternatives = choices.len() + 1;
        let taken =
            self.given.get(self.made.len()).copied().unwrap_or_default().min(alternatives - 1);
        let choice = taken.checked_sub(1).map(|place| choices.swap_remove(place));
        self.made.push(Branch { step, alternatives, taken, choice: choice.clone() });
        self.chosen.push((among, choice.clone()));
        choice
    }

    /// All branches, in order.
    pub(super) fn into_made(self) -> Vec<Branch> {
        self.made
    }
}
