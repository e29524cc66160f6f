//! What is so of every row, whatever its servers say.

use std::time::Duration;

use cors_harness::case::{BodyType, Context, Credentials, Initiator, Row, Step};
use cors_harness::observation::{Answer, Read, Response, StepObservation};
use cors_harness::ruling::{RowRuling, play};
use cors_model::{HttpRequest, HttpResponse, Ruling};
use proptest::prelude::*;

use crate::strategies::*;
use crate::support::*;

/// A row played, with all that passed.
struct Played<'r> {
    row: &'r Row,
    ruling: RowRuling,
    exchanges: Vec<(HttpRequest, Option<HttpResponse>)>,
}

impl<'r> Played<'r> {
    fn new(row: &'r Row) -> Self {
        let mut world = Noting::new(row);
        let ruling = play(row, &mut world);
        Self { row, ruling, exchanges: world.exchanges }
    }

    fn steps(&self) -> impl Iterator<Item = (&'r Step, &StepObservation, &Ruling)> {
        let seen = self.ruling.observation.steps.iter().zip(&self.ruling.rulings);
        self.row.all_steps().zip(seen).map(|(step, (seen, ruling))| (step, seen, ruling))
    }
}

fn values<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    let lines = answer.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    lines.map(|(_, value)| value.as_str()).collect()
}

fn includes(step: &Step) -> bool {
    step.credentials == Some(Credentials::Include)
}

/// Whether a reply may be read by whoever asked as `origin`: said in other words than the model does.
fn opens(answer: &Answer, origin: &str, includes: bool) -> bool {
    let allowed = values(answer, "access-control-allow-origin");
    match allowed.as_slice() {
        ["*"] => !includes,
        [one] if *one == origin => {
            !includes || values(answer, "access-control-allow-credentials") == ["true"]
        }
        _ => false,
    }
}

fn is_preflight(request: &HttpRequest) -> bool {
    request.headers.contains("access-control-request-method")
}

/// Whether an earlier preflight of the same URL and origin grants that method, still.
/// Whether a preflight of the row granted the method. One that was sent because of an upload listener
/// or a streamed body grants it by naming no method at all.
fn was_granted(row: &Row, played: &Played<'_>, index: usize) -> bool {
    let (request, _) = &played.exchanges[index];
    let is_forced =
        row.all_steps().any(|step| step.upload_listeners || step.body_as == BodyType::Stream);
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

fn seen_names_are_exposed(answer: &Answer, includes: bool, response: &Response) -> bool {
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
    response.headers.iter().all(|name| {
        safe.contains(&name.as_str())
            || (!name.starts_with("set-cookie") && (all || exposed.contains(&name.as_str())))
    })
}

proptest! {
    #[test]
    fn every_step_is_ruled_once_and_the_same_again(row in a_row()) {
        let played = Played::new(&row);
        prop_assert_eq!(played.ruling.rulings.len(), row.all_steps().count());
        for ((step, seen, ruling), label) in played.steps().zip(row.labels()) {
            prop_assert_eq!(&seen.step, &label.text);
            prop_assert!(label.text.starts_with(&step.label()));
            let expected = match ruling {
                Ruling::Allowed => &[Some(Read::Allowed)][..],
                Ruling::Opaque => &[Some(Read::Opaque)],
                Ruling::Denied(_) => &[Some(Read::Blocked), Some(Read::Refused)],
                Ruling::CannotJudge(_) => &[None],
            };
            prop_assert!(expected.contains(&seen.read));
            prop_assert_eq!(seen.response.is_some(), *ruling == Ruling::Allowed);
            prop_assert_eq!(seen.inconclusive.is_some(), seen.read.is_none());
        }
        let again = Played::new(&row);
        prop_assert_eq!(format!("{:?}", again.ruling), format!("{:?}", played.ruling));
    }

    #[test]
    fn nothing_is_read_without_a_passing_check_on_the_last_hop(row in a_row()) {
        for (step, seen, _) in Played::new(&row).steps() {
            let (Some(response), Some(last)) = (&seen.response, seen.requests.last()) else { continue };
            let is_own = last.url.starts_with(&format!("{}/", row.page.origin))
                && row.page.context != Context::SandboxedIframe
                && seen.requests.iter().all(|request| request.url.starts_with(&format!("{}/", row.page.origin)));
            if !is_own && last.answer.status != 304 {
                let origin = last.origin.as_deref().expect("a CORS request has an origin");
                prop_assert!(opens(&last.answer, origin, includes(step)), "{last:?}");
                prop_assert!(seen_names_are_exposed(&last.answer, includes(step), response), "{response:?}");
            }
        }
    }

    #[test]
    fn no_unsafe_method_arrives_without_a_grant(row in a_row()) {
        let played = Played::new(&row);
        for (index, (request, _)) in played.exchanges.iter().enumerate() {
            let is_safe = ["GET", "HEAD", "POST"].contains(&request.method.as_str());
            let own = row.page.origin.to_string() == request.url.origin().ascii_serialization();
            let is_own = own && row.page.context != Context::SandboxedIframe;
            if !is_safe && !is_own && !is_preflight(request) {
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
    fn an_origin_that_was_lost_stays_lost(row in a_row()) {
        for (_, seen, _) in Played::new(&row).steps() {
            let origins: Vec<_> = seen.requests.iter().filter_map(|request| request.origin.as_deref()).collect();
            let lost = origins.iter().position(|origin| *origin == "null").unwrap_or(origins.len());
            // Without CORS the referrer policy decides, anew for every hop.
            let is_cors = seen.requests.iter().all(|request| request.method != "POST");
            prop_assert!(!is_cors || origins[lost..].iter().all(|origin| *origin == "null"), "{origins:?}");
        }
    }

    #[test]
    fn cookies_go_only_where_credentials_are_included(row in a_row()) {
        let own = format!("{}/", row.page.origin);
        for (step, seen, _) in Played::new(&row).steps() {
            for request in &seen.requests {
                let is_own = request.url.starts_with(&own);
                let omits = step.credentials == Some(Credentials::Omit) && step.initiator == Initiator::Fetch;
                prop_assert!(request.cookies.is_empty() || includes(step) || (is_own && !omits), "{request:?}");
            }
        }
    }

    #[test]
    fn at_most_twenty_redirects_are_followed(row in a_row()) {
        for (_, seen, _) in Played::new(&row).steps() {
            // A misdirected request is made twice.
            prop_assert!(seen.requests.iter().filter(|request| request.answer.status != 421).count() <= 21);
        }
    }

    #[test]
    fn any_text_is_played(
        url in ".{0,40}",
        method in ".{0,8}",
        name in ".{0,8}",
        value in ".{0,40}",
        line in ".{0,40}",
    ) {
        let mut answer = reply(200, &[], "");
        for name in ["Location", "Set-Cookie", "Vary", "Cache-Control", "Access-Control-Allow-Methods"] {
            let text = cors_servers::script::Piece::Text(line.clone().into_bytes());
            answer.headers.push((name.to_owned(), cors_servers::script::Template(vec![text])));
        }
        answer.status = if line.len() % 2 == 0 { 302 } else { 200 };
        let servers = vec![server(API, vec![("GET /", answer.clone()), ("PUT /", answer)])];
        let steps = [Initiator::Fetch, Initiator::Xhr].map(|initiator| {
            let at = step(initiator, &method, &url);
            let here = step(initiator, "PUT", &format!("{API}/")).line(&name, &value);
            [at, here.mode(&method), step(initiator, "GET", &format!("{API}/")).line("Range", &value)]
        });
        let row = plant(row(PAGE, servers, steps.concat()), API, &[&line]);
        prop_assert_eq!(ruled(&row).rulings.len(), 6);
    }
}
