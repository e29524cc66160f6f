//! Rows that Local Network Access would change outside of this harness: every output says so.

use cors_harness::observation::Read;
use cors_harness::report::{
    CargoCommands, Document, comparison, console, explain_row, failure, short_verdict_of_policy,
    side_by_side, verdict_of_policy,
};
use cors_harness::run::{Engine, Judgement, Outcome, rule};
use cors_harness::verdict::local_network_note;

use super::support::{Played, case, played, standing};

const CASE: &str = "
name: A page asks a server
because: It may be on the user's own machine.
servers:
  'SERVER': { /state: { GET: { headers: [Access-Control-Allow-Origin: '*'] } } }
page: 'PAGE'
steps: [{ fetch: 'SERVER/state' }]
";

const POLICY: &str = "
name: The app asks a server on the user's machine
because: It is a companion program.
servers:
  http://localhost:8000:
    cors: { allow-origins: mirror }
    /state: { GET: {} }
policy:
  routes: { /state: [GET] }
  allow: [{ origins: https://app.my-company.com }]
";

const NOTE: &str = "outside of this harness, Chromium lets a page on a public host send requests to \
                    http://localhost:8000 only if";

fn note(page: &str, server: &str) -> Option<String> {
    let case = case("a/case", &CASE.replace("SERVER", server).replace("PAGE", page));
    local_network_note(&case.rows[0], &rule(&case.rows[0]).observation)
}

#[test]
fn a_request_to_a_more_private_address_has_a_note() {
    for (page, server, has_note) in [
        ("https://app.example.com", "http://localhost:8000", true),
        ("http://app.example.com", "http://127.0.0.1:8000", true),
        ("https://app.example.com", "https://192.168.1.1", true),
        ("https://app.example.com", "https://10.0.0.1", true),
        ("https://app.example.com", "https://169.254.1.1", true),
        ("https://app.example.com", "https://[fd00::1]", true),
        ("https://app.example.com", "https://printer.local", true),
        ("http://192.168.1.1", "http://localhost:8000", true),
        ("http://192.168.1.1", "http://10.0.0.1", false),
        ("http://localhost:3000", "http://localhost:8000", false),
        ("http://localhost:3000", "http://10.0.0.1", false),
        ("http://localhost:3000", "https://api.example.com", false),
        ("https://app.example.com", "https://api.example.com", false),
    ] {
        let note = note(page, server);
        assert_eq!(note.is_some(), has_note, "{page} → {server}");
        assert!(note.is_none_or(|note| note.contains(&format!(" to {server} "))), "{server}");
    }
}

#[test]
fn a_request_that_was_never_sent_has_no_note() {
    assert_eq!(note("https://app.example.com", "http://10.0.0.1"), None, "it is mixed content");
}

#[test]
fn a_redirect_to_a_more_private_host_has_a_note() {
    let case = case(
        "a/redirect",
        "
name: A redirect leads to the user's machine
because: It may.
servers:
  https://api.example.com:
    /go: { GET: { status: 302, headers: [{ Location: 'http://localhost:8000/' }, { Access-Control-Allow-Origin: '*' }] } }
  http://localhost:8000: { /: { GET: { headers: [Access-Control-Allow-Origin: '*'] } } }
page: https://app.example.com
steps: [{ fetch: https://api.example.com/go }]
",
    );
    let note = local_network_note(&case.rows[0], &rule(&case.rows[0]).observation);
    assert!(note.is_some_and(|note| note.contains(NOTE)));
}

fn outcome((_, judged): &Played) -> Outcome {
    Outcome { version: judged.version.clone(), rows: judged.rows.clone() }
}

/// A text on one line.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_output_of_a_case_has_the_note() {
    let text = CASE.replace("SERVER", "http://localhost:8000");
    let case = case("a/case", &text.replace("PAGE", "https://app.example.com"));
    let trial = played(&case, Engine::CHROMIUM, |_, _| {});
    let document = serde_json::to_value(Document::of(std::slice::from_ref(&trial))).unwrap();
    let ruling = rule(&case.rows[0]);
    let outcome = outcome(&trial);
    let sides = [(Engine::CHROMIUM, &outcome), (Engine::FIREFOX, &outcome)];
    let inconclusive = played(&case, Engine::CHROMIUM, |_, seen| seen.steps[0].read = None);
    for (output, text) in [
        ("console", console(&case, &trial.1, (&CargoCommands, 120))),
        ("explain", explain_row(&case, &case.rows[0], &ruling, &[])),
        ("diff", side_by_side(&case, sides, std::slice::from_ref(&ruling))),
        ("document", document["results"][0]["notes"][0].to_string()),
    ] {
        assert!(unwrapped(&text).contains(NOTE), "{output}: {text}");
    }
    let departs = played(&case, Engine::CHROMIUM, |_, seen| {
        (seen.steps[0].read, seen.steps[0].response) = (Some(Read::Blocked), None);
    });
    for trial in [inconclusive, departs] {
        assert!(
            console(&case, &trial.1, (&CargoCommands, 120)).contains("note"),
            "{:?}",
            trial.1.judgement
        );
    }
}

#[test]
fn every_output_of_a_policy_has_the_note() {
    let case = case("a/policy", POLICY);
    let trial = played(&case, Engine::CHROMIUM, |_, _| {});
    let document = serde_json::to_value(Document::of(std::slice::from_ref(&trial))).unwrap();
    let outcome = outcome(&trial);
    let new = standing(played(&case, Engine::CHROMIUM, |_, _| {}), Judgement::New);
    for (output, text) in [
        ("check --verbose", verdict_of_policy(&case, Engine::CHROMIUM, &outcome).text),
        ("check", short_verdict_of_policy(&case, Engine::CHROMIUM, &outcome, 80).text),
        ("console", console(&case, &trial.1, (&CargoCommands, 120))),
        ("new", failure(&new.0, &new.1, &CargoCommands).unwrap()),
        ("compare", comparison(&case, Engine::CHROMIUM, &outcome, &outcome).text),
        ("finding", document["findings"][0]["notes"][0].to_string()),
        ("result", document["results"][0]["notes"][0].to_string()),
    ] {
        assert!(unwrapped(&text).contains(NOTE), "{output}: {text}");
    }
    let printed = verdict_of_policy(&case, Engine::CHROMIUM, &outcome).text;
    let place = |words: &str| printed.find(words).unwrap_or_else(|| panic!("{words}: {printed}"));
    assert!(place("note on ") < place("reads-for-any-site"), "it comes first: {printed}");
    assert!(
        !printed.contains("note on all rows"),
        "pages of the same machine have none: {printed}"
    );
}
