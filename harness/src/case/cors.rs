//! Reads the policy of a real middleware, tower-http's `CorsLayer`.

use cors_servers::script::{Allow, CorsFault, CorsMember, CorsPolicy, CorsSettings};

use super::reader::{Reader, Spanned, ValueError};
use super::suggest::brief;
use super::tree::Node;
use super::values;

/// Reads `cors:`. `None` after a complaint about what the middleware cannot do.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<CorsPolicy> {
    let credentials = reader.choice(node, "allow-credentials", &values::BOOLEAN);
    let mut list = |member: CorsMember| {
        node.find(member.as_str()).and_then(|list| allow(reader, list, member)).unwrap_or_default()
    };
    let settings = CorsSettings {
        allow_origins: list(CorsMember::AllowOrigins),
        allow_methods: list(CorsMember::AllowMethods),
        allow_headers: list(CorsMember::AllowHeaders),
        expose_headers: list(CorsMember::ExposeHeaders),
        allow_credentials: credentials.flatten().unwrap_or_default(),
        max_age: reader.maybe(node, "max-age", values::seconds).flatten(),
    };
    CorsPolicy::new(settings).map_err(|faults| complain(reader, node, faults)).ok()
}

/// Reports what the middleware cannot do, where it is written.
fn complain(reader: &mut Reader<'_>, node: &Node, faults: Vec<CorsFault>) {
    for fault in faults {
        let (member, index) = match &fault {
            CorsFault::WildcardWithCredentials(member) | CorsFault::NoMirror(member) => {
                (member, None)
            }
            CorsFault::WildcardInList { member, index }
            | CorsFault::Value { member, index, .. } => (member, Some(*index)),
        };
        let list = node.get(member.as_str());
        let at = index.and_then(|index| list.items().get(index)).unwrap_or(list).at;
        reader.complain(at, words(&fault));
    }
}

/// What is wrong, and what to write instead.
fn words(fault: &CorsFault) -> ValueError {
    match fault {
        CorsFault::WildcardWithCredentials(member) => {
            let what = format!(
                "tower-http cannot combine `{member}: \"*\"` with `allow-credentials: \"true\"`"
            );
            let help = match member {
                CorsMember::AllowOrigins => "write `mirror`, or list the origins",
                CorsMember::AllowMethods => "write `mirror`, or list the methods",
                CorsMember::AllowHeaders => "write `mirror`, or list the headers",
                CorsMember::ExposeHeaders => "list the headers",
            };
            let more =
                "; to test how a browser handles the combination, write the headers of a reply";
            ValueError::new(what, help.to_owned() + more)
        }
        CorsFault::WildcardInList { .. } => {
            ValueError::new("`*` cannot be in a list", "write `\"*\"` instead of the list")
        }
        CorsFault::NoMirror(_) => ValueError::new(
            "there is no value to mirror here",
            "list the headers, or write `\"*\"`",
        ),
        CorsFault::Value { member, value, .. } => match member {
            CorsMember::AllowOrigins => values::no_header_value(),
            CorsMember::AllowMethods => values::no_method(value),
            CorsMember::AllowHeaders | CorsMember::ExposeHeaders => values::no_header_name(value),
        },
    }
}

fn allow(reader: &mut Reader<'_>, node: &Node, member: CorsMember) -> Option<Allow> {
    if let Some(all) = Spanned::of(node) {
        return reader.read(all, short);
    }
    if node.is_empty_list() {
        reader.complain(node.at, ValueError::new("the list is empty", "remove the key"));
    }
    // An item with a complaint keeps its place, so that the others are checked.
    let mut read = |node| item(reader, node, member).unwrap_or_else(|| "unread".to_owned());
    Some(Allow::Listed(node.items().iter().map(&mut read).collect()))
}

/// A value of a list. The middleware decides which it takes. A method that browsers never send is a
/// mistake of the case, and an origin that they never send is worth one.
fn item(reader: &mut Reader<'_>, node: &Node, member: CorsMember) -> Option<String> {
    let text = Spanned::of(node)?;
    let value = reader.fill(text)?;
    if member == CorsMember::AllowMethods {
        values::sent_method(&value).unwrap_or_else(|wrong| reader.complain(text.at, wrong));
    }
    Some(value)
}

fn short(text: &str) -> Result<Allow, ValueError> {
    match text {
        "*" => Ok(Allow::Any),
        "mirror" => Ok(Allow::Mirror),
        _ => {
            let help = format!("write a list: `[{}]`", brief(text));
            Err(ValueError::new(format!("`{}` is neither `*` nor `mirror`", brief(text)), help))
        }
    }
}
