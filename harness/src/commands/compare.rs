//! `compare`: plays one policy against two servers and shows only differences.

use std::sync::Arc;

use cors_harness::case::{Case, Origin, UpstreamServer};
use cors_harness::report::comparison;
use cors_harness::run::{Engine, Outcome, Players, start};
use url::Url;

use super::Exit;
use super::find::one_case;
use super::play::{one_engine, players};
use crate::arguments::Compare;

/// `compare`.
pub fn compare(arguments: &Compare) -> Exit {
    compared(arguments).unwrap_or_else(|exit| exit)
}

fn compared(arguments: &Compare) -> Result<Exit, Exit> {
    let policy = one_case(&arguments.policy, &arguments.cases)?;
    let origin = origin(arguments, &policy)?;
    let players = players(&arguments.driver, arguments.engine.as_slice())?;
    let players = arguments.upstreams.reaching(players);
    let engine = one_engine(arguments.engine, &players)?;
    let answered = |url: &Url| policy.answered_by(&origin, &UpstreamServer::Upstream(url.clone()));
    let [old, new] = [&arguments.old, &arguments.new].map(|url| Arc::new(answered(url)));
    let outcomes = play([&old, &new], engine, players)?;
    let comparison = comparison(&new, engine, &outcomes[0], &outcomes[1]);
    say!("{}", comparison.text);
    Ok(if comparison.same { Exit::AsRecorded } else { Exit::Differs })
}

/// The origin whose server is replaced.
fn origin(arguments: &Compare, policy: &Case) -> Result<Origin, Exit> {
    let refuse = |words: String| {
        complain!("error: {words}");
        Err(Exit::BadInput)
    };
    if policy.policy.is_none() {
        return refuse(format!("{} is not a policy, and `compare` needs one", policy.id));
    }
    let servers = policy.rows.iter().flat_map(|row| &row.servers).map(|server| &server.origin);
    let mut origins: Vec<_> = servers.collect();
    origins.sort();
    origins.dedup();
    let names = || origins.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match (&arguments.origin, origins.as_slice()) {
        (Some(origin), known) if known.contains(&origin) => Ok(origin.clone()),
        (Some(origin), _) => {
            refuse(format!("the policy has no server {origin}; its servers are {}", names()))
        }
        (None, [only]) => Ok((*only).clone()),
        (None, _) => refuse(format!(
            "the policy has several servers; choose one with `--origin`: {}",
            names()
        )),
    }
}

fn play(cases: [&Arc<Case>; 2], engine: Engine, players: Players) -> Result<[Outcome; 2], Exit> {
    let mut running = start(cases.map(|case| (Arc::clone(case), engine)).to_vec(), players);
    let mut outcome = |trial| {
        running.outcome(trial).map_err(|unable| {
            complain!("error: {unable}");
            Exit::CannotRun
        })
    };
    Ok([outcome(0)?, outcome(1)?])
}
