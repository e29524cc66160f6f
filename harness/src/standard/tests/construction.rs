use crate::case::{Context, Credentials, Initiator, Origin, Page, Step};
use crate::standard::client::Client;
use crate::standard::headers::text;
use crate::standard::request::{CacheMode, Mode, Request};
use crate::standard::ruling::Reason;
use crate::standard::{fetch_method, xhr};
use cors_servers::script::Scheme;

fn step(initiator: Initiator) -> Step {
    Step::new(initiator, "https://api.example/me")
}

fn construct(step: &Step) -> Result<Request, Reason> {
    let origin = Origin { scheme: Scheme::Https, host: "app.example".to_owned(), port: 443 };
    let client = Client::new(&Page::new(origin, Context::Document), false);
    let request = match step.initiator {
        Initiator::Fetch => fetch_method::new_request(step, &client),
        Initiator::Xhr => xhr::send(step, &client),
    };
    request.map_err(|failure| failure.reason)
}

fn with(initiator: Initiator, change: impl FnOnce(&mut Step)) -> Result<Request, Reason> {
    let mut step = step(initiator);
    change(&mut step);
    construct(&step)
}

fn fetch(change: impl FnOnce(&mut Step)) -> Result<Request, Reason> {
    with(Initiator::Fetch, change)
}

fn refused(change: impl FnOnce(&mut Step)) -> Option<Reason> {
    fetch(change).err()
}

/// The header list for these lines, as `Name: value|…`.
fn list(initiator: Initiator, mode: Option<&str>, lines: &[(&str, &str)]) -> String {
    let request = with(initiator, |step| {
        step.mode = mode.map(str::to_owned);
        step.headers = lines.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    });
    let Ok(request) = request else { return "refused".to_owned() };
    let lines: Vec<_> =
        request.headers.iter().map(|(name, value)| format!("{name}: {}", text(value))).collect();
    lines.join("|")
}

#[test]
fn words_that_fetch_does_not_know_are_refused() {
    let word = |text: &str| Some(text.to_owned());
    for (refusal, expected) in [
        (refused(|step| step.url = "https://".to_owned()), Reason::InvalidUrl),
        (refused(|step| step.url = "https://u@api.example".to_owned()), Reason::UrlWithCredentials),
        (
            refused(|step| step.url = "https://:p@api.example".to_owned()),
            Reason::UrlWithCredentials,
        ),
        (refused(|step| step.method = "A B".to_owned()), Reason::InvalidMethod),
        (refused(|step| step.method = String::new()), Reason::InvalidMethod),
        (refused(|step| step.method = "tRACE".to_owned()), Reason::ForbiddenMethod),
        (refused(|step| step.mode = word("navigate")), Reason::NavigateMode),
        (refused(|step| step.mode = word("CORS")), Reason::UnknownMode),
        (refused(|step| step.mode = word("websocket")), Reason::UnknownMode),
        (refused(|step| step.redirect = word("none")), Reason::UnknownRedirectMode),
        (refused(|step| step.cache = word("none")), Reason::UnknownCacheMode),
        (refused(|step| step.referrer_policy = word("never")), Reason::UnknownReferrerPolicy),
        (refused(|step| step.cache = word("only-if-cached")), Reason::OnlyIfCachedElsewhere),
        (refused(|step| step.body = word("x")), Reason::BodyWithoutPlace),
        (
            refused(|step| (step.method, step.body) = ("head".to_owned(), word(""))),
            Reason::BodyWithoutPlace,
        ),
        (
            refused(|step| (step.mode, step.method) = (word("no-cors"), "PUT".to_owned())),
            Reason::NoCorsMethod,
        ),
    ] {
        assert_eq!(refusal, Some(expected));
    }
}

#[test]
fn words_that_fetch_knows() {
    let word = |text: &str| Some(text.to_owned());
    let request = fetch(|step| {
        (step.mode, step.cache) = (word("same-origin"), word("only-if-cached"));
        step.referrer_policy = word("");
    });
    let request = request.expect("all are known");
    assert_eq!((request.mode, request.cache), (Mode::SameOrigin, CacheMode::OnlyIfCached));
    for cache in ["default", "no-store", "reload", "no-cache", "force-cache"] {
        assert!(fetch(|step| step.cache = word(cache)).is_ok(), "{cache}");
    }
    for redirect in ["follow", "error", "manual"] {
        assert!(fetch(|step| step.redirect = word(redirect)).is_ok(), "{redirect}");
    }
}

#[test]
fn header_lines_of_fetch() {
    let cors = |lines: &[(&str, &str)]| list(Initiator::Fetch, None, lines);
    assert_eq!(cors(&[("X-A", " 1\t"), ("x-a", "2")]), "X-A: 1|x-a: 2");
    assert_eq!(cors(&[("Cookie", "a"), ("Origin", "b"), ("Sec-X", "c"), ("X", "d")]), "X: d");
    assert_eq!(cors(&[("X A", "1")]), "refused");
    assert_eq!(cors(&[("", "1")]), "refused");
    assert_eq!(cors(&[("X", "a\nb")]), "refused");
    assert_eq!(cors(&[("X", "a\0b")]), "refused");
    assert_eq!(cors(&[("X", "Ā")]), "refused");
    assert_eq!(cors(&[("X", "\u{1}~")]), "X: \u{1}~");
}

#[test]
fn header_values_are_bytes() {
    let request = fetch(|step| step.headers = vec![("X".to_owned(), "é".to_owned())]);
    let request = request.expect("a byte string");
    assert_eq!(request.headers.get("x").as_deref(), Some([0xE9].as_slice()));
}

#[test]
fn header_lines_of_no_cors() {
    let no_cors = |lines: &[(&str, &str)]| list(Initiator::Fetch, Some("no-cors"), lines);
    assert_eq!(no_cors(&[("X-A", "1"), ("Range", "bytes=0-"), ("Authorization", "x")]), "");
    assert_eq!(no_cors(&[("Accept", "a"), ("accept", "b")]), "Accept: a|accept: b");
    let (fitting, long, more) = ("a".repeat(125), "a".repeat(126), "b");
    let joined = format!("Accept: {fitting}|Accept: {more}");
    assert_eq!(no_cors(&[("Accept", &fitting), ("Accept", more)]), joined);
    assert_eq!(no_cors(&[("Accept", &long), ("Accept", more)]), format!("Accept: {long}"));
    assert_eq!(
        no_cors(&[("Content-Type", "text/plain"), ("Content-Type", "x/x")]),
        "Content-Type: text/plain"
    );
    assert_eq!(no_cors(&[("Content-Type", "application/json")]), "");
    assert_eq!(no_cors(&[("X A", "1")]), "refused");
}

#[test]
fn header_lines_of_xml_http_request() {
    let xhr = |lines: &[(&str, &str)]| list(Initiator::Xhr, None, lines);
    assert_eq!(xhr(&[("X-A", "1"), ("x-a", " 2 ")]), "X-A: 1, 2");
    assert_eq!(xhr(&[("Host", "a"), ("Cookie2", "b"), ("X", "c")]), "X: c");
    assert_eq!(xhr(&[("X\u{7F}", "1")]), "refused");
}

/// The Content-Type of a POST with a string body.
fn content_type(initiator: Initiator, written: Option<&str>) -> String {
    let request = with(initiator, |step| {
        step.method = "POST".to_owned();
        step.body = Some("x".to_owned());
        let line = written.map(|value| ("Content-Type".to_owned(), value.to_owned()));
        step.headers = line.into_iter().collect();
    });
    let request = request.expect("a request");
    text(&request.headers.get("content-type").unwrap_or_default())
}

#[test]
fn a_string_body_is_plain_text_unless_script_says_otherwise() {
    for initiator in [Initiator::Fetch, Initiator::Xhr] {
        assert_eq!(content_type(initiator, None), "text/plain;charset=UTF-8");
        assert_eq!(content_type(initiator, Some("application/json")), "application/json");
        assert_eq!(content_type(initiator, Some("")), "");
    }
}

#[test]
fn xml_http_request_says_that_a_string_body_is_utf_8() {
    let written = "text/plain; charset=latin1";
    assert_eq!(content_type(Initiator::Fetch, Some(written)), written);
    assert_eq!(content_type(Initiator::Xhr, Some(written)), "text/plain;charset=UTF-8");
    let same = "Text/plain; charset=Utf-8";
    assert_eq!(content_type(Initiator::Xhr, Some(same)), same);
}

#[test]
fn xml_http_request_drops_the_body_of_get_and_head() {
    for method in ["GET", "head"] {
        let request = with(Initiator::Xhr, |step| {
            (step.method, step.body) = (method.to_owned(), Some("x".to_owned()));
        });
        let request = request.expect("a request");
        assert!(request.body.is_none() && !request.headers.contains("content-type"), "{method}");
    }
}

#[test]
fn xml_http_request_takes_a_url_with_credentials() {
    assert!(with(Initiator::Xhr, |step| step.url = "https://u:p@api.example/".to_owned()).is_ok());
    let refusal = with(Initiator::Xhr, |step| step.url = "api".to_owned());
    assert_eq!(refusal.err(), Some(Reason::InvalidUrl));
    let refusal = with(Initiator::Xhr, |step| step.method = "TRACK".to_owned());
    assert_eq!(refusal.err(), Some(Reason::ForbiddenMethod));
}

#[test]
fn credentials_modes() {
    use Credentials::{Include, Omit, SameOrigin};
    for (initiator, written, expected) in [
        (Initiator::Fetch, None, SameOrigin),
        (Initiator::Fetch, Some(Omit), Omit),
        (Initiator::Fetch, Some(Include), Include),
        (Initiator::Xhr, None, SameOrigin),
        (Initiator::Xhr, Some(Omit), SameOrigin),
        (Initiator::Xhr, Some(Include), Include),
    ] {
        let request = with(initiator, |step| step.credentials = written).expect("a request");
        assert_eq!(request.credentials, expected);
    }
}
