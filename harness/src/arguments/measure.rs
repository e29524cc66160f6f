//! The arguments of `measure`.

use clap::{Args, Subcommand};
use cors_harness::engine::Kind;
use cors_harness::measure::LONG;
use cors_harness::run::Engine;

use super::EngineName;
use super::engines::engines;

/// Arguments of `measure`.
#[derive(Args, Debug)]
pub struct Measure {
    /// What to measure
    #[command(subcommand)]
    pub quantity: Quantity,
}

/// What can be measured.
#[derive(Debug, Subcommand)]
pub enum Quantity {
    /// Measure how long each browser reuses a preflight response, to the second. The browser's clock is moved, so this
    /// takes less than a minute for each (Linux only)
    MaxAge(MaxAge),
}

/// Arguments of `measure max-age`.
#[derive(Args, Debug)]
pub struct MaxAge {
    /// Only these browsers; without it, every browser that is installed
    #[arg(long, value_enum, value_name = "NAME", value_delimiter = ',')]
    pub engine: Vec<EngineName>,
    /// Value of `Access-Control-Max-Age`, without it a year; can be given several times
    #[arg(long = "value", value_name = "TEXT", allow_hyphen_values = true)]
    values: Vec<String>,
    /// Measure without the header too, which shows the default lifetime
    #[arg(long)]
    without_header: bool,
}

impl MaxAge {
    /// The values of the header, `None` for a response without it. There is at least one.
    pub fn values(&self) -> Vec<Option<String>> {
        let values = self.values.iter().cloned().map(Some);
        let values: Vec<_> = values.chain(self.without_header.then_some(None)).collect();
        if values.is_empty() { vec![Some(LONG.to_owned())] } else { values }
    }

    /// The browsers asked for, each once.
    pub fn browsers(&self) -> Vec<Kind> {
        let asked = if self.engine.is_empty() { &[EngineName::Browsers][..] } else { &self.engine };
        let asked = engines(asked, |_| true);
        Kind::ALL.into_iter().filter(|kind| asked.contains(&Engine::from(*kind))).collect()
    }
}
