//! Arguments about the sources of browsers: paths, and drivers and grids that already run.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use cors_harness::engine::{ChosenBrowser, EngineError, GridOffer, Installed, Kind};
use cors_harness::run::{Engine, Players};
use url::Url;

use super::EngineName;
use super::engines::engines;

/// Browsers that are chosen by their paths.
#[derive(Args, Debug)]
pub struct ChosenBrowsers {
    /// Use this browser for an engine, as `chromium=/opt/google/chrome/chrome`; can be given several times. Its driver is
    /// beside it or on the PATH
    #[arg(long = "browser", value_name = "ENGINE=PATH")]
    pub browsers: Vec<ChosenBrowser>,
}

/// Where browsers come from.
#[derive(Args, Debug)]
pub struct Driver {
    #[command(flatten)]
    pub chosen: ChosenBrowsers,
    /// Use the browsers of a WebDriver driver or a Selenium Grid that already runs at this URL. A grid plays every engine
    /// that it offers, in as many sessions as it has slots; a single driver plays the one engine named by `--engine`
    #[arg(long, value_name = "URL")]
    pub webdriver: Option<Url>,
    /// Address of this machine that these browsers can reach; needed unless they are on this machine. Anyone who can
    /// reach this address can reach the servers of the cases while they run, your own included
    #[arg(long, value_name = "ADDRESS", requires = "webdriver")]
    pub advertise: Option<IpAddr>,
    /// How long to wait for a session of a grid, with a free slot and the start of the browser: `90s`, `10m`. A grid itself
    /// gives up after 5 minutes by default, and is then asked again
    #[arg(
        long, value_name = "DURATION", default_value = SESSION_TIMEOUT, value_parser = duration,
        requires = "webdriver"
    )]
    pub session_timeout: Duration,
}

/// Longer than a request waits in the queue of a grid by default.
const SESSION_TIMEOUT: &str = "10m";

/// Why there are no players.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The driver is not described well enough.
    #[error("{0}")]
    Typed(String),
    /// It cannot be used.
    #[error(transparent)]
    Unavailable(#[from] EngineError),
}

impl Driver {
    /// The players.
    ///
    /// # Errors
    /// [`DriverError`], if a driver or grid is not described well enough or does not answer.
    pub fn players(&self, named: &[EngineName]) -> Result<Players, DriverError> {
        ChosenBrowser::check_environment().map_err(DriverError::Typed)?;
        let mut players = Players::find();
        for chosen in &self.chosen.browsers {
            let installed = Installed::at(chosen);
            let installed = installed.map_err(|missing| DriverError::Typed(missing.to_string()))?;
            players = players.with_source(Arc::new(installed));
        }
        let Some(url) = &self.webdriver else { return Ok(players) };
        if url.scheme() != "http" {
            return Err(DriverError::Typed(format!(
                "`{url}` is not the address of a driver: it must begin with http://, because drivers do not use \
                 TLS; use a tunnel on this machine for a driver behind TLS"
            )));
        }
        let offer = GridOffer::ask(url)?;
        let kinds = wanted(named, &offer)?;
        let advertise = self.advertise.map_or_else(|| offer.here(), Ok).map_err(|elsewhere| {
            DriverError::Typed(format!(
                "the browser at {elsewhere} must reach this machine: name one of its addresses with `--advertise`"
            ))
        })?;
        let missing = Kind::ALL.into_iter().filter(|kind| offer.is_grid() && !offer.has(*kind));
        let players = missing
            .fold(Players::find(), |players, kind| players.without(kind, offer.missing(kind)));
        let sources = offer.sources(&kinds, advertise, self.session_timeout);
        Ok(sources.into_iter().fold(players, Players::with_source))
    }
}

/// The browsers that a driver or grid is to play: those that were named, as far as a grid offers them.
fn wanted(named: &[EngineName], offer: &GridOffer) -> Result<Vec<Kind>, DriverError> {
    let browsers = |names: &[EngineName], is_there: &dyn Fn(Engine) -> bool| -> Vec<Kind> {
        engines(names, is_there).iter().filter_map(|engine| engine.browser()).collect()
    };
    if offer.is_grid() {
        let has = |engine: Engine| engine.browser().is_none_or(|kind| offer.has(kind));
        let named = if named.is_empty() { &[EngineName::Installed] } else { named };
        let kinds = browsers(named, &has).into_iter();
        return Ok(kinds.filter(|kind| offer.has(*kind)).collect());
    }
    match browsers(named, &|_| true).as_slice() {
        [kind] => Ok(vec![*kind]),
        _ => Err(DriverError::Typed(
            "a single driver answers at the address of `--webdriver`, which is for one browser: name it with \
             `--engine`"
                .to_owned(),
        )),
    }
}

/// `90s`, `10m`.
fn duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];
    let read = units.iter().find_map(|(unit, milliseconds)| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(*milliseconds).map(Duration::from_millis)
    });
    read.filter(|duration| !duration.is_zero())
        .ok_or_else(|| "write a number and its unit: `90s`, `10m`, `1h`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_its_unit() {
        for (text, seconds) in [("90s", 90), ("10m", 600), ("1h", 3600), ("2000ms", 2)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for wrong in ["", "90", "s", "-1s", "1.5s", "0s", "10d", "99999999999999999h"] {
            assert!(duration(wrong).unwrap_err().contains("`90s`"), "{wrong}");
        }
    }
}
