//! <https://fetch.spec.whatwg.org/#cors-preflight-fetch>

use std::sync::Arc;
use std::time::Duration;

use super::clock::Lifespan;
use super::cors_preflight_cache::{Age, Lookup};
use super::headers::{HeaderList, Unparsable, extract_seconds, extract_tokens};
use super::permitted_choices::PermittedChoice;
use super::request::{Request, without_fragment};
use super::request_modes::{Mode, ResponseTainting};
use super::response::{Response, is_ok_status};
use super::response_checks::cors_check;
use super::ruling::{Failure, FetchError, Fetched, Reason, Stage, cannot_judge, failure};
use super::safelist::is_cors_safelisted_method;
use super::safelist::{cors_unsafe_request_header_names, is_cors_non_wildcard_request_header_name};
use super::user_agent::UserAgent;

/// The max-age of a response without one.
const DEFAULT_MAX_AGE: u64 = 5;

impl UserAgent<'_> {
    /// The condition of <https://fetch.spec.whatwg.org/#http-fetch> for a preflight. A browser may
    /// have removed the entry.
    pub(super) fn preflight_cache_lacks(&mut self, request: &Request) -> Fetched<bool> {
        let needed = self.needed_entries(request);
        let Some(entries) = needed.into_iter().collect::<Option<Vec<_>>>() else { return Ok(true) };
        let url = without_fragment(request.current_url()).to_owned();
        let what = format!("the result of the preflight for {} {url}", request.method);
        let lives: Vec<_> = entries
            .into_iter()
            .map(|Age { max_age, passed }| self.clock.note(what.clone(), max_age, passed))
            .collect();
        if lives.iter().any(|lifetime| lifetime.life() == Lifespan::Gone) {
            return Ok(true);
        }
        let again = PermittedChoice::Preflight { method: request.method.clone(), url };
        if self.branches.choose(self.clock.step(), [again]).is_some() {
            return Ok(true);
        }
        match lives.iter().find(|lifetime| lifetime.life() == Lifespan::Uncertain) {
            Some(lifetime) => cannot_judge(lifetime.uncertainty()),
            None => Ok(false),
        }
    }

    /// The entries without which a preflight is sent; `None` for an entry that does not exist.
    fn needed_entries(&self, request: &Request) -> Vec<Option<Age>> {
        let method = &request.method;
        let lookup = self.lookup(request);
        let is_to_be_granted = !is_cors_safelisted_method(method) || request.use_cors_preflight;
        let of_method = is_to_be_granted.then(|| self.preflight_cache.method(&lookup, method));
        let names = cors_unsafe_request_header_names(&request.headers);
        let of_names = names.iter().map(|name| self.preflight_cache.header_name(&lookup, name));
        of_method.into_iter().chain(of_names).collect()
    }

    /// A request as the cache sees it before it is sent.
    fn lookup<'r>(&self, request: &'r Request) -> Lookup<'r> {
        let url = without_fragment(request.current_url());
        Lookup::new(request, self.clock.before(&request.method, url))
    }

    /// <https://fetch.spec.whatwg.org/#cors-preflight-fetch-0>
    pub(super) fn cors_preflight_fetch(&mut self, request: &Request) -> Fetched<()> {
        let unsafe_names = cors_unsafe_request_header_names(&request.headers);
        let preflight = preflight(request, &unsafe_names);
        let response = self.http_network_or_cache_fetch(&preflight)?;
        let granted = grant(request, &unsafe_names, &response);
        let granted = granted
            .map_err(|failure| FetchError::NetworkError(failure.at(Stage::CorsPreflight)))?;
        let lookup = Lookup::new(request, self.clock.now());
        let (methods, names) = (texts(&granted.methods), texts(&granted.header_names));
        self.preflight_cache.grant_methods(&lookup, granted.max_age, methods);
        self.preflight_cache.grant_header_names(&lookup, granted.max_age, names);
        Ok(())
    }
}

/// The preflight request: everything of the real request that describes the client, and nothing
/// else.
fn preflight(request: &Request, unsafe_names: &[String]) -> Request {
    let mut preflight = Request::new(request.url_list()[0].clone(), Arc::clone(&request.client));
    preflight.origin = request.origin.clone();
    preflight.destination = request.destination;
    preflight.mode = Mode::Cors;
    request.url_list()[1..].iter().for_each(|url| preflight.append_url(url.clone()));
    preflight.method = "OPTIONS".to_owned();
    preflight.referrer = request.referrer.clone();
    preflight.referrer_policy = request.referrer_policy;
    preflight.response_tainting = ResponseTainting::Cors;
    preflight.headers.append("Accept", "*/*");
    preflight.headers.append("Access-Control-Request-Method", request.method.as_str());
    if !unsafe_names.is_empty() {
        preflight.headers.append("Access-Control-Request-Headers", unsafe_names.join(","));
    }
    preflight
}

/// What a preflight response allows, as listed.
pub(super) struct Granted<'a> {
    pub(super) methods: Vec<&'a [u8]>,
    header_names: Vec<&'a [u8]>,
    pub(super) max_age: Duration,
}

/// The checks on a preflight response, in the standard's order.
pub(super) fn grant<'a>(
    request: &'a Request,
    unsafe_names: &[String],
    response: &'a Response,
) -> Result<Granted<'a>, Failure> {
    let headers = &response.headers;
    cors_check(request, headers)?;
    if !is_ok_status(response.status) {
        return Err(failure(Reason::PreflightStatus, response.status.to_string()));
    }
    let methods = list(headers, "access-control-allow-methods", Reason::UnparsableAllowMethods)?;
    let names = list(headers, "access-control-allow-headers", Reason::UnparsableAllowHeaders)?;
    let own_method = || request.use_cors_preflight.then(|| vec![request.method.as_bytes()]);
    let methods = methods.or_else(own_method).unwrap_or_default();
    let header_names = names.unwrap_or_default();
    check_method(request, &methods)?;
    check_authorization(request, &header_names)?;
    unsafe_names.iter().try_for_each(|name| check_header_name(request, name, &header_names))?;
    Ok(Granted { methods, header_names, max_age: max_age(headers) })
}

fn list<'a>(
    headers: &'a HeaderList,
    name: &'a str,
    reason: Reason,
) -> Result<Option<Vec<&'a [u8]>>, Failure> {
    extract_tokens(headers, name)
        .map_err(|Unparsable| failure(reason, headers.get(name).unwrap_or_default()))
}

fn check_method(request: &Request, methods: &[&[u8]]) -> Result<(), Failure> {
    let method = &request.method;
    if methods.contains(&method.as_bytes()) || is_cors_safelisted_method(method) {
        return Ok(());
    }
    match (methods.contains(&b"*".as_slice()), request.includes_credentials()) {
        (true, false) => Ok(()),
        (true, true) => Err(failure(Reason::MethodWildcardWithCredentials, method)),
        (false, _) => Err(failure(Reason::MethodNotAllowed, method)),
    }
}

fn check_authorization(request: &Request, listed: &[&[u8]]) -> Result<(), Failure> {
    let mut names = request.headers.iter().map(|(name, _)| name);
    let unlisted =
        |name: &&str| is_cors_non_wildcard_request_header_name(name) && !is_listed(name, listed);
    match names.find(unlisted) {
        None => Ok(()),
        Some(_) if listed.contains(&b"*".as_slice()) => {
            Err(failure(Reason::AuthorizationNotListed, "*"))
        }
        Some(_) => Err(failure(Reason::HeaderNotAllowed, "authorization")),
    }
}

fn check_header_name(request: &Request, name: &str, listed: &[&[u8]]) -> Result<(), Failure> {
    if is_listed(name, listed) {
        return Ok(());
    }
    match (listed.contains(&b"*".as_slice()), request.includes_credentials()) {
        (true, false) => Ok(()),
        (true, true) => Err(failure(Reason::HeaderWildcardWithCredentials, name)),
        (false, _) => Err(failure(Reason::HeaderNotAllowed, name)),
    }
}

fn is_listed(name: &str, listed: &[&[u8]]) -> bool {
    listed.iter().any(|other| other.eq_ignore_ascii_case(name.as_bytes()))
}

fn max_age(headers: &HeaderList) -> Duration {
    let seconds = extract_seconds(headers, "access-control-max-age").unwrap_or_default();
    Duration::from_secs(seconds.unwrap_or(DEFAULT_MAX_AGE))
}

/// Tokens are ASCII.
fn texts<'a>(tokens: &'a [&'a [u8]]) -> impl Iterator<Item = &'a str> {
    tokens.iter().filter_map(|token| std::str::from_utf8(token).ok())
}
