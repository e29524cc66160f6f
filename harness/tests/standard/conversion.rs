//! How a row becomes a scenario of the model, and how the outcomes of the model become an observation.

use std::sync::Arc;

use cors_harness::case::{
    BodyType, Context, Credentials, Initiator, OpenedPage, Page, PageChange, Row, StepGroup, Tab,
};
use cors_harness::observation::{Read, StepObservation};
use cors_harness::ruling::{is_stored, play};
use cors_harness::world::Script;
use cors_model::{HttpRequest, HttpResponse, Network, Ruling};
use url::Url;

use crate::support::*;

const OPEN: [&str; 4] = [
    "Access-Control-Allow-Origin: ${origin}",
    "Access-Control-Allow-Credentials: true",
    "Access-Control-Allow-Methods: PUT",
    "Access-Control-Allow-Headers: x-a",
];

/// The servers of a row that note what they receive.
struct Noting<'r> {
    servers: Script<'r>,
    requests: Vec<HttpRequest>,
}

impl Network for Noting<'_> {
    fn is_http_1(&self, url: &Url) -> bool {
        self.servers.is_http_1(url)
    }

    fn respond(&mut self, request: &HttpRequest) -> Option<HttpResponse> {
        self.requests.push(request.clone());
        self.servers.respond(request)
    }
}

fn noted(row: &Row) -> Vec<HttpRequest> {
    let mut servers = Noting { servers: Script::new(&row.servers), requests: Vec::new() };
    play(row, &mut servers);
    servers.requests
}

fn observed(row: &Row) -> Vec<StepObservation> {
    play(row, &mut Script::new(&row.servers)).observation.steps
}

fn api() -> String {
    format!("{API}/")
}

fn open_api() -> Vec<cors_harness::case::Server> {
    let replies =
        ["GET /", "PUT /", "POST /", "OPTIONS /"].map(|place| (place, reply(200, &OPEN, "text")));
    vec![server(API, replies.into())]
}

#[test]
fn a_step_is_observed_with_its_preflight_and_its_request() {
    let mut put = fetch("PUT", &api());
    put.headers.push(("X-A".to_owned(), "1".to_owned()));
    put.credentials = Some(Credentials::Include);
    let row =
        with_user_cookies(row(PAGE, open_api(), vec![put]), API, &["a=1; Secure; SameSite=None"]);
    let step = &observed(&row)[0];
    assert_eq!(
        (step.step.as_str(), step.url.as_str()),
        ("fetch PUT https://api.example/", "https://api.example/")
    );
    assert_eq!(step.read, Some(Read::Allowed));
    let preflight = &step.preflights[0];
    assert_eq!((preflight.method.as_str(), preflight.headers.as_deref()), ("PUT", Some("x-a")));
    assert_eq!(
        (preflight.origin.as_deref(), preflight.url.as_str()),
        (Some(PAGE), "https://api.example/")
    );
    assert_eq!(preflight.answer.status, 200);
    assert_eq!(preflight.answer.headers.len(), 4, "content-length does not take part");
    let request = &step.requests[0];
    assert_eq!((request.method.as_str(), request.origin.as_deref()), ("PUT", Some(PAGE)));
    assert_eq!(request.cookies, ["a"]);
    assert_eq!(request.headers.get("x-a"), Some("1"));
    let response = step.response.as_ref().expect("allowed");
    assert_eq!(
        (response.kind.as_deref(), response.status, response.redirected),
        (Some("cors"), 200, false)
    );
    assert_eq!(response.headers, ["content-length"]);
    assert_eq!(response.body.as_deref(), Some("text"));
}

#[test]
fn the_read_depends_on_how_far_the_request_came() {
    let closed = vec![server(API, vec![("GET /", reply(200, &[], ""))])];
    let mut opaque = fetch("GET", &api());
    opaque.mode = Some("no-cors".to_owned());
    let steps = vec![fetch("GET", &api()), fetch("TRACE", &api()), opaque, fetch("GET", "data:,x")];
    let row = row("http://app.example", closed, steps);
    let reads: Vec<_> = observed(&row).iter().map(|step| step.read).collect();
    assert_eq!(reads, [Some(Read::Blocked), Some(Read::Refused), Some(Read::Opaque), None]);
    let last = observed(&row).remove(3);
    assert_eq!(last.inconclusive.as_deref(), Some("data: URLs are not modelled"));
}

#[test]
fn initiators_and_bodies_become_calls() {
    for (initiator, body_as, content_type, body) in [
        (Initiator::Fetch, BodyType::Text, Some("text/plain;charset=UTF-8"), "?a=1 2"),
        (Initiator::Xhr, BodyType::Text, Some("text/plain;charset=UTF-8"), "?a=1 2"),
        (
            Initiator::Fetch,
            BodyType::UrlSearchParams,
            Some("application/x-www-form-urlencoded;charset=UTF-8"),
            "a=1+2",
        ),
        (Initiator::Fetch, BodyType::Blob, None, "?a=1 2"),
        (Initiator::Fetch, BodyType::Stream, None, "?a=1 2"),
    ] {
        let mut post = step(initiator, "POST", &api());
        (post.body, post.body_as) = (Some("?a=1 2".to_owned()), body_as);
        let requests = noted(&row(PAGE, open_api(), vec![post]));
        let last = requests.last().expect("a request");
        let sent = last.headers.get("content-type");
        assert_eq!(sent.as_deref(), content_type.map(str::as_bytes), "{body_as:?}");
        assert_eq!(last.body.as_deref(), Some(body.as_bytes()), "{body_as:?}");
        assert_eq!(requests.len() == 2, body_as == BodyType::Stream, "a stream needs a preflight");
    }
    let mut xhr = step(Initiator::Xhr, "POST", &api());
    xhr.upload_listeners = true;
    assert_eq!(noted(&row(PAGE, open_api(), vec![xhr])).len(), 2);
    let mut form = fetch("POST", &api());
    (form.body, form.body_as) = (Some("a=1".to_owned()), BodyType::FormData);
    let requests = noted(&row(PAGE, open_api(), vec![form]));
    let body = requests[0].body.as_deref().map(String::from_utf8_lossy).expect("a body");
    assert!(body.contains("form-data; name=\"a\"\r\n\r\n1\r\n"), "{body}");
}

#[test]
fn options_of_a_step_reach_the_request() {
    let mut step = fetch("GET", &api());
    (step.cache, step.referrer_policy) = (Some("no-store".to_owned()), Some("origin".to_owned()));
    let requests = noted(&row(PAGE, open_api(), vec![step]));
    let header = |name: &str| requests[0].headers.get(name).map(|value| value.into_owned());
    assert_eq!(header("cache-control").as_deref(), Some(b"no-cache".as_slice()));
    assert_eq!(header("referer").as_deref(), Some(b"https://app.example/".as_slice()));
    let moved = reply(302, &[OPEN[0], "Location: /x"], "");
    let mut manual = fetch("GET", &api());
    manual.redirect = Some("manual".to_owned());
    let row = row(PAGE, vec![server(API, vec![("GET /", moved)])], vec![manual]);
    assert_eq!(observed(&row)[0].read, Some(Read::Opaque));
}

#[test]
fn contexts_become_clients() {
    for (context, inside, origin, has_referrer, site) in [
        (Context::Document, None, PAGE, true, "Lax"),
        (Context::Iframe, Some("https://shop.example"), PAGE, true, "None"),
        (Context::SandboxedIframe, None, "null", false, "None"),
    ] {
        let mut step = fetch("POST", &format!("{PAGE}/"));
        step.credentials = Some(Credentials::Include);
        let own = server(PAGE, vec![("POST /", reply(200, &OPEN, ""))]);
        let inside = inside.map(crate::support::origin);
        let mut row = row(PAGE, vec![own], vec![step]);
        row.page = Page { inside, ..Page::new(row.page.origin.clone(), context) };
        let row =
            with_user_cookies(row, PAGE, &["Lax=1; SameSite=Lax", "None=1; Secure; SameSite=None"]);
        let requests = noted(&row);
        let header = |name: &str| {
            let value = requests[0].headers.get(name)?;
            Some(String::from_utf8_lossy(&value).into_owned())
        };
        assert_eq!(header("origin").as_deref(), Some(origin), "{context:?}");
        assert_eq!(header("referer").is_some(), has_referrer, "{context:?}");
        assert_eq!(
            requests[0].cookie_names().contains(&"Lax".to_owned()),
            site == "Lax",
            "{context:?}"
        );
    }
}

#[test]
fn steps_of_a_group_have_one_start() {
    let slow = after(reply(200, &["Cache-Control: max-age=3"], ""), 2);
    let own = server(PAGE, vec![("GET /a", slow.clone()), ("GET /b", slow)]);
    let at = |path: &str| fetch("GET", &format!("{PAGE}{path}"));
    let mut together = row(PAGE, vec![own], Vec::new());
    together.steps =
        vec![StepGroup::Together(vec![at("/a"), at("/b")]), StepGroup::One(Box::new(at("/a")))];
    assert_eq!(noted(&together).len(), 2, "two seconds have passed, not four");
    let StepGroup::Together(steps) = together.steps[0].clone() else { panic!("a group") };
    together.steps =
        steps.into_iter().chain([at("/a")]).map(|step| StepGroup::One(Box::new(step))).collect();
    assert_eq!(noted(&together).len(), 3, "four seconds have passed");
}

#[test]
fn a_redirect_shows_no_secret_of_its_url() {
    let moved = reply(302, &[OPEN[0], "Location: /next?token=secret#part"], "");
    let servers = vec![server(API, vec![("GET /", moved), ("GET /next", reply(200, &OPEN, ""))])];
    let step = observed(&row(PAGE, servers, vec![fetch("GET", &api())])).remove(0);
    let targets: Vec<_> =
        step.requests.iter().map(|request| request.answer.redirects_to.as_deref()).collect();
    assert_eq!(targets, [Some("https://api.example/next"), None]);
}

#[test]
fn a_refused_value_of_a_secret_header_is_hidden() {
    for (name, value, shown) in [
        ("Authorization", "Bearer secr\u{100}t", "Bearer <7 bytes>"),
        ("X-A", "\u{100}", "\u{100}"),
    ] {
        let mut step = fetch("GET", &api());
        step.headers = vec![(name.to_owned(), value.to_owned())];
        let row = row(PAGE, open_api(), vec![step]);
        let ruling = play(&row, &mut Script::new(&row.servers));
        let Ruling::Denied(refusal) = &ruling.rulings[0] else { panic!("{:?}", ruling.rulings) };
        assert_eq!(refusal.value.as_deref(), Some(shown), "{name}");
    }
}

#[test]
fn a_cookie_is_stored_as_the_standard_says() {
    let row = row(PAGE, Vec::new(), Vec::new());
    let stored =
        |cookie: &str| is_stored(&with_user_cookies(row.clone(), PAGE, &[cookie]).cookies[0]);
    assert!(stored("a=1") && !stored("a=1; SameSite=None"));
}

#[test]
fn a_page_that_stays_open_in_another_tab_keeps_what_its_elements_have_loaded() {
    let image = || StepGroup::One(Box::new(step(Initiator::Img, "GET", &api())));
    let page = Page::new(origin(PAGE), Context::Document);
    let change = |tab| {
        let opened = Arc::new(OpenedPage { name: "page".to_owned(), page: page.clone() });
        StepGroup::Open(PageChange { opened, tab })
    };
    let png = reply(200, &["Content-Type: image/png"], "");
    for (tabs, is_kept) in [
        (&[Tab::New][..], false),
        (&[Tab::Current], false),
        (&[Tab::New, Tab::Earlier(0)], true),
        (&[Tab::Current, Tab::New, Tab::Earlier(0)], false),
        (&[Tab::New, Tab::Current, Tab::Earlier(0)], true),
    ] {
        let mut row = row(PAGE, vec![server(API, vec![("GET /", png.clone())])], Vec::new());
        row.steps = vec![image()];
        row.steps.extend(tabs.iter().map(|tab| change(*tab)));
        row.steps.push(image());
        let last = observed(&row).pop().expect("a step");
        let keeps = last.inconclusive.as_deref().is_some_and(|why| why.contains("keep a resource"));
        assert_eq!(keeps, is_kept, "{tabs:?}");
    }
}
