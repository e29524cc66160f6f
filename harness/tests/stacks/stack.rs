//! One stack: whether it is installed, and its policy under other configurations.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use cors_harness::case::{
    Asked, Case, Launch, Origin, OriginKind, Row, Server, UpstreamServer, UpstreamSpec, Variable,
};
use cors_harness::run::Players;
use cors_servers::script::Scheme;

use crate::{app, folder};

/// All there are.
pub const STACKS: [&str; 6] = ["fastapi", "express", "sveltekit", "next", "tower-http", "nginx"];

/// Chooses the configuration of a stack.
const VARIABLE: &str = "CORS";

/// Configurations that are right.
const RIGHT: [&str; 2] = ["production", "development"];

/// A stack.
#[derive(Clone)]
pub struct Stack {
    /// Its name, and that of its folder.
    pub name: &'static str,
    /// Its policy.
    pub policy: Arc<Case>,
    /// The policy and whatever else is played with it.
    pub cases: Vec<Arc<Case>>,
}

impl Stack {
    /// A few significant rows of its policy under another configuration.
    pub fn examples(&self, configuration: &str) -> Case {
        let variable = Variable { name: VARIABLE.to_owned(), value: configuration.to_owned() };
        let case = self.policy.with_environment(&[variable]);
        let mut rows = case.rows.to_vec();
        let first = rows.first().and_then(|row| row.asked.clone());
        rows.retain(|row| first.as_ref().is_some_and(|first| is_example(row, first)));
        let servers = rows.iter_mut().flat_map(|row| &mut row.servers);
        servers.for_each(|server| in_process(server, configuration));
        Case { rows: rows.into(), ..case }
    }

    /// Its policy under an unknown configuration: the server ends, and lists the known ones.
    pub fn unknown_configuration(&self) -> Case {
        let variable = Variable { name: VARIABLE.to_owned(), value: "?".to_owned() };
        let case = self.policy.with_environment(&[variable]);
        Case { rows: case.rows.chosen(&[0]), ..case }
    }

    /// Whether the stack knows the right configurations, those of the table and of its policies, and no
    /// other. `text` is why it did not start under one that it does not know; a router has a list.
    pub fn configurations_are(&self, table: &[String], text: Option<&str>) -> Result<(), String> {
        let known = match (launches(&self.policy).next(), text) {
            (None, _) => app::MODES.to_vec(),
            (Some(_), Some(text)) => configurations(text)?,
            (Some(_), None) => {
                return Err("it starts under a configuration that there is not".into());
            }
        };
        let known: BTreeSet<_> = known.into_iter().collect();
        let launches = self.cases.iter().flat_map(|case| launches(case));
        let own = launches.filter(|launch| stack_of(launch) == Some(self.name));
        let played = own.filter_map(configured);
        let expected = table.iter().map(String::as_str).chain(RIGHT).chain(played);
        let expected: BTreeSet<_> = expected.collect();
        if known == expected {
            return Ok(());
        }
        let only = |one: &BTreeSet<_>, other| one.difference(other).copied().collect::<Vec<_>>();
        Err(format!(
            "only {} knows {:?}; only servers/stacks/README.md and policies know {:?}",
            self.name,
            only(&known, &expected),
            only(&expected, &known),
        ))
    }
}

/// What is to be installed before a case can be played: every stack that it starts.
pub fn not_installed(case: &Case) -> Option<String> {
    let stacks = launches(case).filter_map(stack_of);
    let missing: BTreeSet<_> = stacks.filter(|name| !is_installed(name)).collect();
    let missing: Vec<_> = missing.into_iter().collect();
    let words = || format!("not installed: ci/stacks {}", missing.join(" "));
    (!missing.is_empty()).then(words)
}

fn is_installed(stack: &str) -> bool {
    match stack {
        "fastapi" => has(".venv/.installed", "fastapi"),
        "express" => has("node_modules/.installed", "express"),
        "sveltekit" => has("build/.built", "sveltekit"),
        "next" => has(".next/.built", "next"),
        "nginx" => is_installed("express") && is_program("nginx"),
        _ => true,
    }
}

/// Servers that a case starts.
fn launches(case: &Case) -> impl Iterator<Item = &Launch> {
    let servers = case.rows.first().into_iter().flat_map(|row| &row.servers);
    servers.filter_map(|server| match &server.upstream.as_ref()?.server {
        UpstreamServer::Command(launch) => Some(launch),
        _ => None,
    })
}

/// A stack has the name of its folder.
fn stack_of(launch: &Launch) -> Option<&str> {
    launch.folder.file_name()?.to_str()
}

/// The configuration that a case gives a server.
fn configured(launch: &Launch) -> Option<&str> {
    let variable = launch.environment.iter().find(|(name, _)| name == VARIABLE);
    variable.map(|(_, value)| value.as_str())
}

fn configurations(text: &str) -> Result<Vec<&str>, String> {
    let list = text.split_once("one of: ").and_then(|(_, rest)| rest.lines().next());
    let list = list.ok_or_else(|| format!("it does not say what it knows, but\n{text}"))?;
    Ok(list.split(',').map(str::trim).collect())
}

/// The rows that show a wrong configuration: those of one listed origin and of a page of another site,
/// with and without a login, and one request of each look-alike of that origin and of `null`.
fn is_example(row: &Row, first: &Asked) -> bool {
    let Some(asked) = &row.asked else { return false };
    let is_first = asked.request() == first.request();
    match asked.kind {
        OriginKind::Listed => {
            asked.page == first.page && asked.allowed && (asked.login || is_first)
        }
        OriginKind::Foreign => is_first || (asked.login && asked.method == "GET"),
        _ if asked.login != first.login => false,
        _ => is_first && asked.like.as_ref().is_none_or(|like| *like == first.page),
    }
}

/// A router of this process is known by an origin. Each configuration gets its own.
fn in_process(server: &mut Server, configuration: &str) {
    if let Some(UpstreamSpec { server: UpstreamServer::InProcess(origin), .. }) =
        &mut server.upstream
    {
        *origin = origin_of(configuration);
    }
}

fn origin_of(configuration: &str) -> Origin {
    Origin { scheme: Scheme::Https, host: format!("{configuration}.invalid"), port: 443 }
}

/// The players, with the routers of this process: under the origin of the policy, and under one origin
/// for each configuration.
pub fn players() -> Result<Players, String> {
    let production =
        Origin { scheme: Scheme::Https, host: "api.my-company.com".to_owned(), port: 443 };
    let players = Players::find().serving(production, app::app("production"));
    let all = app::MODES.into_iter();
    Ok(all.fold(players, |players, mode| players.serving(origin_of(mode), app::app(mode))))
}

fn has(file: &str, stack: &str) -> bool {
    folder(stack).join(file).exists()
}

fn is_program(name: &str) -> bool {
    which::which(name).is_ok() || Path::new("/usr/sbin").join(name).exists()
}
