//! What the JSON document of a shard says about it, so that documents of several shards can become one.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Shard;
use crate::verdict::EngineWideCounts;

/// The member `shard` of the JSON document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ShardRecord {
    /// The numbers of the shards in this document.
    pub numbers: Vec<usize>,
    /// How many shards there are.
    pub of: usize,
    /// The engines that play the suite.
    pub engines: Vec<String>,
    /// All cases of the suite in their order, those of other shards included.
    pub cases: IndexMap<String, CaseRecord>,
    /// Sentences about unreferenced snapshots of cases that do not exist.
    pub unreferenced: Vec<String>,
    /// Departures that engines have in every row of a kind, as far as these shards show them.
    pub engine_wide: EngineWideCounts,
    /// What reports need of each trial, in the order of the trials.
    pub trials: Vec<RecordedTrial>,
}

/// A case of the suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The number of its shard.
    pub shard: usize,
    /// Changes with its content.
    pub digest: String,
}

/// A case on an engine, as a shard has played it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedTrial {
    /// The case.
    pub case: String,
    /// The engine.
    pub engine: String,
    /// How many of its rows were played.
    pub rows: usize,
    /// Whether it is not as recorded: `failed`, or `error` where the environment was at fault.
    pub problem: Option<String>,
    /// What is printed about it if it is not as recorded.
    pub text: String,
    /// What each format of reports needs of it.
    pub reports: BTreeMap<String, Value>,
}

impl ShardRecord {
    /// Those of these shards that are missing, each with its cases.
    pub fn missing(&self) -> Vec<(Shard, Vec<&str>)> {
        let missing = (1..=self.of).filter(|number| !self.numbers.contains(number));
        let cases = |number: usize| {
            let cases = self.cases.iter().filter(move |(_, case)| case.shard == number);
            cases.map(|(id, _)| id.as_str()).collect()
        };
        missing.map(|number| (Shard { number, of: self.of }, cases(number))).collect()
    }
}

/// Changes with the content of a case (FNV-1a, <https://www.rfc-editor.org/rfc/rfc9923.html>).
pub fn digest(content: &[u8]) -> String {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let hash =
        content.iter().fold(START, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_that_of_the_specification() {
        assert_eq!(digest(b""), "cbf29ce484222325");
        assert_eq!(digest(b"a"), "af63dc4c8601ec8c");
        assert_eq!(digest(b"foobar"), "85944171f73967e8");
    }
}
