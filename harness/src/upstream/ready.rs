//! Waits until a server is ready.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use cors_servers::Upstream;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use reqwest::{Client, redirect};
use tokio::select;
use tokio::time::{Instant, Interval, MissedTickBehavior};
use tokio::time::{interval, sleep_until, timeout, timeout_at};

use crate::case::Ready;
use crate::children::Output;

/// How often a server is asked. There is no event for a socket that begins to listen, nor for a
/// server that becomes healthy.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// How long an attempt runs before another one starts.
const BETWEEN_OTHERS: Duration = Duration::from_secs(1);

/// How long an attempt may take, the same as any request.
const LONGEST_ATTEMPT: Duration = Duration::from_secs(10);

/// Waits until the server is ready; after the deadline, returns what is missing.
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
    Err(format!("no line of its output contains `{text}`"))
}

/// Tries until it works; at the deadline, returns the last error. An attempt that hangs does not
/// block others: a server may have lost it while it started.
async fn again_and_again<F: Future<Output = Result<(), String>>>(
    deadline: Instant,
    attempt: impl Fn() -> F,
) -> Result<(), String> {
    let mut missing = "it does not answer".to_owned();
    let [mut looks, mut others] = [BETWEEN_LOOKS, BETWEEN_OTHERS].map(every);
    let bounded = || timeout(LONGEST_ATTEMPT, attempt());
    let mut under_way = FuturesUnordered::new();
    loop {
        select! {
            biased;
            () = sleep_until(deadline) => return Err(missing),
            Some(ended) = under_way.next() => match ended {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(words)) => missing = words,
                Err(_) => missing = "it does not answer".to_owned(),
            },
            _ = looks.tick(), if under_way.is_empty() => {
                under_way.push(bounded());
                others.reset();
            }
            _ = others.tick(), if !under_way.is_empty() => under_way.push(bounded()),
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

async fn accepted(upstream: &Upstream) -> Result<(), String> {
    let connected = upstream.connect().await;
    connected.map(drop).map_err(|_| "its port does not accept connections".to_owned())
}

async fn answered(client: &Client, url: &str, path: &str) -> Result<(), String> {
    match client.get(url).send().await {
        Ok(answer) if answer.status().is_server_error() => {
            Err(format!("`{path}` answers {}", answer.status().as_u16()))
        }
        Ok(_) => Ok(()),
        Err(error) if error.is_connect() => Err("its port does not accept connections".to_owned()),
        Err(_) => Err(format!("`{path}` does not answer")),
    }
}

/// `localhost` means both addresses, as for the later requests.
fn client() -> reqwest::Result<Client> {
    let loopback = [(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()];
    Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .resolve_to_addrs("localhost", &loopback)
        .build()
}
