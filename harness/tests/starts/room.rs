//! Browsers that cannot start: the reason is reported without waiting for a deadline.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cors_harness::engine::{Kind, Required};
use tempfile::TempDir;

use crate::{CASE, write_program};

/// A run with scripts in place of browsers and drivers.
struct Setup {
    folder: TempDir,
}

impl Setup {
    fn new() -> Self {
        let setup = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["bin", "cases", "tmp"] {
            std::fs::create_dir(setup.path(folder)).unwrap();
        }
        std::fs::write(setup.path("cases/reads.yaml"), CASE).unwrap();
        setup
    }

    /// The same where every program of Chromium and Firefox notes that it was started, and hangs.
    fn with_hanging_programs() -> Self {
        let setup = Self::new();
        for name in ["chromium", "chromedriver", "firefox-esr", "geckodriver"] {
            setup
                .program(name, &format!(": > {}\nexec sleep 600", setup.path("started").display()));
        }
        setup
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self, name: &str, text: &str) {
        write_program(&self.path("bin").join(name), &format!("#!/bin/sh\n{text}\n"));
    }

    /// A run of one engine, in a shell that has set limits before, with this folder for temporary files.
    fn run(&self, kind: Kind, limits: &str, temporary: &Path) -> String {
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("sh")
            .args(["-c", &format!("{limits}\nexec \"$@\""), "sh"])
            .args([
                env!("CARGO_BIN_EXE_cors-harness"),
                "run",
                "--verbose",
                "--engine",
                kind.as_str(),
            ])
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("TMPDIR", temporary)
            .env("INSTA_UPDATE", "no")
            .output()
            .unwrap();
        reason(&output)
    }

    /// The same where no program may be started, since none could do anything.
    fn refused(&self, kind: Kind, limits: &str, temporary: &Path) -> String {
        let reason = self.run(kind, limits, temporary);
        assert!(!self.path("started").exists(), "nothing is started in vain: {reason}");
        assert!(reason.contains(&format!("{} cannot start: ", kind.as_str())), "{reason}");
        reason
    }
}

/// Why nothing was played. A run that reaches the deadline of a start says so.
fn reason(output: &Output) -> String {
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let (_, reason) =
        printed.split_once("could not be run: ").unwrap_or_else(|| panic!("{printed}"));
    let (reason, _) = reason.split_once("run it alone: ").unwrap_or_else(|| panic!("{printed}"));
    let warned = String::from_utf8_lossy(&output.stderr);
    assert!(!format!("{reason}{warned}").contains("took longer than"), "{reason}{warned}");
    reason.to_owned()
}

/// A file system in memory, until this is dropped.
struct Memory(TempDir);

impl Memory {
    /// `None` where none can be mounted, which is reported on stderr.
    fn mounted(options: &str) -> Option<Self> {
        let memory = Self(tempfile::tempdir().unwrap());
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(memory.0.path())
            .output();
        match mount {
            Ok(done) if done.status.success() => Some(memory),
            failed => {
                // A closed connection is not a failure.
                let _ =
                    writeln!(std::io::stderr(), "not tested: no tmpfs can be mounted: {failed:?}");
                None
            }
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l".as_ref(), self.path().as_os_str()]).status();
    }
}

const WITH_A_PROFILE: [Kind; 2] = [Kind::Chromium, Kind::Firefox];

#[test]
fn a_full_temporary_folder_is_named_before_any_start() {
    let Some(memory) = Memory::mounted("size=64k") else { return };
    for kind in WITH_A_PROFILE {
        let reason = Setup::with_hanging_programs().refused(kind, "", memory.path());
        let folder = memory.path().display();
        assert!(reason.contains(&format!("`{folder}` has 64 KiB free, and ")), "{reason}");
        assert!(reason.contains("set `TMPDIR` to another folder"), "{reason}");
    }
}

#[test]
fn a_temporary_folder_without_inodes_is_named_before_any_start() {
    let Some(memory) = Memory::mounted("nr_inodes=20") else { return };
    for kind in WITH_A_PROFILE {
        let reason = Setup::with_hanging_programs().refused(kind, "", memory.path());
        let folder = memory.path().display();
        assert!(
            reason.contains(&format!("`{folder}` has room for 19 more files, and ")),
            "{reason}"
        );
    }
}

#[test]
fn a_missing_temporary_folder_is_named() {
    for kind in WITH_A_PROFILE {
        let setup = Setup::with_hanging_programs();
        let missing = setup.path("missing");
        let reason = setup.run(kind, "", &missing);
        assert!(reason.contains(missing.to_str().unwrap()), "{reason}");
        assert!(!setup.path("started").exists(), "{reason}");
    }
}

#[test]
fn limits_of_the_process_are_named_before_anything_is_started() {
    let limits = [
        ("ulimit -v 3000000", "the address space of a process is limited to 2 GiB (`ulimit -v`)"),
        ("ulimit -f 100", "the size of a file is limited to 50 KiB (`ulimit -f`)"),
        ("ulimit -n 60", "a process may have 60 files open (`ulimit -n`)"),
    ];
    for (limit, words) in limits {
        for kind in WITH_A_PROFILE {
            let setup = Setup::with_hanging_programs();
            let reason = setup.refused(kind, limit, &setup.path("tmp"));
            assert!(reason.contains(words), "{reason}");
        }
    }
}

/// With real browsers: none of them starts in so little address space.
#[test]
fn a_browser_with_too_little_address_space_is_not_awaited() {
    for kind in Kind::ALL {
        if Required::browser(kind).unwrap().is_some() {
            let setup = Setup::new();
            let reason = setup.run(kind, "ulimit -v 3500000", &setup.path("tmp"));
            assert!(reason.contains("limited to 3 GiB (`ulimit -v`)"), "{reason}");
        }
    }
}

/// With a real browser that has a little more than the least, and less than it takes.
#[test]
fn a_failed_start_names_the_scarce_resource() {
    if Required::browser(Kind::Firefox).unwrap().is_none() {
        return;
    }
    let Some(memory) = Memory::mounted("size=9m") else { return };
    let reason = Setup::new().run(Kind::Firefox, "", memory.path());
    assert!(!reason.contains("cannot start"), "it was tried: {reason}");
    assert!(reason.contains(" free, and firefox needs about 20 MiB"), "{reason}");
}

/// A driver that listens where this test does. It continues after a request for a session.
fn driver(setup: &Setup, then: &str) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = setup.path("asked");
    setup.program("chromium", "exit 1");
    setup.program(
        "chromedriver",
        &format!(
            "echo was started successfully on port {port}.\n\
             while [ ! -e {} ]; do sleep 0.05; done\n{then}",
            asked.display()
        ),
    );
    listener
}

/// Receives a request, and never answers it.
fn take(listener: &TcpListener, setup: &Setup) -> TcpStream {
    let (stream, _) = listener.accept().unwrap();
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).unwrap();
    std::fs::write(setup.path("asked"), line).unwrap();
    stream
}

fn requests_without_answer(then: &str) -> String {
    let setup = Setup::new();
    let listener = driver(&setup, then);
    std::thread::scope(|scope| {
        let run = scope.spawn(|| setup.run(Kind::Chromium, "", &setup.path("tmp")));
        // It is held until the run has ended.
        let _question = take(&listener, &setup);
        run.join().unwrap()
    })
}

#[test]
fn the_last_words_of_a_browser_that_ends_unnoticed_are_reported() {
    let reason =
        requests_without_answer("sh -c 'echo no memory for a heap >&2; exit 1'\nexec sleep 600");
    assert!(reason.contains("the browser ended while it was starting"), "{reason}");
    assert!(reason.contains("no memory for a heap"), "{reason}");
}

#[test]
fn a_driver_that_ends_while_the_browser_starts_is_reported_with_its_status() {
    let reason = requests_without_answer("kill -s ABRT $$");
    assert!(reason.contains("the driver ended while the browser was starting"), "{reason}");
    assert!(reason.contains("signal: 6 (SIGABRT)"), "{reason}");
}

#[test]
fn a_silent_driver_that_ends_is_reported_with_its_status() {
    let setup = Setup::new();
    setup.program("chromium", "exit 1");
    setup.program("chromedriver", "kill -s TRAP $$");
    let reason = setup.run(Kind::Chromium, "", &setup.path("tmp"));
    assert!(reason.contains("did not start: the driver ended (signal: 5 (SIGTRAP))"), "{reason}");
}
