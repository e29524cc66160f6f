//! Browsers of a driver that already runs: their sessions are closed, the driver stays.

use std::path::Path;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Uri};
use cors_harness::engine::{Display, Driver, Installed};
use rustix::process::Signal;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::run::{Run, interrupted, runs, wait_until};

/// A driver that runs longer than the harness that uses it.
pub struct Lender {
    runtime: Runtime,
    driver: Driver,
    _display: Option<Display>,
}

impl Lender {
    pub fn start(run: &Run) -> Self {
        let runtime = Runtime::new().unwrap();
        let installed = Installed::find(run.kind).unwrap();
        let (driver, display) = runtime.block_on(async {
            let display = match &installed.display {
                Some(program) => Some(Display::start(program).await.unwrap()),
                None => None,
            };
            (Driver::start(&installed, display.as_ref(), None).await.unwrap(), display)
        });
        Self { runtime, driver, _display: display }
    }

    /// Whether it has a session: a driver that takes many lists them, the others say whether they are free.
    fn has_session(&self) -> bool {
        let listed = self.asked("sessions").ok();
        let is_listed =
            listed.is_some_and(|all| all["value"].as_array().is_some_and(|all| !all.is_empty()));
        is_listed || self.asked("status").unwrap()["value"]["ready"] == false
    }

    /// The answer to a command without arguments. A driver that does not know it may answer without JSON.
    fn asked(&self, what: &str) -> serde_json::Result<Value> {
        let answer = async {
            let answer = reqwest::get(format!("{}/{what}", self.driver.url())).await.unwrap();
            answer.text().await.unwrap()
        };
        serde_json::from_str(&self.runtime.block_on(answer))
    }

    fn arguments<'a>(&'a self, run: &'a Run, json: &'a str) -> [&'a str; 7] {
        arguments(self.url(), run, json)
    }

    /// Where a grid answers for the driver. It reports wrong addresses of its browsers, like a grid that
    /// does not know its own address.
    fn grid(&self) -> String {
        let driver = self.driver.url().to_owned();
        let passed_on = move |method: Method, uri: Uri, body: Bytes| {
            let url = format!("{driver}{uri}");
            async move {
                let asked = reqwest::Client::new().request(method, url).body(body).send().await;
                let asked = asked.unwrap();
                let status = asked.status();
                let mut answer: Value = serde_json::from_str(&asked.text().await.unwrap()).unwrap();
                for at in ["webSocketUrl", "goog:chromeOptions/debuggerAddress"] {
                    let at = format!("/value/capabilities/{at}");
                    if let Some(Value::String(address)) = answer.pointer_mut(&at) {
                        let nowhere = if address.contains("://") {
                            "ws://127.0.0.1:9/"
                        } else {
                            "127.0.0.1:9"
                        };
                        nowhere.clone_into(address);
                    }
                }
                let json = [(CONTENT_TYPE, "application/json; charset=utf-8")];
                (status, json, answer.to_string())
            }
        };
        self.serve(Router::new().fallback(passed_on))
    }

    /// Serves a router for as long as the driver is there; its URL.
    pub fn serve(&self, router: Router) -> String {
        self.runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            self.runtime.spawn(async { axum::serve(listener, router).await });
            url
        })
    }

    /// Where the driver itself listens.
    pub fn url(&self) -> &str {
        self.driver.url()
    }
}

pub fn arguments<'a>(url: &'a str, run: &'a Run, json: &'a str) -> [&'a str; 7] {
    ["run", "--engine", run.kind.as_str(), "--webdriver", url, "--json", json]
}

#[test]
fn a_browser_without_a_console_channel_still_plays() {
    for run in runs() {
        let lender = Lender::start(&run);
        let grid = lender.grid();
        run.write_case("a", None);
        let json = run.path("run.json");
        let harness = Path::new(env!("CARGO_BIN_EXE_cors-harness"));
        let arguments = arguments(&grid, &run, json.to_str().unwrap());
        let output = run.start(harness, &arguments).wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "nothing was reviewed: {output:?}");
        let document: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
        let result = &document["results"][0];
        assert_eq!(result["verdict"], "agrees", "{document:#}");
        assert!(result["reasons_unavailable"].is_string(), "{document:#}");
        assert!(!lender.has_session(), "{}", run.kind.as_str());
    }
}

#[test]
fn a_session_of_a_borrowed_driver_is_closed_and_the_driver_stays() {
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
        assert!(!lender.has_session(), "{}", run.kind.as_str());
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
        wait_until(|| lender.has_session());
        assert_eq!(interrupted(&mut child, Signal::INT).code(), Some(130));
        assert!(!lender.has_session(), "{}", run.kind.as_str());
        run.left_nothing();
    }
}
