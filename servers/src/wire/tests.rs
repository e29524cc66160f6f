use super::*;

const PLAIN: &str = "GET /a HTTP/1.1\r\nHost: a.test\r\nX-ODD-case: 1\r\nx-odd-CASE:  2 \r\n\r\n";
const SIZED: &str = "POST /b HTTP/1.1\r\nContent-Length: 18\r\n\r\nGET /no HTTP/1.1\r\n";
const CHUNKED: &str = "PUT /c HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n\
                       4;x=y\r\n\r\n\r\n\r\na\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";

fn request(method: &str, target: &str, lines: &[(&str, &str)]) -> http::Request<()> {
    let builder = http::Request::builder().method(method).uri(target);
    let builder =
        lines.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
    builder.body(()).expect("a sound request")
}

fn plain() -> http::Request<()> {
    request("GET", "/a", &[("host", "a.test"), ("x-odd-case", "1"), ("x-odd-case", "2")])
}

fn names(lines: Option<Lines>) -> Vec<String> {
    lines.expect("the wire knows").into_iter().map(|(name, _)| name).collect()
}

#[test]
fn every_split_of_a_stream_reads_the_same() {
    let stream = [PLAIN, SIZED, CHUNKED, "\r\n", PLAIN, CHUNKED, SIZED, PLAIN].concat();
    for split in 0..stream.len() {
        let wire = Wire::default();
        let (head, tail) = stream.as_bytes().split_at(split);
        wire.feed(head);
        wire.feed(tail);
        assert_streamed(&wire, split);
    }
}

#[test]
fn single_bytes_read_the_same() {
    let stream = [PLAIN, SIZED, CHUNKED, "\r\n", PLAIN, CHUNKED, SIZED, PLAIN].concat();
    let wire = Wire::default();
    stream.bytes().for_each(|byte| wire.feed(&[byte]));
    assert_streamed(&wire, 1);
}

fn assert_streamed(wire: &Wire, split: usize) {
    let sized = request("POST", "/b", &[("content-length", "18")]);
    let chunked = request("PUT", "/c", &[("transfer-encoding", "chunked")]);
    let plain = plain();
    for request in [&plain, &sized, &chunked, &plain, &chunked, &sized, &plain] {
        let lines = wire.claim(request).unwrap_or_else(|| panic!("{request:?} split at {split}"));
        assert!(!lines.is_empty());
    }
    assert!(!wire.is_mid_head(), "split at {split}");
}

#[test]
fn lines_keep_their_spelling_and_order() {
    let wire = Wire::default();
    wire.feed(PLAIN.as_bytes());
    let lines = wire.claim(&plain()).expect("the wire knows");
    let lines: Vec<_> = lines.iter().map(|(name, value)| (name.as_str(), &value[..])).collect();
    assert_eq!(lines, [("Host", &b"a.test"[..]), ("X-ODD-case", b"1"), ("x-odd-CASE", b"2")]);
}

#[test]
fn an_error_without_the_same_request_elsewhere_has_no_cause() {
    let others = [
        request("PUT", "/a", &[("host", "a.test"), ("x-odd-case", "1"), ("x-odd-case", "2")]),
        request("GET", "/b", &[("host", "a.test"), ("x-odd-case", "1"), ("x-odd-case", "2")]),
        request("GET", "/a", &[("host", "a.test")]),
    ];
    for other in others {
        let wire = Wire::default();
        wire.feed(PLAIN.as_bytes());
        wire.feed(PLAIN.as_bytes());
        assert!(wire.claim(&other).is_none(), "{other:?}");
        wire.feed(PLAIN.as_bytes());
        assert!(wire.claim(&plain()).is_none(), "{other:?}");
    }
}

#[test]
fn folded_header_lines_are_read_like_hyper_reads_them() {
    let wire = Wire::default();
    wire.feed(b"POST / HTTP/1.1\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nhi");
    let folded = request("POST", "/", &[("content-length", "2")]);
    assert_eq!(names(wire.claim(&folded)), ["Content-Length", "content-length"]);
    wire.feed(
        b"POST / HTTP/1.1\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    );
    let chunked = request("POST", "/", &[("transfer-encoding", "chunked")]);
    assert_eq!(names(wire.claim(&chunked)), ["Content-Length", "Transfer-Encoding"]);
}

#[test]
fn unbounded_bodies_and_heads_are_not_kept() {
    let wire = Wire::default();
    wire.feed(b"POST / HTTP/1.1\r\nContent-Length: 4000000\r\n\r\n");
    (0..40).for_each(|_| wire.feed(&[b'x'; 100_000]));
    assert!(wire.lock().unread.is_empty());
    assert_eq!(wire.lock().place, Place::Head);
    wire.feed(b"GET / HTTP/1.1\r\nx: ");
    (0..6).for_each(|_| wire.feed(&[b'x'; 100_000]));
    assert_eq!(wire.lock().place, Place::Lost);
    assert!(wire.lock().unread.is_empty());
}

#[test]
fn an_incomplete_head_differs_from_a_complete_request() {
    let wire = Wire::default();
    assert!(!wire.is_mid_head());
    wire.feed(b"\r\nGET / HT");
    assert!(wire.is_mid_head());
    wire.feed(b"TP/1.1\r\n\r\n");
    assert!(!wire.is_mid_head());
}
