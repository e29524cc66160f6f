//! Makes the rows of a case: all combinations of its matrix, each read separately.

use std::cell::Cell;

use indexmap::IndexMap;

use super::complaint::{Problem, SHOWN};
use super::matrix::Variable;
use super::page::{PAGES, Pages};
use super::reader::{CaseFile, Reader, ValueError};
use super::row::{Names, Row, ThirdPartyCookies};
use super::servers::Sites;
use super::suggest::brief;
use super::tree::Node;
use super::{cookies, page, servers, steps, storage_access};

/// The largest size of all rows of a case together, in bytes of filled-in text.
pub(super) const MOST_TEXT: usize = 64 << 20;

type Values = Vec<(String, String)>;

/// Reads every row. Problems of all rows are reported once, and problems of some rows with the
/// values that these have in common.
pub(super) fn read(
    file: CaseFile<'_>,
    tree: &Node,
    matrix: &[Variable<'_>],
    problems: &mut Vec<Problem>,
) -> Vec<Row> {
    let combinations = combinations(matrix);
    let valueless = matrix.iter().filter(|variable| variable.values().len() == 0);
    let valueless: Vec<_> = valueless.map(|variable| variable.name().to_owned()).collect();
    let room = Cell::new(MOST_TEXT);
    let mut found: IndexMap<Problem, Vec<usize>> = IndexMap::new();
    // There may be thousands of rows that stay until the end, so no capacity is wasted.
    let mut rows = Vec::with_capacity(combinations.len());
    let mut seen = 0;
    for (index, values) in combinations.iter().enumerate() {
        seen = index + 1;
        let mut reader = Reader::new(file, values.clone(), &room);
        reader.valueless.clone_from(&valueless);
        reader.has_wrong_matrix = tree.find("matrix").is_some_and(Node::is_wrong);
        rows.extend(read_row(&mut reader, tree));
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
            .map(|(problem, rows)| problem.with(&shown_rows(&rows, &combinations[..seen]))),
    );
    rows
}

fn read_row(reader: &mut Reader<'_>, tree: &Node) -> Option<Row> {
    let pages = page::read_all(reader, tree);
    let sites = servers::read(reader, tree.find("servers"));
    let cookies = cookies::read(reader, tree.find("cookies"));
    let steps = steps::read(reader, tree.get("steps"), (&pages, &sites));
    check_documents(reader, tree, (&pages, &sites));
    check_storage_access(reader, tree, &sites);
    let third_party_cookies = third_party_cookies(reader, tree);
    let names = reader.choice(tree, "names", &NAMES);
    Some(Row {
        values: std::mem::take(&mut reader.values),
        servers: sites.servers,
        cookies,
        page: pages.first()?.clone(),
        steps,
        third_party_cookies: third_party_cookies?,
        names: names?.unwrap_or(Names::Mapped),
        environment: std::mem::take(&mut reader.environment),
        asked: None,
        line: 1,
    })
}

/// The documents of later pages are served beside the row's servers, and a real server has its own documents.
fn check_documents(reader: &mut Reader<'_>, tree: &Node, (pages, sites): (&Pages, &Sites)) {
    for opened in pages.all.iter().filter(|opened| !opened.name.is_empty()) {
        let origins = std::iter::once(&opened.page.origin).chain(&opened.page.inside);
        let mut real = sites.servers.iter().filter(|server| server.upstream.is_some());
        if real.any(|server| origins.clone().any(|origin| *origin == server.origin)) {
            let what = format!("the page `{}` is on the origin of a real server", opened.name);
            let help = "the harness serves the documents of pages: use another origin";
            let at = tree.get(PAGES).key(&opened.name);
            reader.complain(at, ValueError::new(what, help));
        }
    }
}

/// An origin or a path that was left out of the servers may be the one that is meant.
fn check_storage_access(reader: &mut Reader<'_>, tree: &Node, sites: &Sites) {
    let pages = tree.find(PAGES).into_iter().flat_map(Node::entries).map(|(_, page)| page);
    for page in tree.find("page").into_iter().chain(pages).filter(|_| !sites.incomplete) {
        storage_access::check(reader, page, sites);
    }
}

/// The choices of `names:`.
pub(super) const NAMES: [(&str, Names); 2] =
    [("mapped", Names::Mapped), ("verbatim", Names::Verbatim)];

/// The choices of `third-party-cookies:`.
pub(super) const THIRD_PARTY_COOKIES: [(&str, ThirdPartyCookies); 2] =
    [("allowed", ThirdPartyCookies::Allowed), ("as-shipped", ThirdPartyCookies::AsShipped)];

/// Reads `third-party-cookies:`.
pub(super) fn third_party_cookies(
    reader: &mut Reader<'_>,
    tree: &Node,
) -> Option<ThirdPartyCookies> {
    let profile = reader.choice(tree, "third-party-cookies", &THIRD_PARTY_COOKIES)?;
    Some(profile.unwrap_or(ThirdPartyCookies::Allowed))
}

/// All combinations as written, the last variable changing fastest; a variable without values is
/// left out.
fn combinations(matrix: &[Variable<'_>]) -> Vec<Values> {
    let mut rows = vec![Values::new()];
    for variable in matrix.iter().filter(|variable| variable.values().len() > 0) {
        let longer = |row: &Values| {
            let row = row.clone();
            variable.values().map(move |value| {
                let value = (variable.name().to_owned(), value.to_owned());
                row.iter().cloned().chain([value]).collect()
            })
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    rows
}

/// The rows: ` (with allow = …)`, or nothing for all of them.
fn shown_rows(rows: &[usize], all: &[Values]) -> String {
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
