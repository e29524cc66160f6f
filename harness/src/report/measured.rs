//! The table that `measure` prints.

use crate::measure::{Lifetime, Measured};

/// How long each browser reused preflight responses: a row for each value of `Access-Control-Max-Age`, a column for each
/// browser. The table is Markdown, and its columns have stable widths.
pub fn measured_table(values: &[Option<String>], measured: &[Measured]) -> String {
    let browsers = measured.iter().map(|one| format!("{} {}", one.kind.as_str(), one.version));
    let mut lines = vec![line("`Access-Control-Max-Age`".to_owned(), browsers)];
    lines.push(line("-".repeat(FIRST), measured.iter().map(|_| "-".repeat(OTHERS))));
    for (index, value) in values.iter().enumerate() {
        let first = name(value.as_deref());
        lines.push(line(first, measured.iter().map(|one| words(one.lifetimes[index]))));
    }
    lines.join("\n")
}

fn name(value: Option<&str>) -> String {
    match value {
        None => "no header".to_owned(),
        Some("") => "empty value".to_owned(),
        Some(value) => format!("`{value}`"),
    }
}

/// The widths of the columns.
const FIRST: usize = 24;
const OTHERS: usize = 24;

fn line(first: String, others: impl Iterator<Item = String>) -> String {
    let others: String = others.map(|cell| format!(" {cell:OTHERS$} |")).collect();
    format!("| {first:FIRST$} |{others}")
}

fn words(lifetime: Lifetime) -> String {
    match lifetime {
        Lifetime::Seconds(0, 0) => "not reused".to_owned(),
        Lifetime::Seconds(from, to) if from == to => format!("{from} s{}", unit(from)),
        Lifetime::Seconds(from, to) => format!("between {from} and {to} s"),
        Lifetime::LongerThan(seconds) => format!("longer than {seconds} s"),
        Lifetime::Unclear => "unclear: probes disagree".to_owned(),
    }
}

/// The largest unit of which the lifetime is a multiple, if that is not the second.
fn unit(seconds: u32) -> String {
    let units = [(86_400, "d"), (3600, "h"), (60, "min")];
    let fitting = units.iter().find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit));
    fitting.map(|(unit, name)| format!(" ({} {name})", seconds / unit)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Kind;

    #[test]
    fn a_lifetime_is_given_in_seconds_and_in_the_largest_whole_unit() {
        let lifetimes = [
            (Lifetime::Seconds(0, 0), "not reused"),
            (Lifetime::Seconds(5, 5), "5 s"),
            (Lifetime::Seconds(600, 600), "600 s (10 min)"),
            (Lifetime::Seconds(7200, 7200), "7200 s (2 h)"),
            (Lifetime::Seconds(86_400, 86_400), "86400 s (1 d)"),
            (Lifetime::Seconds(600, 602), "between 600 and 602 s"),
            (Lifetime::LongerThan(31_536_000), "longer than 31536000 s"),
        ];
        for (lifetime, expected) in lifetimes {
            assert_eq!(words(lifetime), expected);
        }
    }

    #[test]
    fn the_table_has_a_row_for_each_value_and_a_column_for_each_browser() {
        let one =
            |kind, lifetimes| Measured { kind, version: "1.2".to_owned(), lifetimes, probes: 9 };
        let (short, long) = (Lifetime::Seconds(5, 5), Lifetime::Seconds(60, 60));
        let measured =
            [one(Kind::Chromium, vec![short, long]), one(Kind::WebKit, vec![long, short])];
        let table = measured_table(&[None, Some("abc".to_owned())], &measured);
        let lines: Vec<_> =
            table.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>()).collect();
        assert_eq!(lines[0][1..4], ["`Access-Control-Max-Age`", "chromium 1.2", "webkit 1.2"]);
        assert_eq!(lines[2][1..4], ["no header", "5 s", "60 s (1 min)"]);
        assert_eq!(lines[3][1..4], ["`abc`", "60 s (1 min)", "5 s"]);
    }
}
