//! What the status of a driver or grid says: the browsers that it offers, and which slots are free.
//!
//! WebDriver defines `ready` and `message` only. The nodes and their slots are those of Selenium Grid 4:
//! <https://www.selenium.dev/documentation/grid/advanced_features/endpoints/>.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::browsers::Kind;
use crate::loopback::is_loopback;

/// The answer of a driver or grid to `/status`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct GridStatus {
    value: Content,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Content {
    /// Present for a grid only.
    nodes: Option<Vec<Node>>,
}

/// A machine of a grid.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    uri: String,
    availability: String,
    max_sessions: usize,
    slots: Vec<Slot>,
}

/// A place for a session of one browser.
#[derive(Clone, Debug, Deserialize)]
struct Slot {
    stereotype: Stereotype,
    session: Option<Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stereotype {
    browser_name: Option<String>,
}

impl GridStatus {
    /// Whether it is a grid, and not a single driver.
    pub(super) fn is_grid(&self) -> bool {
        self.value.nodes.is_some()
    }

    /// How many sessions of these browsers may be open at the same time, as far as the nodes allow.
    pub(super) fn sessions(&self, kinds: &[Kind]) -> usize {
        let slots = |node: &Node| {
            let slots =
                node.slots.iter().filter(|slot| kinds.iter().any(|kind| slot.offers(*kind)));
            slots.count().min(node.max_sessions)
        };
        self.nodes().map(slots).sum()
    }

    /// Whether a session of this browser could start now.
    pub(super) fn has_free_slot(&self, kind: Kind) -> bool {
        let has_room = |node: &Node| {
            node.slots.iter().filter(|slot| slot.session.is_some()).count() < node.max_sessions
        };
        let is_free = |slot: &Slot| slot.session.is_none() && slot.offers(kind);
        self.nodes().any(|node| has_room(node) && node.slots.iter().any(is_free))
    }

    /// The browsers that it offers, for people.
    pub(super) fn offers(&self) -> String {
        if self.nodes().next().is_none() {
            return "it has no node that is up".to_owned();
        }
        let slots = Kind::ALL.map(|kind| (kind.as_str(), self.sessions(&[kind])));
        let offered = slots.into_iter().filter(|(_, slots)| *slots > 0);
        let offered: Vec<_> = offered.map(|(name, slots)| format!("{name} ({slots})")).collect();
        match offered.as_slice() {
            [] => "its nodes offer no browser that cors-harness can drive".to_owned(),
            offered => format!("its sessions are: {}", offered.join(", ")),
        }
    }

    /// The address of a node that is not on this machine.
    pub(super) fn node_elsewhere(&self) -> Option<&str> {
        let is_here = |uri: &str| Url::parse(uri).is_ok_and(|url| is_loopback(&url));
        self.nodes().map(|node| node.uri.as_str()).find(|uri| !is_here(uri))
    }

    /// The nodes that take sessions.
    fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.value.nodes.iter().flatten().filter(|node| node.availability == "UP")
    }
}

impl Slot {
    fn offers(&self, kind: Kind) -> bool {
        let name = self.stereotype.browser_name.as_deref();
        name.is_some_and(|name| name.eq_ignore_ascii_case(kind.browser().capability_name()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn slot(browser: &str, is_taken: bool) -> Value {
        let session = is_taken.then(|| json!({ "sessionId": "1" }));
        json!({ "stereotype": { "browserName": browser, "platformName": "linux" }, "session": session })
    }

    fn node(uri: &str, availability: &str, most: usize, slots: &[Value]) -> Value {
        json!({ "uri": uri, "availability": availability, "maxSessions": most, "slots": slots })
    }

    fn status(nodes: &[Value]) -> GridStatus {
        let answer = json!({ "value": { "ready": true, "message": "", "nodes": nodes } });
        serde_json::from_value(answer).unwrap()
    }

    #[test]
    fn a_node_has_no_more_sessions_than_it_allows() {
        let slots = [slot("chrome", false), slot("chrome", false), slot("firefox", false)];
        let grid = status(&[
            node("http://127.0.0.1:1", "UP", 2, &slots),
            node("http://127.0.0.1:2", "UP", 8, &slots),
            node("http://127.0.0.1:3", "DOWN", 8, &slots),
        ]);
        assert_eq!(grid.sessions(&[Kind::Chromium]), 4);
        assert_eq!(grid.sessions(&[Kind::Firefox]), 2);
        assert_eq!(grid.sessions(&[Kind::Chromium, Kind::Firefox]), 5);
        assert_eq!(grid.sessions(&[Kind::WebKit]), 0);
        assert_eq!(grid.offers(), "its sessions are: chromium (4), firefox (2)");
    }

    #[test]
    fn a_slot_is_not_free_where_its_node_is_full() {
        let slots = [slot("chrome", true), slot("firefox", false)];
        let full = status(&[node("http://127.0.0.1:1", "UP", 1, &slots)]);
        assert!(!full.has_free_slot(Kind::Firefox));
        let free = status(&[node("http://127.0.0.1:1", "UP", 2, &slots)]);
        assert!(free.has_free_slot(Kind::Firefox) && !free.has_free_slot(Kind::Chromium));
    }

    #[test]
    fn a_single_driver_has_no_nodes() {
        let answer = json!({ "value": { "ready": true, "message": "ready" } });
        let driver: GridStatus = serde_json::from_value(answer).unwrap();
        assert!(!driver.is_grid());
        assert_eq!(status(&[]).offers(), "it has no node that is up");
        assert!(status(&[]).is_grid());
        let edge = status(&[node("http://127.0.0.1:1", "UP", 1, &[slot("MicrosoftEdge", false)])]);
        assert_eq!(edge.offers(), "its nodes offer no browser that cors-harness can drive");
    }

    #[test]
    fn a_node_on_another_machine_is_named() {
        let nodes =
            ["http://127.0.0.1:5555", "http://10.0.0.7:5555"].map(|uri| node(uri, "UP", 1, &[]));
        assert_eq!(status(&nodes).node_elsewhere(), Some("http://10.0.0.7:5555"));
        assert_eq!(status(&nodes[..1]).node_elsewhere(), None);
    }
}
