//! Joins the two witnesses of a row: the script in the page and the log of the servers.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use cors_servers::exchange::{Exchange, Opened, ReplySource};
use cors_servers::script::Address;

use super::attribute::{attribute, urls};
use super::reasons::{CallRedirects, about};
use super::recorded::{is_preflight, preflight, request};
use super::redirect::{is_at, resource};
use super::seen::{CallSeen, GroupTimes, ResponseSeen, RowSeen};
use super::unforeseen::{Place, host, led_to, request as unforeseen_request};
use super::{Authored, Read, Response, RowObservation, StepObservation, Unforeseen};
use crate::case::{Label, Step};
use crate::plan::{Names, PlannedRow};

/// Everything known of one row after it was played.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// What was to be played.
    pub row: &'a PlannedRow,
    /// The steps' labels, in the order written.
    pub labels: &'a [Label],
    /// What the player reports.
    pub seen: &'a RowSeen,
    /// What the row's servers recorded.
    pub exchanges: &'a [Exchange],
    /// What the stage's marker recorded.
    pub marks: &'a [Exchange],
    /// What went wrong on the way to the row's servers.
    pub faults: &'a [FaultSeen],
    /// Connections that were opened to the row's servers.
    pub connections: &'a [Opened],
}

/// Something that went wrong on the way to a row's servers.
#[derive(Clone, Debug)]
pub struct FaultSeen {
    /// Its place among the exchanges and marks.
    pub sequence: u64,
    /// What it was.
    pub words: String,
    /// Where somebody was asked for and the row has no server, if that is what it was.
    pub nowhere: Option<Place>,
}

/// What happened, in the names of the case.
pub fn observe(evidence: &Evidence<'_>) -> RowObservation {
    let mut labels = evidence.labels.iter().cloned();
    let numbers = 0..evidence.row.play.moments.len();
    let moments: Vec<_> = numbers.map(|number| evidence.moment(number)).collect();
    let led = evidence.led(&moments);
    let steps = moments.iter().enumerate();
    let steps =
        steps.flat_map(|(number, told)| moment(evidence, (number, told), &led, &mut labels));
    RowObservation { steps: steps.collect(), unheard: evidence.seen.unheard.clone() }
}

fn moment(
    evidence: &Evidence<'_>,
    (number, told): (usize, &Result<StepGroup<'_>, String>),
    led: &[CallRedirects<'_>],
    labels: &mut impl Iterator<Item = Label>,
) -> Vec<StepObservation> {
    let calls = &evidence.row.play.moments[number];
    let mut steps = Vec::with_capacity(calls.len());
    for (place, Label { text, url }) in (0..calls.len()).zip(labels) {
        let step = match told {
            Ok(moment) => evidence.step((number, &calls[place]), moment, place),
            Err(reason) => evidence.untold(reason),
        };
        let reasons = about(&evidence.seen.reasons, led, (number, place), &evidence.row.names);
        steps.push(StepObservation { step: text, url, reasons, ..step });
    }
    steps
}

/// What the player reports of a group's calls, and of each the exchanges, and the places without a
/// server that it led to and that were asked for.
struct StepGroup<'a> {
    seen: &'a [CallSeen],
    exchanges: Vec<Vec<&'a Exchange>>,
    unserved: Vec<Vec<Unforeseen>>,
}

/// What is known of a group of steps that is no observation: when things happened.
#[derive(Clone, Debug)]
pub struct GroupEvidence<'a> {
    /// The exchanges of each step; none where it cannot be told which they are.
    pub steps: Vec<Vec<&'a Exchange>>,
    /// The mark that was sent when the group had settled.
    pub mark: Option<&'a Exchange>,
    /// What the page's clock said.
    pub times: Option<&'a GroupTimes>,
}

impl<'a> Evidence<'a> {
    /// One for each group of steps.
    pub fn groups(&self) -> impl Iterator<Item = GroupEvidence<'a>> {
        self.row.play.moments.iter().enumerate().map(|(number, calls)| GroupEvidence {
            steps: match self.moment(number) {
                Ok(StepGroup { exchanges, .. }) => exchanges,
                Err(_) => vec![Vec::new(); calls.len()],
            },
            mark: self.mark(number),
            times: self.seen.times.get(number),
        })
    }

    fn mark(&self, number: usize) -> Option<&'a Exchange> {
        let mut marks = self.marks.iter();
        marks.find(|mark| self.number_of(mark) == Some(number))
    }

    /// The number of the group that a mark stands behind.
    fn number_of(&self, mark: &Exchange) -> Option<usize> {
        mark.request.target.strip_prefix(&self.row.marker_path)?.parse().ok()
    }

    fn moment(&self, number: usize) -> Result<StepGroup<'a>, String> {
        if let Some(trouble) = &self.seen.trouble {
            return Err(trouble.clone());
        }
        let calls = &self.row.play.moments[number];
        let seen = self.seen.moments.get(number).filter(|seen| seen.len() == calls.len());
        let seen =
            seen.ok_or("a step before this one did not settle, so this one was not played")?;
        let span = self.span(number)?;
        let faults = || self.faults.iter().filter(|fault| span.contains(&fault.sequence));
        if let Some(fault) = faults().find(|fault| fault.nowhere.is_none()) {
            return Err(fault.words.clone());
        }
        let exchanges: Vec<_> =
            self.exchanges.iter().filter(|exchange| span.contains(&exchange.sequence)).collect();
        let exchanges = attribute(calls, &exchanges, &self.earlier(number))?;
        let mut unserved = vec![Vec::new(); calls.len()];
        for fault in faults() {
            self.add_unserved(number, &exchanges, fault, &mut unserved)?;
        }
        Ok(StepGroup { seen, exchanges, unserved })
    }

    /// Adds a place without a server to the one call that led there.
    fn add_unserved(
        &self,
        number: usize,
        exchanges: &[Vec<&Exchange>],
        fault: &FaultSeen,
        unserved: &mut [Vec<Unforeseen>],
    ) -> Result<(), String> {
        let Some(nowhere) = &fault.nowhere else { return Err(fault.words.clone()) };
        let calls = self.row.play.moments[number].iter().zip(exchanges).zip(unserved);
        let mut owners = calls.filter(|((call, exchanges), _)| {
            led_to(nowhere, &self.urls((number, call), exchanges))
        });
        let (Some((_, owner)), None) = (owners.next(), owners.next()) else {
            return Err(fault.words.clone());
        };
        let unforeseen = host(nowhere, &fault.words, &self.row.names);
        if !owner.contains(&unforeseen) {
            owner.push(unforeseen);
        }
        Ok(())
    }

    /// The part of the log that belongs to one group of steps: between its own mark and the one
    /// before. The last group needs no mark behind it.
    fn span(&self, number: usize) -> Result<Range<u64>, String> {
        let marks = self.marks();
        let mark = |number: usize| {
            let missing =
                || format!("the servers were not told that group {} had settled", number + 1);
            marks.get(&number).copied().ok_or_else(missing)
        };
        let start = if number == 0 { 0 } else { mark(number - 1)? };
        let last = number + 1 == self.row.play.moments.len();
        Ok(start..if last { u64::MAX } else { mark(number)? })
    }

    /// What was exchanged before a group of steps, whose redirects a browser may have stored.
    fn earlier(&self, number: usize) -> Vec<&'a Exchange> {
        let start = self.span(number).map_or(0, |span| span.start);
        self.exchanges.iter().filter(|exchange| exchange.sequence < start).collect()
    }

    fn marks(&self) -> BTreeMap<usize, u64> {
        let marks = self.marks.iter();
        marks.filter_map(|mark| Some((self.number_of(mark)?, mark.sequence))).collect()
    }

    fn step(
        &self,
        (number, call): (usize, &Step),
        moment: &StepGroup<'_>,
        place: usize,
    ) -> StepObservation {
        let names = &self.row.names;
        let (seen, exchanges) = (&moment.seen[place], &moment.exchanges[place]);
        let authored = self.authored(call);
        let (preflights, requests): (Vec<&Exchange>, Vec<_>) =
            exchanges.iter().copied().partition(|exchange| is_preflight(exchange));
        let read = self.read((number, call), seen, exchanges);
        let without_reply = exchanges.iter().filter_map(|one| unforeseen_request(one, names));
        StepObservation {
            read: read.as_ref().ok().copied(),
            response: match (seen, &read) {
                (CallSeen::Response(response), Ok(Read::Allowed)) => {
                    Some(self::response(response, names))
                }
                _ => None,
            },
            inconclusive: read.err().map(|reason| names.logical(&reason)),
            unforeseen: moment.unserved[place].iter().cloned().chain(without_reply).collect(),
            preflights: preflights
                .into_iter()
                .map(|one| preflight(one, &authored, names))
                .collect(),
            requests: requests.into_iter().map(|one| request(one, &authored, names)).collect(),
            words: words(seen, names),
            ..StepObservation::default()
        }
    }

    fn authored(&self, call: &Step) -> Authored {
        let logical =
            |(name, value): &(String, String)| (name.clone(), self.row.names.logical(value));
        let lines: Vec<_> = call.headers.iter().map(logical).collect();
        let lines = lines.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Authored::new(lines, call.referrer_policy.is_some(), &self.row.page, self.row.of_a_policy)
    }

    fn untold(&self, reason: &str) -> StepObservation {
        let inconclusive = Some(self.row.names.logical(reason));
        StepObservation { inconclusive, ..StepObservation::default() }
    }

    /// All calls of the row with the URLs that they led to.
    fn led(&self, moments: &[Result<StepGroup<'_>, String>]) -> Vec<CallRedirects<'a>> {
        let numbered = self.row.play.moments.iter().zip(moments).enumerate();
        let of_moment = |(number, (calls, moment)): (usize, (&'a Vec<Step>, &Result<_, _>))| {
            let moment: Option<&StepGroup<'_>> = moment.as_ref().ok();
            let led = |(place, call): (usize, &'a Step)| {
                let exchanges = moment.map_or(&[][..], |moment| &moment.exchanges[place]);
                let seen = moment.map(|moment| &moment.seen[place]);
                let urls = self.urls((number, call), exchanges);
                let is_allowed = seen.is_some_and(CallSeen::is_allowed);
                CallRedirects { place: (number, place), call, urls, is_allowed }
            };
            calls.iter().enumerate().map(led).collect::<Vec<_>>()
        };
        numbered.flat_map(of_moment).collect()
    }

    /// All URLs that a call led to, by what servers said then or before.
    fn urls(&self, (number, call): (usize, &Step), exchanges: &[&Exchange]) -> BTreeSet<String> {
        urls(call, exchanges, &self.earlier(number))
    }

    /// How much was read, or why that cannot be told. In a page a denial and a dead server look the
    /// same, so a denial is believed only where the log shows that the servers did their part.
    fn read(
        &self,
        (number, call): (usize, &Step),
        seen: &CallSeen,
        exchanges: &[&Exchange],
    ) -> Result<Read, String> {
        if let Some(unplayed) = exchanges.iter().find_map(|exchange| unplayed(exchange)) {
            return Err(unplayed);
        }
        match seen {
            CallSeen::Unsettled => Err("the call did not settle in time".to_owned()),
            CallSeen::BrokenBody { message } => Err(format!("the body broke off: {message}")),
            CallSeen::Threw { message, .. }
                if let Some(server) = self.silent((number, call), exchanges) =>
            {
                Err(format!("the browser connected to {server} and then sent nothing: {message}"))
            }
            CallSeen::Threw { .. } if !exchanges.is_empty() => Ok(Read::Blocked),
            CallSeen::Threw { .. } if self.marks().contains_key(&number) => Ok(Read::Refused),
            CallSeen::Threw { message, .. } => Err(format!(
                "nothing of this step reached a server, nor did the mark that shows that servers can \
                 be reached: {message}"
            )),
            CallSeen::Response(response) => self.read_of((number, call), response, exchanges),
        }
    }

    /// A server that a call led to, and to which a connection was opened after all that is known of
    /// the call, without a request on it. A browser that does not want to send does not connect either;
    /// one that connected was kept from sending.
    fn silent(&self, (number, call): (usize, &Step), exchanges: &[&Exchange]) -> Option<&Address> {
        let span = self.span(number).ok()?;
        let since = exchanges.last().map_or(span.start, |exchange| exchange.sequence);
        let until = self.marks().get(&number).copied().unwrap_or(span.end);
        let urls = self.urls((number, call), exchanges);
        let silent = self.connections.iter().find(|opened| {
            (since..until).contains(&opened.sequence)
                && urls.iter().any(|url| is_at(url, &opened.address))
                && !self.exchanges.iter().any(|other| other.connection == opened.connection)
        });
        silent.map(|opened| &opened.address)
    }

    fn read_of(
        &self,
        (number, call): (usize, &Step),
        response: &ResponseSeen,
        exchanges: &[&Exchange],
    ) -> Result<Read, String> {
        let until = self.span(number)?.end;
        let stored = |exchange: &Exchange| {
            exchange.sequence < until && resource(&exchange.request.url()) == resource(&call.url)
        };
        if exchanges.is_empty() && !self.exchanges.iter().any(stored) {
            return Err("script has a response that no server of this row sent".to_owned());
        }
        Ok(match response.kind.as_deref() {
            Some("opaque" | "opaqueredirect") => Read::Opaque,
            Some("error") => Read::Blocked,
            _ => Read::Allowed,
        })
    }
}

/// Why an exchange shows nothing of what the browser was to do.
fn unplayed(exchange: &Exchange) -> Option<String> {
    let asked = || format!("{} {}", exchange.request.method, exchange.request.url());
    match &exchange.reply {
        None => Some(format!("{} was not answered", asked())),
        Some(_) if is_preflight(exchange) => None,
        Some(reply) if reply.source == ReplySource::Misdirected => {
            Some(format!("{} arrived, though it is for another server", asked()))
        }
        Some(_) => None,
    }
}

fn response(seen: &ResponseSeen, names: &Names) -> Response {
    let mut headers = seen.headers.clone();
    headers.sort();
    headers.dedup();
    Response {
        kind: seen.kind.clone(),
        status: seen.status,
        redirected: seen.redirected,
        headers,
        body: Some(names.logical(&seen.body)),
    }
}

fn words(seen: &CallSeen, names: &Names) -> Option<String> {
    match seen {
        CallSeen::Threw { name, message } => Some(format!("{name}: {}", names.logical(message))),
        CallSeen::BrokenBody { message } => Some(names.logical(message)),
        CallSeen::Response(_) | CallSeen::Unsettled => None,
    }
}
