//! When browsers are started: as soon as a case needs one, and never without need.

mod room;

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cors_harness::case::Case;
use cors_harness::engine::{Kind, Required};
use cors_harness::run::{Engine, Players, RunPreparation, load};
use tempfile::TempDir;

const CASE: &str = "
name: The reply is read
because: It was sent.
servers:
  http://api.example.com:
    /me: { GET: { body: hello } }
page: http://app.example.com
steps:
  - fetch: http://api.example.com/me
";

/// Every program that belongs to a browser and is looked for on the `PATH`.
const PROGRAMS: [&str; 6] =
    ["chromium", "chromedriver", "firefox-esr", "geckodriver", "WebKitWebDriver", "Xvfb"];

fn case(engines: &str) -> Arc<Case> {
    let folder = tempfile::tempdir().unwrap();
    let text = CASE.replace("servers:", &format!("engines: {engines}\nservers:"));
    std::fs::write(folder.path().join("reads.yaml"), text).unwrap();
    Arc::new(load(folder.path()).unwrap().cases.remove(0))
}

/// Whether this process has a child of that name.
fn has_child(name: &str) -> bool {
    let this = std::process::id().to_string();
    let processes =
        std::fs::read_dir("/proc").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    let is_it = |process: &Path| {
        let stat = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
        let Some((before, after)) = stat.rsplit_once(')') else { return false };
        before.ends_with(&format!("({name}")) && after.split_whitespace().nth(1) == Some(&this)
    };
    processes.into_iter().any(|process| is_it(&process))
}

#[test]
fn a_browser_starts_before_the_trials_are_known_and_ends_if_there_are_none() {
    let Some(installed) = Required::browser(Kind::Chromium).unwrap() else { return };
    let driver = installed.driver.file_name().unwrap().to_str().unwrap().to_owned();
    let mut early = RunPreparation::new(Players::find());
    early.expect(&case("[standard, control]"), Engine::CHROMIUM);
    early.expect(&case("[chromium]"), Engine::FIREFOX);
    early.expect(&case("[chromium]"), Engine::Control);
    assert!(!has_child(&driver), "nothing of that is played in it");
    early.expect(&case("[chromium]"), Engine::CHROMIUM);
    let deadline = Instant::now() + Duration::from_secs(60);
    while !has_child(&driver) && Instant::now() < deadline {
        std::thread::yield_now();
    }
    assert!(has_child(&driver), "it starts while other cases are read");
    drop(early);
    assert!(!has_child(&driver), "no trial needs it");
}

#[test]
fn a_run_that_needs_no_browser_starts_none() {
    let folder = tempfile::tempdir().unwrap();
    telling_programs(&folder);
    std::fs::create_dir(folder.path().join("cases")).unwrap();
    std::fs::write(folder.path().join("cases/reads.yaml"), CASE).unwrap();
    let run = |engines: &str| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_cors-harness"));
        run.args(["run", "--verbose", "--engine", engines]).current_dir(folder.path());
        let run = run.env("PATH", folder.path().join("bin")).env("INSTA_UPDATE", "no");
        run.output().unwrap().status.code()
    };
    let started = || std::fs::read_to_string(folder.path().join("started")).unwrap_or_default();
    assert_eq!(run("standard,control"), Some(1), "nothing was reviewed");
    assert_eq!(started(), "");
    run("chromium");
    assert_eq!(started().lines().next(), Some("chromedriver"), "these programs do tell");
}

#[test]
fn a_driver_whose_port_was_taken_is_started_again() {
    let Some(installed) = Required::browser(Kind::Chromium).unwrap() else { return };
    let folder = tempfile::tempdir().unwrap();
    for name in ["bin", "cases"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("cases/reads.yaml"), CASE).unwrap();
    let (program, tried) = (folder.path().join("bin/chromedriver"), folder.path().join("tried"));
    let text = format!(
        "#!/bin/sh\nif [ -e '{0}' ]; then exec '{1}' \"$@\"; fi\n: > '{0}'\n\
         echo '[SEVERE]: bind() failed: Address already in use (98)'\nexit 1\n",
        tried.display(),
        installed.driver.display()
    );
    write_program(&program, &text);
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", folder.path().join("bin").display());
    let mut run = Command::new(env!("CARGO_BIN_EXE_cors-harness"));
    run.args(["run", "--verbose", "--engine", "chromium"]).current_dir(folder.path());
    let run = run.env("PATH", path).env("INSTA_UPDATE", "no").output().unwrap();
    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(tried.exists() && printed.contains("1 new; 1 row"), "{printed}");
    assert!(!printed.contains("again"), "no row was played twice: {printed}");
}

/// Programs that write their names down and end.
fn telling_programs(folder: &TempDir) {
    let (bin, started) = (folder.path().join("bin"), folder.path().join("started"));
    std::fs::create_dir(&bin).unwrap();
    for name in PROGRAMS {
        let text = format!("#!/bin/sh\necho {name} >> '{}'\n", started.display());
        write_program(&bin.join(name), &text);
    }
}

fn write_program(file: &Path, text: &str) {
    std::fs::write(file, text).unwrap();
    std::fs::set_permissions(file, Permissions::from_mode(0o755)).unwrap();
}
