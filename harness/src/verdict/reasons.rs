//! Compares an engine's own reasons with those of the standard: two that deny a request may do so
//! for different reasons.

use cors_model::Ruling;

use super::compare::{Difference, Field};
use super::meanings::Meaning;
use crate::observation::{EngineReason, RowObservation, StepObservation};
use crate::ruling::RowRuling;

/// How one of an engine's reasons compares with those of the standard.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Agreement {
    /// The standard's reason, under the engine's name.
    Same,
    /// Another reason, or a reason for something that the standard does not deny.
    Another,
    /// It does not say why: it has no name, or a name that is unknown or has no particular meaning.
    Vague,
    /// It may be about another step: this step also has the standard's reason, or another step that
    /// led to the same URL has this one.
    Elsewhere,
}

impl Agreement {
    /// Whether the engine and the standard agree, if that is known.
    pub fn agrees(self) -> Option<bool> {
        match self {
            Self::Same => Some(true),
            Self::Another => Some(false),
            Self::Vague | Self::Elsewhere => None,
        }
    }
}

/// How each reason of each step of an observation compares with the ruling. A different reason is
/// only reported if it fits no step that it may be about.
pub fn agreements(ruling: &RowRuling, observation: &RowObservation) -> Vec<Vec<Agreement>> {
    let steps: Vec<_> = observation.steps.iter().zip(&ruling.rulings).collect();
    let of_step = |step| agreements_of_step(step, &steps);
    steps.iter().copied().map(of_step).collect()
}

/// The steps for which an engine does not give the standard's reason: it gives another one, or none where the standard
/// denies the step.
pub(super) fn differing_reasons(
    ruling: &RowRuling,
    observation: &RowObservation,
) -> Vec<Difference> {
    let differs = |(agreements, ruling): (Vec<Agreement>, &Ruling)| {
        let is_denied = matches!(ruling, Ruling::Denied(_));
        agreements.contains(&Agreement::Another)
            || (is_denied && !agreements.contains(&Agreement::Same))
    };
    let steps = agreements(ruling, observation).into_iter().zip(&ruling.rulings).map(differs);
    let differing = steps.enumerate().filter(|(_, differs)| *differs);
    differing.map(|(step, _)| Difference { step, field: Field::Reasons }).collect()
}

type Step<'a> = (&'a StepObservation, &'a Ruling);

fn agreements_of_step((step, ruling): Step<'_>, row: &[Step<'_>]) -> Vec<Agreement> {
    let has_its_own = step.reasons.iter().any(|reason| fits(reason, ruling));
    let agreement = |reason: &EngineReason| {
        if fits(reason, ruling) {
            Agreement::Same
        } else if !is_particular(reason) || matches!(ruling, Ruling::CannotJudge(_)) {
            Agreement::Vague
        } else if has_its_own || row.iter().any(|other| is_about(reason, *other)) {
            Agreement::Elsewhere
        } else {
            Agreement::Another
        }
    };
    step.reasons.iter().map(agreement).collect()
}

/// Whether a step has this reason, and the reason fits there.
fn is_about(reason: &EngineReason, (step, ruling): Step<'_>) -> bool {
    step.reasons.contains(reason) && fits(reason, ruling)
}

fn fits(reason: &EngineReason, ruling: &Ruling) -> bool {
    match ruling {
        Ruling::Denied(refusal) => meaning(reason).is_some_and(|meaning| meaning.covers(refusal)),
        Ruling::Allowed | Ruling::Opaque | Ruling::CannotJudge(_) => false,
    }
}

fn is_particular(reason: &EngineReason) -> bool {
    matches!(meaning(reason), Some(Meaning::OneOf(_) | Meaning::At(..)))
}

fn meaning(reason: &EngineReason) -> Option<Meaning> {
    Meaning::of(reason.code.as_deref()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::meanings::MEANINGS;
    use cors_model::{Reason, Refusal, Stage};

    fn reason(code: &str) -> EngineReason {
        let (url, text) = ("https://a.test/".to_owned(), String::new());
        EngineReason { url, code: Some(code.to_owned()), detail: None, text }
    }

    fn denied(stage: Stage, reason: Reason) -> Ruling {
        Ruling::Denied(Refusal { stage, reason, value: None })
    }

    /// The agreements of a row whose steps are given by their reasons and rulings.
    fn row(steps: &[(&[&str], Ruling)]) -> Vec<Vec<Agreement>> {
        let (ruling, observation) = played(steps);
        agreements(&ruling, &observation)
    }

    /// A row whose steps are given by their reasons and rulings.
    fn played(steps: &[(&[&str], Ruling)]) -> (RowRuling, RowObservation) {
        let observed = |codes: &[&str]| StepObservation {
            reasons: codes.iter().copied().map(reason).collect(),
            ..StepObservation::default()
        };
        let observation = RowObservation {
            steps: steps.iter().map(|(codes, _)| observed(codes)).collect(),
            ..RowObservation::default()
        };
        let rulings = steps.iter().map(|(_, ruling)| ruling.clone()).collect();
        (RowRuling { observation: observation.clone(), rulings }, observation)
    }

    const MISSING: Reason = Reason::MissingAllowOrigin;

    #[test]
    fn the_same_reason_agrees_and_another_does_not() {
        let check = || denied(Stage::CorsCheck, MISSING);
        assert_eq!(row(&[(&["MissingAllowOriginHeader"], check())]), [[Agreement::Same]]);
        assert_eq!(row(&[(&["AllowOriginMismatch"], check())]), [[Agreement::Another]]);
        assert_eq!(row(&[(&["InsecureLocalNetwork"], check())]), [[Agreement::Another]]);
    }

    #[test]
    fn the_same_reason_at_the_preflight_is_a_different_reason() {
        let codes: &[&str] = &["PreflightMissingAllowOriginHeader"];
        let at = |stage| row(&[(codes, denied(stage, MISSING))]);
        assert_eq!(at(Stage::CorsPreflight), [[Agreement::Same]]);
        assert_eq!(at(Stage::CorsCheck), [[Agreement::Another]]);
    }

    #[test]
    fn a_reason_for_an_allowed_step_is_a_different_reason() {
        assert_eq!(row(&[(&["mixed-content"], Ruling::Allowed)]), [[Agreement::Another]]);
        assert_eq!(row(&[(&["corp-not-same-site"], Ruling::Opaque)]), [[Agreement::Another]]);
    }

    #[test]
    fn a_vague_reason_neither_agrees_nor_disagrees() {
        for code in ["CORSDidNotSucceed2", "net::ERR_FAILED", "NameOfALaterVersion"] {
            assert_eq!(row(&[(&[code], Ruling::Allowed)]), [[Agreement::Vague]], "{code}");
        }
        let unjudged = Ruling::CannotJudge("it".to_owned());
        assert_eq!(row(&[(&["mixed-content"], unjudged)]), [[Agreement::Vague]]);
    }

    #[test]
    fn steps_with_one_url_share_reasons_by_meaning() {
        let both: &[&str] = &["MissingAllowOriginHeader", "PreflightMissingAllowOriginHeader"];
        let steps = [
            (both, denied(Stage::CorsCheck, MISSING)),
            (both, denied(Stage::CorsPreflight, MISSING)),
            (both, Ruling::Allowed),
        ];
        use Agreement::{Elsewhere, Same};
        assert_eq!(row(&steps), [[Same, Elsewhere], [Elsewhere, Same], [Elsewhere, Elsewhere]]);
    }

    #[test]
    fn another_reason_differs_and_so_does_none_for_a_step_that_is_denied() {
        let differs = |codes: &[&str], ruling: Ruling| {
            let (ruling, observation) = played(&[(codes, ruling)]);
            !differing_reasons(&ruling, &observation).is_empty()
        };
        let check = || denied(Stage::CorsCheck, MISSING);
        assert!(!differs(&["MissingAllowOriginHeader"], check()));
        assert!(!differs(&["net::ERR_FAILED", "MissingAllowOriginHeader"], check()));
        assert!(differs(&["AllowOriginMismatch"], check()));
        assert!(differs(&["net::ERR_FAILED"], check()), "it does not say why");
        assert!(differs(&[], check()));
        assert!(!differs(&[], Ruling::Allowed));
        assert!(differs(&["mixed-content"], Ruling::Allowed));
    }

    #[test]
    fn every_engine_reason_has_one_meaning() {
        for (number, (code, _)) in MEANINGS.iter().enumerate() {
            assert!(MEANINGS[..number].iter().all(|(other, _)| other != code), "{code}");
        }
    }

    #[test]
    fn only_script_exceptions_and_a_few_reasons_have_no_engine_name() {
        let has_name = |reason: Reason| {
            Stage::ALL.iter().any(|stage| {
                let refusal = Refusal { stage: *stage, reason, value: None };
                MEANINGS.iter().any(|(_, meaning)| meaning.covers(&refusal))
            })
        };
        let nameless = Reason::ALL.iter().filter(|reason| !has_name(**reason));
        // The reasons before these are about invalid arguments, which script gets as exceptions.
        let nameless = nameless.skip_while(|reason| **reason != Reason::StreamedBodyMode);
        let nameless: Vec<_> = nameless.copied().collect();
        assert_eq!(
            nameless,
            [
                Reason::StreamedBodyMode,
                // Script gets an exception too.
                Reason::RegistrationFromAboutUrl,
                // What policies of a page do not allow. The browsers name it in ways that are not read.
                Reason::ContentSecurityPolicy,
                Reason::EmbedderPolicy,
                Reason::ServiceWorkerResponse,
                Reason::RedirectModeError,
                Reason::StreamedBodyRedirected,
                Reason::StreamedBodyAuthenticated,
                // What an element cannot use. The browsers name these reasons in ways that are not read.
                Reason::Nosniff,
                Reason::BlockedMimeType,
                Reason::IntegrityOfOpaque,
                Reason::IntegrityMismatch,
                Reason::UnusableStatus,
                Reason::NoImage,
                Reason::NoSvg,
                Reason::NoJavascript,
                Reason::NoStyleSheet,
                Reason::NoJson,
                Reason::NoFont,
                Reason::NoMedia,
                Reason::NoTrack,
                Reason::NoEventStream,
                // The script ends its call itself.
                Reason::Aborted,
                Reason::TimedOut,
                // What happens to a connection is not read.
                Reason::ConnectionClosed,
                Reason::NoAnswer,
                Reason::NoServer,
            ]
        );
    }
}
