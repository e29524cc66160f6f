//! All cases against all engines.

use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::observation::{Read, RowObservation};
use cors_harness::report::{Document, PolicyEntries, matrix};
use cors_harness::run::{Engine, Judgement};
use cors_harness::verdict::BrokenRule;
use serde_json::{Value, json};

use super::support::{CASE, Played, case, not_run, played, standing};

const KNOWN: &str = "
known:
  - engine: firefox
    kind: bug
    because: It has been so for as long as anybody who was asked can remember, and longer than that by far.
    where: { path: [me, me?more] }
";

fn reads() -> Arc<Case> {
    case("a/reads", CASE)
}

fn as_the_standard(_: usize, _: &mut RowObservation) {}

fn blocks(row: usize, seen: &mut RowObservation) {
    if row != 1 {
        seen.steps[0].read = Some(Read::Blocked);
    }
}

fn cannot_tell(row: usize, seen: &mut RowObservation) {
    if row == 1 {
        seen.steps[0].inconclusive = Some("the call did not settle in time".to_owned());
    }
}

fn json_of(played: &[Played]) -> Value {
    serde_json::to_value(Document::of(played)).unwrap()["matrix"].take()
}

#[test]
fn one_engine_needs_no_matrix_and_has_one_in_the_document() {
    let trials = [played(&reads(), Engine::CHROMIUM, as_the_standard)];
    assert_eq!(matrix(&trials), None);
    let entry = json!([{
        "case": "a/reads",
        "engines": { "chromium": "agrees" },
        "snapshots": { "chromium": "match" },
        "rows": [],
    }]);
    assert_eq!(json_of(&trials), entry);
}

#[test]
fn the_document_of_one_engine_needs_no_rows_in_which_it_agrees() {
    let known = || case("b/known", &(CASE.to_owned() + KNOWN));
    for (engine, change, is_left_out) in [
        (Engine::CHROMIUM, as_the_standard as fn(usize, &mut RowObservation), true),
        (Engine::Control, as_the_standard, true),
        (Engine::FIREFOX, blocks, false),
        (Engine::WEBKIT, cannot_tell, false),
    ] {
        let (kept, judged) = played(&known(), engine, change);
        let short = judged.clone().in_short_for_one_engine();
        assert_eq!((short.rows.is_empty(), short.row_count()), (is_left_out, 3), "{engine:?}");
        let mut aside = Arc::unwrap_or_clone(known());
        aside.set_rows_aside();
        let (long, short) = ([(kept, judged)], [(Arc::new(aside), short)]);
        let [mut full, mut brief] = [&long, &short].map(|played| {
            let results = Vec::<Value>::new();
            let document = Document::around(results, PolicyEntries::default(), played);
            serde_json::to_value(document).unwrap()
        });
        for member in ["matrix", "engines", "costs", "not_run"] {
            assert_eq!(full[member].take(), brief[member].take(), "{engine:?}: {member}");
        }
        assert!(!short[0].0.rows.are_in_memory() || !is_left_out, "{engine:?}");
    }
}

#[test]
fn cases_on_which_all_agree_are_counted_by_who_ran_them() {
    let both = [Engine::CHROMIUM, Engine::FIREFOX];
    let mut trials: Vec<_> =
        both.map(|engine| played(&reads(), engine, as_the_standard)).into_iter().collect();
    let control = case("a/written", CASE);
    trials.push(played(&control, Engine::Control, as_the_standard));
    let again = case("b/reads", CASE);
    trials.extend(both.map(|engine| played(&again, engine, as_the_standard)));
    let counted = "2 cases: chromium and firefox agree with the standard\n\
                   1 case: control did as recorded\n";
    assert_eq!(matrix(&trials).unwrap(), counted);
}

#[test]
fn a_case_that_differs_has_a_line_and_its_differing_rows_below() {
    let (reads, known) = (reads(), case("b/known", &(CASE.to_owned() + KNOWN)));
    let trials = [
        played(&reads, Engine::CHROMIUM, as_the_standard),
        played(&reads, Engine::FIREFOX, as_the_standard),
        played(&known, Engine::CHROMIUM, blocks),
        played(&known, Engine::FIREFOX, blocks),
        played(&known, Engine::WEBKIT, cannot_tell),
    ];
    let expected = r#"1 case: chromium and firefox agree with the standard

         chromium  firefox  webkit
b/known  departs   known    inconclusive
    row path=me
      fetch https://api.example.com/me: read
        standard           allowed
        chromium, firefox  blocked
      firefox   known, bug: It has been so for as long as anybody who was asked can remember, and longer …
    row path=me?again
      webkit    inconclusive: the call did not settle in time
    row path=me?more
      fetch https://api.example.com/me?more: read
        standard           allowed
        chromium, firefox  blocked
      firefox   known, bug: It has been so for as long as anybody who was asked can remember, and longer …
"#;
    assert_eq!(matrix(&trials).unwrap(), expected);
}

#[test]
fn rows_with_the_same_finding_are_grouped() {
    let text = CASE.replace("{ path: [me, me?again, me?more] }", "{ who: [a, b, c] }");
    let text = text.replace("${path}", "me").replace("//app", "//${who}");
    let case = case("reads", &text);
    let trials = [
        played(&case, Engine::CHROMIUM, blocks),
        not_run(&case, Engine::FIREFOX, "no session"),
        played(&case, Engine::Control, as_the_standard),
    ];
    let expected = "       chromium  firefox  control
reads  departs   not run  recorded
    firefox   not run: no session
    row who=a
    row who=c
      fetch https://api.example.com/me: read
        standard  allowed
        chromium  blocked
";
    assert_eq!(matrix(&trials).unwrap(), expected);
}

#[test]
fn a_departure_that_is_gone_and_a_snapshot_that_differs_are_shown() {
    let known = case("b/known", &(CASE.to_owned() + KNOWN));
    let reviewed = Judgement::Differs { reviewed: String::new(), record: None };
    let trials = [
        standing(played(&known, Engine::CHROMIUM, as_the_standard), reviewed.clone()),
        played(&known, Engine::FIREFOX, as_the_standard),
        standing(played(&known, Engine::Control, as_the_standard), reviewed),
    ];
    let expected = "         chromium  firefox   control
b/known  agrees    vanished  differs
    chromium  its snapshot: differs
    control   its snapshot: differs
    row path=me
    row path=me?more
      firefox   vanished: it agrees, although `known` explains a departure
";
    assert_eq!(matrix(&trials).unwrap(), expected);
    let entry = json!([{
        "case": "b/known",
        "engines": { "chromium": "agrees", "firefox": "vanished", "control": "differs" },
        "snapshots": { "chromium": "differs", "firefox": "not-compared", "control": "differs" },
        "rows": [
            { "row": { "path": "me" }, "engines": { "chromium": "agrees", "firefox": "vanished" } },
            { "row": { "path": "me?more" }, "engines": { "chromium": "agrees", "firefox": "vanished" } },
        ],
    }]);
    assert_eq!(json_of(&trials), entry);
}

#[test]
fn a_broken_rule_departs_whatever_the_verdict_is() {
    let reads = reads();
    let (case, mut judged) = played(&reads, Engine::CHROMIUM, as_the_standard);
    judged.rows[2].broken = vec![BrokenRule { rule: "it holds", what: "GET".to_owned() }];
    let trials = [(case, judged), played(&reads, Engine::FIREFOX, as_the_standard)];
    let expected = "         chromium  firefox
a/reads  departs   agrees
    row path=me?more
      chromium  breaks a rule: it holds: GET
";
    assert_eq!(matrix(&trials).unwrap(), expected);
}
