//! Nothing outlives the harness: whatever way it ends, no driver, no browser and no profile of its
//! own is left. Each run here has a folder for temporary files of its own, and every process that
//! belongs to it names that folder, or a folder in it, among its arguments or in its environment.
//!
//! Needs Chromium; says so and passes where it is not installed and `CORS_HARNESS_REQUIRE` does not
//! ask for it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use cors_harness::engine::{Chromium, CleanEnd, Driver, Installed, Kind};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A case that ends at once, and one on another page whose server takes longer than any test.
const QUICK: &str = "
name: A reply is read
because: It was sent.
servers:
  http://api.example.com:
    /me: { GET: { headers: [{ Access-Control-Allow-Origin: '*' }], body: hello } }
page: http://PAGE.example.net
steps:
  - fetch: http://api.example.com/me
";

struct Run {
    folder: TempDir,
}

impl Run {
    /// Folders for a run, or nothing where there is no Chromium.
    fn new() -> Option<Self> {
        if let Err(missing) = Installed::find(Kind::Chromium) {
            let required = std::env::var("CORS_HARNESS_REQUIRE").unwrap_or_default();
            assert!(!required.contains("chromium"), "{missing}");
            eprintln!("not tested: {missing}");
            return None;
        }
        let run = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["cases", "snapshots", "tmp"] {
            std::fs::create_dir(run.path(folder)).unwrap();
        }
        Some(run)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, case: &str) {
        std::fs::write(self.path("cases").join(name), case).unwrap();
    }

    fn start(&self, program: &Path, arguments: &[&str]) -> Child {
        Command::new(program)
            .args(arguments)
            .env("TMPDIR", self.path("tmp"))
            .env("CORS_HARNESS_CASES", self.path("cases"))
            .env("CORS_HARNESS_SNAPSHOTS", self.path("snapshots"))
            .env("INSTA_UPDATE", "no")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn start_harness(&self) -> Child {
        self.start(Path::new(env!("CARGO_BIN_EXE_cors-harness")), &["run", "--engine", "chromium"])
    }

    /// Living processes of this run, the harness itself included. Zombies have no arguments.
    fn processes(&self) -> Vec<String> {
        let folder = self.folder.path().to_str().unwrap();
        let mentions = |process: &Path| {
            ["cmdline", "environ"].iter().any(|file| {
                std::fs::read(process.join(file))
                    .is_ok_and(|text| String::from_utf8_lossy(&text).contains(folder))
            })
        };
        let processes = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
        let name = |process: PathBuf| std::fs::read_to_string(process.join("comm")).ok();
        processes.filter(|process| mentions(process)).filter_map(name).collect()
    }

    /// Nothing of the run is there any more. A killed process takes a moment to go.
    #[track_caller]
    fn left_nothing(&self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.processes().is_empty() && Instant::now() < deadline {
            std::thread::yield_now();
        }
        assert_eq!(self.processes(), Vec::<String>::new());
        let left: Vec<_> = std::fs::read_dir(self.path("tmp")).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// Reads the child's output up to a line that has the words.
fn read_until(child: &mut Child, words: &str) {
    let output = BufReader::new(child.stdout.as_mut().unwrap());
    assert!(output.lines().any(|line| line.unwrap().contains(words)), "`{words}` was not printed");
}

fn interrupted(child: &mut Child, signal: Signal) -> ExitStatus {
    kill_process(Pid::from_child(child), signal).unwrap();
    child.wait().unwrap()
}

/// A run in the middle of a case that does not end by itself.
fn under_way(run: &Run) -> Child {
    run.write("a.yaml", &QUICK.replace("PAGE", "a"));
    run.write("b.yaml", &QUICK.replace("PAGE", "b").replace("GET: {", "GET: { delay: 600s,"));
    let mut child = run.start_harness();
    read_until(&mut child, "[chromium] a");
    let processes = run.processes();
    assert!(processes.iter().any(|name| name.contains("chromedriver")), "{processes:?}");
    assert!(processes.iter().any(|name| name.trim() == "chromium"), "{processes:?}");
    child
}

#[test]
fn after_a_failure_nothing_is_left() {
    let Some(run) = Run::new() else { return };
    run.write("a.yaml", &QUICK.replace("PAGE", "a"));
    let output = run.start_harness().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    run.left_nothing();
}

#[test]
fn after_ctrl_c_nothing_is_left() {
    let Some(run) = Run::new() else { return };
    let status = interrupted(&mut under_way(&run), Signal::INT);
    assert_eq!(status.code(), Some(130));
    run.left_nothing();
}

#[test]
fn after_a_termination_nothing_is_left() {
    let Some(run) = Run::new() else { return };
    let status = interrupted(&mut under_way(&run), Signal::TERM);
    assert_eq!(status.code(), Some(130));
    run.left_nothing();
}

#[test]
fn after_a_panic_nothing_is_left() {
    let Some(run) = Run::new() else { return };
    let this = std::env::current_exe().unwrap();
    let arguments = ["--exact", "panics_with_a_browser_open", "--ignored", "--nocapture"];
    let mut child = run.start(&this, &arguments);
    read_until(&mut child, "a browser is open");
    assert!(!child.wait().unwrap().success());
    run.left_nothing();
}

/// Run by the test above in a process of its own.
#[test]
#[ignore = "panics on purpose"]
fn panics_with_a_browser_open() {
    let _clean = CleanEnd::hold();
    let installed = Installed::find(Kind::Chromium).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let open = runtime.block_on(async {
        let driver = Driver::start(&installed.driver).await.unwrap();
        let lab = cors_servers::Lab::start().await.unwrap();
        let chromium = Chromium {
            binary: &installed.browser,
            socks: lab.socks_address(),
            ca_spki_sha256: &lab.ca_spki_sha256(),
            third_party_cookies: cors_harness::case::ThirdPartyCookies::Allowed,
        };
        let browser = chromium.open(&driver).await.unwrap();
        (driver, browser)
    });
    // The handles are lost, as in a panic that does not unwind through them.
    std::mem::forget(open);
    println!("a browser is open");
    panic!("on purpose");
}
