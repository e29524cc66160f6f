use std::time::Duration;

use super::{headers, request};
use crate::clock::{Lifespan, Span};
use crate::cors_preflight_cache::{Lookup, PreflightCache};
use crate::cors_preflight_fetch::grant;
use crate::request::Request;
use crate::request_modes::CredentialsMode;
use crate::response::Response;
use crate::ruling::Reason;
use crate::safelist::cors_unsafe_request_header_names;

fn asking(method: &str, lines: &[&str], credentials: CredentialsMode) -> Request {
    let mut request = request("https://app.example", &["https://api.example/x?y"]);
    (request.method, request.headers) = (method.to_owned(), headers(lines));
    request.credentials_mode = credentials;
    request
}

/// The max-age of a response that passes the CORS check, or the reason why it is rejected.
fn granted(request: &Request, status: u16, lines: &[&str]) -> Result<u64, Reason> {
    let own = "Access-Control-Allow-Origin: https://app.example";
    let lines = [&[own, "Access-Control-Allow-Credentials: true"], lines].concat();
    let response = Response { status, headers: headers(&lines), ..Response::default() };
    let names = cors_unsafe_request_header_names(&request.headers);
    let granted = grant(request, &names, &response);
    granted.map(|granted| granted.max_age.as_secs()).map_err(|failure| failure.reason)
}

const ANONYMOUS: CredentialsMode = CredentialsMode::SameOrigin;
const INCLUDE: CredentialsMode = CredentialsMode::Include;

#[test]
fn preflight_with_put_from_disallowed() {
    let request = asking("PUT", &[], ANONYMOUS);
    let names = cors_unsafe_request_header_names(&request.headers);
    for lines in [&[][..], &["Access-Control-Allow-Origin: https://other.example"]] {
        let lines = [lines, &["Access-Control-Allow-Methods: PUT"]].concat();
        let response = Response { status: 204, headers: headers(&lines), ..Response::default() };
        assert!(grant(&request, &names, &response).is_err(), "{lines:?}");
    }
}

#[test]
fn preflight_with_every_status_from_allowed() {
    let request = asking("PUT", &[], ANONYMOUS);
    for status in 200..=599 {
        let granted = granted(&request, status, &["Access-Control-Allow-Methods: PUT"]);
        let expected = if status < 300 { Ok(5) } else { Err(Reason::PreflightStatus) };
        assert_eq!(granted, expected, "{status}");
    }
}

#[test]
fn preflight_with_methods_from_allowed() {
    use Reason::{MethodNotAllowed, MethodWildcardWithCredentials, UnparsableAllowMethods};
    for (method, credentials, value, expected) in [
        ("PUT", ANONYMOUS, "PUT", Ok(5)),
        ("PUT", ANONYMOUS, "GET, , PUT", Ok(5)),
        ("PUT", ANONYMOUS, "put", Err(MethodNotAllowed)),
        ("PUT", ANONYMOUS, "", Err(MethodNotAllowed)),
        ("PUT", ANONYMOUS, "*", Ok(5)),
        ("PUT", INCLUDE, "*", Err(MethodWildcardWithCredentials)),
        ("PUT", INCLUDE, "*, PUT", Ok(5)),
        ("*", INCLUDE, "*", Ok(5)),
        ("patch", ANONYMOUS, "PATCH", Err(MethodNotAllowed)),
        ("patch", ANONYMOUS, "patch", Ok(5)),
        ("GET", ANONYMOUS, "", Ok(5)),
        ("HEAD", ANONYMOUS, "PUT", Ok(5)),
        ("POST", INCLUDE, "*", Ok(5)),
        ("OPTIONS", ANONYMOUS, "GET", Err(MethodNotAllowed)),
        ("PUT", ANONYMOUS, "PUT; x", Err(UnparsableAllowMethods)),
        ("GET", ANONYMOUS, "\"GET\"", Err(UnparsableAllowMethods)),
    ] {
        let line = format!("Access-Control-Allow-Methods: {value}");
        let granted = granted(&asking(method, &[], credentials), 200, &[&line]);
        assert_eq!(granted, expected, "{method} {credentials:?} {value}");
    }
    let request = asking("PUT", &[], ANONYMOUS);
    assert_eq!(granted(&request, 200, &[]), Err(MethodNotAllowed));
    let lines = ["Access-Control-Allow-Methods: GET", "Access-Control-Allow-Methods: PUT"];
    assert_eq!(granted(&request, 200, &lines), Ok(5));
}

#[test]
fn preflight_with_headers_from_allowed() {
    use Reason::{AuthorizationNotListed, HeaderNotAllowed, HeaderWildcardWithCredentials};
    for (line, credentials, value, expected) in [
        ("X-A: 1", ANONYMOUS, "x-a", Ok(5)),
        ("X-A: 1", ANONYMOUS, "X-B, X-a", Ok(5)),
        ("X-A: 1", ANONYMOUS, "x-b", Err(HeaderNotAllowed)),
        ("X-A: 1", ANONYMOUS, "", Err(HeaderNotAllowed)),
        ("X-A: 1", ANONYMOUS, "*", Ok(5)),
        ("X-A: 1", INCLUDE, "*", Err(HeaderWildcardWithCredentials)),
        ("X-A: 1", INCLUDE, "*, x-a", Ok(5)),
        ("*: 1", INCLUDE, "*", Ok(5)),
        ("Authorization: x", ANONYMOUS, "*", Err(AuthorizationNotListed)),
        ("Authorization: x", INCLUDE, "*", Err(AuthorizationNotListed)),
        ("Authorization: x", ANONYMOUS, "*, authorization", Ok(5)),
        ("Authorization: x", INCLUDE, "AUTHORIZATION", Ok(5)),
        ("Authorization: x", ANONYMOUS, "x-a", Err(HeaderNotAllowed)),
        ("Accept: x", ANONYMOUS, "", Ok(5)),
        ("Content-Type: application/json", ANONYMOUS, "content-type", Ok(5)),
        ("Content-Type: application/json", ANONYMOUS, "accept", Err(HeaderNotAllowed)),
        ("Accept: x", ANONYMOUS, "a b", Err(Reason::UnparsableAllowHeaders)),
    ] {
        let allow = format!("Access-Control-Allow-Headers: {value}");
        let granted = granted(&asking("POST", &[line], credentials), 200, &[&allow]);
        assert_eq!(granted, expected, "{line} {credentials:?} {value}");
    }
    let request = asking("POST", &["X-A: 1"], ANONYMOUS);
    assert_eq!(granted(&request, 200, &[]), Err(HeaderNotAllowed));
}

#[test]
fn a_refused_authorization_names_what_was_listed() {
    let request = asking("GET", &["Authorization: x"], ANONYMOUS);
    for (listed, value) in [("*", "*"), ("x-a", "authorization")] {
        let lines =
            ["Access-Control-Allow-Origin: *", &format!("Access-Control-Allow-Headers: {listed}")];
        let response = Response { status: 200, headers: headers(&lines), ..Response::default() };
        let failure = grant(&request, &[], &response).err().expect("refused");
        assert_eq!(failure.value.as_deref(), Some(value));
    }
}

#[test]
fn preflight_with_max_age_from_allowed() {
    let request = asking("POST", &[], ANONYMOUS);
    for (value, seconds) in [
        ("0", 0),
        ("600", 600),
        ("", 5),
        ("-1", 5),
        ("+5", 5),
        ("1.5", 5),
        ("x", 5),
        ("5,6", 5),
        ("4294967296", 4_294_967_296),
    ] {
        let line = format!("Access-Control-Max-Age: {value}");
        assert_eq!(granted(&request, 200, &[&line]), Ok(seconds), "{value}");
    }
    assert_eq!(granted(&request, 200, &[]), Ok(5));
    let twice = ["Access-Control-Max-Age: 9", "Access-Control-Max-Age: 9"];
    assert_eq!(granted(&request, 200, &twice), Ok(5));
}

#[test]
fn a_preflight_result_covers_its_own_method() {
    let mut request = asking("POST", &[], ANONYMOUS);
    for (flag, expected) in [(false, 0), (true, 1)] {
        request.use_cors_preflight = flag;
        assert_eq!(request.needs_preflight(), flag);
        let headers = headers(&["Access-Control-Allow-Origin: *"]);
        let response = Response { status: 200, headers, ..Response::default() };
        let granted = grant(&request, &[], &response).expect("granted");
        assert_eq!(granted.methods.len(), expected);
    }
}

fn has_method(cache: &PreflightCache, lookup: &Lookup<'_>, method: &str) -> bool {
    cache.method(lookup, method).is_some_and(|age| age.life() == Lifespan::Alive)
}

fn has_header_name(cache: &PreflightCache, lookup: &Lookup<'_>, name: &str) -> bool {
    cache.header_name(lookup, name).is_some_and(|age| age.life() == Lifespan::Alive)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn cache_entries_match_by_origin_url_and_credentials() {
    let first = asking("PUT", &[], ANONYMOUS);
    let mut cache = PreflightCache::default();
    let now = Span::default();
    cache.grant_methods(&Lookup::new(&first, now), seconds(10), ["PUT"].into_iter());
    let hit = |request: &Request| has_method(&cache, &Lookup::new(request, now), "PUT");
    assert!(hit(&first));
    let at = |page: &str, urls: &[&str]| request(page, urls);
    let page = "https://app.example";
    assert!(hit(&at(page, &["https://api.example/x?y"])));
    assert!(hit(&at(page, &["https://api.example/x?y#z"])));
    assert!(!hit(&at(page, &["https://api.example/x"])));
    assert!(!hit(&at(page, &["https://api.example:444/x?y"])));
    assert!(!hit(&at("https://www.example", &["https://api.example/x?y"])));
    assert!(!hit(&at(page, &["https://a.example/", "https://api.example/x?y"])));
    assert!(!hit(&asking("PUT", &[], INCLUDE)));
}

#[test]
fn a_credentialed_entry_serves_anonymous_requests() {
    let mut cache = PreflightCache::default();
    let (with, without) = (asking("PUT", &[], INCLUDE), asking("PUT", &[], ANONYMOUS));
    let now = Span::default();
    cache.grant_header_names(&Lookup::new(&with, now), seconds(10), ["X-A"].into_iter());
    for request in [&with, &without] {
        assert!(has_header_name(&cache, &Lookup::new(request, now), "x-a"));
        assert!(!has_method(&cache, &Lookup::new(request, now), "X-A"));
    }
}

#[test]
fn wildcard_entries_match_everything_but_authorization() {
    let request = asking("PUT", &[], ANONYMOUS);
    let lookup = Lookup::new(&request, Span::default());
    let mut cache = PreflightCache::default();
    cache.grant_methods(&lookup, seconds(10), ["*"].into_iter());
    cache.grant_header_names(&lookup, seconds(10), ["*"].into_iter());
    assert!(has_method(&cache, &lookup, "PUT") && has_header_name(&cache, &lookup, "x"));
    assert!(!has_header_name(&cache, &lookup, "authorization"));
    cache.grant_header_names(&lookup, seconds(10), ["Authorization"].into_iter());
    assert!(has_header_name(&cache, &lookup, "authorization"));
}

#[test]
fn preflight_cache_entries_expire_and_are_extended() {
    let request = asking("PUT", &[], ANONYMOUS);
    let mut cache = PreflightCache::default();
    let at = |now: u64| Lookup::new(&request, Span::at(seconds(now)));
    cache.grant_methods(&at(0), seconds(5), ["PUT", "DELETE"].into_iter());
    assert!(has_method(&cache, &at(4), "PUT") && !has_method(&cache, &at(5), "PUT"));
    cache.grant_methods(&at(4), seconds(5), ["PUT"].into_iter());
    assert!(has_method(&cache, &at(8), "PUT") && !has_method(&cache, &at(8), "DELETE"));
    cache.grant_methods(&at(8), seconds(0), ["PUT"].into_iter());
    assert!(!has_method(&cache, &at(8), "PUT"));
}

#[test]
fn clearing_removes_entries_of_one_origin_and_url() {
    let put = asking("PUT", &[], INCLUDE);
    let other = request("https://app.example", &["https://api.example/other"]);
    let mut cache = PreflightCache::default();
    let now = Span::default();
    for request in [&put, &other] {
        cache.grant_methods(&Lookup::new(request, now), seconds(9), ["PUT"].into_iter());
    }
    cache.clear(&Lookup::new(&asking("GET", &[], ANONYMOUS), now));
    assert!(!has_method(&cache, &Lookup::new(&put, now), "PUT"));
    assert!(has_method(&cache, &Lookup::new(&other, now), "PUT"));
}
