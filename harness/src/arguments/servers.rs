//! What can be typed about servers of one's own.

use std::path::PathBuf;

use clap::Args;
use cors_harness::case::{Origin, address, endpoint, method};
use cors_harness::upstream::Allowed;
use url::Url;

use super::{Cases, Driver, EngineName};

/// Servers of a team's own that are not on this machine.
#[derive(Args, Debug)]
pub struct Upstreams {
    /// Let cases ask this server, which is not on this machine; can be given several times
    #[arg(long = "allow-upstream", value_name = "HOST:PORT", env = "CORS_HARNESS_ALLOW_UPSTREAM")]
    pub allowed: Vec<Allowed>,
}

impl Upstreams {
    /// Which servers may be asked.
    pub fn allowed(&self) -> Allowed {
        self.allowed.iter().cloned().collect()
    }
}

/// Arguments of `compare`.
#[derive(Args, Debug)]
pub struct Compare {
    /// Id of the policy, or enough of it to find one
    pub policy: String,
    /// The old server: `http://127.0.0.1:8000`
    #[arg(value_parser = address)]
    pub old: Url,
    /// The new server: `http://127.0.0.1:8001`
    #[arg(value_parser = address)]
    pub new: Url,
    /// The origin that both of them answer for; needed if the policy has several servers
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Option<Origin>,
    /// The browser, or `standard`, which asks with a plain HTTP client and needs no browser; without it, the
    /// first browser that is installed
    #[arg(long, value_enum, value_name = "NAME")]
    pub engine: Option<EngineName>,
    /// Who opens the browser
    #[command(flatten)]
    pub driver: Driver,
    /// Where it is
    #[command(flatten)]
    pub cases: Cases,
    /// Which servers may be asked
    #[command(flatten)]
    pub upstreams: Upstreams,
}

/// Arguments of `check`.
#[derive(Args, Debug)]
pub struct Check {
    /// What to ask: `http://127.0.0.1:8000/me`
    #[arg(value_parser = endpoint)]
    pub url: Url,
    /// The origin that browsers use for the server, if it is another one: `https://api.example.com`
    #[arg(long = "as", value_name = "ORIGIN")]
    pub origin: Option<Origin>,
    /// Ask the server as a reverse proxy that terminates TLS does, with `X-Forwarded-Proto`, `-Host`,
    /// `-Port` and `-For`
    #[arg(long)]
    pub forwarded: bool,
    /// The origin of a page that the server should allow; can be given several times
    #[arg(long, value_name = "ORIGIN")]
    pub page: Vec<Origin>,
    /// The method
    #[arg(long, default_value = "GET", value_name = "METHOD", value_parser = method)]
    pub method: String,
    /// What requests send, as text: `{"a": 1}`
    #[arg(long, value_name = "TEXT")]
    pub body: Option<String>,
    /// A cookie of a user who is logged in: `sid=1`, with attributes if they matter; can be given
    /// several times
    #[arg(long, value_name = "COOKIE")]
    pub cookie: Vec<String>,
    /// A header line that requests come with: `X-Api-Version: 2`; can be given several times
    #[arg(long, value_name = "LINE")]
    pub header: Vec<String>,
    /// The browser, or `standard`, which asks with a plain HTTP client and needs no browser; without it, the
    /// first browser that is installed
    #[arg(long, value_enum, value_name = "NAME")]
    pub engine: Option<EngineName>,
    /// Who opens the browser
    #[command(flatten)]
    pub driver: Driver,
    /// Also write a policy that allows what these arguments say, to be edited and kept; it contains the
    /// cookies
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Which servers may be asked
    #[command(flatten)]
    pub upstreams: Upstreams,
}
