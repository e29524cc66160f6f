//! The line of the file that a row comes from: reports point to it.

use super::row::Row;
use super::tree::{Kind, Node};

/// Sets the line of each row: of its route in a policy, of its value of the last variable in a case with a matrix,
/// of `steps` otherwise.
pub(super) fn set(rows: &mut [Row], text: &str, tree: &Node) {
    // Rows stand in the order of the file, more or less; what was counted last is close to what comes next.
    let mut counted = (0, 1);
    for row in rows {
        let offset = offset(row, tree);
        if offset < counted.0 {
            counted = (0, 1);
        }
        let between = text.get(counted.0..offset).unwrap_or_default();
        counted = (offset, counted.1 + between.matches('\n').count());
        row.line = counted.1;
    }
}

/// Where it begins, in bytes.
fn offset(row: &Row, tree: &Node) -> usize {
    if let Some(asked) = &row.asked {
        return tree.get("policy").get("routes").key(&asked.route).offset();
    }
    let of_value = row.values.last().and_then(|(name, value)| {
        let Kind::List(items) = &tree.get("matrix").get(name).kind else { return None };
        items.iter().find(|item| item.texts().eq([value.as_str()])).map(|item| item.at.offset())
    });
    of_value.unwrap_or_else(|| tree.key("steps").offset())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{CaseId, read};

    fn lines(text: &str) -> Vec<usize> {
        let case = read(CaseId("a".to_owned()), Path::new("a.yaml"), text.as_bytes());
        case.unwrap().rows.iter().map(|row| row.line).collect()
    }

    const SERVERS: &str =
        "name: a\nbecause: b\nservers: { 'https://a.example': { /: { GET: {} } } }\n";

    #[test]
    fn a_row_comes_from_the_line_of_its_last_value() {
        let rest = "matrix:\n  a: [x, y]\n  b:\n    - p\n    - q\npage: https://b.example\n\
                    steps: [fetch: 'https://a.example/?${a}${b}']\n";
        assert_eq!(lines(&format!("{SERVERS}{rest}")), [7, 8, 7, 8]);
    }

    #[test]
    fn a_row_without_values_comes_from_the_line_of_the_steps() {
        let rest = "page: https://b.example\nsteps:\n  - fetch: https://a.example/\n";
        assert_eq!(lines(&format!("{SERVERS}{rest}")), [5]);
    }

    #[test]
    fn a_row_of_a_policy_comes_from_the_line_of_its_route() {
        let text = "name: a\nbecause: b\nservers:\n  https://a.example: { /me: { GET: {} } }\n\
                    policy:\n  routes:\n    /me: [GET]\n    /other: [GET]\n  everybody-else: nothing\n";
        let lines = lines(text);
        assert!(lines.contains(&7) && lines.contains(&8), "{lines:?}");
        assert!(lines.iter().all(|line| [7, 8].contains(line)), "{lines:?}");
    }
}
