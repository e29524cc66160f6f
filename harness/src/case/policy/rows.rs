//! Makes rows from a policy's requests.

use cors_servers::script::{Method, Path, Reply, Status};

use super::super::row::{Names, Row, Server, ThirdPartyCookies, UserCookie};
use super::super::step::{Credentials, Step, StepGroup};
use super::calls::Call;
use super::routes::Ask;
use super::{Asked, OriginKind};
use crate::initiators::Initiator;
use crate::secrets::Secrets;

/// What all rows of a policy share.
pub(super) struct Common {
    pub(super) servers: Vec<Server>,
    pub(super) login: Vec<UserCookie>,
    pub(super) third_party_cookies: ThirdPartyCookies,
    pub(super) environment: Secrets,
}

/// A row for each call.
pub(super) fn rows(mut common: Common, calls: Vec<Call<'_>>) -> Vec<Row> {
    common.servers.iter_mut().for_each(|server| answer_everything(server, &calls));
    calls.into_iter().map(|call| row(&common, call)).collect()
}

fn row(common: &Common, call: Call<'_>) -> Row {
    let Call { page, ask, asked } = call;
    let names = Asked::VARIABLES.iter().map(|name| (*name).to_owned());
    Row {
        values: names.zip(asked.values()).collect(),
        servers: common.servers.clone(),
        cookies: if asked.login { common.login.clone() } else { Vec::new() },
        page,
        steps: steps(&ask, &asked),
        third_party_cookies: common.third_party_cookies,
        names: names_of(&common.servers),
        environment: common.environment.clone(),
        asked: Some(asked),
        line: 1,
    }
}

/// A real server may compare names in any way, so it gets the real ones. A scripted server has
/// lists, which can contain other names too.
fn names_of(servers: &[Server]) -> Names {
    match servers.iter().any(|server| server.upstream.is_some()) {
        true => Names::Verbatim,
        false => Names::Mapped,
    }
}

/// One request; and the same request again if the policy asks for that and allows the request,
/// except for requests with headers: whether these are preflighted again is up to the browser, not
/// to the server.
fn steps(ask: &Ask, asked: &Asked) -> Vec<StepGroup> {
    let own = ask.request.headers.iter().cloned();
    let beyond = asked.headers.iter().map(|name| (name.clone(), value(name).to_owned()));
    let credentials = if asked.login { Credentials::Include } else { Credentials::Omit };
    let first = Step {
        method: ask.request.method.clone(),
        headers: own.chain(beyond).collect(),
        body: ask.request.body.clone(),
        credentials: Some(credentials),
        mode: (asked.kind == OriginKind::NoOrigin).then(|| "no-cors".to_owned()),
        ..Step::new(Initiator::Fetch, ask.url.as_str())
    };
    let again = Step { cache: Some("no-cache".to_owned()), ..first.clone() };
    let is_again = ask.request.again && asked.allowed && first.headers.is_empty();
    let again = is_again.then_some(StepGroup::One(Box::new(again)));
    std::iter::once(StepGroup::One(Box::new(first))).chain(again).collect()
}

/// A value that a server understands. None of them is safelisted if another value of the header
/// would not be.
fn value(name: &str) -> &'static str {
    match name.to_ascii_lowercase().as_str() {
        "authorization" => "Bearer cors-harness",
        "content-type" | "accept" => "application/json",
        _ => "1",
    }
}

/// A scripted server answers 404 and 405 if it has no reply: for a policy these are ordinary
/// responses, not an omission of its author.
fn answer_everything(server: &mut Server, calls: &[Call<'_>]) {
    if server.upstream.is_some() {
        return;
    }
    let here = |call: &&Call<'_>| call.ask.origin().as_ref() == Some(&server.origin);
    let asked: Vec<_> = calls.iter().filter(here).map(|call| &call.ask).collect();
    for ask in asked {
        let method = Method::from_bytes(ask.request.method.as_bytes());
        let (Ok(path), Ok(method)) = (Path::new(ask.url.path()), method) else { continue };
        let replies = server.routes.entry(path).or_default();
        let is_missing = replies.values().all(|reply| reply.status == Status::NOT_FOUND);
        let status = if is_missing { Status::NOT_FOUND } else { Status::METHOD_NOT_ALLOWED };
        replies.entry(method).or_insert_with(|| Reply::of(status));
    }
}
