//! Turns a policy file into a case with rows.

use std::cell::Cell;

use super::super::complaint::Problem;
use super::super::reader::{CaseFile, Reader, ValueError};
use super::super::row::{Row, UserCookie};
use super::super::servers::{self, Sites};
use super::super::text::words;
use super::super::tree::{Kind, Node};
use super::super::{cookies, matrix, rows};
use super::calls::Call;
use super::plan::Planner;
use super::rows::Common;
use super::unlisted_origins::not_asked;
use super::{Policy, grants, routes};

/// The choice of `everybody-else:`.
pub(in crate::case) const EVERYBODY_ELSE: [(&str, ()); 1] = [("nothing", ())];

/// Reads the servers and the policy of a file.
pub(in crate::case) fn read(
    file: CaseFile<'_>,
    tree: &Node,
    problems: &mut Vec<Problem>,
) -> (Vec<Row>, Policy) {
    without_page(tree.get("servers"), problems);
    without_page(tree.get("policy"), problems);
    let room = Cell::new(usize::MAX);
    let mut reader = Reader::new(file, Vec::new(), &room);
    // Every row has its own page, and `${page}` is an error.
    reader.settle("https://page.invalid".to_owned());
    let read = read_policy(&mut reader, tree);
    problems.append(&mut reader.problems);
    read
}

fn read_policy(reader: &mut Reader<'_>, tree: &Node) -> (Vec<Row>, Policy) {
    let node = tree.get("policy");
    let sites = servers::read(reader, tree.find("servers"));
    has_servers(reader, &sites, tree);
    let login = cookies::read(reader, node.find("login"));
    let asks = routes::read(reader, node.find("routes"), &sites);
    if node.find("routes").map_or(!node.is_wrong(), |routes| routes.entries().next().is_none()) {
        let help = "write the routes under `routes`: `/me: [GET]`";
        reader.complain(tree.key("policy"), ValueError::new("this policy has no routes", help));
    }
    let is_login = node.find("login").is_some_and(|login| !login.is_empty_list());
    let allow = node.find("allow").into_iter().flat_map(Node::items);
    let grants = allow.filter_map(|grant| grants::read(reader, grant, &asks, is_login));
    let grants: Vec<_> = grants.collect();
    let denied = grants::read_denied(reader, node.find("deny"), &grants);
    reader.choice(node, "everybody-else", &EVERYBODY_ELSE);
    let third_party_cookies = rows::third_party_cookies(reader, tree);
    let planner = Planner { asks: &asks, grants: &grants, denied: &denied, login: is_login };
    let listed = planner.listed();
    let calls = few_enough(&planner, &login, tree).unwrap_or_else(|wrong| {
        reader.complain(tree.key("policy"), wrong);
        Vec::new()
    });
    let policy = Policy {
        not_asked: not_asked(&planner.imitated(), &sites.servers),
        listed: listed.iter().map(ToString::to_string).collect(),
        stack: None,
        is_of_check: false,
    };
    let Some(third_party_cookies) = third_party_cookies else { return (Vec::new(), policy) };
    let environment = std::mem::take(&mut reader.environment);
    let common = Common { servers: sites.servers, login, third_party_cookies, environment };
    (super::rows::rows(common, calls), policy)
}

/// The requests, unless there are too many. Every row holds its servers with their replies, the
/// cookies of its user, and what it sends; so the requests are counted before rows are made.
fn few_enough<'p>(
    planner: &Planner<'p>,
    login: &[UserCookie],
    tree: &Node,
) -> Result<Vec<Call<'p>>, ValueError> {
    let help = "split it into several files";
    let Ok(calls) = planner.calls(matrix::MOST_ROWS) else {
        let most = matrix::MOST_ROWS;
        let what = format!("this policy makes more than the {most} rows that a case can have");
        return Err(ValueError::new(what, help));
    };
    let servers: usize = tree.get("servers").texts().map(str::len).sum();
    let cookies: usize = login.iter().map(|cookie| cookie.set_cookie.len()).sum();
    let text: usize = calls.iter().map(|call| servers + cookies + call.ask.text()).sum();
    if text > rows::MOST_TEXT {
        let (rows, most) = (calls.len(), rows::MOST_TEXT >> 20);
        let what = format!("with {rows} rows, this policy has more than {most} MiB of text");
        return Err(ValueError::new(what, help));
    }
    Ok(calls)
}

fn has_servers(reader: &mut Reader<'_>, sites: &Sites, tree: &Node) {
    if sites.servers.is_empty() && !sites.incomplete {
        let help = "write the servers under `servers`: `https://api.example.com: …`";
        reader.complain(tree.key("policy"), ValueError::new("this policy has no servers", help));
    }
}

/// Reports `${page}`, because a policy has many pages.
fn without_page(node: &Node, problems: &mut Vec<Problem>) {
    match &node.kind {
        Kind::Text { text, .. } if words(text).any(|word| word == "page") => {
            let help = "use `${request.origin}`, the `Origin` of the request";
            let what = "`${page}` has no value in a policy, which has many pages";
            problems.push(Problem::new(node.at, what, help));
        }
        Kind::Text { .. } | Kind::Wrong => {}
        Kind::List(items) => items.iter().for_each(|item| without_page(item, problems)),
        Kind::Map(map) => map.values().for_each(|entry| without_page(&entry.value, problems)),
    }
}
