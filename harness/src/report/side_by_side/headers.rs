//! Header lines of requests, as the servers received them, that only one of two engines sent.

use std::collections::{BTreeMap, VecDeque};

use super::Sides;
use super::steps::one;
use crate::report::wire::Wire;
use crate::results::{Engine, RowOutcome};

/// A header's name and value.
type Header = (String, String);

/// Requests of both engines, paired by method and URL in their order.
pub(super) struct Requests {
    names: [&'static str; 2],
    rows: Vec<Row>,
    everywhere: [Vec<Header>; 2],
}

#[derive(Default)]
struct Row {
    pairs: Vec<Pair>,
    alone: [Vec<String>; 2],
}

/// A request that both engines sent, with the header lines that only one of them sent.
struct Pair {
    request: String,
    only: [Vec<Header>; 2],
}

impl Requests {
    /// The requests of all rows. The model puts nothing on the wire, so it has no pairs.
    pub(super) fn of(sides: Sides<'_>) -> Self {
        let wired = sides.iter().all(|(engine, _)| *engine != Engine::Standard);
        let rows = sides[0].1.rows.iter().zip(&sides[1].1.rows).filter(|_| wired);
        let mut rows: Vec<_> = rows.map(|(left, right)| Row::of(left, right)).collect();
        let everywhere = [0, 1].map(|side| everywhere(&rows, side));
        for pair in rows.iter_mut().flat_map(|row| &mut row.pairs) {
            for (only, everywhere) in pair.only.iter_mut().zip(&everywhere) {
                only.retain(|header| !everywhere.contains(header));
            }
        }
        Self { names: sides.map(|(engine, _)| engine.as_str()), rows, everywhere }
    }

    /// What differs in the requests of a row, but not in the requests of all rows.
    pub(super) fn of_row(&self, number: usize) -> String {
        let Some(row) = self.rows.get(number) else { return String::new() };
        let pairs = row.pairs.iter().filter(|pair| pair.only.iter().any(|only| !only.is_empty()));
        let pairs = pairs.map(|pair| {
            format!("  only one engine sends in {}\n{}", pair.request, self.lines(&pair.only))
        });
        let alone = self.names.iter().zip(&row.alone).flat_map(|(name, requests)| {
            requests.iter().map(move |request| format!("  only {name} sent {request}\n"))
        });
        pairs.chain(alone).collect()
    }

    /// What differs in the same way in every request.
    pub(super) fn everywhere(&self) -> String {
        let lines = self.lines(&self.everywhere);
        if lines.is_empty() {
            lines
        } else {
            format!("\nonly one engine sends in every request\n{lines}")
        }
    }

    fn lines(&self, only: &[Vec<Header>; 2]) -> String {
        let lines = self.names.iter().zip(only).flat_map(|(engine, headers)| {
            headers.iter().map(move |(name, value)| one(engine, ' ', &format!("{name}: {value}")))
        });
        lines.collect()
    }
}

impl Row {
    fn of(left: &RowOutcome, right: &RowOutcome) -> Self {
        let mut row = Self::default();
        let mut unpaired = BTreeMap::<String, VecDeque<Wire>>::new();
        for wire in Wire::all(right) {
            unpaired.entry(wire.request.clone()).or_default().push_back(wire);
        }
        for wire in Wire::all(left) {
            match unpaired.get_mut(&wire.request).and_then(VecDeque::pop_front) {
                Some(other) => row.pairs.push(Pair::of(wire, other)),
                None => row.alone[0].push(wire.request),
            }
        }
        row.alone[1] = unpaired.into_values().flatten().map(|wire| wire.request).collect();
        row
    }
}

impl Pair {
    fn of(left: Wire, right: Wire) -> Self {
        let only = [without(&left.headers, &right.headers), without(&right.headers, &left.headers)];
        Self { request: left.request, only }
    }
}

/// The lines that the other side does not have, or not as often. Names are compared without regard
/// to case, because HTTP/2 has lower case only.
fn without(own: &[Header], others: &[Header]) -> Vec<Header> {
    let mut others: Vec<_> = others.iter().collect();
    let is_own = |header: &&Header| {
        let same = |other: &&Header| other.0.eq_ignore_ascii_case(&header.0) && other.1 == header.1;
        let there = others.iter().position(same);
        there.map(|place| others.swap_remove(place)).is_none()
    };
    own.iter().filter(is_own).cloned().collect()
}

/// The lines that only one side has in every pair, if there are several pairs.
fn everywhere(rows: &[Row], side: usize) -> Vec<Header> {
    let pairs: Vec<_> = rows.iter().flat_map(|row| &row.pairs).collect();
    let in_all = |header: &&Header| pairs.iter().all(|pair| pair.only[side].contains(header));
    match pairs.as_slice() {
        [first, _, ..] => first.only[side].iter().filter(in_all).cloned().collect(),
        _ => Vec::new(),
    }
}
