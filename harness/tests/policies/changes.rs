//! What a change means, and lines that can be read back.

use cors_harness::report::{lines_of, text_of};
use cors_harness::verdict::policy::{Access, Effect, Line, StepAccess, changes};
use proptest::collection::vec;
use proptest::prelude::*;

use super::support::{KEPT, POLICY, lines};

fn line(values: [&str; 4], can: &str) -> Line {
    let can = can.parse().expect("what a page can do");
    Line { values: values.map(str::to_owned), allowed: true, can, how: "200".to_owned() }
}

/// The effect of a change of what a page can do.
fn effect(before: &str, now: &str) -> Option<Effect> {
    let row = ["https://a.example", "listed", "GET /", "no"];
    changes(&[line(row, before)], &[line(row, now)]).first().map(|change| change.effect)
}

#[test]
fn more_is_loosened_and_less_is_tightened() {
    for (less, more) in [
        ("nothing", "reads"),
        ("nothing", "sends"),
        ("reads", "reads with cookies"),
        ("sends", "sends and reads"),
        ("reads", "reads, sees etag"),
        ("reads; again nothing", "reads; again reads"),
        ("reads (403)", "reads"),
        ("sends (401) with cookies", "sends with cookies"),
        ("nothing", "reads (404)"),
    ] {
        assert_eq!(effect(less, more), Some(Effect::Loosened), "{less} → {more}");
        assert_eq!(effect(more, less), Some(Effect::Tightened), "{more} → {less}");
        assert_eq!(effect(more, more), None);
    }
    assert_eq!(effect("reads, sees etag", "reads with cookies"), Some(Effect::Both));
}

#[test]
fn another_way_to_the_same_is_without_effect() {
    let row = ["https://a.example", "listed", "GET /", "no"];
    let before = line(row, "nothing");
    let now = Line { how: "500".to_owned(), ..before.clone() };
    assert_eq!(changes(&[before], &[now])[0].effect, Effect::WithoutEffect);
}

#[test]
fn what_loosened_comes_first() {
    let row = |page| [page, "listed", "GET /", "no"];
    let before = [line(row("a"), "reads"), line(row("b"), "nothing"), line(row("c"), "reads")];
    let now = [line(row("a"), "nothing"), line(row("b"), "reads"), line(row("d"), "reads")];
    let effects: Vec<_> = changes(&before, &now).iter().map(|change| change.effect).collect();
    assert_eq!(effects, [Effect::Loosened, Effect::New, Effect::Tightened, Effect::Vanished]);
}

#[test]
fn a_server_that_lets_one_more_in_has_loosened_in_its_rows_only() {
    let open = KEPT.replace("origins: [", "origins: ['https://other.my-company.com', ");
    let changes = changes(&lines(KEPT, POLICY), &lines(&open, POLICY));
    assert!(!changes.is_empty());
    for change in changes {
        assert_eq!(change.effect, Effect::Loosened, "{change:?}");
        assert_eq!(change.now.unwrap().values[0], "https://other.my-company.com");
    }
}

#[test]
fn a_text_that_is_no_policy_has_no_lines() {
    assert_eq!(lines_of("Another case\n\n| step | read |\n| ---- | ---- |\n| a | b |\n"), None);
    assert_eq!(lines_of(""), None);
}

fn did() -> impl Strategy<Value = StepAccess> {
    let sees = proptest::collection::btree_set("[a-z!#$%&'*+.^_`|~0-9-]{1,12}", 0..3);
    let error = proptest::option::of(400_u16..600);
    let did = (any::<bool>(), any::<bool>(), any::<bool>(), error, sees);
    did.prop_map(|(sends, reads, cookies, error, sees)| {
        let something = sends || reads;
        let sees = sees.into_iter().filter(|_| reads).collect();
        let error = error.filter(|_| something);
        StepAccess { sends, reads, cookies: cookies && something, error, sees }
    })
}

fn any_line() -> impl Strategy<Value = Line> {
    let cell = || "[^\\p{C}]{0,20}".prop_map(|text| text.trim().to_owned());
    let values = [cell(), cell(), cell(), cell()];
    (values, any::<bool>(), vec(did(), 1..3), cell()).prop_map(|(values, allowed, did, how)| Line {
        values,
        allowed,
        can: Access(did),
        how,
    })
}

proptest! {
    #[test]
    fn every_line_can_be_read_back(lines in vec(any_line(), 0..5)) {
        prop_assert_eq!(lines_of(&text_of(&lines)), Some(lines));
    }

    #[test]
    fn a_change_and_its_reverse_are_opposites(before in any_line(), now in any_line()) {
        let now = Line { values: before.values.clone(), ..now };
        let effect = |one: &Line, other: &Line| {
            changes(std::slice::from_ref(one), std::slice::from_ref(other)).first().map(|change| change.effect)
        };
        let opposite = match effect(&before, &now) {
            Some(Effect::Loosened) => Some(Effect::Tightened),
            Some(Effect::Tightened) => Some(Effect::Loosened),
            same => same,
        };
        prop_assert_eq!(effect(&now, &before), opposite);
    }
}
