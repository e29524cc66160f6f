//! The script that plays rows in a page: `page.js`, and before it the script files of the initiators that the rows
//! use.

use std::collections::BTreeSet;

use crate::initiators::Initiator;
use crate::plan::Play;

/// The part that all pages have.
const PLAY: &str = include_str!("page.js");

/// Asks the worker of a page for its origin, which it has once its script is loaded.
pub(super) const WORKER_ORIGIN: &str = include_str!("page/context/worker_origin.js");

/// Plays rows in the worker of a page: the script comes before the arguments.
pub(super) const IN_WORKER: &str = include_str!("page/context/in_worker.js");

/// Plays rows in the frames of a page: the script and the rows of the frames come before the arguments.
pub(super) const IN_FRAMES: &str = include_str!("page/in_frames.js");

/// The script that plays these rows. It is injected once.
pub(super) fn script<'p>(plays: impl IntoIterator<Item = &'p Play>) -> String {
    let steps = plays.into_iter().flat_map(|play| play.step_groups.iter().flatten());
    let initiators: BTreeSet<Initiator> = steps.map(|step| step.initiator).collect();
    let scripts = initiators.iter().map(|initiator| initiator.definition().script);
    let parts = std::iter::once("const initiators = {};\n").chain(scripts).chain([PLAY]);
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Step;

    fn script_of(initiators: &[Initiator]) -> String {
        let step = |initiator: &Initiator| Step::new(*initiator, "https://api.example/");
        let step_groups = vec![initiators.iter().map(step).collect()];
        script([&Play { step_groups, needs_marker: vec![true], marker: String::new() }])
    }

    #[test]
    fn a_page_has_the_scripts_of_the_initiators_it_uses_and_no_others() {
        let both = script_of(&[Initiator::Xhr, Initiator::Fetch, Initiator::Xhr]);
        for initiator in [Initiator::Fetch, Initiator::Xhr] {
            assert_eq!(both.matches(initiator.definition().script).count(), 1);
        }
        let one = script_of(&[Initiator::Fetch]);
        assert!(!one.contains(Initiator::Xhr.definition().script));
        assert!(one.ends_with(PLAY));
    }
}
