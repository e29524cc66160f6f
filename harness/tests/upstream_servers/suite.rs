//! A case with a real server in a separate folder, and a run of it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A case with a real server. It requests `/me`.
const CASE: &str = "
name: The team's own server is asked
because: It is what a page meets.
servers:
  http://api.example.com:
    SERVER
page: http://app.example.net
engines: [browsers, control]
STEPS
";

const STEPS: &str = "steps: [{ fetch: http://api.example.com/me }]";

pub struct Suite {
    folder: TempDir,
}

/// The result of a run.
pub struct Ran {
    pub code: Option<i32>,
    pub text: String,
    pub document: Value,
    pub took: Duration,
}

impl Suite {
    pub fn new() -> Self {
        let suite = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["cases", "snapshots", "tmp"] {
            std::fs::create_dir(suite.path(folder)).unwrap();
        }
        suite
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The case `own` with these keys of its server.
    pub fn with_server(self, server: &str) -> Self {
        self.with_server_and_steps(server, STEPS)
    }

    pub fn with_server_and_steps(self, server: &str, steps: &str) -> Self {
        let server = server.trim().replace('\n', "\n    ");
        let case = CASE.replace("SERVER", &server).replace("STEPS", steps);
        self.with_case("own", &case)
    }

    pub fn with_case(self, name: &str, case: &str) -> Self {
        std::fs::write(self.path(&format!("cases/{name}.yaml")), case).unwrap();
        self
    }

    /// A server that is started and behaves so.
    pub fn doing(does: &str) -> Self {
        Self::new().with_server(&launch(does))
    }

    pub fn harness(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cors-harness"));
        command
            .args(arguments)
            .env("TMPDIR", self.path("tmp"))
            .env("CORS_HARNESS_CASES", self.path("cases"))
            .env("CORS_HARNESS_SNAPSHOTS", self.path("snapshots"))
            .env("INSTA_UPDATE", "no")
            .env_remove("CORS_HARNESS_ALLOW_UPSTREAM")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a run on an engine.
    pub fn start(&self, engine: &str) -> Child {
        self.harness(&["run", "--engine", engine]).spawn().unwrap()
    }

    /// Runs to the end, after which nothing is left.
    pub fn run(&self, engine: &str) -> Ran {
        self.run_with(engine, &[])
    }

    pub fn run_with(&self, engine: &str, more: &[&str]) -> Ran {
        let json = self.path("run.json");
        let began = Instant::now();
        let json_file = json.to_str().unwrap();
        let arguments = ["run", "--verbose", "--engine", engine, "--json", json_file];
        let output = self.harness(&[&arguments, more].concat()).output().unwrap();
        let took = began.elapsed();
        self.left_nothing();
        let document = std::fs::read_to_string(json).unwrap_or_default();
        let document = serde_json::from_str(&document).unwrap_or_default();
        Ran { code: output.status.code(), text: all(&output), document, took }
    }

    /// No process that knows of this folder is there any more.
    #[track_caller]
    pub fn left_nothing(&self) {
        // What is killed takes a moment to go. A server that is left would end by itself after a minute,
        // when its test harness prints how long it runs to a closed pipe.
        wait_for(Duration::from_secs(20), || self.processes().is_empty());
        assert_eq!(self.processes(), Vec::<String>::new());
    }

    /// Living processes of this suite. Zombies have neither arguments nor an environment.
    pub fn processes(&self) -> Vec<String> {
        let folder = self.folder.path().to_str().unwrap();
        let processes = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
        let text = |process: &Path, file: &str| {
            let bytes = std::fs::read(process.join(file)).unwrap_or_default();
            String::from_utf8_lossy(&bytes).replace('\0', " ")
        };
        let known = processes.filter(|process| {
            ["cmdline", "environ"].iter().any(|file| text(process, file).contains(folder))
        });
        known.map(|process| text(&process, "cmdline")).collect()
    }
}

/// Keys of a server that is started and behaves so, and whose port tells when it is ready.
pub fn launch(does: &str) -> String {
    format!("command: {}\nenvironment: [DOES: {does}]", super::server::command())
}

impl Ran {
    /// The only row.
    pub fn row(&self) -> &Value {
        &self.document["results"][0]
    }

    /// Why the first step is inconclusive.
    #[track_caller]
    pub fn inconclusive(&self) -> &str {
        assert_eq!(self.code, Some(1), "{}", self.text);
        let reason = self.row()["steps"][0]["inconclusive"].as_str();
        reason.unwrap_or_else(|| panic!("{}", self.text))
    }

    /// Why the case was not run.
    #[track_caller]
    pub fn unable(&self) -> &str {
        assert_eq!(self.code, Some(3), "{}", self.text);
        let reason = self.document["not_run"][0]["reason"].as_str();
        reason.unwrap_or_else(|| panic!("{}", self.text))
    }
}

fn all(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).concat()
}

/// Waits until a condition holds, for as long as a test may wait.
pub fn wait_until(is_so: impl FnMut() -> bool) {
    wait_for(Duration::from_secs(60), is_so);
}

fn wait_for(most: Duration, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + most;
    while !is_so() && Instant::now() < deadline {
        std::thread::yield_now();
    }
}

/// Whether Chromium is here; a required one that is missing fails.
pub fn chromium() -> bool {
    use cors_harness::engine::{Kind, Required};
    Required::browser(Kind::Chromium).unwrap().is_some()
}
