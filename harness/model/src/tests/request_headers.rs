//! The headers that describe where a request comes from: `Referer` and `Sec-Fetch-…`.

use std::sync::Arc;

use super::{request, url};
use crate::HeaderList;
use crate::client::Client;
use crate::headers::text;
use crate::request_headers::append_the_fetch_metadata_headers;
use crate::request_headers::determine_requests_referrer;
use crate::request_modes::{Destination, Mode, Referrer, ReferrerPolicy};

const PAGE: &str = "https://a.example/.cors-harness/page";
const ORIGIN: &str = "https://a.example/";
const OWN: &str = "https://a.example/x";
const OTHER: &str = "https://b.example/x";
const PLAIN: &str = "http://b.example/x";

fn page() -> Client {
    Client::document(url(PAGE))
}

/// The referrer of a request for `to`, whose referrer was this before.
fn referrer(policy: ReferrerPolicy, before: Referrer, to: &str, client: Client) -> Option<String> {
    let mut request = request(ORIGIN, &[to]);
    request.client = Arc::new(client);
    (request.referrer_policy, request.referrer) = (policy, before);
    match determine_requests_referrer(&request) {
        Referrer::Url(url) => Some(url.into()),
        Referrer::NoReferrer | Referrer::Client => None,
    }
}

#[test]
fn each_referrer_policy_sends_the_url_the_origin_or_nothing() {
    use ReferrerPolicy::*;
    let table = [
        (NoReferrer, [None, None, None]),
        (NoReferrerWhenDowngrade, [Some(PAGE), Some(PAGE), None]),
        (SameOrigin, [Some(PAGE), None, None]),
        (ReferrerPolicy::Origin, [Some(ORIGIN), Some(ORIGIN), Some(ORIGIN)]),
        (StrictOrigin, [Some(ORIGIN), Some(ORIGIN), None]),
        (OriginWhenCrossOrigin, [Some(PAGE), Some(ORIGIN), Some(ORIGIN)]),
        (StrictOriginWhenCrossOrigin, [Some(PAGE), Some(ORIGIN), None]),
        (UnsafeUrl, [Some(PAGE), Some(PAGE), Some(PAGE)]),
    ];
    for (policy, expected) in table {
        let found = [OWN, OTHER, PLAIN].map(|to| referrer(policy, Referrer::Client, to, page()));
        assert_eq!(found.each_ref().map(Option::as_deref), expected, "{policy:?}");
    }
}

#[test]
fn loopback_is_no_downgrade() {
    for to in ["http://localhost:8000/", "http://127.0.0.1/", "http://app.localhost/"] {
        let policy = ReferrerPolicy::StrictOriginWhenCrossOrigin;
        let found = referrer(policy, Referrer::Client, to, page());
        assert_eq!(found.as_deref(), Some(ORIGIN), "{to}");
    }
}

#[test]
fn a_document_with_an_opaque_origin_sends_no_referrer() {
    let found = referrer(ReferrerPolicy::UnsafeUrl, Referrer::Client, OWN, page().sandboxed());
    assert_eq!(found, None);
}

#[test]
fn an_omitted_referrer_stays_omitted_after_a_redirect() {
    let unsafe_url = |before| referrer(ReferrerPolicy::UnsafeUrl, before, OWN, page());
    assert_eq!(unsafe_url(Referrer::NoReferrer), None);
    assert_eq!(unsafe_url(Referrer::Url(url(ORIGIN))).as_deref(), Some(ORIGIN));
}

#[test]
fn userinfo_fragment_and_very_long_urls_are_stripped() {
    let unsafe_url = |before: &str| {
        let before = Referrer::Url(url(before));
        referrer(ReferrerPolicy::UnsafeUrl, before, OTHER, page())
    };
    let found = unsafe_url("https://me:secret@a.example/x?q#part");
    assert_eq!(found.as_deref(), Some("https://a.example/x?q"));
    let of_length = |length: usize| format!("{ORIGIN}{}", "x".repeat(length - ORIGIN.len()));
    assert_eq!(unsafe_url(&of_length(4096)), Some(of_length(4096)));
    assert_eq!(unsafe_url(&of_length(4097)).as_deref(), Some(ORIGIN));
    assert_eq!(unsafe_url("data:,x"), None);
}

/// `Sec-Fetch-…` of a request of `page` with these URLs.
fn metadata(page: &str, chain: &[&str], mode: Mode) -> Vec<String> {
    let mut request = request(page, chain);
    request.mode = mode;
    let mut headers = HeaderList::default();
    append_the_fetch_metadata_headers(&request, &mut headers);
    headers.iter().map(|(name, value)| format!("{name}: {}", text(value))).collect()
}

#[test]
fn sec_fetch_site_covers_all_redirects() {
    const SIBLING: &str = "https://www.a.example/";
    let table: [(&[&str], &str); 8] = [
        (&[OWN], "same-origin"),
        (&[OWN, OWN], "same-origin"),
        (&[SIBLING], "same-site"),
        (&[SIBLING, OWN], "same-site"),
        (&[OTHER], "cross-site"),
        (&[OTHER, OWN], "cross-site"),
        (&[SIBLING, OTHER, SIBLING], "cross-site"),
        (&["https://a.example:8443/"], "same-site"),
    ];
    for (chain, site) in table {
        let found = metadata(ORIGIN, chain, Mode::Cors);
        assert_eq!(found[2], format!("Sec-Fetch-Site: {site}"), "{chain:?}");
    }
    let found = metadata("http://localhost:3000/", &["http://localhost:8000/"], Mode::Cors);
    assert_eq!(found[2], "Sec-Fetch-Site: same-site");
}

#[test]
fn metadata_names_the_mode_and_the_empty_destination_of_trustworthy_urls_only() {
    let modes =
        [(Mode::Cors, "cors"), (Mode::NoCors, "no-cors"), (Mode::SameOrigin, "same-origin")];
    for (mode, name) in modes {
        let found = metadata(ORIGIN, &[OTHER], mode);
        let expected = [
            "Sec-Fetch-Dest: empty",
            &format!("Sec-Fetch-Mode: {name}"),
            "Sec-Fetch-Site: cross-site",
        ];
        assert_eq!(found, expected);
    }
    assert!(metadata(ORIGIN, &[PLAIN], Mode::Cors).is_empty());
    assert_eq!(metadata(ORIGIN, &["http://localhost/"], Mode::Cors).len(), 3);
}

#[test]
fn metadata_names_the_destination() {
    for (destination, name) in [(Destination::Image, "image"), (Destination::Worker, "worker")] {
        let mut request = request(ORIGIN, &[OTHER]);
        request.destination = destination;
        let mut headers = HeaderList::default();
        append_the_fetch_metadata_headers(&request, &mut headers);
        assert_eq!(headers.get("sec-fetch-dest").as_deref(), Some(name.as_bytes()));
    }
}
