use std::time::Duration;

use super::headers;
use crate::clock::{Span, WRITTEN_START};
use crate::freshness::{Freshness, freshness};
use crate::response::Response;

/// Of a response that arrived on 2 July 2026 at midnight.
fn after(seconds: u64, status: u16, lines: &[&str]) -> Freshness {
    let response = Response { status, headers: headers(lines), ..Response::default() };
    let age = Span::at(Duration::from_secs(seconds));
    freshness(&response, age, age.plus(WRITTEN_START)).0
}

#[test]
fn an_explicit_lifetime_is_used() {
    use Freshness::{Fresh, Stale};
    let table: [(u64, &[&str], _); 15] = [
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
        (29, &["Cache-Control: max-age=60", "Date: Wed, 01 Jul 2026 23:59:30 GMT"], Fresh),
        (30, &["Cache-Control: max-age=60", "Date: Wed, 01 Jul 2026 23:59:30 GMT"], Stale),
        (59, &["Cache-Control: max-age=60", "Date: Thu, 01 Jan 2099 00:00:00 GMT"], Fresh),
    ];
    for (seconds, lines, expected) in table {
        assert_eq!(after(seconds, 200, lines), expected, "{seconds} {lines:?}");
    }
}

#[test]
fn an_expires_date_ends_a_lifetime() {
    use Freshness::{Fresh, Stale};
    let expires = "Expires: Thu, 02 Jul 2026 00:01:00 GMT";
    let table: [(u64, &[&str], _); 12] = [
        (0, &[expires], Fresh),
        (59, &[expires], Fresh),
        (60, &[expires], Stale),
        (30, &[expires, "Age: 30"], Stale),
        (0, &[expires, "Cache-Control: max-age=0"], Stale),
        (60, &[expires, "Cache-Control: max-age=90"], Fresh),
        (59, &[expires, "Date: Wed, 01 Jul 2026 23:59:30 GMT"], Fresh),
        (60, &[expires, "Date: Wed, 01 Jul 2026 23:59:30 GMT"], Stale),
        (49, &[expires, "Date: Thu, 02 Jul 2026 00:00:10 GMT"], Fresh),
        (50, &[expires, "Date: Thu, 02 Jul 2026 00:00:10 GMT"], Stale),
        (0, &["Expires: Wed, 01 Jan 2020 00:00:00 GMT"], Stale),
        (0, &["Expires: Thu, 02 Jul 2026 00:01:00"], Stale),
    ];
    for (seconds, lines, expected) in table {
        assert_eq!(after(seconds, 200, lines), expected, "{seconds} {lines:?}");
    }
    assert!(matches!(after(0, 200, &[expires, expires]), Freshness::Open(_)));
}

#[test]
fn a_heuristic_lifetime_is_left_to_the_browser() {
    let modified = "Last-Modified: Wed, 01 Jan 2020 00:00:00 GMT";
    for (status, line) in [(200, modified), (302, modified), (300, "X: 1"), (410, "X: 1")] {
        assert_eq!(after(0, status, &[line]), Freshness::Heuristic, "{status} {line}");
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
