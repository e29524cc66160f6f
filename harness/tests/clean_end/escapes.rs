//! What a driver starts and what leaves its process group. No real driver does so; a script does.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cors_harness::engine::{Driver, EngineError, Installed, Kind};
use procfs::process::{ProcState, Process};
use rustix::process::{Pid, Signal, kill_process};

use crate::run::wait_until;

/// What is waited for at most, with time for a machine that is busy.
const DEADLINE: Duration = Duration::from_secs(10 + 20);

/// A driver that listens nowhere and starts something that leaves its group and keeps its output.
fn driver(folder: &Path, escape: &str) -> Installed {
    let program = folder.join("driver");
    let pid = folder.join("pid");
    let script = format!(
        "#!/bin/sh\n{escape} setsid sh -c 'echo $$ > {}; exec sleep 600' &\n\
         echo 'Listening on 127.0.0.1:9'\nexec sleep 600\n",
        pid.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    Installed {
        kind: Kind::Firefox,
        browser: PathBuf::new(),
        driver: program,
        display: None,
        build: Default::default(),
    }
}

/// The process that left its group, while it runs. Its new parent may wait for it late.
fn escaped(folder: &Path) -> Option<Pid> {
    let pid = std::fs::read_to_string(folder.join("pid")).unwrap_or_default();
    let pid = pid.trim().parse().ok()?;
    let state = Process::new(pid).and_then(|process| process.stat()?.state()).ok()?;
    (state != ProcState::Zombie).then(|| Pid::from_raw(pid))?
}

async fn ended(folder: &Path, escape: &str) -> Result<(), EngineError> {
    let driver = Driver::start(&driver(folder, escape), None, None).await.unwrap();
    wait_until(|| escaped(folder).is_some());
    let began = Instant::now();
    let ended = driver.end().await;
    assert!(began.elapsed() < DEADLINE, "{:?}", began.elapsed());
    ended
}

#[tokio::test]
async fn processes_that_leave_the_group_end_with_the_driver() {
    let folder = tempfile::tempdir().unwrap();
    ended(folder.path(), "").await.unwrap();
    assert_eq!(escaped(folder.path()), None);
}

#[tokio::test]
async fn an_escaped_process_is_reported_and_not_waited_for_forever() {
    let folder = tempfile::tempdir().unwrap();
    let error = ended(folder.path(), "env -i PATH=/usr/bin:/bin").await.unwrap_err().to_string();
    assert!(error.contains("still runs 10 s after the driver was killed"), "{error}");
    let left = escaped(folder.path()).unwrap();
    kill_process(left, Signal::KILL).unwrap();
}
