//! Makes the rows of a case: all combinations of its matrix, each read separately.

use std::cell::Cell;
use std::path::Path;

use indexmap::IndexMap;

use super::complaint::{Problem, SHOWN};
use super::file::CaseFile;
use super::reader::{Reader, ValueError};
use super::row::{Names, Row, ThirdPartyCookies};
use super::suggest::brief;
use super::target::UrlContext;
use super::tree::Node;
use super::{cookies, page, servers, steps, values};

/// More rows than a reader of the snapshot can review.
pub(super) const MOST_ROWS: usize = 4096;

/// The largest size of all rows of a case together, in bytes of filled-in text.
pub(super) const MOST_TEXT: usize = 64 << 20;

type Values = Vec<(String, String)>;

/// Reads every row. Problems of all rows are reported once, and problems of some rows with the
/// values that these have in common.
pub(super) fn read(
    text: &str,
    folder: &Path,
    tree: &Node,
    file: &CaseFile,
    problems: &mut Vec<Problem>,
) -> Vec<Row> {
    let combinations = combinations(file);
    let valueless = file.matrix.iter().filter(|(_, values)| values.is_empty());
    let valueless: Vec<_> = valueless.map(|(name, _)| name.0.clone()).collect();
    let room = Cell::new(MOST_TEXT);
    let mut found: IndexMap<Problem, Vec<usize>> = IndexMap::new();
    // There may be thousands of rows that stay until the end, so no capacity is wasted.
    let mut rows = Vec::with_capacity(combinations.len());
    let mut seen = 0;
    for (index, values) in combinations.iter().enumerate() {
        seen = index + 1;
        let mut reader = Reader::new(text, folder, values.clone(), &room);
        reader.valueless.clone_from(&valueless);
        rows.extend(read_row(&mut reader, file, tree));
        for problem in reader.problems {
            found.entry(problem).or_default().push(index);
        }
        if room.get() == 0 {
            problems.push(too_much_text(tree));
            return rows;
        }
        if found.len() >= SHOWN {
            break;
        }
    }
    problems.extend(
        found
            .into_iter()
            .map(|(problem, rows)| problem.with(&circumstances(&rows, &combinations[..seen]))),
    );
    rows
}

fn read_row(reader: &mut Reader<'_>, file: &CaseFile, tree: &Node) -> Option<Row> {
    let page = page::read(reader, &file.page, tree.get("page"));
    let sites = servers::read(reader, &file.servers, tree.get("servers"));
    let cookies = cookies::read(reader, &file.cookies, tree.get("cookies"));
    let scene = UrlContext { page: page.as_ref(), sites: &sites };
    let steps = steps::read(reader, tree.get("steps"), &scene);
    let third_party_cookies = third_party_cookies(reader, file, tree);
    let spellings = [("mapped", Names::Mapped), ("verbatim", Names::Verbatim)];
    let names =
        reader.maybe(file.names.as_ref(), tree, "names", values::choice("names", &spellings));
    Some(Row {
        values: std::mem::take(&mut reader.values),
        servers: sites.servers,
        cookies,
        page: page?,
        steps,
        third_party_cookies: third_party_cookies?,
        names: names?.unwrap_or(Names::Mapped),
        asked: None,
        line: 1,
    })
}

/// Reads `third-party-cookies:`.
pub(super) fn third_party_cookies(
    reader: &mut Reader<'_>,
    file: &CaseFile,
    tree: &Node,
) -> Option<ThirdPartyCookies> {
    let profiles =
        [("allowed", ThirdPartyCookies::Allowed), ("as-shipped", ThirdPartyCookies::AsShipped)];
    let choice = values::choice("third-party-cookies", &profiles);
    let written = file.third_party_cookies.as_ref();
    let profile = reader.maybe(written, tree, "third-party-cookies", choice)?;
    Some(profile.unwrap_or(ThirdPartyCookies::Allowed))
}

/// All combinations as written, the last variable changing fastest; a variable without values is
/// left out.
fn combinations(file: &CaseFile) -> Vec<Values> {
    let mut rows = vec![Values::new()];
    for (variable, values) in file.matrix.iter().filter(|(_, values)| !values.is_empty()) {
        let longer = |row: &Values| {
            let row = row.clone();
            values.iter().map(move |value| {
                row.iter().cloned().chain([(variable.0.clone(), value.0.clone())]).collect()
            })
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    rows
}

/// The rows: ` (with allow = …)`, or nothing for all of them.
fn circumstances(rows: &[usize], all: &[Values]) -> String {
    let Some((first, others)) = rows.split_first() else {
        return String::new();
    };
    if rows.len() == all.len() {
        return String::new();
    }
    let in_common =
        |column: &usize| others.iter().all(|row| all[*row][*column].1 == all[*first][*column].1);
    let varies = |column: &usize| all.iter().any(|row| row[*column].1 != all[*first][*column].1);
    let telling: Vec<usize> =
        (0..all[*first].len()).filter(|column| in_common(column) && varies(column)).collect();
    let shown =
        |column: usize| format!("{} = `{}`", all[*first][column].0, brief(&all[*first][column].1));
    let columns = if telling.is_empty() { (0..all[*first].len()).collect() } else { telling };
    let values: Vec<String> = columns.into_iter().map(shown).collect();
    format!(" (with {})", values.join(", "))
}

fn too_much_text(tree: &Node) -> Problem {
    let wrong = ValueError::new(
        format!(
            "with its matrix filled in, this case has more than {} MiB of text",
            MOST_TEXT >> 20
        ),
        "remove values from the matrix, or split the case",
    );
    Problem::new(tree.key("matrix"), wrong.what, wrong.help)
}
