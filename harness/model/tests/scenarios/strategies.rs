//! Random rows.

use std::time::Duration;

use cors_model::{Abort, AbortBy, AbortMoment, CredentialsMode, HeadersInit};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::*;

const ORIGINS: [&str; 5] =
    [PAGE, API, "https://www.app.example", "http://api.example", "http://localhost:8000"];
const PATHS: [&str; 3] = ["/", "/a", "/b"];
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "patch"];

pub fn line() -> impl Strategy<Value = String> {
    let values = [
        (
            "Access-Control-Allow-Origin",
            vec!["*", "${origin}", PAGE, "null", "", "https://x.example"],
        ),
        ("Access-Control-Allow-Credentials", vec!["true", "false"]),
        ("Access-Control-Allow-Methods", vec!["*", "PUT, DELETE", "patch", "OPTIONS", "a b"]),
        (
            "Access-Control-Allow-Headers",
            vec!["*", "x-a", "authorization, x-a, content-type", "a b"],
        ),
        ("Access-Control-Max-Age", vec!["0", "1", "100", "x"]),
        ("Access-Control-Expose-Headers", vec!["*", "x-b", "set-cookie, x-c", "a b"]),
        ("Cross-Origin-Resource-Policy", vec!["same-origin", "same-site"]),
        ("Set-Cookie", vec!["a=1", "b=1; Secure; SameSite=None", "c=1; Domain=app.example", "d"]),
        ("Vary", vec!["Origin", "*", "Cookie"]),
        ("Referrer-Policy", vec!["no-referrer", "same-origin"]),
        ("X-B", vec!["1"]),
        ("X-C", vec!["1"]),
        ("WWW-Authenticate", vec!["Basic", "Digest realm=\"a\""]),
        ("Cache-Control", vec!["max-age=5", "no-store"]),
        ("ETag", vec!["1"]),
    ];
    let lines = values
        .into_iter()
        .flat_map(|(name, values)| values.into_iter().map(move |value| format!("{name}: {value}")));
    select(lines.collect::<Vec<_>>())
}

pub fn location() -> impl Strategy<Value = String> {
    (select(ORIGINS.to_vec()), select(PATHS.to_vec()))
        .prop_map(|(origin, path)| format!("Location: {origin}{path}"))
}

prop_compose! {
    fn a_reply()(
        status in select(vec![200, 200, 200, 204, 301, 302, 303, 307, 308, 304, 401, 404, 421, 500]),
        open in any::<bool>(),
        lines in vec(line(), 0..5),
        location in location(),
        delay in of(0..4_u64),
    ) -> Reply {
        // Half of all replies are open, or hardly anything would be read.
        let open = ["Access-Control-Allow-Origin: ${origin}", "Access-Control-Allow-Credentials: true",
            "Access-Control-Allow-Methods: PUT, DELETE", "Access-Control-Allow-Headers: x-a"]
            .into_iter().filter(|_| open);
        let lines: Vec<_> = open.chain(lines.iter().map(String::as_str)).chain([location.as_str()]).collect();
        let mut reply = reply(status, &lines, "body");
        reply.delay = Duration::from_secs(delay.unwrap_or_default());
        reply
    }
}

pub fn a_server(at: &'static str) -> impl Strategy<Value = Server> {
    let places =
        METHODS.into_iter().flat_map(|method| PATHS.map(|path| format!("{method} {path}")));
    let places: Vec<_> = places.collect();
    vec(a_reply(), places.len()).prop_map(move |replies| {
        server(at, places.iter().map(String::as_str).zip(replies).collect())
    })
}

pub fn word(words: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    proptest::option::weighted(0.3, select(words).prop_map(str::to_owned))
}

fn an_abort() -> impl Strategy<Value = Abort> {
    let moments = vec![AbortMoment::Before, AbortMoment::Preflight, AbortMoment::Request];
    let ways = [true, false].map(|keepalive| AbortBy::Leaving { keepalive });
    let ways = [&ways[..], &[AbortBy::Script, AbortBy::Timeout]].concat();
    (select(moments), select(ways)).prop_map(|(at, by)| Abort { at, by })
}

prop_compose! {
    fn a_step()(
        initiator in select(vec![Initiator::Fetch, Initiator::Fetch, Initiator::Xhr]),
        method in select(METHODS.to_vec()),
        (origin, path) in (select(ORIGINS.to_vec()), select(PATHS.to_vec())),
        headers in vec(select(vec![("X-A", "1"), ("Authorization", "x"), ("Accept", "y"), ("Cookie", "z"),
            ("Content-Type", "application/json"), ("Range", "bytes=0-"), ("X-HTTP-Method", "TRACE")]), 0..3),
        body in of(Just("body".to_owned())),
        credentials in of(select(vec![CredentialsMode::Omit, CredentialsMode::SameOrigin, CredentialsMode::Include])),
        mode in word(&["cors", "no-cors", "same-origin", "navigate"]),
        redirect in word(&["follow", "error", "manual"]),
        cache in word(&["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"]),
        referrer_policy in word(&["no-referrer", "origin", "same-origin", "unsafe-url"]),
        body_as in select(vec![
            BodyType::Text, BodyType::UrlSearchParams, BodyType::FormData, BodyType::Blob, BodyType::JsonBlob,
            BodyType::Stream,
        ]),
        headers_init in select(vec![HeadersInit::Pairs, HeadersInit::Record, HeadersInit::Headers]),
        abort in proptest::option::weighted(0.1, an_abort()),
        username in of(Just("user".to_owned())),
        upload_listeners in proptest::bool::weighted(0.2),
    ) -> Step {
        let headers = headers.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        let body = body.filter(|_| !matches!(method, "GET" | "HEAD"));
        let (url, method) = (format!("{origin}{path}"), method.to_owned());
        let upload_listeners = upload_listeners && initiator == Initiator::Xhr;
        let body_as = if initiator == Initiator::Xhr { BodyType::Text } else { body_as };
        Step {
            initiator, url, method, headers, body, body_as, upload_listeners, credentials, mode, redirect, cache,
            referrer_policy, headers_init, username, abort, integrity: String::new(),
        }
    }
}

pub fn a_row() -> impl Strategy<Value = Row> {
    let contexts = vec![
        Context::Document,
        Context::Document,
        Context::SandboxedIframe,
        Context::Iframe { inside: "http://shop.example".to_owned() },
    ];
    let groups =
        vec(prop_oneof![4 => a_step().prop_map(|step| vec![step]), 1 => vec(a_step(), 2)], 1..5);
    let pages = select(vec![PAGE, "http://app.example"]);
    let opened =
        of((1..4_usize, select(vec![PAGE, API]), select(vec![PAGE, "https://shop.example"])));
    (ORIGINS.map(a_server), pages, select(contexts), groups, opened).prop_map(
        |(servers, page, context, groups, opened)| {
            let row = Row { context, groups, ..row(page, servers.into(), Vec::new()) };
            let row = opened
                .into_iter()
                .fold(row, |row, (group, page, inside)| row.open(group, page, inside));
            let cookies =
                ["a=1; Secure; SameSite=None", "l=1; SameSite=Lax", "s=1; SameSite=Strict"];
            with_user_cookies(with_user_cookies(row, API, &cookies), PAGE, &cookies)
        },
    )
}
