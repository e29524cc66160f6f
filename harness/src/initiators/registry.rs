//! The entries of the registry.

use super::options::{
    Accepts, BOOLEAN, CACHE_MODES, CREDENTIALS_MODES, CROSSORIGIN, FETCH_BODIES, MODES,
    REDIRECT_MODES, REFERRER_POLICIES, StepOption, XHR_BODIES, any, one_of,
};
use super::{Consumer, Definition, RequestParameters};
use cors_model::Consumer as Resource;

/// What `fetch()` and XMLHttpRequest start from.
const SCRIPT_REQUEST: RequestParameters<'static> = RequestParameters {
    destination: "",
    mode: "cors",
    credentials: "same-origin",
    redirect: "follow",
    referrer_policy: "",
};

/// What an element starts from that has a `crossorigin` attribute, where it is not set:
/// <https://html.spec.whatwg.org/#create-a-potential-cors-request>.
const fn element_request(destination: &'static str) -> RequestParameters<'static> {
    RequestParameters {
        destination,
        mode: "no-cors",
        credentials: "include",
        redirect: "follow",
        referrer_policy: "",
    }
}

/// What a module script starts from: <https://html.spec.whatwg.org/#fetch-a-single-module-script>.
const MODULE_REQUEST: RequestParameters<'static> =
    RequestParameters { destination: "script", ..SCRIPT_REQUEST };

/// What a navigation of a frame starts from: <https://html.spec.whatwg.org/#create-navigation-params-by-fetching>.
const NAVIGATION: RequestParameters<'static> =
    RequestParameters { mode: "navigate", ..element_request("iframe") };

/// The options of an element with a `crossorigin` attribute.
const ELEMENT_OPTIONS: &[Accepts] = &[
    one_of(StepOption::Crossorigin, CROSSORIGIN),
    one_of(StepOption::ReferrerPolicy, REFERRER_POLICIES),
];

/// Makes the type of an initiator from the entries of the registry.
macro_rules! initiators {
    ($($(#[$doc:meta])* $name:ident = $definition:expr;)*) => {
        /// What a step uses to make its request.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Initiator {
            $($(#[$doc])* $name,)*
        }

        impl Initiator {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its entry in the registry.
            pub fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$name => {
                        static DEFINITION: Definition = $definition;
                        &DEFINITION
                    })*
                }
            }
        }
    };
}

initiators! {
    /// <https://fetch.spec.whatwg.org/#fetch-method>
    Fetch = Definition {
        word: "fetch",
        request: SCRIPT_REQUEST,
        consumer: Consumer::Response,
        needs_document: false,
        options: &[
            any(StepOption::Method),
            any(StepOption::Headers),
            any(StepOption::Body),
            one_of(StepOption::BodyAs, FETCH_BODIES),
            one_of(StepOption::Credentials, CREDENTIALS_MODES),
            one_of(StepOption::Mode, MODES),
            one_of(StepOption::Redirect, REDIRECT_MODES),
            one_of(StepOption::Cache, CACHE_MODES),
            one_of(StepOption::ReferrerPolicy, REFERRER_POLICIES),
            one_of(StepOption::Keepalive, BOOLEAN),
        ],
        reads: &["allowed", "opaque", "blocked", "refused"],
        script: include_str!("../engine/page/fetch.js"),
    };
    /// <https://xhr.spec.whatwg.org/#interface-xmlhttprequest>. It has `withCredentials` only: `include` sets it, and
    /// `same-origin` does not.
    Xhr = Definition {
        word: "xhr",
        request: SCRIPT_REQUEST,
        consumer: Consumer::XmlHttpRequest,
        needs_document: false,
        options: &[
            any(StepOption::Method),
            any(StepOption::Headers),
            any(StepOption::Body),
            one_of(StepOption::BodyAs, XHR_BODIES),
            one_of(StepOption::UploadListeners, BOOLEAN),
            one_of(StepOption::Credentials, &["same-origin", "include"]),
        ],
        reads: &["allowed", "blocked", "refused"],
        script: include_str!("../engine/page/xhr.js"),
    };
    /// <https://html.spec.whatwg.org/#the-img-element>
    Img = Definition {
        word: "img",
        request: element_request("image"),
        consumer: Consumer::Resource(Resource::Image),
        needs_document: true,
        options: ELEMENT_OPTIONS,
        reads: &["allowed", "opaque", "blocked", "refused"],
        script: include_str!("../engine/page/img.js"),
    };
    /// <https://html.spec.whatwg.org/#the-script-element>: a classic script.
    Script = Definition {
        word: "script",
        request: element_request("script"),
        consumer: Consumer::Resource(Resource::ClassicScript),
        needs_document: true,
        options: ELEMENT_OPTIONS,
        reads: &["allowed", "opaque", "blocked", "refused"],
        script: include_str!("../engine/page/script.js"),
    };
    /// <https://html.spec.whatwg.org/#the-script-element>: a module script. `crossorigin` only chooses the credentials
    /// mode: <https://html.spec.whatwg.org/#module-script-credentials-mode>.
    Module = Definition {
        word: "module",
        request: MODULE_REQUEST,
        consumer: Consumer::Resource(Resource::ModuleScript),
        needs_document: true,
        options: ELEMENT_OPTIONS,
        reads: &["allowed", "blocked", "refused"],
        script: include_str!("../engine/page/module.js"),
    };
    /// <https://html.spec.whatwg.org/#hostimportmoduledynamically>
    Import = Definition {
        word: "import",
        request: MODULE_REQUEST,
        consumer: Consumer::Resource(Resource::ModuleScript),
        needs_document: true,
        options: &[],
        reads: &["allowed", "blocked", "refused"],
        script: include_str!("../engine/page/import.js"),
    };
    /// <https://html.spec.whatwg.org/#link-type-stylesheet>
    Stylesheet = Definition {
        word: "stylesheet",
        request: element_request("style"),
        consumer: Consumer::Resource(Resource::StyleSheet),
        needs_document: true,
        options: ELEMENT_OPTIONS,
        reads: &["allowed", "opaque", "blocked", "refused"],
        script: include_str!("../engine/page/stylesheet.js"),
    };
    /// <https://html.spec.whatwg.org/#the-track-element>. The attribute `crossorigin` is that of its media element.
    Track = Definition {
        word: "track",
        request: RequestParameters { mode: "same-origin", ..element_request("track") },
        consumer: Consumer::Resource(Resource::Track),
        needs_document: true,
        options: &[one_of(StepOption::Crossorigin, CROSSORIGIN)],
        reads: &["allowed", "blocked", "refused"],
        script: include_str!("../engine/page/track.js"),
    };
    /// <https://html.spec.whatwg.org/#the-eventsource-interface>
    EventSource = Definition {
        word: "event-source",
        request: SCRIPT_REQUEST,
        consumer: Consumer::Resource(Resource::EventStream),
        needs_document: false,
        options: &[one_of(StepOption::Credentials, &["same-origin", "include"])],
        reads: &["allowed", "blocked", "refused"],
        script: include_str!("../engine/page/event-source.js"),
    };
    /// <https://w3c.github.io/beacon/#sendbeacon-method>. No body that a case can write needs the mode `cors`.
    Beacon = Definition {
        word: "beacon",
        request: element_request(""),
        consumer: Consumer::Resource(Resource::Beacon),
        needs_document: true,
        options: &[any(StepOption::Body), one_of(StepOption::BodyAs, XHR_BODIES)],
        reads: &["opaque", "blocked", "refused"],
        script: include_str!("../engine/page/beacon.js"),
    };
    /// <https://html.spec.whatwg.org/#the-iframe-element>
    Iframe = Definition {
        word: "iframe",
        request: NAVIGATION,
        consumer: Consumer::Resource(Resource::Frame),
        needs_document: true,
        options: &[one_of(StepOption::ReferrerPolicy, REFERRER_POLICIES)],
        reads: &["allowed", "opaque"],
        script: include_str!("../engine/page/iframe.js"),
    };
    /// <https://html.spec.whatwg.org/#the-form-element>, submitted with `POST` into a frame. The body is a list of pairs,
    /// written like a query.
    Form = Definition {
        word: "form",
        request: NAVIGATION,
        consumer: Consumer::Resource(Resource::Form),
        needs_document: true,
        options: &[
            any(StepOption::Body),
            one_of(StepOption::BodyAs, &["url-search-params", "form-data"]),
        ],
        reads: &["allowed", "opaque"],
        script: include_str!("../engine/page/form.js"),
    };
}
