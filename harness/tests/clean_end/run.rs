//! A run of the harness with its own folder for temporary files. Every process that belongs to
//! it names that folder, or a folder in it, among its arguments or in its environment.

use std::fs::Permissions;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use cors_harness::engine::{Installed, Kind, Required};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A case with its own page.
const CASE: &str = "
name: A reply is read
because: It was sent.
servers:
  http://api.example.com:
    /me: { GET: { DELAY headers: [{ Access-Control-Allow-Origin: '*' }], body: hello } }
page: http://PAGE.example.net
steps:
  - fetch: http://api.example.com/me
";

/// What a test waits for at most. A browser may take long to start on a machine that is busy.
const TIMEOUT: Duration = Duration::from_secs(60);

pub struct Run {
    folder: TempDir,
    pub kind: Kind,
}

/// A run for every engine that is installed.
pub fn runs() -> Vec<Run> {
    Kind::ALL.into_iter().filter_map(Run::new).collect()
}

impl Run {
    /// A run of an engine, if it is installed.
    pub fn new(kind: Kind) -> Option<Self> {
        Required::browser(kind).unwrap()?;
        let run = Self { folder: tempfile::tempdir().unwrap(), kind };
        for folder in ["bin", "cases", "snapshots", "tmp"] {
            std::fs::create_dir(run.path(folder)).unwrap();
        }
        Some(run)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a case on the page `name`, whose reply is there after `delay`.
    pub fn write_case(&self, name: &str, delay: Option<&str>) {
        let delay = delay.map(|delay| format!("delay: {delay},")).unwrap_or_default();
        let case = CASE.replace("PAGE", name).replace("DELAY", &delay);
        std::fs::write(self.path("cases").join(format!("{name}.yaml")), case).unwrap();
    }

    /// Writes a program that is found before any other of its name.
    pub fn write_program(&self, name: &str, text: &str) -> PathBuf {
        let file = self.path("bin").join(name);
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o755)).unwrap();
        file
    }

    pub fn start(&self, program: &Path, arguments: &[&str]) -> Child {
        let path = std::env::var("PATH").unwrap_or_default();
        Command::new(program)
            .args(arguments)
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("TMPDIR", self.path("tmp"))
            .env("CORS_HARNESS_CASES", self.path("cases"))
            .env("CORS_HARNESS_SNAPSHOTS", self.path("snapshots"))
            .env("INSTA_UPDATE", "no")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub fn start_harness(&self) -> Child {
        let json = self.path("run.json");
        let engine = self.kind.as_str();
        let arguments = ["run", "--verbose", "--engine", engine, "--json", json.to_str().unwrap()];
        self.start(Path::new(env!("CARGO_BIN_EXE_cors-harness")), &arguments)
    }

    /// A run that has played the case `a` and is at `b`, whose reply is there after `delay`.
    pub fn under_way(&self, delay: &str) -> Child {
        self.write_case("a", None);
        self.write_case("b", Some(delay));
        let mut child = self.start_harness();
        read_until(&mut child, &format!("[{}] a", self.kind.as_str()));
        assert!(!self.browsers().is_empty(), "{:?}", self.processes());
        child
    }

    /// Living processes of this run by number and name, the harness itself included. Zombies have
    /// neither arguments nor an environment.
    pub fn processes(&self) -> Vec<(i32, String)> {
        let folder = self.folder.path().to_str().unwrap();
        let mentions = |process: &Path| {
            ["cmdline", "environ"].iter().any(|file| {
                std::fs::read(process.join(file))
                    .is_ok_and(|text| String::from_utf8_lossy(&text).contains(folder))
            })
        };
        let processes = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
        let named = |process: PathBuf| {
            let number = process.file_name()?.to_str()?.parse().ok()?;
            let name = std::fs::read_to_string(process.join("comm")).ok()?;
            Some((number, name.trim().to_owned()))
        };
        processes.filter(|process| mentions(process)).filter_map(named).collect()
    }

    /// The processes of its browsers, helpers included where they have the same name. A process that only prints its
    /// version is none.
    pub fn browsers(&self) -> Vec<i32> {
        let name = Installed::find(self.kind).unwrap().browser;
        let name = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let processes = self.processes().into_iter();
        let is_browser = |number: i32| {
            std::fs::read(format!("/proc/{number}/cmdline"))
                .is_ok_and(|text| !String::from_utf8_lossy(&text).contains("--version"))
        };
        let named = processes.filter(|(_, found)| *found == name).map(|(number, _)| number);
        named.filter(|&number| is_browser(number)).collect()
    }

    /// Kills every browser of this run, and gives their numbers.
    pub fn kill_browsers(&self) -> Vec<i32> {
        self.signal_browsers(Signal::KILL)
    }

    /// Stops every browser of this run with SIGSTOP, and gives their numbers.
    pub fn stop_browsers(&self) -> Vec<i32> {
        self.signal_browsers(Signal::STOP)
    }

    fn signal_browsers(&self, signal: Signal) -> Vec<i32> {
        let browsers = self.browsers();
        for number in &browsers {
            // One may have ended with another.
            let _ = kill_process(Pid::from_raw(*number).unwrap(), signal);
        }
        browsers
    }

    /// Nothing of the run is left: no process, no file, no lock of an X server that has ended.
    #[track_caller]
    pub fn left_nothing(&self) {
        // A killed process takes a moment to go.
        wait_until(|| self.processes().is_empty() && dead_locks().is_empty());
        assert_eq!(self.processes(), Vec::new());
        assert_eq!(dead_locks(), Vec::<PathBuf>::new());
        let left: Vec<_> = std::fs::read_dir(self.path("tmp")).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// Lock files of X servers that have ended.
fn dead_locks() -> Vec<PathBuf> {
    let files = std::fs::read_dir("/tmp").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    let locks = files.filter(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with(".X") && name.ends_with("-lock")
    });
    let is_dead = |lock: &PathBuf| {
        let owner = std::fs::read_to_string(lock).unwrap_or_default();
        !owner.trim().is_empty() && !Path::new("/proc").join(owner.trim()).exists()
    };
    locks.filter(is_dead).collect()
}

/// Waits until a condition holds, for as long as a test may wait.
pub fn wait_until(is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + TIMEOUT;
    while !is_so() && Instant::now() < deadline {
        std::thread::yield_now();
    }
}

/// Reads the child's output up to a line that has the words.
pub fn read_until(child: &mut Child, words: &str) {
    let output = BufReader::new(child.stdout.as_mut().unwrap());
    assert!(output.lines().any(|line| line.unwrap().contains(words)), "`{words}` was not printed");
}

pub fn interrupted(child: &mut Child, signal: Signal) -> ExitStatus {
    kill_process(Pid::from_child(child), signal).unwrap();
    child.wait().unwrap()
}
