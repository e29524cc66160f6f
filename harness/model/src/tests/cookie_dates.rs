use crate::cookie_date::parse_a_date;

#[test]
fn dates() {
    for date in [
        "Fri, 02 Jan 1970 03:04:05 GMT",
        "Fri, 02-Jan-70 03:04:05 GMT",
        "Friday, 02-January-70 3:4:5",
        "2 jAn 1970 03:04:05 +0200",
        "Fri Jan  2 03:04:05 1970",
        "Fri Jan 02 1970 03:04:05 GMT+0000 (Coordinated Universal Time)",
        "03:04:05x 2nd janus 70ies",
        "1970 03:04:05 02 Jan",
        "\tMon/02/Jan/1970@03:04:05;99 Feb 1999 09:09:09",
    ] {
        assert_eq!(parse_a_date(date.as_bytes()), Some(86_400 + 3 * 3600 + 4 * 60 + 5), "{date}");
    }
}

#[test]
fn years_of_two_digits() {
    for (short, long) in [("00", "2000"), ("69", "2069"), ("70", "1970"), ("99", "1999")] {
        let seconds = |year: &str| parse_a_date(format!("1 Jan {year} 00:00:00").as_bytes());
        assert!(seconds(short).is_some());
        assert_eq!(seconds(short), seconds(long), "{short}");
    }
}

#[test]
fn invalid_dates_are_rejected() {
    for date in [
        "",
        "0",
        "-1",
        "soon",
        "1970-01-01T00:00:00Z",
        "01 Jan 1970",
        "01 Jan 00:00:00",
        "Jan 1970 00:00:00",
        "01 1970 00:00:00",
        "01 Jan 1970 00:00",
        "01 Jan 1970 00:00:000",
        "01 Jan 1970 24:00:00",
        "01 Jan 1970 00:60:00",
        "01 Jan 1970 00:00:60",
        "00 Jan 1970 00:00:00",
        "32 Jan 1970 00:00:00",
        "30 Feb 1970 00:00:00",
        "001 Jan 1970 00:00:00",
        "01 Ja 1970 00:00:00",
        "01 Jan 1600 00:00:00",
        "01 Jan 19700 00:00:00",
        "01 Jan 100 00:00:00",
    ] {
        assert_eq!(parse_a_date(date.as_bytes()), None, "{date}");
    }
    assert!(parse_a_date(b"01 Jan 1601 00:00:00").is_some());
}
