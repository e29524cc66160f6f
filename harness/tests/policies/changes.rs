//! What a change means, and records that can be read back.

use cors_harness::report::{PolicyRecord, RecordedFinding};
use cors_harness::verdict::policy::{Access, Effect, Line, Severity, StepAccess, changes};
use proptest::collection::vec;
use proptest::prelude::*;

use super::support::{KEPT, POLICY, lines};

fn line(values: [&str; 4], can: &str) -> Line {
    Line {
        values: values.map(str::to_owned),
        allowed: true,
        can: access(can),
        how: "200".to_owned(),
    }
}

/// What a page can do, in the words of these tests: `sends reads cookies 403 etag`, and a `;` between steps.
fn access(words: &str) -> Access {
    let step = |words: &str| {
        let mut access = StepAccess::default();
        for word in words.split_whitespace() {
            match word {
                "sends" => access.sends = true,
                "reads" => access.reads = true,
                "cookies" => access.cookies = true,
                other => match other.parse() {
                    Ok(status) => access.error = Some(status),
                    Err(_) => access.sees.push(other.to_owned()),
                },
            }
        }
        access
    };
    Access(words.split(';').map(step).collect())
}

/// The effect of a change of what a page can do.
fn effect(before: &str, now: &str) -> Option<Effect> {
    let row = ["https://a.example", "listed", "GET /", "no"];
    changes(&[line(row, before)], &[line(row, now)]).first().map(|change| change.effect)
}

#[test]
fn more_access_is_loosened_and_less_is_tightened() {
    for (less, more) in [
        ("", "reads"),
        ("", "sends"),
        ("reads", "reads cookies"),
        ("sends", "sends reads"),
        ("reads", "reads etag"),
        ("reads;", "reads; reads"),
        ("reads 403", "reads"),
        ("sends 401 cookies", "sends cookies"),
        ("", "reads 404"),
    ] {
        assert_eq!(effect(less, more), Some(Effect::Loosened), "{less} → {more}");
        assert_eq!(effect(more, less), Some(Effect::Tightened), "{more} → {less}");
        assert_eq!(effect(more, more), None);
    }
    assert_eq!(effect("reads etag", "reads cookies"), Some(Effect::Both));
}

#[test]
fn the_same_access_with_another_response_is_without_effect() {
    let row = ["https://a.example", "listed", "GET /", "no"];
    let before = line(row, "");
    let now = Line { how: "500".to_owned(), ..before.clone() };
    assert_eq!(changes(&[before], &[now])[0].effect, Effect::WithoutEffect);
}

#[test]
fn loosened_changes_come_first() {
    let row = |page| [page, "listed", "GET /", "no"];
    let before = [line(row("a"), "reads"), line(row("b"), ""), line(row("c"), "reads")];
    let now = [line(row("a"), ""), line(row("b"), "reads"), line(row("d"), "reads")];
    let effects: Vec<_> = changes(&before, &now).iter().map(|change| change.effect).collect();
    assert_eq!(effects, [Effect::Loosened, Effect::New, Effect::Tightened, Effect::Vanished]);
}

#[test]
fn one_more_allowed_origin_loosens_only_its_rows() {
    let open = KEPT.replace("origins: [", "origins: ['https://other.my-company.com', ");
    let changes = changes(&lines(KEPT, POLICY), &lines(&open, POLICY));
    assert!(!changes.is_empty());
    for change in changes {
        assert_eq!(change.effect, Effect::Loosened, "{change:?}");
        assert_eq!(change.now.unwrap().values[0], "https://other.my-company.com");
    }
}

#[test]
fn another_text_is_not_a_policy_record() {
    for text in ["| page | as |", "{}", "{\"finding\":\"a\"}", "{\"page\":\"a\",\"may\":\"yes\"}"] {
        assert_eq!(PolicyRecord::read(text), None, "{text}");
    }
    assert_eq!(PolicyRecord::read(""), Some(PolicyRecord::default()));
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
    let cell = || ".{0,20}";
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
    fn every_record_can_be_read_back(lines in vec(any_line(), 0..5), sentence in ".{0,20}") {
        let finding = "null-allowed".to_owned();
        let finding = RecordedFinding { finding, severity: Severity::High, sentence, rows: vec![0, 2] };
        let record = PolicyRecord { lines, findings: vec![finding] };
        prop_assert_eq!(PolicyRecord::read(&record.text()), Some(record));
    }

    #[test]
    fn loosened_and_tightened_are_opposites(before in any_line(), now in any_line()) {
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
