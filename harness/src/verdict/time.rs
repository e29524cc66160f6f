//! Finds where the time that passed makes a difference.

use cors_model::{Lifespan, Lifetime};

use super::permitted::Played;
use crate::ruling::RowRuling;

/// The time that passed makes a difference.
#[derive(Clone, Debug)]
pub struct TimeDecided {
    /// The difference, as a sentence.
    pub words: String,
    /// What the standard says about the case as written.
    pub written: RowRuling,
}

/// What the time decided in a run with the measured time, compared with the run of the case as
/// written.
pub(super) fn time_decided(written: &Played, measured: &Played) -> Option<TimeDecided> {
    let [as_written, as_measured] = [&written.run, &measured.run];
    if is_same(&as_written.ruling, &as_measured.ruling) {
        return None;
    }
    let mut pairs = as_written.lifetimes.iter().zip(&as_measured.lifetimes);
    let decisive = pairs.find(|(written, measured)| written.life() != measured.life());
    let words = decisive.map_or_else(
        || "the time that passed differs from that of the case as written".to_owned(),
        |(written, measured)| words(written, measured),
    );
    Some(TimeDecided { words, written: as_written.ruling.clone() })
}

fn is_same(one: &RowRuling, other: &RowRuling) -> bool {
    one.rulings == other.rulings
        && super::differences(&one.observation, &other.observation).is_empty()
}

fn words(written: &Lifetime, measured: &Lifetime) -> String {
    let Lifetime { what, kept, passed, is_date, .. } = measured;
    if *is_date {
        let (then, now) = match measured.life() {
            Lifespan::Gone => ("later", "earlier"),
            _ => ("earlier", "later"),
        };
        return format!(
            "the date of {what} is {then} than the day of the case as written, 2026-07-02, and \
            {now} than the time \
             of this run"
        );
    }
    let [shortest, longest] =
        [passed.earliest, passed.latest].map(|passed| format!("{:.1}", passed.as_secs_f64()));
    let passed = match measured.life() {
        Lifespan::Uncertain => format!(
            "between {:.3} s and {:.3} s",
            passed.earliest.as_secs_f64(),
            passed.latest.as_secs_f64()
        ),
        _ if shortest == longest => format!("{longest} s"),
        _ => format!("{shortest} s to {longest} s"),
    };
    format!(
        "{passed} passed where the case as written takes {} s; {what} is kept {} s",
        written.passed.latest.as_secs_f64(),
        kept.as_secs_f64()
    )
}
