//! The values of `--engine`: a name of the registry, or a word for several engines.

use std::sync::LazyLock;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use cors_harness::engine::Kind;
use cors_harness::run::Engine;
use indexmap::IndexSet;

/// What `--engine` takes.
#[derive(Clone, Copy, Debug)]
pub enum EngineName {
    /// Every browser and `control`.
    All,
    /// The installed engines among `all`.
    Installed,
    /// Every browser.
    Browsers,
    /// One engine.
    One(Engine),
}

static NAMES: LazyLock<Vec<EngineName>> = LazyLock::new(|| {
    let browsers = Kind::ALL.map(Engine::from).into_iter();
    let engines = browsers.chain([Engine::Control, Engine::Standard]).map(EngineName::One);
    [EngineName::All, EngineName::Installed, EngineName::Browsers]
        .into_iter()
        .chain(engines)
        .collect()
});

impl ValueEnum for EngineName {
    fn value_variants<'a>() -> &'a [Self] {
        &NAMES
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Self::All => ("all", "Every browser and `control`"),
            Self::Installed => ("installed", "The installed engines of `all`"),
            Self::Browsers => ("browsers", "Every browser"),
            Self::One(engine) => (engine.as_str(), engine.about()),
        };
        Some(PossibleValue::new(name).help(help))
    }
}

impl EngineName {
    /// The engines for this name. `installed` says whether an engine is installed.
    pub fn engines(self, installed: impl Fn(Engine) -> bool) -> Vec<Engine> {
        let browsers = Kind::ALL.map(Engine::from).into_iter();
        let all = browsers.clone().chain([Engine::Control]);
        match self {
            Self::All => all.collect(),
            Self::Installed => all.filter(|engine| installed(*engine)).collect(),
            Self::Browsers => browsers.collect(),
            Self::One(engine) => vec![engine],
        }
    }
}

/// The engines for these names, each once, in the order typed.
pub(super) fn engines(names: &[EngineName], installed: impl Fn(Engine) -> bool) -> Vec<Engine> {
    let named = names.iter().flat_map(|name| name.engines(&installed));
    named.collect::<IndexSet<_>>().into_iter().collect()
}
