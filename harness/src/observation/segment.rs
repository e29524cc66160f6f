//! Which part of the log belongs to a group of steps.
//!
//! A marker divides the log. Without a marker between two groups, the exchanges of both are assigned by URL and method.
//! This is certain only where script has a response to every call of the first group, and the plan says that the requests
//! of that group differ from those of all other groups (`plan/markers.rs`). Otherwise the marker is missing.

use std::ops::Range;
use std::time::Duration;

use cors_servers::exchange::Exchange;

use super::Unforeseen;
use super::attribute::attribute;
use super::evidence::Evidence;
use super::seen::{CallSeen, GroupTimes};

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

/// The evidence of one group: what script saw of each call, the exchanges of each call, and the requests of each call that
/// were for a host without a server.
pub(super) struct SeenGroup<'a> {
    pub(super) seen: &'a [CallSeen],
    pub(super) exchanges: Vec<Vec<&'a Exchange>>,
    pub(super) unserved: Vec<Vec<Unforeseen>>,
    /// The part of the log in which anything may be about this group.
    pub(super) span: Range<u64>,
}

/// Groups without a marker between them, and their part of the log.
struct Segment {
    groups: Range<usize>,
    span: Range<u64>,
}

/// The exchanges of each call of a group, and its part of the log.
type Attributed<'a> = (Vec<Vec<&'a Exchange>>, Range<u64>);

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

    pub(super) fn group(&self, number: usize) -> Result<SeenGroup<'a>, String> {
        if let Some(trouble) = &self.seen.trouble {
            return Err(trouble.clone());
        }
        let calls = &self.row.play.step_groups[number];
        let seen = self.seen.step_groups.get(number).filter(|seen| seen.len() == calls.len());
        let seen = seen.ok_or("an earlier step did not settle, so this step was not played")?;
        let (exchanges, span) = self.attributed(number)?;
        let faults = || self.faults.iter().filter(|fault| span.contains(&fault.sequence));
        if let Some(fault) = faults().find(|fault| fault.without_server.is_none()) {
            return Err(fault.words.clone());
        }
        let mut unserved = vec![Vec::new(); calls.len()];
        for fault in faults() {
            self.add_unserved(number, &exchanges, fault, &mut unserved)?;
        }
        Ok(SeenGroup { seen, exchanges, unserved, span })
    }

    /// Assigns the exchanges of the group's segment to calls. The group's part of the log begins after the exchanges of
    /// earlier groups, and ends before those of later groups.
    fn attributed(&self, number: usize) -> Result<Attributed<'a>, String> {
        let Segment { groups, span } = self.segment(number)?;
        let step_groups = &self.row.play.step_groups;
        let calls: Vec<_> = step_groups[groups.clone()].iter().flatten().collect();
        let is_inside = |exchange: &&Exchange| span.contains(&exchange.sequence);
        let exchanges: Vec<_> = self.exchanges.iter().filter(is_inside).collect();
        let mut earlier = attribute(&calls, &exchanges, &self.before(span.start))?;
        let calls_before = step_groups[groups.start..number].iter().map(Vec::len).sum();
        let mut own = earlier.split_off(calls_before);
        let later = own.split_off(step_groups[number].len());
        let sequences = |calls: Vec<Vec<&Exchange>>| {
            calls.into_iter().flatten().map(|exchange| exchange.sequence).collect::<Vec<_>>()
        };
        let start = sequences(earlier).into_iter().max().map_or(span.start, |last| last + 1);
        let end = sequences(later).into_iter().min().unwrap_or(span.end);
        Ok((own, start..end))
    }

    /// The groups between two markers to which a group belongs. The last group needs no marker after it.
    fn segment(&self, number: usize) -> Result<Segment, String> {
        let (mut first, mut last) = (number, number);
        let (mut start, mut end) = (0, u64::MAX);
        while let Some(before) = first.checked_sub(1) {
            if let Some(mark) = self.mark_after(before)? {
                start = mark;
                break;
            }
            first = before;
        }
        while last + 1 < self.row.play.step_groups.len() {
            if let Some(mark) = self.mark_after(last)? {
                end = mark;
                break;
            }
            last += 1;
        }
        Ok(Segment { groups: first..last + 1, span: start..end })
    }

    /// The position of the marker after a group that another one follows; `None` where the page needs none.
    fn mark_after(&self, number: usize) -> Result<Option<u64>, String> {
        let mark = self.marks().get(&number).copied();
        match mark.is_some() || self.is_distinguished(number) {
            true => Ok(mark),
            false => Err(format!("the marker after group {} of steps did not arrive", number + 1)),
        }
    }

    fn is_distinguished(&self, number: usize) -> bool {
        let seen = self.seen.step_groups.get(number);
        !self.row.play.needs_marker[number]
            && seen.is_some_and(|seen| seen.iter().all(CallSeen::is_answered))
    }

    /// The exchanges before a group of steps and those that no marker separates from it. A browser may have stored their
    /// redirects.
    pub(super) fn earlier(&self, number: usize) -> Vec<&'a Exchange> {
        self.before(self.segment(number).map_or(0, |segment| segment.span.start))
    }
}
