//! Splits cases into shards that take about the same time, so that several machines can play them.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::case::{Case, Row};
use crate::plan::{Sharing, sharing};
use crate::results::Shard;

/// The cases of a shard, in their order. The same cases are split in the same way on every machine: the longest first, each
/// into the shard that has least to do.
pub fn cases_of(shard: Shard, cases: Vec<Arc<Case>>) -> Vec<Arc<Case>> {
    let mut order: Vec<_> = (0..cases.len()).map(|place| (cost(&cases[place]), place)).collect();
    order.sort_by_key(|(cost, place)| (Reverse(*cost), *place));
    let mut loads = vec![0; shard.of];
    let mut is_in_shard = vec![false; cases.len()];
    for (cost, place) in order {
        let least = (0..shard.of).min_by_key(|number| loads[*number]).unwrap_or_default();
        loads[least] += cost;
        is_in_shard[place] = least + 1 == shard.number;
    }
    let cases = cases.into_iter().zip(is_in_shard);
    cases.filter_map(|(case, is_in_shard)| is_in_shard.then_some(case)).collect()
}

/// What a case costs, in milliseconds.
fn cost(case: &Case) -> u64 {
    case.rows.iter().map(cost_of_row).sum()
}

/// What a row costs in Chromium, in milliseconds, as `run --times` measures it on two idle cores.
fn cost_of_row(row: &Row) -> u64 {
    const OF_A_WAIT: u64 = 1000;
    let alone = match sharing(row) {
        Sharing::Page => 8,
        Sharing::Site(_) => 20,
        Sharing::Browser(_) | Sharing::Host(_) => 100,
        Sharing::OneByOne(_) => 30,
        Sharing::Nothing(_) => 350,
    };
    if row.waits() { OF_A_WAIT + alone } else { alone }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::case::{self, CaseId};

    fn case(id: usize, rows: usize, more: &str) -> Arc<Case> {
        let values: Vec<_> = (0..rows).map(|row| format!("v{row}")).collect();
        let text = format!(
            "name: n\nbecause: b\nservers: {{ http://api.example.com: {{ /me: {{}} }} }}\n\
             page: http://app.example.com\nmatrix: {{ value: [{}] }}\n\
             steps: [{{ fetch: 'http://api.example.com/me?${{value}}' }}]\n{more}",
            values.join(", ")
        );
        let id = CaseId(format!("case-{id:02}"));
        Arc::new(case::read(id, Path::new("case.yaml"), text.as_bytes()).unwrap())
    }

    fn ids(cases: &[Arc<Case>]) -> Vec<String> {
        cases.iter().map(|case| case.id.to_string()).collect()
    }

    #[test]
    fn every_case_is_in_one_shard_and_keeps_its_place() {
        let cases: Vec<_> = (0..13).map(|id| case(id, id + 1, "")).collect();
        let shards: Vec<_> =
            (1..=4).map(|number| cases_of(Shard { number, of: 4 }, cases.clone())).collect();
        let mut all: Vec<_> = shards.iter().flat_map(|shard| ids(shard)).collect();
        assert!(shards.iter().all(|shard| ids(shard).is_sorted()));
        all.sort();
        assert_eq!(all, ids(&cases));
        let costs: Vec<u64> =
            shards.iter().map(|shard| shard.iter().map(|case| cost(case)).sum()).collect();
        let most_of_a_case = cases.iter().map(|case| cost(case)).max().unwrap();
        assert!(costs.iter().max().unwrap() - costs.iter().min().unwrap() <= most_of_a_case);
    }

    #[test]
    fn shards_have_about_the_same_cost_and_not_the_same_number_of_cases() {
        let cases =
            [case(0, 2, "names: verbatim\n"), case(1, 5, ""), case(2, 5, ""), case(3, 5, "")];
        let first = cases_of(Shard { number: 1, of: 2 }, cases.to_vec());
        assert_eq!(ids(&first), ["case-00"]);
        assert_eq!(cases_of(Shard { number: 2, of: 2 }, cases.to_vec()).len(), 3);
        assert!(cases_of(Shard { number: 9, of: 9 }, cases.to_vec()).is_empty());
    }
}
