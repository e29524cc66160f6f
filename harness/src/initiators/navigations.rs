//! Navigations.

use cors_model::Consumer as Resource;

use super::options::{REFERRER_POLICIES, StepOption, any, one_of};
use super::parameters::navigation;
use super::{Consumer, Definition, Needs};

/// A document that is shown says nothing about a failed one: no event reports it to script.
const SHOWN: &[&str] = &["allowed", "opaque"];

pub(super) const IFRAME: Definition = Definition {
    word: "iframe",
    request: navigation("iframe"),
    consumer: Consumer::Resource(Resource::Frame),
    needs: Needs::Document,
    options: &[one_of(StepOption::ReferrerPolicy, REFERRER_POLICIES)],
    reads: SHOWN,
    script: include_str!("../engine/page/iframe.js"),
};

pub(super) const OBJECT: Definition = Definition {
    word: "object",
    request: navigation("object"),
    consumer: Consumer::Resource(Resource::Frame),
    needs: Needs::Document,
    options: &[],
    reads: SHOWN,
    script: include_str!("../engine/page/object.js"),
};

pub(super) const WINDOW_OPEN: Definition = Definition {
    word: "window-open",
    request: navigation("document"),
    consumer: Consumer::Resource(Resource::Frame),
    needs: Needs::UnsandboxedDocument,
    options: &[],
    reads: SHOWN,
    script: include_str!("../engine/page/window-open.js"),
};

pub(super) const FORM: Definition = Definition {
    word: "form",
    request: navigation("iframe"),
    consumer: Consumer::Resource(Resource::Form),
    needs: Needs::UnsandboxedDocument,
    options: &[
        any(StepOption::Body),
        one_of(StepOption::BodyAs, &["url-search-params", "form-data"]),
        one_of(StepOption::Target, &["frame", "window"]),
    ],
    reads: SHOWN,
    script: include_str!("../engine/page/form.js"),
};
