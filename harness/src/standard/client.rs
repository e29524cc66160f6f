//! The page as the standard sees it:
//! <https://html.spec.whatwg.org/#environment-settings-object>.

use url::{Origin, Url};

use super::site::{is_potentially_trustworthy, same_site, tuple_origin};
use crate::case::Page;

/// The settings of the page whose script runs.
#[derive(Clone, Debug)]
pub(super) struct Client {
    /// <https://html.spec.whatwg.org/#concept-settings-object-origin>
    pub(super) origin: Origin,
    /// The page of the case.
    pub(super) page: Page,
    /// Whether the row belongs to a policy.
    pub(super) of_a_policy: bool,
    /// The URL of its document; `None` if the document's origin is opaque.
    pub(super) document: Option<Url>,
    /// <https://html.spec.whatwg.org/#concept-environment-top-level-origin>
    pub(super) top_level_origin: Origin,
    /// <https://html.spec.whatwg.org/#concept-settings-object-has-cross-site-ancestor>
    pub(super) has_cross_site_ancestor: bool,
    /// <https://w3c.github.io/webappsec-mixed-content/#categorize-settings-object>
    pub(super) prohibits_mixed_content: bool,
}

impl Client {
    pub(super) fn new(page: &Page, of_a_policy: bool) -> Self {
        let own = tuple_origin(&page.origin);
        let top = tuple_origin(page.top_level_origin());
        let origin = match page.context.definition().is_opaque {
            true => Origin::new_opaque(),
            false => own,
        };
        Self {
            page: page.clone(),
            of_a_policy,
            document: page.referrer_url(),
            has_cross_site_ancestor: !same_site(&origin, &top),
            prohibits_mixed_content: is_potentially_trustworthy(&origin)
                || is_potentially_trustworthy(&top),
            origin,
            top_level_origin: top,
        }
    }
}
