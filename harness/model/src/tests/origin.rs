use url::Origin;

use super::{headers, request, url};
use crate::HeaderList;
use crate::request::Request;
use crate::request_headers::*;
use crate::request_modes::{Mode, ReferrerPolicy, ResponseTainting};
use crate::response_checks::cross_origin_resource_policy_check;
use crate::site::*;

const A: &str = "https://a.example/";
const A2: &str = "https://www.a.example/";
const B: &str = "https://b.example/";
const B2: &str = "https://www.b.example/";
const C: &str = "https://c.example/";

#[test]
fn redirect_taints() {
    use RedirectTaint::{CrossSite, SameOrigin, SameSite};
    let chains: [(&[&str], _); 14] = [
        (&[A], SameOrigin),
        (&[B], SameOrigin),
        (&[A, A], SameOrigin),
        (&[A, B], SameOrigin),
        (&[B, B], SameOrigin),
        (&[A, A, B, B], SameOrigin),
        (&[B, A], CrossSite),
        (&[B, C], CrossSite),
        (&[A, B, C], CrossSite),
        (&[A, B, A], CrossSite),
        (&[A, A2], SameOrigin),
        (&[A2, A], SameSite),
        (&[A2, B], SameSite),
        (&[B, B2], SameSite),
    ];
    for (chain, expected) in chains {
        assert_eq!(redirect_taint(&request(A, chain)), expected, "{chain:?}");
    }
}

#[test]
fn a_longer_redirect_chain_keeps_the_origin_tainted() {
    let hosts = [A, A2, B, B2, C];
    let mut chains: Vec<Vec<&str>> = hosts.iter().map(|host| vec![*host]).collect();
    for _ in 0..4 {
        let longer = |chain: &Vec<&'static str>, host: &'static str| {
            let longer = [chain.as_slice(), &[host]].concat();
            let (before, after) = (redirect_taint(&request(A, chain)), &request(A, &longer));
            assert!(before <= redirect_taint(after), "{longer:?}");
            longer
        };
        chains = chains
            .iter()
            .flat_map(|chain| hosts.iter().map(move |host| longer(chain, host)))
            .collect();
    }
}

#[test]
fn a_redirect_through_a_second_origin_taints_an_opaque_origin() {
    let mut chain = request(A, &[A, A]);
    chain.origin = Origin::new_opaque();
    assert_eq!(redirect_taint(&chain), RedirectTaint::SameOrigin);
    chain.append_url(url(A2));
    assert_eq!(redirect_taint(&chain), RedirectTaint::SameSite);
    chain.append_url(url(B));
    assert_eq!(redirect_taint(&chain), RedirectTaint::CrossSite);
}

#[test]
fn serialised_origins() {
    let serialised = |page: &str| serialize_a_request_origin(&request(page, &[B]));
    assert_eq!(serialised("https://a.example:443/x"), "https://a.example");
    assert_eq!(serialised("http://a.example:443"), "http://a.example:443");
    assert_eq!(serialised("https://ä.example"), "https://xn--4ca.example");
    assert_eq!(serialised("http://[::1]:3000"), "http://[::1]:3000");
    assert_eq!(serialised("http://127.0.0.1"), "http://127.0.0.1");
    assert_eq!(serialised("data:text/html,x"), "null");
    assert_eq!(serialize_a_request_origin(&request(A, &[B, C])), "null");
}

fn origin_header(request: &Request) -> Option<String> {
    let mut headers = HeaderList::default();
    append_a_request_origin_header(request, &mut headers);
    headers.get("origin").map(|value| String::from_utf8_lossy(&value).into_owned())
}

#[test]
fn a_cors_request_has_an_origin_whatever_its_referrer_policy() {
    let mut request = request(A, &[B]);
    request.response_tainting = ResponseTainting::Cors;
    request.referrer_policy = ReferrerPolicy::NoReferrer;
    assert_eq!(origin_header(&request).as_deref(), Some("https://a.example"));
}

#[test]
fn other_requests_have_an_origin_unless_they_are_get_or_head() {
    for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS", "patch"] {
        let mut request = request(A, &[A]);
        request.method = method.to_owned();
        let expected = (!["GET", "HEAD"].contains(&method)).then_some("https://a.example");
        assert_eq!(origin_header(&request).as_deref(), expected, "{method}");
    }
}

#[test]
fn the_referrer_policy_hides_the_origin_of_a_no_cors_post() {
    use ReferrerPolicy as P;
    let downgrade = "http://b.example";
    for (policy, target, expected) in [
        (P::NoReferrer, B, "null"),
        (P::NoReferrer, A, "null"),
        (P::NoReferrerWhenDowngrade, B, "https://a.example"),
        (P::NoReferrerWhenDowngrade, downgrade, "null"),
        (P::StrictOrigin, B, "https://a.example"),
        (P::StrictOrigin, downgrade, "null"),
        (P::StrictOriginWhenCrossOrigin, B, "https://a.example"),
        (P::StrictOriginWhenCrossOrigin, downgrade, "null"),
        (P::SameOrigin, A, "https://a.example"),
        (P::SameOrigin, B, "null"),
        (P::Origin, downgrade, "https://a.example"),
        (P::OriginWhenCrossOrigin, downgrade, "https://a.example"),
        (P::UnsafeUrl, downgrade, "https://a.example"),
    ] {
        let mut request = request(A, &[target]);
        (request.mode, request.referrer_policy) = (Mode::NoCors, policy);
        request.method = "POST".to_owned();
        assert_eq!(origin_header(&request).as_deref(), Some(expected), "{policy:?} {target}");
        request.mode = Mode::Cors;
        assert_eq!(origin_header(&request).as_deref(), Some("https://a.example"), "{policy:?}");
    }
}

#[test]
fn a_page_over_http_has_no_downgraded_look_alike() {
    use ReferrerPolicy::{NoReferrerWhenDowngrade, StrictOrigin, StrictOriginWhenCrossOrigin};
    for policy in [NoReferrerWhenDowngrade, StrictOrigin, StrictOriginWhenCrossOrigin] {
        for target in ["http://b.example", B] {
            let mut request = request("http://a.example", &[target]);
            (request.mode, request.referrer_policy) = (Mode::NoCors, policy);
            request.method = "POST".to_owned();
            let header = origin_header(&request);
            assert_eq!(header.as_deref(), Some("http://a.example"), "{policy:?} {target}");
        }
    }
}

#[test]
fn referrer_policies_have_names() {
    use ReferrerPolicy as P;
    for (name, expected) in [
        ("", Some(P::Empty)),
        ("no-referrer", Some(P::NoReferrer)),
        ("no-referrer-when-downgrade", Some(P::NoReferrerWhenDowngrade)),
        ("same-origin", Some(P::SameOrigin)),
        ("origin", Some(P::Origin)),
        ("strict-origin", Some(P::StrictOrigin)),
        ("origin-when-cross-origin", Some(P::OriginWhenCrossOrigin)),
        ("strict-origin-when-cross-origin", Some(P::StrictOriginWhenCrossOrigin)),
        ("unsafe-url", Some(P::UnsafeUrl)),
        ("No-Referrer", None),
        ("never", None),
    ] {
        assert_eq!(ReferrerPolicy::parse(name), expected, "{name}");
    }
}

#[test]
fn sites() {
    let same = |a: &str, b: &str| same_site(&url(a).origin(), &url(b).origin());
    for (a, b) in [
        (A, A2),
        (A, "https://a.example:8443"),
        ("http://localhost:1", "http://localhost:2"),
        ("http://127.0.0.1:1", "http://127.0.0.1:2"),
        ("http://[::1]:1", "http://[::1]:2"),
        ("https://github.io", "https://github.io:1"),
        ("https://www.a.example.", "https://a.example."),
    ] {
        assert!(same(a, b), "{a} {b}");
    }
    for (a, b) in [
        (A, B),
        (A, "http://a.example"),
        ("https://x.github.io", "https://y.github.io"),
        ("https://github.io", "https://x.github.io"),
        ("http://127.0.0.1", "http://1.127.0.0"),
        ("http://localhost", "http://127.0.0.1"),
        ("https://a.co.uk", "https://b.co.uk"),
        ("https://a.example.", "https://a.example"),
        (A, "data:,"),
        ("data:,", "data:,"),
    ] {
        assert!(!same(a, b), "{a} {b}");
    }
    assert!(schemelessly_same_site(&url(A).origin(), &url("http://a.example").origin()));
}

#[test]
fn trustworthy_origins() {
    let trusted = |text: &str| is_potentially_trustworthy(&url(text).origin());
    for text in [
        A,
        "http://localhost",
        "http://x.localhost:3",
        "http://localhost.",
        "http://127.9.9.9",
        "http://[::1]",
        "wss://a.example",
    ] {
        assert!(trusted(text), "{text}");
    }
    for text in ["http://a.example", "http://notlocalhost", "http://128.0.0.1", "data:,"] {
        assert!(!trusted(text), "{text}");
    }
}

#[test]
fn cross_origin_resource_policies() {
    let allowed = |page: &str, target: &str, lines: &[&str]| {
        cross_origin_resource_policy_check(&request(page, &[target]), &headers(lines)).is_ok()
    };
    let policy = "Cross-Origin-Resource-Policy: ";
    let only = |value: &str| format!("{policy}{value}");
    for (page, target, value, expected) in [
        (A, B, "same-origin", false),
        (A, A2, "same-origin", false),
        (A, A, "same-origin", true),
        (A, A2, "same-site", true),
        (A, B, "same-site", false),
        ("http://a.example", A2, "same-site", false),
        (A, "http://www.a.example", "same-site", true),
        ("http://a.example", "http://www.a.example", "same-site", true),
        (A, B, "cross-origin", true),
        (A, B, "Same-Origin", true),
        (A, B, "same-site, same-origin", true),
        (A, B, "", true),
    ] {
        assert_eq!(allowed(page, target, &[&only(value)]), expected, "{page} {target} {value}");
    }
    assert!(allowed(A, B, &[]));
    assert!(allowed(A, B, &[&only("same-origin"), &only("same-origin")]));
}
