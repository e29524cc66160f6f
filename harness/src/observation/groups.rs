//! Groups of steps that start together: which exchanges belong to each step, and when they happened.

use std::time::Duration;

use cors_servers::exchange::Exchange;

use super::observe::Evidence;
use super::seen::GroupTimes;
use super::segment::SeenGroup;

/// The exchanges and times of a group of steps. They are evidence for a verdict, not part of an observation.
#[derive(Clone, Debug)]
pub struct GroupEvidence<'a> {
    /// The exchanges of each step. Empty where attribution failed.
    pub steps: Vec<Vec<&'a Exchange>>,
    /// The marker request that the page sent after the group had settled.
    pub mark: Option<&'a Exchange>,
    /// The times on the page's clock.
    pub times: Option<&'a GroupTimes>,
    /// How much time passes for the browser after the marker, if the group is a wait; none, if another page is opened,
    /// whose clock is another one.
    pub wait: Option<Duration>,
}

impl<'a> Evidence<'a> {
    /// One for each group of steps.
    pub fn groups(&self) -> impl Iterator<Item = GroupEvidence<'a>> {
        self.row.play.step_groups.iter().enumerate().map(|(number, calls)| GroupEvidence {
            steps: match self.group(number) {
                Ok(SeenGroup { exchanges, .. }) => exchanges,
                Err(_) => vec![Vec::new(); calls.len()],
            },
            mark: self.mark(number),
            times: self.seen.times.get(number),
            wait: self.pause(number),
        })
    }

    fn pause(&self, number: usize) -> Option<Duration> {
        let opens = self.row.opens.contains_key(&number).then_some(Duration::ZERO);
        self.row.waits.get(&number).copied().or(opens)
    }

    fn mark(&self, number: usize) -> Option<&'a Exchange> {
        let mut marks = self.marks.iter();
        marks.find(|mark| self.number_of(mark) == Some(number))
    }

    /// The number of the group that a marker follows.
    pub(super) fn number_of(&self, mark: &Exchange) -> Option<usize> {
        mark.request.target.strip_prefix(&self.row.marker_path)?.parse().ok()
    }
}
