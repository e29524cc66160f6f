//! Dates in cookies:
//! <https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html#name-parse-a-date>, the
//! same as RFC 6265, section 5.1.1.

use std::ops::RangeInclusive;

use cookie::time::{Date, Month};

/// "Parse a Date": seconds of the Unix clock. `None` is failure.
pub(super) fn parse_a_date(input: &[u8]) -> Option<i64> {
    let mut found = Found::default();
    let tokens = input.split(|byte| is_delimiter(*byte));
    tokens.for_each(|token| found.process(token));
    found.seconds()
}

/// The parts of a date that were found.
#[derive(Default)]
struct Found {
    time: Option<[u16; 3]>,
    day_of_month: Option<u16>,
    month: Option<Month>,
    year: Option<u16>,
}

impl Found {
    /// A token is the first part of a date that it can be, among the parts that were not found
    /// before.
    fn process(&mut self, token: &[u8]) {
        let _ = find(&mut self.time, || time(token))
            || find(&mut self.day_of_month, || Some(number(token, 1..=2)?.0))
            || find(&mut self.month, || month(token))
            || find(&mut self.year, || Some(number(token, 2..=4)?.0));
    }

    fn seconds(&self) -> Option<i64> {
        let year = match self.year? {
            year @ 70..=99 => year + 1900,
            year @ 0..=69 => year + 2000,
            year => Some(year).filter(|year| *year >= 1601)?,
        };
        let day = u8::try_from(self.day_of_month?).ok()?;
        let date = Date::from_calendar_date(i32::from(year), self.month?, day).ok()?;
        let [hour, minute, second] = self.time?.map(|part| u8::try_from(part).unwrap_or(u8::MAX));
        Some(date.with_hms(hour, minute, second).ok()?.assume_utc().unix_timestamp())
    }
}

/// Whether the token is the part that is read.
fn find<T>(place: &mut Option<T>, read: impl FnOnce() -> Option<T>) -> bool {
    if place.is_some() {
        return false;
    }
    *place = read();
    place.is_some()
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, 0x09 | 0x20..=0x2F | 0x3B..=0x40 | 0x5B..=0x60 | 0x7B..=0x7E)
}

/// A number with this many digits, and the rest of the token.
fn number(token: &[u8], lengths: RangeInclusive<usize>) -> Option<(u16, &[u8])> {
    let length = token.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = token.split_at(length);
    let value = digits
        .iter()
        .fold(0u16, |sum, digit| sum.saturating_mul(10).saturating_add(u16::from(digit - b'0')));
    lengths.contains(&length).then_some((value, rest))
}

fn time(token: &[u8]) -> Option<[u16; 3]> {
    let (hour, rest) = number(token, 1..=2)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?, 1..=2)?;
    let (second, _) = number(rest.strip_prefix(b":")?, 1..=2)?;
    Some([hour, minute, second])
}

fn month(token: &[u8]) -> Option<Month> {
    let name = token.get(..3)?.to_ascii_lowercase();
    let names = b"janfebmaraprmayjunjulaugsepoctnovdec".chunks(3);
    let number = names.zip(1u8..).find(|(known, _)| *known == name)?.1;
    Month::try_from(number).ok()
}
