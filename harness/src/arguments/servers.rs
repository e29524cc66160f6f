//! Arguments about real servers.

use std::path::PathBuf;

use clap::Args;
use cors_harness::case::{Origin, Stack, address, endpoint, method};
use cors_harness::run::Players;
use cors_harness::shell;
use cors_harness::upstream::{Allowed, CertificateFile, Trust};
use url::Url;

use super::{Cases, Driver, EngineName};

/// Real servers on other machines.
#[derive(Args, Debug)]
pub struct Upstreams {
    /// Let cases use this server, which is on another machine; can be given several times
    #[arg(long = "allow-upstream", value_name = "HOST:PORT", env = "CORS_HARNESS_ALLOW_UPSTREAM")]
    pub allowed: Vec<Allowed>,
    /// Accept the certificates in this PEM file too, of an authority or of a server with `https://`; can be given
    /// several times
    #[arg(long = "cacert", value_name = "FILE", env = "CORS_HARNESS_CACERT")]
    pub certificates: Vec<CertificateFile>,
    /// Accept every certificate of a server with `https://`
    #[arg(long, env = "CORS_HARNESS_INSECURE")]
    pub insecure: bool,
}

impl Upstreams {
    /// The servers that may be used.
    pub fn allowed(&self) -> Allowed {
        self.allowed.iter().cloned().collect()
    }

    /// The players, which reach the real servers so.
    pub fn reaching(&self, players: Players) -> Players {
        let certificates = self.certificates.iter().map(|file| file.certificates.clone());
        let trust = Trust { certificates: certificates.collect(), insecure: self.insecure };
        players.allowing(self.allowed()).trusting(trust)
    }

    /// The options with which `curl` accepts the same certificates, as words of a shell. It has the same two options.
    pub fn certificate_options(&self) -> Vec<String> {
        let file = |file: &CertificateFile| format!("--cacert {}", shell::word(&file.name));
        let insecure = self.insecure.then(|| "--insecure".to_owned());
        match insecure {
            Some(insecure) => vec![insecure],
            None => self.certificates.iter().map(file).collect(),
        }
    }

    /// The options as they are typed, each with its value.
    pub fn typed(&self) -> Vec<(&'static str, Option<String>)> {
        let allowed = self.allowed();
        let allowed = allowed.iter().map(|one| ("--allow-upstream", Some(one.to_string())));
        let files = self.certificates.iter().map(|file| ("--cacert", Some(file.name.clone())));
        let insecure = self.insecure.then_some(("--insecure", None));
        allowed.chain(files).chain(insecure).collect()
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
    /// The origin of both servers; needed if the policy has several servers
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Option<Origin>,
    /// The browser, or `standard`, which uses a plain HTTP client and needs no browser; by default,
    /// the first installed browser
    #[arg(long, value_enum, value_name = "NAME")]
    pub engine: Option<EngineName>,
    /// The driver
    #[command(flatten)]
    pub driver: Driver,
    /// Its folder
    #[command(flatten)]
    pub cases: Cases,
    /// Servers on other machines
    #[command(flatten)]
    pub upstreams: Upstreams,
}

/// Arguments of `check`.
#[derive(Args, Debug)]
pub struct Check {
    /// The URL to request: `http://127.0.0.1:8000/me`, or with `https://`
    #[arg(value_parser = endpoint)]
    pub url: Url,
    /// The origin under which browsers see the server, if it is another one:
    /// `https://api.example.com`
    #[arg(long = "as", value_name = "ORIGIN")]
    pub origin: Option<Origin>,
    /// Send the requests as a reverse proxy that terminates TLS does, with `X-Forwarded-Proto`,
    /// `-Host`, `-Port` and `-For`
    #[arg(long)]
    pub forwarded: bool,
    /// The origin of a page that the server should allow; can be given several times
    #[arg(long, value_name = "ORIGIN")]
    pub page: Vec<Origin>,
    /// The method
    #[arg(long, default_value = "GET", value_name = "METHOD", value_parser = method)]
    pub method: String,
    /// The body of requests, as text: `{"a": 1}`
    #[arg(long, value_name = "TEXT")]
    pub body: Option<String>,
    /// A cookie of a logged-in user: `sid=1`, with attributes if they matter; can be given several
    /// times
    #[arg(long, value_name = "COOKIE")]
    pub cookie: Vec<String>,
    /// A header line that requests always have: `X-Api-Version: 2`; can be given several times
    #[arg(long, value_name = "LINE")]
    pub header: Vec<String>,
    /// The browser, or `standard`, which uses a plain HTTP client and needs no browser; by default,
    /// the first installed browser
    #[arg(long, value_enum, value_name = "NAME")]
    pub engine: Option<EngineName>,
    /// Also show the lines of configuration for this server software: express, fastapi, nginx, tower-http, django,
    /// flask, spring or caddy. express, nginx and caddy are recognised by their responses
    #[arg(long, value_name = "NAME")]
    pub stack: Option<Stack>,
    /// The driver
    #[command(flatten)]
    pub driver: Driver,
    /// Print every finding with its exchanges and its repair, and every row
    #[arg(long, short)]
    pub verbose: bool,
    /// Also write a policy that allows what these arguments say, to edit and keep. It takes cookies and other secrets
    /// from the environment
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Servers on other machines
    #[command(flatten)]
    pub upstreams: Upstreams,
}
