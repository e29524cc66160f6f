//! Shards: parts of a run that CI jobs play at the same time, and how their JSON documents become one.
//!
//! A shard plays whole cases, because a snapshot is that of a case.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod compare;
mod costs;
mod merge;
mod record;

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

pub use compare::compare;
pub use costs::Costs;
pub use merge::{Incompatible, Merged, Named, merge};
pub use record::{CaseRecord, RecordedTrial, ShardRecord, digest};

/// The version of the form of JSON documents, which a run writes and `merge` reads.
pub(crate) const SCHEMA: u32 = 1;

/// One of several parts of a run: `2/5`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Shard {
    /// Its number, from 1.
    pub number: usize,
    /// How many shards there are.
    pub of: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('/').and_then(|(number, of)| {
            let (number, of): (NonZeroUsize, NonZeroUsize) =
                (number.parse().ok()?, of.parse().ok()?);
            (number <= of).then_some(Self { number: number.get(), of: of.get() })
        });
        parsed
            .ok_or_else(|| "write the number of the shard and how many there are: `2/5`".to_owned())
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// The number of the shard that plays each case, by the costs of the cases. The most expensive case comes first, and
/// each goes to the shard that has least to do; the same costs always make the same shards.
pub fn split(costs: &[f64], of: usize) -> Vec<usize> {
    let mut order: Vec<_> = (0..costs.len()).collect();
    // Equal costs keep the order of the cases.
    order.sort_by(|one, other| costs[*other].total_cmp(&costs[*one]));
    let mut shards = vec![0; costs.len()];
    // Shards that are left without a case take the next one.
    let mut load = vec![(0.0_f64, 0_usize); of.max(1)];
    for case in order {
        let least = (0..load.len()).min_by(|one, other| {
            let by_cost = load[*one].0.total_cmp(&load[*other].0);
            by_cost.then(load[*one].1.cmp(&load[*other].1)).then(one.cmp(other))
        });
        let shard = least.unwrap_or_default();
        load[shard].0 += costs[case];
        load[shard].1 += 1;
        shards[case] = shard + 1;
    }
    shards
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_shard_is_a_number_of_a_number() {
        assert_eq!("2/5".parse(), Ok(Shard { number: 2, of: 5 }));
        assert_eq!("1/1".parse(), Ok(Shard { number: 1, of: 1 }));
        for wrong in ["", "2", "0/5", "6/5", "2/0", "-1/5", "2/5/5", "a/b"] {
            assert!(wrong.parse::<Shard>().unwrap_err().contains("`2/5`"), "{wrong}");
        }
    }

    #[test]
    fn an_expensive_case_is_alone() {
        assert_eq!(split(&[1.0, 9.0, 1.0, 1.0], 2), [2, 1, 2, 2]);
        assert_eq!(split(&[0.0, 0.0, 0.0], 3), [1, 2, 3], "cases without a cost are spread too");
        assert_eq!(split(&[5.0], 3), [1], "more shards than cases");
    }

    proptest! {
        #[test]
        fn every_case_is_in_one_shard_and_none_has_much_more(
            costs in prop::collection::vec(0.0..100.0_f64, 0..200),
            of in 1_usize..12,
        ) {
            let shards = split(&costs, of);
            prop_assert_eq!(shards.len(), costs.len());
            prop_assert!(shards.iter().all(|shard| (1..=of).contains(shard)));
            prop_assert_eq!(&shards, &split(&costs, of));
            let load = |shard| -> f64 {
                let of_shard = shards.iter().zip(&costs).filter(|(of, _)| **of == shard);
                of_shard.map(|(_, cost)| cost).sum()
            };
            let loads: Vec<f64> = (1..=of).map(load).collect();
            let (least, most) = (loads.iter().copied().fold(f64::MAX, f64::min), loads.iter().copied().fold(0.0, f64::max));
            let largest = costs.iter().copied().fold(0.0, f64::max);
            prop_assert!(most - least <= largest + 1e-6, "{loads:?}");
        }
    }
}
