//! Policies with inconclusive rows, and what the document says about changes.

use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::observation::{Answer, Read, Request, RowObservation, StepObservation};
use cors_harness::report::{
    CargoCommands, Document, PolicyRecord, comparison, failure, snapshot_text, stripped,
    verdict_of_policy,
};
use cors_harness::run::{Engine, Judgement, Outcome, RowOutcome};

use super::support::{Played, case, played, standing};

const POLICY: &str = "
name: The app reads
because: It is ours.
servers:
  https://api.my-company.com:
    cors: { allow-origins: ORIGINS, allow-credentials: 'true' }
    /me: { GET: {} }
policy:
  login: [https://api.my-company.com: session=alice; Secure; SameSite=None]
  routes: { /me: [GET] }
  allow: [{ origins: https://app.my-company.com, credentials: include }]
";

fn policy(origins: &str) -> Arc<Case> {
    case("a/policy", &POLICY.replace("ORIGINS", origins))
}

/// The first row is inconclusive.
fn panicking(row: usize, seen: &mut RowObservation) {
    if row == 0 {
        seen.steps[0].read = None;
        seen.steps[0].inconclusive = Some("GET /me was not answered".to_owned());
    }
}

fn as_it_is(_: usize, _: &mut RowObservation) {}

fn outcome((_, judged): &Played) -> Outcome {
    Outcome { version: judged.version.clone(), rows: judged.rows.clone() }
}

#[test]
fn a_row_that_is_inconclusive_hides_no_finding() {
    let mirror = policy("mirror");
    let trial = played(&mirror, Engine::CHROMIUM, panicking);
    let found = "critical, reads-for-any-site-with-login";
    let text = failure(&trial.0, &trial.1, &CargoCommands).unwrap();
    assert!(text.contains(found) && text.contains("rows are conclusive"), "{text}");
    let verdict = verdict_of_policy(&mirror, Engine::CHROMIUM, &outcome(&trial));
    let inconclusive = format!("1 of {} rows is inconclusive:\n  row page=", mirror.rows.len());
    assert!(
        verdict.text.contains(found) && verdict.text.contains(&inconclusive),
        "{}",
        verdict.text
    );
    assert!(verdict.text.contains("GET /me was not answered") && !verdict.clean);
    let document = serde_json::to_value(Document::of(&[trial])).unwrap();
    assert_eq!(document["findings"][0]["severity"], "critical", "{document:#}");
    let row = &document["findings"][0]["rows"][0];
    assert_eq!(row["page"], "https://evil.example", "rows keep their numbers");

    let kept = policy("[https://app.my-company.com]");
    let verdict = verdict_of_policy(
        &kept,
        Engine::CHROMIUM,
        &outcome(&played(&kept, Engine::CHROMIUM, panicking)),
    );
    assert!(!verdict.text.contains("is kept in all") && !verdict.clean, "{}", verdict.text);
}

#[test]
fn two_servers_are_compared_on_conclusive_rows() {
    let [kept, mirror] = ["[https://app.my-company.com]", "mirror"].map(policy);
    let [old, new] =
        [played(&kept, Engine::CHROMIUM, panicking), played(&mirror, Engine::CHROMIUM, as_it_is)];
    let found = comparison(&mirror, Engine::CHROMIUM, &outcome(&old), &outcome(&new));
    assert!(found.text.contains("\nloosened\n  critical\n"), "{}", found.text);
    assert!(found.text.contains("of the first server, 1 of ") && !found.same, "{}", found.text);
    let found = comparison(&kept, Engine::CHROMIUM, &outcome(&old), &outcome(&old));
    assert!(found.text.contains("in the other ") && !found.same, "{}", found.text);
}

#[test]
fn the_document_has_every_change_with_its_sentence() {
    let [kept, mirror] = ["[https://app.my-company.com]", "mirror"].map(policy);
    let before = played(&kept, Engine::CHROMIUM, as_it_is);
    let reviewed = snapshot_text(&kept, Engine::CHROMIUM, &before.1.rows);
    let record = Some(PolicyRecord::of(&kept, &before.1.rows).text());
    let now = played(&mirror, Engine::CHROMIUM, as_it_is);
    let trial = standing(now, Judgement::Differs { reviewed, record });
    let document = serde_json::to_value(Document::of(&[trial])).unwrap();
    let change = &document["changes"][0];
    assert_eq!(change["effect"], "loosened", "{document:#}");
    assert_eq!(change["severity"], "critical");
    let words = "Any website can now read GET /me with the user's cookies: the server reflects any \
                 origin and allows credentials";
    assert_eq!(change["sentence"], words);
    assert_eq!(change["row"]["page"], "https://evil.example");
    assert_eq!(change["was"]["can"], "nothing");
    assert_eq!(change["is"]["can"], "reads with cookies");
    assert_eq!(document["schema"], 1);
}

const TWO: &str = "
name: Two servers are asked
because: One of them is our own.
servers:
  https://api.my-company.com: { upstream: http://127.0.0.1:9 }
  https://maps.example.net: { /tile: { GET: { headers: [Access-Control-Allow-Origin: '*'] } } }
page: https://app.my-company.com
steps: [{ fetch: https://api.my-company.com/me }, { fetch: https://maps.example.net/tile }]
";

/// A row in which these were asked for and read, or not.
fn asked(reads: [(&str, Read); 2]) -> Outcome {
    let step = |(url, read): (&str, Read)| {
        let answer =
            Answer { status: 200, headers: Vec::new(), redirects_to: None, repeats_url: false };
        let (method, url) = ("GET".to_owned(), url.to_owned());
        let request = Request {
            method,
            url,
            origin: None,
            cookies: Vec::new(),
            headers: Default::default(),
            answer,
        };
        StepObservation { read: Some(read), requests: vec![request], ..StepObservation::default() }
    };
    let seen = RowObservation { steps: reads.map(step).into(), reasons_unavailable: None };
    Outcome { version: "1".to_owned(), rows: vec![RowOutcome::of(seen)] }
}

#[test]
fn scripted_servers_are_excluded_from_strip_cors() {
    const OWN: &str = "https://api.my-company.com/me";
    const SCRIPTED: &str = "https://maps.example.net/tile";
    let case = case("a/two", TWO);
    let normal = asked([(OWN, Read::Allowed), (SCRIPTED, Read::Allowed)]);
    let bare = asked([(OWN, Read::Blocked), (SCRIPTED, Read::Allowed)]);
    let found = stripped(&case, Engine::CHROMIUM, &normal, &bare);
    assert!(found.notices, "{}", found.text);
    let found = stripped(&case, Engine::CHROMIUM, &normal, &normal);
    assert!(!found.notices, "{}", found.text);
    assert!(found.text.contains("1 of 1 reads that CORS allowed are possible"), "{}", found.text);
    let closed = asked([(OWN, Read::Blocked), (SCRIPTED, Read::Allowed)]);
    let found = stripped(&case, Engine::CHROMIUM, &closed, &closed);
    assert!(!found.notices, "{}", found.text);
    assert!(found.text.contains("would not notice if they were lost"), "{}", found.text);

    let mut inconclusive = bare.clone();
    inconclusive.rows[0].observation.steps[1].inconclusive = Some("it broke off".to_owned());
    let found = stripped(&case, Engine::CHROMIUM, &normal, &inconclusive);
    assert!(!found.notices && found.text.contains("it broke off"), "{}", found.text);
}

/// The report of a policy, played by a browser that does what the standard says.
fn praise_of(servers: &str, policy: &str) -> String {
    let text = format!(
        "name: The app reads\nbecause: It is ours.\nservers:\n  https://api.my-company.com:\n    \
         {servers}\npolicy:\n  routes: {{ /me: [GET], /things: [PUT] }}\n{policy}"
    );
    let case = case("a/policy", &text);
    let outcome = outcome(&played(&case, Engine::CHROMIUM, as_it_is));
    verdict_of_policy(&case, Engine::CHROMIUM, &outcome).text
}

#[test]
fn praise_counts_the_rows_that_were_played() {
    let cors = "cors: { allow-origins: ['https://app.my-company.com'], allow-methods: [PUT] }";
    let server = format!("{cors}\n    /me: {{ GET: {{}} }}\n    /things: {{ PUT: {{}} }}");
    let app = "  allow: [{ origins: [https://app.my-company.com] }]\n";
    let text = praise_of(&server, app);
    let words = ": every allowed origin has the access that the policy grants (2 rows), and no page has more \
                 access than that (";
    assert!(text.contains(words), "{text}");

    let closed = "/me: { GET: {} }\n    /things: { PUT: {} }";
    let text = praise_of(closed, "");
    let words =
        "No row was played for an allowed origin, so nothing shows that a page has the access";
    assert!(text.contains("No page has access (") && text.contains(words), "{text}");
    assert!(!text.contains("kept"), "{text}");

    let own = "  allow: [{ origins: [https://api.my-company.com] }]\n";
    let text = praise_of(closed, own);
    assert!(
        text.contains(": every allowed origin has the access that the policy grants (2 rows)"),
        "{text}"
    );

    let open = "cors: { allow-origins: '*' }\n    /me: { GET: {} }\n    /things: { PUT: {} }";
    let anybody = "  allow: [{ origins: '*', routes: /me, methods: GET }]\n";
    let text = praise_of(open, anybody);
    assert!(
        text.contains(": every allowed origin has the access that the policy grants ("),
        "{text}"
    );
}

#[test]
fn praise_names_an_origin_for_which_no_row_was_played() {
    let server = "cors: { allow-origins: ['https://app.my-company.com'], allow-credentials: 'true' }\n    \
                  /me: { GET: {} }";
    let text = POLICY.replace(
        "    cors: { allow-origins: ORIGINS, allow-credentials: 'true' }\n    /me: { GET: {} }",
        &format!("    {server}"),
    );
    let case = case("a/policy", &text);
    // Every row of the listed page is inconclusive.
    let inconclusive = |_: usize, seen: &mut RowObservation| {
        let requests = seen.steps.iter().flat_map(|step| &step.requests);
        let of_app = |origin: Option<&str>| origin == Some("https://app.my-company.com");
        if requests.into_iter().any(|request| of_app(request.origin.as_deref())) {
            panicking(0, seen);
        }
    };
    let outcome = outcome(&played(&case, Engine::CHROMIUM, inconclusive));
    let text = verdict_of_policy(&case, Engine::CHROMIUM, &outcome).text;
    assert!(text.contains("No row was played for an allowed origin, so "), "{text}");
    assert!(!text.contains("has the access that the policy grants"), "{text}");
}
