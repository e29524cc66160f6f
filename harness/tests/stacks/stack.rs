//! One stack: whether it is installed, and its policy under other configurations.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use cors_harness::case::{
    Asked, Case, Launch, Origin, Own, OwnServer, PORT, Row, Server, Standing, Variable,
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
    /// What has to be done before it can be played.
    pub fn not_installed(&self) -> Option<String> {
        let installed = match self.name {
            "fastapi" => has(".venv/.installed", "fastapi"),
            "express" => has("node_modules/.installed", "express"),
            "sveltekit" => has("build/.built", "sveltekit"),
            "next" => has(".next/.built", "next"),
            "nginx" => has("node_modules/.installed", "express") && is_program("nginx"),
            _ => true,
        };
        let words = || format!("{0} is not installed: ci/stacks {0}", self.name);
        (!installed).then(words)
    }

    /// A few telling rows of its policy under another configuration.
    pub fn examples(&self, configuration: &str) -> Case {
        let variable = Variable { name: VARIABLE.to_owned(), value: configuration.to_owned() };
        let mut case = self.policy.with_environment(&[variable]);
        let first = case.rows.first().and_then(|row| row.asked.clone());
        case.rows.retain(|row| first.as_ref().is_some_and(|first| is_example(row, first)));
        let servers = case.rows.iter_mut().flat_map(|row| &mut row.servers);
        servers.for_each(|server| in_process(server, configuration));
        case
    }

    /// Whether the stack knows the right configurations, these, and no other.
    pub fn configurations_are(&self, table: &[String]) -> Result<(), String> {
        let of_table: BTreeSet<_> = table.iter().map(String::as_str).chain(RIGHT).collect();
        let known = self.configurations()?;
        let known: BTreeSet<_> = known.iter().map(String::as_str).collect();
        if known == of_table {
            return Ok(());
        }
        let only = |one: &BTreeSet<_>, other| one.difference(other).copied().collect::<Vec<_>>();
        Err(format!(
            "only {} knows {:?}; only servers/stacks/README.md knows {:?}",
            self.name,
            only(&known, &of_table),
            only(&of_table, &known),
        ))
    }

    /// Every configuration that the stack says it knows, asked for one that it does not.
    fn configurations(&self) -> Result<Vec<String>, String> {
        let Some(launch) = self.launch() else {
            return Ok(app::MODES.map(str::to_owned).to_vec());
        };
        let mut command = Command::new("sh");
        command.arg("-c").arg(launch.command.replace(PORT, "0")).current_dir(&launch.folder);
        let output = command.env(VARIABLE, "?").output().map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let list = said.split_once("one of: ").and_then(|(_, rest)| rest.lines().next());
        let list = list.ok_or_else(|| format!("it does not say what it knows, but\n{said}"))?;
        Ok(list.split(',').map(|name| name.trim().to_owned()).collect())
    }

    fn launch(&self) -> Option<&Launch> {
        let own = self.policy.rows.first()?.servers.first()?.own.as_ref()?;
        match &own.server {
            OwnServer::Command(launch) => Some(launch),
            _ => None,
        }
    }
}

/// What is enough to see what is wrong with a configuration: what one of the listed origins does and
/// what a foreign page reads, with a login and once without; one request of everybody else who looks
/// like that origin, and of `null`.
fn is_example(row: &Row, first: &Asked) -> bool {
    let Some(asked) = &row.asked else { return false };
    let is_first = asked.request() == first.request();
    match asked.standing {
        Standing::Listed => asked.page == first.page && asked.allowed && (asked.login || is_first),
        Standing::Foreign => is_first || (asked.login && asked.method == "GET"),
        _ => is_first && asked.like.as_ref().is_none_or(|like| *like == first.page),
    }
}

/// A router of this process is known by an origin. Each configuration gets one of its own.
fn in_process(server: &mut Server, configuration: &str) {
    if let Some(Own { server: OwnServer::InProcess(origin), .. }) = &mut server.own {
        *origin = origin_of(configuration);
    }
}

fn origin_of(configuration: &str) -> Origin {
    Origin { scheme: Scheme::Https, host: format!("{configuration}.invalid"), port: 443 }
}

/// Who plays, and serves what runs in this process: under the origin of the policy, and under those
/// that stand for configurations.
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
