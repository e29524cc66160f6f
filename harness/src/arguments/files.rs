//! Arguments of commands that write files: `init`, `accept`, `review`, `completions` and `man`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use clap_complete::Shell;
use cors_harness::case::{Origin, address};
use url::Url;

use super::{Cases, SNAPSHOTS};

/// Arguments of `init`.
#[derive(Args, Debug)]
pub struct Init {
    /// The folder for cases
    #[command(flatten)]
    pub cases: Cases,
    /// The framework, if it is not recognised by the project's files
    #[arg(long, value_enum, value_name = "NAME")]
    pub framework: Option<Framework>,
    /// The origin of the server as browsers see it in production; without it, an example
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Option<Origin>,
    /// The origin of a page that may use the server; can be given several times. Without it, an example
    #[arg(long, value_name = "ORIGIN")]
    pub page: Vec<Origin>,
    /// A path that pages request with GET; can be given several times. Without it, those found in the project's files
    #[arg(long, value_name = "PATH", value_parser = path)]
    pub route: Vec<String>,
    /// The shell command that starts the server, with `${port}` for its port; without it, the usual one of the framework
    #[arg(long, value_name = "COMMAND", conflicts_with = "upstream")]
    pub command: Option<String>,
    /// The address of a server that is already running, if the harness is not to start one
    #[arg(long, value_name = "URL", value_parser = address)]
    pub upstream: Option<Url>,
    /// Write a job for this service too
    #[arg(long, value_enum, value_name = "SERVICE")]
    pub ci: Option<Service>,
    /// Ask nothing, also on a terminal
    #[arg(long, short)]
    pub yes: bool,
    /// Overwrite files that exist
    #[arg(long)]
    pub force: bool,
}

/// A framework whose projects are recognised.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Framework {
    /// Express
    Express,
    /// FastAPI
    #[value(name = "fastapi")]
    FastApi,
    /// Next.js
    Next,
    /// SvelteKit
    #[value(name = "sveltekit")]
    SvelteKit,
    /// Django
    Django,
    /// axum
    Axum,
}

/// A service that runs jobs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Service {
    /// GitHub Actions
    Github,
    /// GitLab CI
    Gitlab,
    /// No job
    None,
}

/// A path of a URL, with a query if it has one.
fn path(text: &str) -> Result<String, String> {
    let is_path = text.starts_with('/') && !text.contains(['#', ' ']) && !text.starts_with("//");
    let parsed = Url::parse("http://host").and_then(|host| host.join(text));
    match is_path && parsed.is_ok() {
        true => Ok(text.to_owned()),
        false => Err("write a path that begins with `/`: `/me`".to_owned()),
    }
}

/// Arguments of `accept` and `review`.
#[derive(Args, Debug)]
pub struct Keep {
    /// Only cases whose id contains one of these; where one is the id of a case, only that
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Folder of reviewed snapshots
    #[arg(long, default_value = SNAPSHOTS, value_name = "DIR", env = "CORS_HARNESS_SNAPSHOTS")]
    pub snapshots: PathBuf,
}

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Arguments of `man`.
#[derive(Args, Debug)]
pub struct Manual {
    /// Write a page for the program and one for each command into this folder instead
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
}
