//! Reads `instead:`: the replies that a server gives under a condition.

use cors_servers::script::{Condition, Reply};

use super::reader::{Reader, ValueError};
use super::servers::read_reply;
use super::tree::Node;
use super::values;

/// The replies below a reply, in order, each with its condition.
pub(super) fn read(
    reader: &mut Reader<'_>,
    node: &Node,
    paths: &[String],
) -> Vec<(Condition, Reply)> {
    let Some(list) = node.find("instead") else { return Vec::new() };
    let others = list.items().iter();
    others.map(|other| (read_condition(reader, other), read_reply(reader, other, paths))).collect()
}

fn read_condition(reader: &mut Reader<'_>, node: &Node) -> Condition {
    let Some(when) = node.find("when") else {
        if !node.is_wrong() {
            let help = "add `when: { header: Range }`, `{ cookie: sid }` or `{ up-to: 1 }`";
            let what = "a reply under `instead` needs a condition";
            reader.complain(node.at, ValueError::new(what, help));
        }
        return Condition::default();
    };
    Condition {
        header: reader.maybe(when, "header", header).flatten(),
        cookie: reader.maybe(when, "cookie", values::text).flatten(),
        up_to: reader.maybe(when, "up-to", count).flatten(),
    }
}

/// `Range`, or `Range: bytes=0-1`.
fn header(text: &str) -> Result<(String, Option<String>), ValueError> {
    let (name, value) = match text.split_once(':') {
        Some((name, value)) => (name, Some(values::header_value(value.trim())?)),
        None => (text, None),
    };
    Ok((values::header_name(name)?, value))
}

fn count(text: &str) -> Result<u64, ValueError> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| {
        let what = format!("`{text}` is not a number of requests");
        ValueError::new(what, "write how many requests get this reply: `1`")
    })
}
