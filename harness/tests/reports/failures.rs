//! The report of a trial that did not pass, with its next commands.

use std::sync::Arc;
use std::time::Duration;

use cors_harness::case::Case;
use cors_harness::observation::{Read, RowObservation};
use cors_harness::report::{CargoCommands, console, failure, repeated, summary};
use cors_harness::run::{Engine, Judged, Judgement};
use cors_harness::verdict::BrokenRule;

use super::support::{CASE, Played, case, not_run, played, standing};

const KNOWN: &str = "
known:
  - { engine: firefox, kind: bug, because: it is old, where: { path: [me, me?more] } }
  - { engine: firefox, kind: policy, because: it is wise }
";

/// The words for how to explain a departure.
const HOW_TO_EXPLAIN: &str = "if you can explain the departure, add it to the case";

fn reads() -> Arc<Case> {
    case("a/reads", CASE)
}

fn known() -> Arc<Case> {
    case("a/reads", &(CASE.to_owned() + KNOWN))
}

fn agrees(_: usize, _: &mut RowObservation) {}

fn block(seen: &mut RowObservation) {
    seen.steps[0].read = Some(Read::Blocked);
}

fn text_of((case, judged): &Played) -> String {
    failure(case, judged, &CargoCommands).unwrap()
}

#[track_caller]
fn says(trial: &Played, words: &[&str]) {
    let text = text_of(trial);
    for word in words {
        assert!(text.contains(word), "`{word}` is missing in:\n{text}");
    }
}

#[test]
fn a_departure_is_shown_on_both_sides_and_how_to_explain_it() {
    let trial = played(&reads(), Engine::CHROMIUM, |row, seen| {
        if row == 1 {
            block(seen);
        }
    });
    let words = [
        "row path=me?again\n",
        "chromium departs from the standard in its read:\n    standard  allowed\n    chromium  \
        blocked\n",
        HOW_TO_EXPLAIN,
        "- engine: chromium",
    ];
    says(&trial, &words);
    assert!(!text_of(&trial).contains("path=me\n"), "only what departs is shown");
}

#[test]
fn an_unneeded_entry_must_be_removed() {
    let trial = played(&known(), Engine::FIREFOX, |row, seen| {
        if row == 1 {
            block(seen);
        }
    });
    let words = "
firefox agrees with the standard, although `known` explains a departure:

  row path=me
  row path=me?more
  bug: it is old

no row needs this entry any more: remove it; if it is the last one of firefox, remove the snapshot \
                 `a/reads@firefox.snap` too
";
    says(&trial, &[words]);
    assert!(!text_of(&trial).contains("policy"), "the other entry is needed:\n{}", text_of(&trial));
    assert!(!text_of(&trial).contains(HOW_TO_EXPLAIN), "there is nothing to explain");
}

#[test]
fn rows_without_their_departure_must_be_removed_from_the_entry() {
    let trial = played(&known(), Engine::FIREFOX, |row, seen| {
        if row > 0 {
            block(seen);
        }
    });
    let words = "
  row path=me
  bug: it is old

remove these rows from the entry's `where`; other rows of the entry still depart
";
    says(&trial, &[words]);
}

#[test]
fn a_broken_rule_and_a_departure_are_distinguished() {
    let (case, mut judged) = played(&reads(), Engine::CHROMIUM, agrees);
    judged.rows[0].broken = vec![BrokenRule { rule: "it holds", what: "GET".to_owned() }];
    let trial = standing((case, judged), Judgement::Departs);
    says(
        &trial,
        &[
            "a rule that holds in every run is broken: it holds: GET",
            "an entry of `known` cannot explain them",
        ],
    );
    assert!(!text_of(&trial).contains(HOW_TO_EXPLAIN), "nothing explains it");
}

#[test]
fn ignored_and_inconclusive_rows_say_what_to_do() {
    says(&not_run(&reads(), Engine::CHROMIUM, "no session"), &["could not be run: no session"]);
    let trial = played(&reads(), Engine::CHROMIUM, |row, seen| {
        if row == 2 {
            seen.steps[0].inconclusive = Some("the body broke off".to_owned());
        }
    });
    let words = ["row path=me?more", "inconclusive: the body broke off", "nothing was compared"];
    says(&trial, &words);
}

#[test]
fn rows_that_crashed_a_browser_are_always_reported() {
    let twice = || {
        let (case, mut judged) = played(&reads(), Engine::CHROMIUM, agrees);
        judged.rows[1].repeated = Some("it was gone\nthe last line".to_owned());
        (case, Judged { repeated: 1, ..judged })
    };
    let words = "  row path=me?again was played twice, after a browser ended:\n    \
                 it was gone\n    the last line\n";
    let (case, judged) = twice();
    assert_eq!(failure(&case, &judged, &CargoCommands), None);
    assert_eq!(repeated(&case, &judged).as_deref(), Some(words));
    let shown = console(&case, &judged, (&CargoCommands, 120));
    assert_eq!(shown.matches(words).count(), 1, "{shown}");
    let trial = standing(twice(), Judgement::New);
    says(&trial, &[words]);
    assert_eq!(console(&trial.0, &trial.1, (&CargoCommands, 120)).matches(words).count(), 1);
    let shortened = (trial.0, trial.1.without_rows());
    let text = summary(&[twice(), shortened], Duration::from_secs(1));
    assert!(text.ends_with("; 2 rows were played twice, after a browser ended"), "{text}");
}
