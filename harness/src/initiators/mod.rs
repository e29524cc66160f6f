//! The registry of initiators: what a page can use to make a request.
//!
//! One entry says everything about an initiator: its word in a case, the parameters of its request as the HTML and
//! Fetch standards give them, the step options that it takes, what script can learn of the response, and the script
//! file that performs it in the page. To add one, write an entry in the file of its kind, its line in `registry`, and its
//! script file in `engine/page/`.
//!
//! Pure data. Nothing here knows a case, a browser, or the right answer.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod embedded;
mod navigations;
mod options;
mod parameters;
mod registry;
mod requests;
mod scripts;
mod styles;

use serde::{Serialize, Serializer};

use crate::contexts::{self, Global};

pub(crate) use options::REFERRER_POLICY_NAMES;
pub use options::{Accepts, StepOption};
pub use registry::Initiator;

/// What the harness knows of an initiator.
#[derive(Debug)]
pub struct Definition {
    /// The key of a step, and its name in reports.
    pub word: &'static str,
    /// The parameters of its request, where the step's options leave them alone.
    pub request: RequestParameters<'static>,
    /// What uses the response, and what it needs of it.
    pub consumer: Consumer,
    /// Where it is available.
    pub needs: Needs,
    /// The options that a step with it can have.
    pub options: &'static [Accepts],
    /// How much of a response script can read through it.
    pub reads: &'static [&'static str],
    /// The script that performs it in a page.
    pub script: &'static str,
}

/// Where an initiator is available.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Needs {
    /// In documents and all workers.
    Nothing,
    /// In documents, and in dedicated and shared workers.
    NoServiceWorker,
    /// In documents.
    Document,
    /// In documents that no sandbox keeps from submitting forms and from opening windows.
    UnsandboxedDocument,
    /// In dedicated and shared workers.
    Worker,
}

impl Needs {
    /// Whether it is available to a script of this context.
    pub fn are_met(self, context: &contexts::Definition) -> bool {
        let global = context.global;
        match self {
            Self::Nothing => true,
            Self::NoServiceWorker => global != Global::ServiceWorker,
            Self::Document => global == Global::Window,
            Self::UnsandboxedDocument => global == Global::Window && !context.is_sandboxed,
            Self::Worker => global == Global::Worker,
        }
    }

    /// What it needs, and a service worker, a worker or a document lacks.
    pub fn words(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::NoServiceWorker => "a document, or a dedicated or shared worker",
            Self::Document => "a document",
            Self::UnsandboxedDocument => "a document without a sandbox",
            Self::Worker => "a dedicated or shared worker",
        }
    }
}

/// Parameters of a request, by the words of the standards.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RequestParameters<'s> {
    /// <https://fetch.spec.whatwg.org/#concept-request-destination>
    pub destination: &'s str,
    /// <https://fetch.spec.whatwg.org/#concept-request-mode>
    pub mode: &'s str,
    /// <https://fetch.spec.whatwg.org/#concept-request-credentials-mode>
    pub credentials: &'s str,
    /// <https://fetch.spec.whatwg.org/#concept-request-redirect-mode>
    pub redirect: &'s str,
    /// <https://fetch.spec.whatwg.org/#concept-request-referrer-policy>
    pub referrer_policy: &'s str,
}

/// What uses a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Consumer {
    /// Script, through a `Response` object: <https://fetch.spec.whatwg.org/#response-class>.
    Response,
    /// Script, through an `XMLHttpRequest` object.
    XmlHttpRequest,
    /// Something that gives script no such object. The model knows what it needs of a response.
    Resource(cors_model::Consumer),
}

impl Initiator {
    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        self.definition().word
    }

    /// The initiator with this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|initiator| initiator.as_str() == word)
    }

    /// What it takes of an option; `None` where it does not take it.
    pub fn accepts(self, option: StepOption) -> Option<&'static Accepts> {
        self.definition().options.iter().find(|accepts| accepts.option == option)
    }
}

/// As its word.
impl Serialize for Initiator {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_word_names_one_initiator() {
        let words: BTreeSet<_> =
            Initiator::ALL.iter().map(|initiator| initiator.as_str()).collect();
        assert_eq!(words.len(), Initiator::ALL.len());
        for word in words {
            assert_eq!(Initiator::named(word).map(Initiator::as_str), Some(word));
            assert!(StepOption::named(word).is_none(), "{word} is an option too");
        }
    }

    #[test]
    fn every_option_is_listed_once_and_is_taken_by_some_initiator() {
        for option in StepOption::ALL {
            let takes = |initiator: &&Initiator| initiator.accepts(*option).is_some();
            assert!(Initiator::ALL.iter().any(|initiator| takes(&initiator)), "{}", option.key());
        }
        for initiator in Initiator::ALL {
            let options = initiator.definition().options;
            let keys: BTreeSet<_> = options.iter().map(|accepts| accepts.option.key()).collect();
            assert_eq!(keys.len(), options.len(), "{}", initiator.as_str());
        }
    }

    #[test]
    fn every_script_registers_its_own_word() {
        for initiator in Initiator::ALL {
            let entry = format!("initiators[\"{}\"] = ", initiator.as_str());
            assert_eq!(initiator.definition().script.matches(&entry).count(), 1, "{entry}");
        }
    }

    #[test]
    fn the_words_of_a_read_are_parsed() {
        let words = ["allowed", "opaque", "blocked", "refused", "aborted", "timed-out", "pending"];
        for initiator in Initiator::ALL {
            for read in initiator.definition().reads {
                assert!(words.contains(read), "{read}");
            }
        }
    }
}
