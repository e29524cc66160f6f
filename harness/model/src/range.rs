//! <https://fetch.spec.whatwg.org/#simple-range-header-value>

use std::cmp::Ordering;

/// The two ends of a range, as digits of numbers of any size.
pub(super) type Range<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

/// <https://fetch.spec.whatwg.org/#simple-range-header-value>, whitespace not allowed.
pub(super) fn parse_a_single_range_header_value(value: &[u8]) -> Option<Range<'_>> {
    let rest = value.strip_prefix(b"bytes")?.strip_prefix(b"=")?;
    let (start, rest) = digits(rest);
    let (end, rest) = digits(rest.strip_prefix(b"-")?);
    if !rest.is_empty() {
        return None;
    }
    match (start, end) {
        (None, None) => None,
        (Some(start), Some(end)) if compare(start, end).is_gt() => None,
        range => Some(range),
    }
}

fn digits(bytes: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let end = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
    let (digits, rest) = bytes.split_at(end);
    ((!digits.is_empty()).then_some(digits), rest)
}

fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let (a, b) = (significant(a), significant(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn significant(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    &digits[zeros..]
}
