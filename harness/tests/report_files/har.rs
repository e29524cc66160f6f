//! HAR: it is read back as one, and its exchanges are those of the run.

use har::v1_2::Log;
use serde_json::Value;

use crate::json_report;

#[test]
fn every_exchange_is_an_entry_of_a_page() {
    let document = json_report("har");
    assert_eq!(document["log"]["version"], "1.2");
    let log: Log = serde_json::from_value(document["log"].clone()).unwrap();
    let pages = log.pages.unwrap();
    // Two rows of two cases: of each the request alone, for the control sends no preflight.
    assert_eq!((pages.len(), log.entries.len()), (4, 4));
    for entry in &log.entries {
        let page = pages.iter().find(|page| Some(&page.id) == entry.pageref.as_ref()).unwrap();
        assert!(page.started_date_time <= entry.started_date_time, "{entry:?}");
        assert_eq!(entry.request.url, "https://api.example.com/me");
        assert_eq!((entry.response.status, entry.response.status_text.as_str()), (200, "OK"));
    }
    let cookie = log.entries.iter().flat_map(|entry| &entry.request.cookies).next().unwrap();
    assert_eq!((cookie.name.as_str(), cookie.value.as_str()), ("sid", "<6 bytes>"));
}

#[test]
fn times_in_the_har_are_wall_clock_times() {
    let document = json_report("har");
    let began = document["log"]["entries"][0]["startedDateTime"].as_str().unwrap();
    let now = time::OffsetDateTime::now_utc();
    assert!(began.starts_with(&format!("{}-", now.year())), "{began}");
    assert!(
        document["log"]["entries"]
            .as_array()
            .unwrap()
            .iter()
            .all(|entry| entry["time"] != Value::Null)
    );
}
