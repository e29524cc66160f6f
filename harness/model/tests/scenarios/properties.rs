//! Properties of every row, for any responses of its servers.

use std::time::Duration;

use cors_model::{
    CredentialsMode, Exchange, HttpRequest, HttpResponse, Outcome, Ruling, ScriptResponse,
};
use proptest::prelude::*;

use crate::strategies::*;
use crate::support::*;

/// A row played, with everything that was sent and received.
struct Played<'r> {
    row: &'r Row,
    outcomes: Vec<Outcome>,
    exchanges: Vec<(HttpRequest, Option<HttpResponse>)>,
}

impl<'r> Played<'r> {
    fn new(row: &'r Row) -> Self {
        let mut servers = Servers::new(&row.servers);
        let outcomes = play(row, &mut servers);
        Self { row, outcomes, exchanges: servers.exchanges }
    }

    /// The steps that can be judged, each with the origin of its page.
    fn steps(&self) -> impl Iterator<Item = (&'r Step, &'r str, &Outcome)> {
        let steps = self.row.steps().zip(self.row.page_origins()).zip(&self.outcomes);
        let steps = steps.map(|((step, page), outcome)| (step, page, outcome));
        steps.filter(|(_, _, outcome)| !matches!(outcome.ruling, Ruling::CannotJudge(_)))
    }
}

fn values(response: &HttpResponse, name: &str) -> Vec<String> {
    let values = response.headers.values(name);
    values.map(|value| String::from_utf8_lossy(value).into_owned()).collect()
}

fn includes(step: &Step) -> bool {
    step.credentials == Some(CredentialsMode::Include)
}

/// Whether a page of `origin` may read a response: written in another way than the model.
fn opens(response: &HttpResponse, origin: &str, includes: bool) -> bool {
    let allowed = values(response, "access-control-allow-origin");
    match allowed.as_slice() {
        [one] if one == "*" => !includes,
        [one] if one == origin => {
            !includes || values(response, "access-control-allow-credentials") == ["true"]
        }
        _ => false,
    }
}

fn is_at(exchange: &Exchange, page: &str) -> bool {
    exchange.request.url.origin().ascii_serialization() == page
}

fn is_preflight(request: &HttpRequest) -> bool {
    request.headers.contains("access-control-request-method")
}

/// Whether a preflight of the row granted the method. One that was sent because of an upload listener
/// or a streamed body grants it by naming no method at all.
fn was_granted(row: &Row, played: &Played<'_>, index: usize) -> bool {
    let (request, _) = &played.exchanges[index];
    let is_forced =
        row.steps().any(|step| step.upload_listeners || step.body_as == BodyType::Stream);
    let mut since = Duration::ZERO;
    for (earlier, reply) in played.exchanges[..index].iter().rev() {
        let Some(reply) = reply else { continue };
        let age = reply.headers.get("access-control-max-age").unwrap_or_default();
        let age = String::from_utf8_lossy(&age).parse().unwrap_or(5);
        let origin =
            |request: &HttpRequest| request.headers.get("origin").map(std::borrow::Cow::into_owned);
        let same = is_preflight(earlier)
            && earlier.url == request.url
            && origin(earlier) == origin(request);
        let lists = match reply.headers.get("access-control-allow-methods") {
            Some(methods) => String::from_utf8_lossy(&methods)
                .split(',')
                .any(|method| [request.method.as_str(), "*"].contains(&method.trim())),
            None => is_forced,
        };
        let is_next = since.is_zero();
        if same
            && lists
            && (200..300).contains(&reply.status)
            && (is_next || since < Duration::from_secs(age))
        {
            return true;
        }
        // A misdirected request is made twice on one grant.
        let is_repeated = reply.status == 421 && earlier.url == request.url;
        since += if is_repeated { Duration::ZERO } else { reply.delay };
    }
    false
}

/// Whether a page of the request's own origin makes it in the mode `same-origin`. Its Origin header is `null` where the
/// referrer policy says so.
fn is_same_origin_mode(row: &Row, request: &HttpRequest) -> bool {
    let at = request.url.origin().ascii_serialization();
    let mut steps = row.steps().zip(row.page_origins());
    steps.any(|(step, page)| {
        let is_in_mode = step.mode.as_deref() == Some("same-origin");
        is_in_mode && page == at && step.method.eq_ignore_ascii_case(&request.method)
    })
}

fn seen_names_are_exposed(
    answer: &HttpResponse,
    includes: bool,
    response: &ScriptResponse,
) -> bool {
    let safe = [
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    ];
    let exposed = values(answer, "access-control-expose-headers").join(",").to_ascii_lowercase();
    let exposed: Vec<_> = exposed.split(',').map(str::trim).collect();
    let all = !includes && exposed.contains(&"*");
    response.header_names.iter().all(|name| {
        safe.contains(&name.as_str())
            || (!name.starts_with("set-cookie") && (all || exposed.contains(&name.as_str())))
    })
}

proptest! {
    #[test]
    fn every_step_is_ruled_once_and_the_same_again(row in a_row()) {
        let played = Played::new(&row);
        prop_assert_eq!(played.outcomes.len(), row.steps().count());
        for outcome in &played.outcomes {
            prop_assert_eq!(outcome.response.is_some(), outcome.ruling == Ruling::Allowed);
        }
        let again = Played::new(&row);
        prop_assert_eq!(format!("{:?}", again.outcomes), format!("{:?}", played.outcomes));
    }

    #[test]
    fn nothing_is_read_without_a_passing_check_on_the_last_hop(row in a_row()) {
        for (step, page, outcome) in Played::new(&row).steps() {
            let requests = outcome.requests();
            let (Some(response), Some(last)) = (&outcome.response, requests.last()) else { continue };
            let is_own = requests.iter().all(|exchange| is_at(exchange, page));
            if !is_own && last.response.status != 304 {
                let origin = header(last, "origin").expect("a CORS request has an origin");
                prop_assert!(opens(&last.response, &origin, includes(step)), "{last:?}");
                prop_assert!(seen_names_are_exposed(&last.response, includes(step), response), "{response:?}");
            }
        }
    }

    #[test]
    fn no_unsafe_method_arrives_without_an_allowing_preflight(row in a_row()) {
        let played = Played::new(&row);
        for (index, (request, _)) in played.exchanges.iter().enumerate() {
            let is_safe = ["GET", "HEAD", "POST"].contains(&request.method.as_str());
            let origin = request.headers.get("origin").map(std::borrow::Cow::into_owned);
            let is_own = origin == Some(request.url.origin().ascii_serialization().into_bytes());
            if !is_safe && !is_own && !is_preflight(request) && !is_same_origin_mode(&row, request) {
                prop_assert!(was_granted(&row, &played, index), "{request:?}");
            }
        }
    }

    #[test]
    fn a_preflight_carries_no_credentials_and_no_headers_of_script(row in a_row()) {
        for (request, _) in Played::new(&row).exchanges.iter().filter(|(request, _)| is_preflight(request)) {
            let names: Vec<_> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
            let own = ["accept", "access-control-request-method", "access-control-request-headers", "origin", "referer"];
            let is_own = |name: &String| own.contains(&name.as_str()) || name.starts_with("sec-fetch-");
            prop_assert!(names.iter().all(is_own), "{names:?}");
            prop_assert_eq!(&request.method, "OPTIONS");
        }
    }

    #[test]
    fn an_opaque_origin_after_redirects_stays_opaque(row in a_row()) {
        for (_, _, outcome) in Played::new(&row).steps() {
            let requests = outcome.requests();
            let origins: Vec<_> = requests.iter().filter_map(|request| header(request, "origin")).collect();
            let lost = origins.iter().position(|origin| origin == "null").unwrap_or(origins.len());
            // Without CORS the referrer policy decides, anew for every hop.
            let is_cors = requests.iter().all(|exchange| exchange.request.method != "POST");
            prop_assert!(!is_cors || origins[lost..].iter().all(|origin| origin == "null"), "{origins:?}");
        }
    }

    #[test]
    fn an_origin_header_names_the_page_of_its_step(row in a_row()) {
        for (_, page, outcome) in Played::new(&row).steps() {
            for origin in outcome.exchanges.iter().filter_map(|exchange| header(exchange, "origin")) {
                prop_assert!(origin == page || origin == "null", "{origin} from {page}");
            }
        }
    }

    #[test]
    fn cookies_go_only_where_credentials_are_included(row in a_row()) {
        for (step, page, outcome) in Played::new(&row).steps() {
            for exchange in outcome.requests() {
                let omits = step.credentials == Some(CredentialsMode::Omit) && step.initiator == Initiator::Fetch;
                let may = includes(step) || (is_at(exchange, page) && !omits);
                prop_assert!(exchange.request.cookie_names().is_empty() || may, "{exchange:?}");
            }
        }
    }

    #[test]
    fn at_most_twenty_redirects_are_followed(row in a_row()) {
        for (_, _, outcome) in Played::new(&row).steps() {
            // A misdirected request is made twice.
            let requests = outcome.requests().into_iter();
            prop_assert!(requests.filter(|exchange| exchange.response.status != 421).count() <= 21);
        }
    }

    #[test]
    fn any_text_can_be_a_request_or_response(
        url in ".{0,40}",
        method in ".{0,8}",
        name in ".{0,8}",
        value in ".{0,40}",
        line in ".{0,40}",
    ) {
        let mut answer = reply(200, &[], "");
        for name in ["Location", "Set-Cookie", "Vary", "Cache-Control", "Access-Control-Allow-Methods"] {
            answer.lines.push((name.to_owned(), line.clone().into_bytes()));
        }
        answer.status = if line.len() % 2 == 0 { 302 } else { 200 };
        let servers = vec![server(API, vec![("GET /", answer.clone()), ("PUT /", answer)])];
        let steps = [Initiator::Fetch, Initiator::Xhr].map(|initiator| {
            let at = step(initiator, &method, &url);
            let here = step(initiator, "PUT", &format!("{API}/")).line(&name, &value);
            [at, here.mode(&method), step(initiator, "GET", &format!("{API}/")).line("Range", &value)]
        });
        let row = with_user_cookies(row(PAGE, servers, steps.concat()), API, &[&line]);
        prop_assert_eq!(ruled(&row).len(), 6);
    }
}
