//! The browsers that can play: installed or missing.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::Sender;

use axum::Router;
use tokio::runtime::Builder;

use super::{Engine, Outcome};
use crate::case::{Case, Origin, ROWS_AT_ONCE};
use crate::engine::{Installed, Kind, Missing, Source};
use crate::plan::Separation;
use crate::upstream::{Allowed, Reach, Trust};

/// Every browser engine, with its source or what is missing.
#[derive(Clone, Debug)]
pub struct Players {
    sources: BTreeMap<Kind, Result<Arc<dyn Source>, Missing>>,
    /// Whether rows share browsers.
    pub separation: Separation,
    /// How many browsers are open at the same time at most; as many as are useful on this machine, if not given.
    pub jobs: Option<NonZeroUsize>,
    /// What is needed to reach real servers.
    pub reach: Reach,
    /// How many rows of an engine are played in one part of a run. Only these are in memory.
    pub rows_at_once: usize,
    /// How many rows were played. The console shows it as progress.
    pub rows_played: Arc<AtomicUsize>,
    /// Receives the first row of the first trial as soon as it is played.
    pub first_row: Option<Sender<Outcome>>,
}

impl Players {
    /// Looks for all of them on this machine.
    pub fn find() -> Self {
        let find = |kind| {
            let installed = Installed::find(kind);
            (kind, installed.map(|installed| Arc::new(installed) as Arc<dyn Source>))
        };
        let sources = Kind::ALL.into_iter().map(find).collect();
        Self {
            sources,
            separation: Separation::Shared,
            jobs: None,
            reach: Reach::default(),
            rows_at_once: ROWS_AT_ONCE,
            rows_played: Arc::default(),
            first_row: None,
        }
    }

    /// The same, with another source for the browsers of one engine.
    pub fn with_source(mut self, source: Arc<dyn Source>) -> Self {
        self.sources.insert(source.kind(), Ok(source));
        self
    }

    /// The same without this browser.
    #[must_use]
    pub fn without(mut self, kind: Kind, missing: Missing) -> Self {
        self.sources.insert(kind, Err(missing));
        self
    }

    /// The same, with a browser for every row.
    pub fn alone(self) -> Self {
        Self { separation: Separation::Alone, ..self }
    }

    /// The same, which sends the first row of the first trial as soon as it is played.
    pub fn with_first_row_to(self, first_row: Sender<Outcome>) -> Self {
        Self { first_row: Some(first_row), ..self }
    }

    /// The same, without isolation of rows.
    pub fn unseparated(self) -> Self {
        Self { separation: Separation::Unseparated, ..self }
    }

    /// The same, with this many browsers at the same time at most.
    pub fn with_jobs(self, jobs: Option<NonZeroUsize>) -> Self {
        Self { jobs, ..self }
    }

    /// The same, with permission for these servers on other machines.
    pub fn allowing(mut self, allowed: Allowed) -> Self {
        self.reach.allowed = allowed;
        self
    }

    /// The same, which accepts these certificates of real servers.
    pub fn trusting(mut self, trust: Trust) -> Self {
        self.reach.trust = trust;
        self
    }

    /// The same, where a real server gets no more requests after it has left this many in a row
    /// unanswered.
    pub fn giving_up_after(mut self, unanswered: NonZeroU32) -> Self {
        self.reach.unanswered = unanswered;
        self
    }

    /// The same, with a router for an origin that cases call `in-process`.
    pub fn serving(mut self, origin: Origin, router: Router) -> Self {
        self.reach.routers.add(origin, router);
        self
    }

    /// The source of a browser.
    pub fn get(&self, kind: Kind) -> Result<&Arc<dyn Source>, &Missing> {
        self.sources[&kind].as_ref()
    }

    /// The case for the builds of these browsers: entries of `known` that are limited to others do not apply.
    pub fn fitted(&self, case: Case) -> Case {
        match case.known.iter().any(|known| known.limit.is_some()) {
            true => case.for_builds(|engine| self.build(engine)),
            false => case,
        }
    }

    /// The version and the build of an engine's browser, if they are known.
    fn build(&self, engine: &str) -> Option<String> {
        let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == engine)?;
        let source = self.get(kind).ok()?;
        let runtime = Builder::new_current_thread().enable_all().build().ok()?;
        let build = runtime.block_on(source.build())?;
        Some(format!("{} {build}", build.version))
    }

    /// Why an engine that is available cannot play a case: time passes in it, and the browser's clock cannot be moved.
    pub fn cannot_play(&self, case: &Case, engine: Engine) -> Option<String> {
        let source = self.get(engine.browser()?).ok()?;
        let why = source.moves_clock().err()?;
        case.rows.wait().then(|| format!("time passes in this case: {why}"))
    }

    /// What is missing of an engine; the plain client and the model are always available.
    pub fn missing(&self, engine: Engine) -> Option<&Missing> {
        engine.browser().and_then(|kind| self.get(kind).err())
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::case::{CaseId, read};
    use crate::engine::GridOffer;

    fn case(steps: &str) -> Case {
        let text = format!(
            "name: n\nbecause: b\npage: https://a.test\nservers: {{ https://b.test: {{ /x: {{ GET: {{}} }} }} }}\nsteps:\n{steps}"
        );
        read(CaseId("c".to_owned()), Path::new("c.yaml"), text.as_bytes()).unwrap()
    }

    #[test]
    fn a_browser_that_another_program_starts_cannot_play_a_case_that_waits() {
        let offer = GridOffer::of_a_driver("http://127.0.0.1:9".parse().unwrap());
        let (here, timeout) = (Ipv4Addr::LOCALHOST.into(), Duration::from_secs(1));
        let remote = offer.sources(&[Kind::Firefox], here, timeout);
        let players = remote.into_iter().fold(Players::find(), Players::with_source);
        let waiting = case("  - wait: 1s\n  - fetch: https://b.test/x\n");
        let why = players.cannot_play(&waiting, Engine::FIREFOX).unwrap();
        assert!(why.contains("clock of a browser that another program starts"), "{why}");
        for other in
            ["  - fetch: https://b.test/x\n", "  - wait: 0s\n  - fetch: https://b.test/x\n"]
        {
            assert_eq!(players.cannot_play(&case(other), Engine::FIREFOX), None);
        }
        assert_eq!(players.cannot_play(&waiting, Engine::Standard), None);
    }
}
