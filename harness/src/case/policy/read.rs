//! Turns a policy file into a case with rows.

use std::cell::Cell;

use super::super::case_model::EngineChoice;
use super::super::complaint::Problem;
use super::super::file::CaseFile;
use super::super::reader::{Reader, ValueError};
use super::super::row::{PlantedCookie, Row, Server};
use super::super::text::words;
use super::super::tree::{Kind, Node};
use super::super::{Case, Contents, Source, case, cookies, metadata, rows, servers, values};
use super::calls::Call;
use super::file::{PolicyCaseFile, PolicyFile};
use super::plan::Planner;
use super::rows::Common;
use super::unlisted_origins::not_asked;
use super::{Asked, Policy, grants, routes};

/// Reads a policy as a case.
pub(in crate::case) fn understand(
    source: &Source<'_>,
    written: PolicyCaseFile,
    problems: &mut Vec<Problem>,
) -> Case {
    let (file, policy) = written.apart();
    let tree = source.tree;
    metadata::check(&file, tree, problems);
    without_page(tree.get("servers"), problems);
    without_page(tree.get("policy"), problems);
    let room = Cell::new(usize::MAX);
    let mut reader = Reader::new(source.text, source.folder(), Vec::new(), &room);
    let (rows, policy) = read(&mut reader, &file, &policy, tree);
    problems.append(&mut reader.problems);
    let variables = Asked::VARIABLES.map(str::to_owned).to_vec();
    let case = case(source, file, Contents { variables, rows, policy: Some(policy) }, problems);
    without_control(&case, tree, problems);
    case
}

fn read(
    reader: &mut Reader<'_>,
    file: &CaseFile,
    policy: &PolicyFile,
    tree: &Node,
) -> (Vec<Row>, Policy) {
    // Every row has its own page, and `${page}` is an error.
    reader.settle("https://page.invalid".to_owned());
    let node = tree.get("policy");
    let servers = servers::read(reader, &file.servers, tree.get("servers")).servers;
    has_servers(reader, &servers, tree);
    let login = cookies::read(reader, &policy.login, node.get("login"));
    let asks = routes::read(reader, &policy.routes, node.get("routes"), &servers);
    if policy.routes.is_empty() {
        let help = "write the routes under `routes`: `/me: [GET]`";
        reader.complain(tree.key("policy"), ValueError::new("this policy has no routes", help));
    }
    let is_login = !policy.login.is_empty();
    let mut grant =
        |(place, file)| grants::read(reader, file, node.get("allow").item(place), &asks, is_login);
    let grants: Vec<_> = policy.allow.iter().enumerate().filter_map(&mut grant).collect();
    let denied = grants::read_denied(reader, &policy.deny, node.get("deny"), &grants);
    let nothing = values::choice("everybody-else", &[("nothing", ())]);
    reader.maybe(policy.everybody_else.as_ref(), node, "everybody-else", nothing);
    let third_party_cookies = rows::third_party_cookies(reader, file, tree);
    let planner = Planner { asks: &asks, grants: &grants, denied: &denied, login: is_login };
    let listed = planner.listed();
    let calls = few_enough(&planner, &login, tree).unwrap_or_else(|wrong| {
        reader.complain(tree.key("policy"), wrong);
        Vec::new()
    });
    let policy = Policy {
        not_asked: not_asked(&planner.imitated(), &servers),
        listed: listed.iter().map(ToString::to_string).collect(),
    };
    let Some(third_party_cookies) = third_party_cookies else { return (Vec::new(), policy) };
    (super::rows::rows(Common { servers, login, third_party_cookies }, calls), policy)
}

/// The requests, unless there are too many. Every row holds its servers with their replies, the
/// cookies of its user, and what it sends; so the requests are counted before rows are made.
fn few_enough<'p>(
    planner: &Planner<'p>,
    login: &[PlantedCookie],
    tree: &Node,
) -> Result<Vec<Call<'p>>, ValueError> {
    let help = "split it into several files";
    let Ok(calls) = planner.calls(rows::MOST_ROWS) else {
        let most = rows::MOST_ROWS;
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

fn has_servers(reader: &mut Reader<'_>, servers: &[Server], tree: &Node) {
    if servers.is_empty() && reader.problems.is_empty() {
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
        Kind::Text { .. } => {}
        Kind::List(items) => items.iter().for_each(|item| without_page(item, problems)),
        Kind::Map(map) => map.values().for_each(|entry| without_page(&entry.value, problems)),
    }
}

fn without_control(case: &Case, tree: &Node, problems: &mut Vec<Problem>) {
    if case.engines.contains(&EngineChoice::Named("control".to_owned())) {
        let help = "remove `control`: it reads every response";
        let what = "a policy is about pages, and `control` is not a page";
        problems.push(Problem::new(tree.get("engines").at, what, help));
    }
}
