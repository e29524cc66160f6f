//! Browsers of a driver that already runs: their sessions are closed, the driver stays.

use std::path::Path;

use cors_harness::engine::{Display, Driver, Installed, Kind};
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::run::{Run, interrupted, runs, wait_until};

/// A driver that is there for longer than the runs that borrow it.
struct Lender {
    runtime: Runtime,
    driver: Driver,
    _display: Option<Display>,
}

impl Lender {
    fn start(run: &Run) -> Self {
        let runtime = Runtime::new().unwrap();
        let installed = Installed::find(run.kind).unwrap();
        let (driver, display) = runtime.block_on(async {
            let display = match &installed.display {
                Some(program) => Some(Display::start(program).await.unwrap()),
                None => None,
            };
            (Driver::start(&installed, display.as_ref()).await.unwrap(), display)
        });
        Self { runtime, driver, _display: display }
    }

    /// Whether it has a session: one that takes many tells its list, the others whether they are free.
    fn has_session(&self, kind: Kind) -> bool {
        match kind {
            Kind::Chromium => self.asked("sessions")["value"] != json!([]),
            Kind::Firefox | Kind::WebKit => self.asked("status")["value"]["ready"] == false,
        }
    }

    fn asked(&self, what: &str) -> Value {
        let answer = async {
            let answer = reqwest::get(format!("{}/{what}", self.driver.url())).await.unwrap();
            answer.text().await.unwrap()
        };
        serde_json::from_str(&self.runtime.block_on(answer)).unwrap()
    }

    fn arguments<'a>(&'a self, run: &'a Run, json: &'a str) -> [&'a str; 7] {
        let engine = run.kind.as_str();
        ["run", "--engine", engine, "--webdriver", self.driver.url(), "--json", json]
    }
}

#[test]
fn a_session_with_a_driver_of_somebody_else_is_closed_and_the_driver_stays() {
    for run in runs() {
        let lender = Lender::start(&run);
        run.write_case("a", None);
        let json = run.path("run.json");
        let arguments = lender.arguments(&run, json.to_str().unwrap());
        let harness = Path::new(env!("CARGO_BIN_EXE_cors-harness"));
        let output = run.start(harness, &arguments).wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "nothing was reviewed: {output:?}");
        let document: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
        assert_eq!(document["results"][0]["verdict"], "agrees", "{document:#}");
        assert!(!lender.has_session(run.kind), "{}", run.kind.as_str());
        run.left_nothing();
    }
}

#[test]
fn after_ctrl_c_a_borrowed_driver_has_no_session_left() {
    for run in runs() {
        let lender = Lender::start(&run);
        run.write_case("b", Some("600s"));
        let json = run.path("run.json");
        let harness = Path::new(env!("CARGO_BIN_EXE_cors-harness"));
        let mut child = run.start(harness, &lender.arguments(&run, json.to_str().unwrap()));
        wait_until(|| lender.has_session(run.kind));
        assert_eq!(interrupted(&mut child, Signal::INT).code(), Some(130));
        assert!(!lender.has_session(run.kind), "{}", run.kind.as_str());
        run.left_nothing();
    }
}
