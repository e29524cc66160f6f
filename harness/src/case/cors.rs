//! Reads the policy of a real middleware, tower-http's `CorsLayer`.

use cors_servers::script::{Allow, CorsPolicy};

use super::reader::{Reader, Spanned, ValueError};
use super::suggest::brief;
use super::tree::Node;
use super::values;

/// Reads `cors:`.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> CorsPolicy {
    let credentials = reader.choice(node, "allow-credentials", &values::BOOLEAN);
    let mut list = |key: &str, item: Item| {
        node.find(key).and_then(|node| allow(reader, node, item)).unwrap_or_default()
    };
    let policy = CorsPolicy {
        allow_origins: list("allow-origins", Item::Origin),
        allow_methods: list("allow-methods", Item::Method),
        allow_headers: list("allow-headers", Item::Header),
        expose_headers: list("expose-headers", Item::Exposed),
        allow_credentials: credentials.flatten().unwrap_or_default(),
        max_age: reader.maybe(node, "max-age", values::seconds).flatten(),
    };
    without_wildcards(reader, &policy, node);
    policy
}

/// `CorsLayer` panics on these: <https://docs.rs/tower-http/latest/tower_http/cors/struct.CorsLayer.html>
fn without_wildcards(reader: &mut Reader<'_>, policy: &CorsPolicy, node: &Node) {
    let members = [
        ("allow-origins", &policy.allow_origins, "write `mirror`, or list the origins"),
        ("allow-methods", &policy.allow_methods, "write `mirror`, or list the methods"),
        ("allow-headers", &policy.allow_headers, "write `mirror`, or list the headers"),
        ("expose-headers", &policy.expose_headers, "list the headers"),
    ];
    for (key, allow, help) in members {
        if policy.allow_credentials && *allow == Allow::Any {
            let what = format!(
                "tower-http cannot combine `{key}: \"*\"` with `allow-credentials: \"true\"`"
            );
            let help = format!(
                "{help}; to test how a browser handles the combination, write the headers of a \
                reply"
            );
            reader.complain(node.get(key).at, ValueError::new(what, help));
        }
    }
}

/// The kind of items in a list.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Item {
    Origin,
    Method,
    Header,
    /// A response header. A request asks for none, so there is nothing to mirror.
    Exposed,
}

impl Item {
    fn parse(self, text: &str) -> Result<String, ValueError> {
        if text == "*" {
            return Err(ValueError::new(
                "`*` cannot be in a list",
                "write `\"*\"` instead of the list",
            ));
        }
        match self {
            // Not parsed as an origin: a list with a value that no browser sends is a mistake worth
            // a case.
            Self::Origin => values::header_value(text),
            Self::Method => values::method(text),
            Self::Header | Self::Exposed => values::header_name(text),
        }
    }

    fn short(self, text: &str) -> Result<Allow, ValueError> {
        match text {
            "*" => Ok(Allow::Any),
            "mirror" if self != Self::Exposed => Ok(Allow::Mirror),
            "mirror" => Err(ValueError::new(
                "there is no value to mirror here",
                "list the headers, or write `\"*\"`",
            )),
            _ => {
                let help = format!("write a list: `[{}]`", brief(text));
                Err(ValueError::new(format!("`{}` is neither `*` nor `mirror`", brief(text)), help))
            }
        }
    }
}

fn allow(reader: &mut Reader<'_>, node: &Node, item: Item) -> Option<Allow> {
    if let Some(all) = Spanned::of(node) {
        return reader.read(all, |text| item.short(text));
    }
    if node.is_empty_list() {
        reader.complain(node.at, ValueError::new("the list is empty", "remove the key"));
    }
    let mut read = |node| reader.read(Spanned::of(node)?, |text| item.parse(text));
    let values: Vec<Option<String>> = node.items().iter().map(&mut read).collect();
    values.into_iter().collect::<Option<_>>().filter(|_| !node.is_wrong()).map(Allow::Listed)
}
