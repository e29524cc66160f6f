//! Arguments about the sources of browsers: paths, and drivers that already run.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use clap::Args;
use cors_harness::engine::{ChosenBrowser, Installed, Remote};
use cors_harness::loopback::is_loopback;
use cors_harness::run::Players;
use url::Url;

use super::EngineName;
use super::engines::engines;

/// Where browsers come from.
#[derive(Args, Debug)]
pub struct Driver {
    /// Use this browser for an engine, as `chromium=/opt/google/chrome/chrome`; can be given several times. Its driver is
    /// beside it or on the PATH
    #[arg(long = "browser", value_name = "ENGINE=PATH")]
    pub browsers: Vec<ChosenBrowser>,
    /// Use a driver or grid that already runs at this URL for the one engine named by `--engine`
    #[arg(long, value_name = "URL")]
    pub webdriver: Option<Url>,
    /// Address of this machine that this browser can reach; needed unless the driver is on loopback. Anyone
    /// who can reach this address can reach the servers of the cases while they run, your own included
    #[arg(long, value_name = "ADDRESS", requires = "webdriver")]
    pub advertise: Option<IpAddr>,
}

impl Driver {
    /// The players; an error message if the driver is not described well enough.
    pub fn players(&self, engines: &[EngineName]) -> Result<Players, String> {
        ChosenBrowser::check_environment()?;
        let mut players = Players::find();
        for chosen in &self.browsers {
            let installed = Installed::at(chosen).map_err(|missing| missing.to_string())?;
            players = players.with_source(Arc::new(installed));
        }
        match &self.webdriver {
            None => Ok(players),
            Some(url) => {
                self.remote(url, engines).map(|remote| players.with_source(Arc::new(remote)))
            }
        }
    }

    /// The driver that already runs.
    fn remote(&self, url: &Url, engines: &[EngineName]) -> Result<Remote, String> {
        let asked = self::engines(engines, |_| true);
        let mut kinds = asked.iter().filter_map(|engine| engine.browser());
        let (Some(kind), None) = (kinds.next(), kinds.next()) else {
            return Err("`--webdriver` is for one browser: name it with `--engine`".to_owned());
        };
        if url.scheme() != "http" {
            return Err(format!(
                "`{url}` is not the address of a driver: it must begin with http://, because \
                drivers do not use \
                 TLS; use a tunnel on this machine for a driver behind TLS"
            ));
        }
        let advertise = self.advertise.or_else(|| loopback(url)).ok_or_else(|| {
            format!(
                "the browser at {url} must reach this machine: name one of its addresses with \
                `--advertise`"
            )
        })?;
        Ok(Remote { kind, url: url.to_string(), advertise })
    }
}

/// The address at which a driver on this machine reaches the servers.
fn loopback(url: &Url) -> Option<IpAddr> {
    is_loopback(url).then_some(Ipv4Addr::LOCALHOST.into())
}
