//! Applies the lines of each stack's repair to the real server, and checks that no finding is left.

use std::path::Path;
use std::sync::Arc;

use cors_harness::case::{self, Case, CaseId, Origin, Stack, UpstreamServer, Variable};
use cors_harness::repair::stack_lines;
use cors_harness::report::played;
use cors_harness::run::{Engine, Outcome, Players, start};
use cors_harness::verdict::policy::{Finding, findings};

use crate::{ENGINE, folder, repaired_tower_http};

const POLICY: &str = "policy.yaml";

/// The hosts under which the routers of this process are known.
const ROUTERS: [&str; 2] = ["bare.invalid", "repaired.invalid"];

/// The same players, who serve the routers of this process.
pub fn serving(players: Players) -> Players {
    let [bare, repaired] = ROUTERS.map(origin);
    players
        .serving(bare, repaired_tower_http::app())
        .serving(repaired, repaired_tower_http::repaired())
}

fn origin(host: &str) -> Origin {
    Origin { scheme: cors_servers::script::Scheme::Https, host: host.to_owned(), port: 443 }
}

/// The policy of the service that each of these stacks has.
fn policy() -> Result<Case, String> {
    let file = folder("repairs").join(POLICY);
    let text = std::fs::read(&file).map_err(|error| error.to_string())?;
    let case = case::read(CaseId("repairs".to_owned()), &file, &text);
    case.map_err(|complaints| complaints.plain())
}

/// Without its lines a stack has findings, and with them it has none.
pub fn repairs(stack: Stack, players: &Players) -> Result<(), String> {
    let policy = policy()?;
    let lines = stack_lines(&policy, stack).ok_or("the policy allows nothing")?;
    let at = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = at.path().join("lines");
    std::fs::write(&file, &lines).map_err(|error| error.to_string())?;
    if stack == Stack::TowerHttp {
        are_those_of_the_router(&lines)?;
    }
    let bare = Arc::new(with(&policy, stack, None));
    let repaired = Arc::new(with(&policy, stack, Some(&file)));
    let trials = [(&bare, Engine::Standard), (&repaired, Engine::Standard), (&repaired, ENGINE)];
    let trials: Vec<_> = trials.map(|(case, engine)| (Arc::clone(case), engine)).into();
    let mut running = start(trials.clone(), players.clone());
    let mut found = Vec::new();
    for (place, (case, _)) in trials.iter().enumerate() {
        let outcome = running.outcome(place).map_err(|error| format!("{error}\n{lines}"))?;
        found.push(of_rows(case, &outcome)?);
    }
    let names = found[0].iter().map(|finding| finding.name).collect::<Vec<_>>();
    if !names.contains(&"origin-not-allowed") {
        return Err(format!("without the lines its findings are {names:?}"));
    }
    found[1..].iter().try_for_each(|left| {
        let names: Vec<_> = left.iter().map(|finding| finding.name).collect();
        let sentences: Vec<_> = left.iter().map(|finding| finding.sentence.as_str()).collect();
        let words = || format!("{names:?}\n{}\nwith these lines:\n{lines}", sentences.join("\n"));
        if left.is_empty() { Ok(()) } else { Err(words()) }
    })
}

/// The lines are compiled with this target, so they cannot be another text.
fn are_those_of_the_router(lines: &str) -> Result<(), String> {
    let expected = format!("{{\n{lines}app\n}}\n");
    let differ = || format!("servers/stacks/repairs/tower_http_lines.rs has to be:\n{expected}");
    if repaired_tower_http::LINES == expected { Ok(()) } else { Err(differ()) }
}

/// The policy over this stack, with the lines in this file.
fn with(policy: &Case, stack: Stack, lines: Option<&Path>) -> Case {
    if stack == Stack::TowerHttp {
        let router = origin(ROUTERS[usize::from(lines.is_some())]);
        let api = "https://api.my-company.com".parse();
        return api.map_or(policy.clone(), |api| {
            policy.answered_by(&api, &UpstreamServer::InProcess(router))
        });
    }
    let variable = |name: &str, value: String| Variable { name: name.to_owned(), value };
    let mut variables = vec![variable("STACK", stack.to_string())];
    variables.extend(lines.map(|file| variable("LINES", file.display().to_string())));
    policy.with_environment(&variables)
}

fn of_rows(case: &Case, outcome: &Outcome) -> Result<Vec<Finding>, String> {
    match outcome.rows.iter().find_map(|row| row.inconclusive()) {
        Some(why) => Err(why.to_owned()),
        None => Ok(findings(&played(case, &outcome.rows))),
    }
}

/// What has to be installed before the stack can be started.
pub fn not_installed(stack: Stack) -> Option<String> {
    let has = |files: &[&str]| files.iter().all(|file| folder("").join(file).exists());
    let is_installed = match stack {
        Stack::TowerHttp => true,
        Stack::Express => has(&[EXPRESS]),
        Stack::Fastapi => has(&["fastapi/.venv/.installed"]),
        Stack::Flask => has(&["/usr/lib/python3/dist-packages/flask_cors"]),
        Stack::Django => has(&["/usr/lib/python3/dist-packages/corsheaders"]),
        Stack::Spring => {
            has(&["/usr/share/java/spring3-web.jar", "/usr/share/java/jetty9-server.jar"])
        }
        Stack::Nginx => has(&[EXPRESS, "/usr/sbin/nginx"]),
        Stack::Caddy => has(&[EXPRESS, "/usr/bin/caddy"]),
    };
    (!is_installed).then(|| format!("not installed: ci/stacks {stack}"))
}

const EXPRESS: &str = "express/node_modules/.installed";
