use std::time::Duration;

use super::headers;
use crate::clock::Span;
use crate::freshness::{Freshness, freshness};
use crate::response::Response;

fn after(seconds: u64, status: u16, lines: &[&str]) -> Freshness {
    let response = Response { status, headers: headers(lines), ..Response::default() };
    freshness(&response, Span::at(Duration::from_secs(seconds))).0
}

#[test]
fn an_explicit_lifetime_is_used() {
    use Freshness::{Fresh, Stale};
    let table: [(u64, &[&str], _); 12] = [
        (0, &["Cache-Control: max-age=60"], Fresh),
        (59, &["Cache-Control: public, MAX-AGE=60"], Fresh),
        (60, &["Cache-Control: max-age=60"], Stale),
        (0, &["Cache-Control: max-age=0"], Stale),
        (0, &["Cache-Control: max-age=-1"], Stale),
        (0, &["Cache-Control: max-age=60=60"], Stale),
        (0, &["Cache-Control: max-age=\"60\""], Fresh),
        (0, &["Cache-Control: max-age=60, max-age=0"], Fresh),
        (0, &["Cache-Control: max-age=60", "Age: 60"], Stale),
        (0, &["Cache-Control: max-age=60, no-cache"], Stale),
        (0, &["Cache-Control: s-maxage=60"], Stale),
        (0, &["Expires: 0"], Stale),
    ];
    for (seconds, lines, expected) in table {
        assert_eq!(after(seconds, 200, lines), expected, "{seconds} {lines:?}");
    }
}

#[test]
fn a_heuristic_lifetime_is_open() {
    let date = "Wed, 01 Jan 2020 00:00:00 GMT";
    for (status, line) in [
        (200, format!("Last-Modified: {date}")),
        (200, format!("Expires: {date}")),
        (300, String::new()),
        (410, String::new()),
    ] {
        assert!(matches!(after(0, status, &[&line]), Freshness::Open(_)), "{status} {line}");
    }
    for status in [301, 308] {
        assert_eq!(after(1 << 30, status, &[]), Freshness::Fresh, "{status}");
        assert_eq!(after(0, status, &["Cache-Control: max-age=0"]), Freshness::Stale, "{status}");
    }
    let revalidating = ["Cache-Control: max-age=1, stale-while-revalidate=9"];
    assert!(matches!(after(5, 200, &revalidating), Freshness::Open(_)));
    assert_eq!(after(10, 200, &revalidating), Freshness::Stale);
    assert_eq!(after(0, 200, &[]), Freshness::Stale);
}
