//! What can be typed about an external driver.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use clap::Args;
use cors_harness::engine;
use cors_harness::loopback::is_loopback;
use cors_harness::run::Players;
use url::Url;

use super::engines::{self, EngineName};

/// An external driver.
#[derive(Args, Debug)]
pub struct Driver {
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
        let Some(url) = &self.webdriver else { return Ok(Players::find()) };
        let asked = engines::engines(engines, |_| true);
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
        let remote = engine::Remote { kind, url: url.to_string(), advertise };
        Ok(Players::find().with_source(Arc::new(remote)))
    }
}

/// The address at which a driver on this machine reaches the servers.
fn loopback(url: &Url) -> Option<IpAddr> {
    is_loopback(url).then_some(Ipv4Addr::LOCALHOST.into())
}
