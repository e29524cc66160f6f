//! The permission of a site to use its unpartitioned cookies in a page of another site, and how a case writes it.

use cors_servers::script::Scheme;

use super::origin::{self, Origin};
use super::reader::{Reader, Spanned, ValueError};
use super::servers::Sites;
use super::suggest;
use super::tree::Node;
use super::values;

/// The permission `storage-access` of an origin in a page:
/// <https://privacycg.github.io/storage-access/#permissions-integration>.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StorageAccess {
    /// An origin of the site that has the permission.
    pub origin: Origin,
    /// Its state, before the page is opened.
    pub state: PermissionState,
}

/// <https://w3c.github.io/permissions/#dom-permissionstate>
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PermissionState {
    /// The user has allowed it.
    Granted,
    /// The user has denied it.
    Denied,
    /// The user has not decided. Every permission begins in this state.
    Prompt,
}

impl PermissionState {
    /// Its word in the standard.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Prompt => "prompt",
        }
    }
}

/// The key of a page.
pub(super) const STORAGE_ACCESS: &str = "storage-access";

/// The states that a permission can have.
pub(super) const STATES: [(&str, PermissionState); 3] = [
    ("granted", PermissionState::Granted),
    ("denied", PermissionState::Denied),
    ("prompt", PermissionState::Prompt),
];

/// Reads `storage-access:` of a page. `None` after a complaint.
pub(super) fn read(reader: &mut Reader<'_>, page: &Node) -> Option<Vec<StorageAccess>> {
    let entries = page.find(STORAGE_ACCESS).map_or_else(Vec::new, |node| node.entries().collect());
    let read = entries.into_iter().map(|(origin, state)| {
        let origin = reader.read(origin, secure);
        let state = reader.read(Spanned::of(state)?, values::choice(STORAGE_ACCESS, &STATES));
        Some(StorageAccess { origin: origin?, state: state? })
    });
    let read: Vec<_> = read.collect();
    read.into_iter().collect()
}

/// The cookies of this permission are `SameSite=None`, and so `Secure`.
fn secure(text: &str) -> Result<Origin, ValueError> {
    match origin::parse(text)? {
        origin if origin.scheme == Scheme::Https => Ok(origin),
        origin => {
            let what = format!("`{origin}` has no third-party cookies, because it is not on https");
            Err(ValueError::new(what, format!("write `https://{}`", origin.host)))
        }
    }
}

/// A permission of an origin that is not a server would change nothing.
pub(super) fn check(reader: &mut Reader<'_>, page: &Node, sites: &Sites) {
    for (written, _) in page.find(STORAGE_ACCESS).into_iter().flat_map(Node::entries) {
        // What is no such origin was reported when it was read.
        let origin = reader.fill(written).and_then(|text| secure(&text).ok());
        let is_server = |origin: &Origin| sites.servers.iter().any(|one| one.origin == *origin);
        let Some(origin) = origin.filter(|origin| !is_server(origin)) else { continue };
        let known: Vec<_> = sites.servers.iter().map(|server| server.origin.to_string()).collect();
        let known = known.iter().map(String::as_str);
        let help = suggest::help(&origin.to_string(), "the servers are", known);
        let what = format!("no server answers for `{origin}`");
        reader.complain(written.at, ValueError::new(what, help));
    }
}
