//! Waiting until a server is ready.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use cors_servers::Upstream;
use reqwest::{Client, redirect};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout_at};

use crate::case::Ready;
use crate::children::Output;

/// How often a server is asked. There is no event for a socket that begins to listen, nor for a server
/// that begins to feel well.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Waits until the server is ready; after the deadline, gives what is missing.
pub(super) async fn until(
    ready: Option<&Ready>,
    upstream: &Upstream,
    output: &mut Output,
    deadline: Instant,
) -> Result<(), String> {
    match ready {
        Some(Ready::Line(text)) => printed(text, output, deadline).await,
        Some(Ready::Path(path)) => {
            output.only_keep();
            let client = client().map_err(|error| error.to_string())?;
            let url = format!("http://{}:{}{path}", upstream.host, upstream.port);
            again_and_again(deadline, || answered(&client, &url, path)).await
        }
        None => {
            output.only_keep();
            again_and_again(deadline, || accepted(upstream)).await
        }
    }
}

async fn printed(text: &str, output: &mut Output, deadline: Instant) -> Result<(), String> {
    let line = output.first(|line| line.contains(text).then_some(()));
    if let Ok(Some(())) = timeout_at(deadline, line).await {
        return Ok(());
    }
    // Output may end before the process does, whose end says more.
    sleep_until(deadline).await;
    Err(format!("no line of its output has `{text}` in it"))
}

/// Tries until it works; at the deadline, the last reason why it did not.
async fn again_and_again<F: Future<Output = Result<(), String>>>(
    deadline: Instant,
    attempt: impl Fn() -> F,
) -> Result<(), String> {
    let mut missing = "it does not answer".to_owned();
    let mut looks = interval(BETWEEN_LOOKS);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while timeout_at(deadline, looks.tick()).await.is_ok() {
        match timeout_at(deadline, attempt()).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(words)) => missing = words,
            Err(_) => return Err(missing),
        }
    }
    Err(missing)
}

async fn accepted(upstream: &Upstream) -> Result<(), String> {
    let connected = upstream.connect().await;
    connected.map(drop).map_err(|_| "nothing accepts connections on its port".to_owned())
}

async fn answered(client: &Client, url: &str, path: &str) -> Result<(), String> {
    match client.get(url).send().await {
        Ok(answer) if answer.status().is_server_error() => {
            Err(format!("`{path}` answers {}", answer.status().as_u16()))
        }
        Ok(_) => Ok(()),
        Err(error) if error.is_connect() => {
            Err("nothing accepts connections on its port".to_owned())
        }
        Err(_) => Err(format!("`{path}` is not answered")),
    }
}

/// `localhost` is both addresses, as for the requests to come.
fn client() -> reqwest::Result<Client> {
    let loopback = [(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()];
    Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .resolve_to_addrs("localhost", &loopback)
        .build()
}
