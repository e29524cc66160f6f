//! A part of a run that one of several machines plays.

use std::str::FromStr;

use serde::Serialize;

/// One of several parts of a run.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Shard {
    /// Its number, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers = text.split_once('/').and_then(|(number, of)| {
            Some(Self { number: number.parse().ok()?, of: of.parse().ok()? })
        });
        let fits = |shard: &Self| (1..=shard.of).contains(&shard.number);
        numbers.filter(fits).ok_or_else(|| {
            "write the number of the shard and how many there are, such as 2/5".to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_a_number_of_several() {
        assert_eq!("2/5".parse(), Ok(Shard { number: 2, of: 5 }));
        for wrong in ["", "2", "0/5", "6/5", "2/0", "2/x", "-1/5", "1/2/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
