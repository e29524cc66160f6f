//! Valid cases, and arbitrary input.

use std::path::Path;
use std::time::Duration;

use cors_servers::script::{Allow, HeaderLine, Piece, Template, Versions};
use proptest::prelude::*;

use super::*;

const README: &str = include_str!("../../../cases/README.md");

fn read_text(text: &str) -> Result<Case, Complaints> {
    read(CaseId("a/case".to_owned()), Path::new("a/case.yaml"), text.as_bytes())
}

fn case(text: &str) -> Case {
    read_text(text).unwrap()
}

/// The example of the documentation.
fn example() -> &'static str {
    README.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap()
}

/// A case with `rest`, which contains at least the steps.
fn case_with(rest: &str) -> Case {
    let head = "name: n\nbecause: b\npage: https://app.example\n";
    case(&format!("{head}{rest}"))
}

const STEP: &str = "steps: [{ fetch: https://api.example/ }]\n";

fn text(text: &str) -> Template {
    Template::text(text)
}

#[test]
fn the_example_is_a_case() {
    let case = case(example());
    assert_eq!(case.name, "The wildcard does not allow a credentialed read");
    assert_eq!(
        case.because,
        "With cookies included, `*` would let any site read what a user's login unlocks."
    );
    assert_eq!(case.variables, ["allow", "credentials"]);
    assert_eq!(case.engines, [EngineChoice::Browsers]);
    let row = &case.rows[0];
    assert_eq!(row.page.serialised_origin(), "https://app.example.com");
    assert_eq!(row.cookies[0].set_cookie, "sid=1; Secure; SameSite=None");
    assert_eq!(row.third_party_cookies, ThirdPartyCookies::Allowed);
    assert_eq!(row.names, Names::Mapped);
    let (method, reply) = row.servers[0].routes[0].first().unwrap();
    assert_eq!((method.as_str(), reply.status.as_u16()), ("GET", 200));
    assert_eq!(reply.body, text(r#"{"balance": 100}"#));
}

#[test]
fn the_last_variable_changes_fastest() {
    let case = case(example());
    let rows: Vec<Vec<&str>> = case
        .rows
        .iter()
        .map(|row| row.values.iter().map(|(_, value)| value.as_str()).collect())
        .collect();
    let page = "https://app.example.com";
    assert_eq!(
        rows,
        [
            ["*", "omit"],
            ["*", "include"],
            [page, "omit"],
            [page, "include"],
            ["null", "omit"],
            ["null", "include"]
        ]
    );
    let line = &case.rows[3].servers[0].routes[0][0].headers[0];
    assert_eq!(line, &HeaderLine::text("Access-Control-Allow-Origin", page).unwrap());
    let step = case.rows[3].all_steps().next().unwrap();
    assert_eq!(step.credentials, Some(Credentials::Include));
}

#[test]
fn the_page_of_a_sandboxed_frame_is_null() {
    let case = case_with_page(
        "{ origin: https://app.example, context: sandboxed-iframe }",
        "    /: { GET: { body: \"${page}\" } }\n",
    );
    assert_eq!(case.rows[0].servers[0].routes[0][0].body, text("null"));
}

#[test]
fn a_frame_has_the_top_level_origin_of_its_page() {
    let page = "{ origin: https://w.example, context: iframe, inside: https://s.example:8443 }";
    let case = case_with_page(page, "    /: { GET: {} }\n");
    let page = &case.rows[0].page;
    assert_eq!(page.context, Context::Iframe);
    let inside = page.inside.as_ref().expect("a top-level document");
    assert_eq!(inside.to_string(), "https://s.example:8443");
}

fn case_with_page(page: &str, routes: &str) -> Case {
    case(&format!(
        "name: n\nbecause: b\npage: {page}\nservers:\n  https://api.example:\n{routes}{STEP}"
    ))
}

#[test]
fn text_stays_as_it_is_written() {
    let routes =
        "    /: { GET: { body: 1.10, headers: [X: True, X: 0x10, X: 010, X: 1_0, X: ~a] } }\n";
    let reply = &case_with_page("https://app.example", routes).rows[0].servers[0].routes[0][0];
    let values: Vec<&Template> = reply.headers.iter().map(|line| line.value.template()).collect();
    assert_eq!(values, ["True", "0x10", "010", "1_0", "~a"].map(text).iter().collect::<Vec<_>>());
    assert_eq!(reply.body, text("1.10"));
}

#[test]
fn header_names_keep_their_spelling_and_take_words() {
    let case = case(
        "name: n\nbecause: b\npage: https://app.example\nmatrix: { name: [X-Odd, x-ODD] }\nservers:\n  \
         https://api.example:\n    /:\n      GET:\n        headers:\n          - ${name}: a\n          \
         - x-odd: b\n          - x-${name}: c\nsteps:\n  - fetch: https://api.example/\n    headers:\n      \
         - ${name}: d\n",
    );
    let names = case.rows.iter().map(|row| {
        let lines = row.servers[0].routes[0][0].headers.iter();
        let sent = row.all_steps().flat_map(|step| &step.headers);
        let names = lines.map(|line| line.name.as_str());
        names.chain(sent.map(|(name, _)| name.as_str())).collect::<Vec<_>>()
    });
    let expected = [["X-Odd", "x-odd", "x-X-Odd", "X-Odd"], ["x-ODD", "x-odd", "x-x-ODD", "x-ODD"]];
    assert_eq!(names.collect::<Vec<_>>(), expected);
}

#[test]
fn servers_keep_their_template_words() {
    let routes = "    /: { GET: { body: \"a${request.origin}$${b}${served POST /}\", status: 204, delay: 50ms } }\n";
    let reply = &case_with_page("https://app.example", routes).rows[0].servers[0].routes[0][0];
    let served = Piece::Served { method: "POST".to_owned(), path: "/".to_owned() };
    let pieces =
        vec![Piece::Text(b"a".into()), Piece::RequestOrigin, Piece::Text(b"${b}".into()), served];
    assert_eq!(reply.body, Template(pieces));
    assert_eq!((reply.status.as_u16(), reply.delay), (204, Some(Duration::from_millis(50))));
}

#[test]
fn template_words_in_keys_are_read() {
    let case = case_with(
        "matrix: { host: [a, b], method: [PUT, patch] }\n\
         servers:\n  https://${host}.example:\n    /${host}:\n      ${method}: {}\n\
         steps:\n  - xhr: https://${host}.example/${host}#top\n    method: ${method}\n",
    );
    let row = &case.rows[3];
    assert_eq!(row.servers[0].origin.host, "b.example");
    let (path, replies) = row.servers[0].routes.first().unwrap();
    assert_eq!((path.as_str(), replies.keys().next().unwrap().as_str()), ("/b", "patch"));
    assert_eq!(row.all_steps().next().unwrap().label(), "xhr patch https://b.example/b#top");
}

#[test]
fn a_relative_url_is_the_pages() {
    let case = case_with(
        "servers: { https://app.example: { /a: { GET: {} } } }\nsteps: [{ fetch: \"a?x=1\" }]\n",
    );
    assert_eq!(case.rows[0].all_steps().next().unwrap().url, "https://app.example/a?x=1");
}

#[test]
fn a_policy_is_read_member_by_member() {
    let case = case_with(&format!(
        "servers:\n  https://api.example:\n    versions: http/1.1\n    cors:\n      \
         allow-origins: [https://app.example, \"null\"]\n      allow-methods: \"*\"\n      \
         allow-headers: mirror\n      max-age: 600\n    /: {{ GET: {{}} }}\n{STEP}"
    ));
    let server = &case.rows[0].servers[0];
    let policy = server.cors.as_ref().unwrap().settings();
    let origins = vec!["https://app.example".to_owned(), "null".to_owned()];
    assert_eq!(policy.allow_origins, Allow::Listed(origins));
    assert_eq!((&policy.allow_methods, &policy.allow_headers), (&Allow::Any, &Allow::Mirror));
    assert_eq!((&policy.expose_headers, policy.max_age), (&Allow::Nothing, Some(600)));
    assert!(!policy.allow_credentials);
    assert_eq!(server.versions, Versions::Http1);
}

#[test]
fn steps_together_differ_in_more_than_the_fragment() {
    let case = case_with(
        "servers: { https://api.example: { /: { GET: {} } } }\nsteps:\n  - together:\n      \
         - fetch: https://api.example/?a\n      - xhr: https://api.example/?b\n",
    );
    let StepGroup::Together(steps) = &case.rows[0].steps[0] else { panic!("not together") };
    assert_eq!(steps.len(), 2);
}

#[test]
fn a_byte_order_mark_and_crlf_are_accepted() {
    let windows = format!("\u{feff}{}", example().replace('\n', "\r\n"));
    assert_eq!(case(&windows).rows.len(), 6);
}

#[test]
fn plain_complaints_name_file_line_and_column() {
    let text = example().replace("steps:", "stéps:").replace("name:", "nom:");
    let complaints = read_text(&text).unwrap_err();
    assert_eq!(complaints.count(), 3);
    assert!(complaints.plain().starts_with("a/case.yaml:1:1: unknown key `nom`\n  help: "));
    let line = "a/case.yaml:23:1: unknown key `stéps`\n  help: did you mean `steps`?";
    assert!(complaints.plain().contains(line), "{complaints:?}");
}

#[test]
fn many_problems_are_counted_instead_of_listed() {
    let text = format!("{}{}", example(), "  - {}\n".repeat(5000));
    let complaints = read_text(&text).unwrap_err();
    assert_eq!(complaints.count(), 5000);
    assert!(complaints.to_string().ends_with("4900 of them not shown"));
}

#[test]
fn the_largest_matrix_is_read() {
    let values: Vec<String> = (0..64).map(|value| value.to_string()).collect();
    let list = values.join(", ");
    let case = case_with(&format!(
        "matrix: {{ a: [{list}], b: [{list}] }}\n\
         servers: {{ https://api.example: {{ /: {{ GET: {{}} }} }} }}\n\
         steps: [{{ fetch: \"https://api.example/?${{a}}&${{b}}\" }}]\n"
    ));
    assert_eq!(case.rows.len(), 4096);
    assert_eq!(case.rows[4095].all_steps().next().unwrap().url, "https://api.example/?63&63");
}

/// A case with a part removed and another inserted.
pub(super) fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let signs = prop::sample::select(vec![
        "${", "}", "*", "&a", "null", "\t", ": ", "- ", "[", "{", "\"", "'", "#", "|\n", "\u{85}",
        "é", "%", "---\n", "\n", "  ", "https://", "/", "${page}", "${served", "0", "\u{0}",
    ]);
    let size = example().len();
    let edit = (0..size, 0..20_usize, prop::collection::vec(signs, 0..4));
    prop::collection::vec(edit, 1..4).prop_map(|edits| {
        let mut bytes = example().as_bytes().to_vec();
        for (at, cut, signs) in edits {
            let at = at.min(bytes.len());
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, signs.concat().into_bytes());
        }
        bytes
    })
}

/// Reads, and renders the complaints.
fn survives(bytes: &[u8]) {
    if let Err(complaints) = read(CaseId(String::new()), Path::new("x.yaml"), bytes) {
        assert!(complaints.count() > 0);
        let mut rendered = String::new();
        miette::GraphicalReportHandler::new().render_report(&mut rendered, &complaints).unwrap();
        assert!(!complaints.plain().is_empty());
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives(&bytes);
    }

    #[test]
    fn any_text_is_answered(text in "[\\PC\n\t ]{0,200}") {
        survives(text.as_bytes());
    }

    #[test]
    fn any_mutation_is_answered(bytes in mutated()) {
        survives(&bytes);
    }
}

#[test]
fn text_is_accepted_in_place_of_a_list_or_mapping() {
    let case = case(
        "name: 1\nbecause: true\npage: https://app.example\n\
         matrix: { age: [600, 1.10], login: [true, False] }\n\
         servers:\n  https://api.example:\n    cors: { allow-methods: [5], max-age: 600 }\n    \
         /: { GET: { body: 18446744073709551616 }, PUT: { body: 0x1F } }\n\
         steps: [{ fetch: 'https://api.example/?${age}${login}', body: 1e3, method: PUT }]\n\
         known: [{ engine: chromium, kind: bug, because: b, where: { age: 1.10, login: False } }]\n",
    );
    assert_eq!((case.name.as_str(), case.because.as_str()), ("1", "true"));
    let values = [("age", "1.10"), ("login", "False")];
    let values = values.map(|(name, value)| (name.to_owned(), vec![value.to_owned()]));
    assert_eq!(case.known[0].values, values);
    let server = &case.rows[0].servers[0];
    let bodies = server.routes[0].values().map(|reply| reply.body.clone());
    assert!(bodies.eq([text("18446744073709551616"), text("0x1F")]));
    let cors = server.cors.as_ref().unwrap().settings();
    assert_eq!(cors.allow_methods, Allow::Listed(vec!["5".to_owned()]));
}

#[test]
fn a_block_scalar_can_end_with_the_file() {
    for sign in [">", "|", ">-", "|-", "|+"] {
        let head = format!("name: n\npage: https://app.example\n{STEP}");
        let servers = "servers: { https://api.example: { /: { GET: {} } } }\n";
        let case = case(&format!("{head}{servers}because: {sign}\n  it is\n  so"));
        assert!(case.because.starts_with("it is"), "{sign}: {}", case.because);
    }
}

#[test]
fn requests_at_the_same_time_count_like_servers() {
    let row = |steps: &str| {
        let servers = "servers: { https://api.example: { /: { GET: {} } }, https://b.example: { /: { GET: {} } } }\n";
        let head = "name: n\nbecause: b\npage: https://app.example\n";
        case(&format!("{head}{servers}steps:\n{steps}")).rows[0].most_connections()
    };
    let fetch = |path: &str| format!("{{ fetch: 'https://api.example/{path}' }}");
    let together = ["?a", "?b", "?c"].map(fetch).join(", ");
    assert_eq!(row(&format!("  - {}\n  - {}\n", fetch(""), fetch("?a"))), 2, "the servers");
    assert_eq!(row(&format!("  - {}\n  - together: [{together}]\n", fetch(""))), 3);
}
