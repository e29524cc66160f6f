use crate::choices::CHOICES;
use crate::{Reason, Stage};

#[cfg(feature = "serde")]
#[test]
fn names_are_those_of_the_json() {
    for reason in Reason::ALL {
        let json = serde_json::to_value(reason).expect("a word");
        assert_eq!(json, reason.as_str());
    }
    for stage in Stage::ALL {
        let json = serde_json::to_value(stage).expect("a word");
        assert_eq!(json, stage.as_str());
    }
}

#[test]
fn every_reason_has_a_sentence_and_an_anchor() {
    for reason in Reason::ALL {
        assert!(reason.sentence().ends_with('.'), "{reason:?}");
        assert!(!reason.anchor().is_empty() && !reason.anchor().starts_with('#'), "{reason:?}");
    }
    for stage in Stage::ALL {
        assert!(stage.sentence().ends_with('.') && !stage.anchor().is_empty(), "{stage:?}");
    }
}

#[test]
fn each_branch_is_decided_once() {
    let mut questions: Vec<_> = CHOICES.iter().map(|choice| choice.question).collect();
    questions.sort_unstable();
    questions.dedup();
    assert_eq!(questions.len(), CHOICES.len());
    assert!(CHOICES.iter().all(|choice| !choice.choice.is_empty() && !choice.why.is_empty()));
}
