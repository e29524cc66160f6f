//! The same fetches against the same servers through Playwright, the way it is used.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use cors_harness::engine::{Installed, Kind};
use cors_servers::Lab;
use cors_servers::script::OriginScript;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::rows::Schemes;
use super::{Result, Took, bare};

/// What the script prints: milliseconds, and how many fetches were read.
#[derive(Deserialize)]
struct Played {
    start: f64,
    rows: f64,
    good: usize,
}

/// Plays all rows with the packages that are installed in a folder.
pub async fn measure(folder: &Path, count: usize) -> Result<Took> {
    let pages = bare::pages(Schemes::Both, count)?;
    let lab = Lab::start().await?;
    let everything = pages.iter().flat_map(|(page, rows)| {
        page.documents.iter().chain(rows.iter().flat_map(|row| &row.servers)).cloned()
    });
    let servers = lab.host(everything.collect::<Vec<OriginScript>>())?;
    let rows = pages.iter().flat_map(|(page, rows)| {
        let row = |calls: Vec<_>| json!({ "page": page.url, "calls": calls });
        rows.iter().map(move |planned| row(planned.play.step_groups.concat()))
    });
    let input_text = json!({
        "executable": Installed::find(Kind::Chromium)?.browser,
        "socks": lab.socks_address().to_string(),
        "rows": rows.collect::<Vec<_>>(),
    });
    let played = play(folder, &input_text).await?;
    if played.good != count * 2 {
        return Err(format!("{} of {} fetches were read", played.good, count * 2).into());
    }
    bare::with_cookies(&servers, count)?;
    Ok(Took { start: milliseconds(played.start), rows: milliseconds(played.rows) })
}

async fn play(folder: &Path, input_text: &Value) -> Result<Played> {
    let mut node = Command::new("node");
    node.arg(folder.join("play.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut node = node.kill_on_drop(true).spawn()?;
    let mut input = node.stdin.take().ok_or("node takes no input")?;
    input.write_all(input_text.to_string().as_bytes()).await?;
    drop(input);
    let output = node.wait_with_output().await?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn milliseconds(count: f64) -> Duration {
    Duration::from_secs_f64(count / 1000.0)
}
