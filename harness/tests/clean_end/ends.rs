//! Every way in which the harness ends itself. `kills` has those in which it is killed.

use cors_harness::case::ThirdPartyCookies;
use cors_harness::engine::{CleanEnd, Installed, Kind, Opening, Source};
use cors_servers::Lab;
use rustix::process::Signal;

use crate::run::{interrupted, read_until, runs};

#[test]
fn after_a_failure_no_process_and_no_folder_is_left() {
    for run in runs() {
        run.write_case("a", None);
        let output = run.start_harness().wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        run.left_nothing();
    }
}

#[test]
fn after_ctrl_c_no_process_and_no_folder_is_left() {
    for run in runs() {
        let status = interrupted(&mut run.under_way("600s"), Signal::INT);
        assert_eq!(status.code(), Some(130));
        run.left_nothing();
    }
}

#[test]
fn after_a_termination_or_a_quit_no_process_is_left() {
    for run in runs() {
        for (signal, code) in [(Signal::TERM, 143), (Signal::QUIT, 131)] {
            let status = interrupted(&mut run.under_way("600s"), signal);
            assert_eq!(status.code(), Some(code));
            run.left_nothing();
        }
    }
}

#[test]
fn after_a_panic_no_process_and_no_folder_is_left() {
    for run in runs() {
        let this = std::env::current_exe().unwrap();
        let test = format!("ends::panics_with_{}_open", run.kind.as_str());
        let mut child = run.start(&this, &["--exact", &test, "--ignored", "--nocapture"]);
        read_until(&mut child, "a browser is open");
        assert!(!child.wait().unwrap().success());
        run.left_nothing();
    }
}

#[test]
#[ignore = "panics on purpose, in a process that the test above starts"]
fn panics_with_chromium_open() {
    panic_with_a_browser_open(Kind::Chromium);
}

#[test]
#[ignore = "panics on purpose, in a process that the test above starts"]
fn panics_with_firefox_open() {
    panic_with_a_browser_open(Kind::Firefox);
}

#[test]
#[ignore = "panics on purpose, in a process that the test above starts"]
fn panics_with_webkit_open() {
    panic_with_a_browser_open(Kind::WebKit);
}

fn panic_with_a_browser_open(kind: Kind) {
    with_a_browser_open(kind, || panic!("on purpose"));
}

#[test]
#[ignore = "waits to be killed, in a process that a test of `kills` starts"]
fn waits_with_chromium_open() {
    with_a_browser_open(Kind::Chromium, wait);
}

#[test]
#[ignore = "waits to be killed, in a process that a test of `kills` starts"]
fn waits_with_firefox_open() {
    with_a_browser_open(Kind::Firefox, wait);
}

#[test]
#[ignore = "waits to be killed, in a process that a test of `kills` starts"]
fn waits_with_webkit_open() {
    with_a_browser_open(Kind::WebKit, wait);
}

fn wait() {
    loop {
        std::thread::park();
    }
}

fn with_a_browser_open(kind: Kind, end: impl FnOnce()) {
    let _clean = CleanEnd::hold();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let open = runtime.block_on(async {
        let source = Installed::find(kind).unwrap();
        let display = source.display().await.unwrap();
        let lab = Lab::start().await.unwrap();
        let opening = Opening::new(&source, &lab, ThirdPartyCookies::Allowed);
        let session = opening.open(display.as_ref()).await.unwrap();
        (display, session)
    });
    // The handles are lost, as in a panic that does not unwind through them.
    std::mem::forget(open);
    println!("a browser is open");
    end();
}
