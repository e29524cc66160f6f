//! The text that script makes of a body.

use crate::support::*;

const ALL: &str = "Access-Control-Allow-Origin: *";

/// What is read of these bytes, or `cannot judge`.
fn text(initiator: Initiator, types: &[&str], body: &[u8]) -> String {
    let lines: Vec<_> = types.iter().map(|value| format!("Content-Type: {value}")).collect();
    let lines: Vec<_> = [ALL].into_iter().chain(lines.iter().map(String::as_str)).collect();
    let mut answer = reply(200, &lines, "");
    answer.body = body.to_vec();
    let servers = vec![server(API, vec![("GET /", answer)])];
    let row = row(PAGE, servers, vec![step(initiator, "GET", &format!("{API}/"))]);
    let response = ruled(&row).remove(0).response;
    response.and_then(|response| response.text).unwrap_or_else(|| outcomes(&row).remove(0))
}

fn xhr(types: &[&str], body: &[u8]) -> String {
    text(Initiator::Xhr, types, body)
}

#[test]
fn xml_http_request_reads_a_text_in_its_charset() {
    for (types, expected) in [
        (&[][..], "é"),
        (&["text/plain"], "é"),
        (&["text/plain; charset=nothing"], "é"),
        (&["text/plain; charset=ISO-8859-1"], "Ã©"),
        (&["text/plain; charset=\" latin1 \""], "Ã©"),
        (&["text/plain;charset=latin1", "text/plain"], "Ã©"),
        (&["text/plain;charset=latin1", "*/*", "none"], "Ã©"),
        (&["text/plain;charset=latin1", "text/plain;charset=utf-8"], "é"),
        (&["text/plain;charset=latin1", "text/html"], "é"),
    ] {
        assert_eq!(xhr(types, "é".as_bytes()), expected, "{types:?}");
    }
    let latin1 = ["text/plain; charset=latin1"];
    assert_eq!(text(Initiator::Fetch, &latin1, "é".as_bytes()), "é");
    assert_eq!(xhr(&latin1, b"\xEF\xBB\xBFx\xC3\xA9"), "xé", "a byte order mark says more");
    assert_eq!(xhr(&[], b"\xFF\xFEx\0"), "x");
    assert_eq!(text(Initiator::Fetch, &[], b"\xFF\xFEx"), "\u{FFFD}\u{FFFD}x");
}

#[test]
fn an_xml_encoding_declaration_is_not_judged() {
    let xml = "<?xml version='1.0' encoding='latin1'?><a>é</a>";
    for types in [&[][..], &["none"], &["text/xml"], &["application/xml"], &["image/svg+xml"]] {
        assert_eq!(xhr(types, xml.as_bytes()), "cannot judge", "{types:?}");
        assert_eq!(xhr(types, &xml.as_bytes()[..40]), &xml[..40], "{types:?}");
    }
    assert_eq!(xhr(&["text/plain"], xml.as_bytes()), xml);
    assert_eq!(xhr(&["text/xml; charset=utf-8"], xml.as_bytes()), xml);
}
