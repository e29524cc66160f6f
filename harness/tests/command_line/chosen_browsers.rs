//! Browsers that are chosen by their paths, in invented programs that only print their versions.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use crate::folder::{CASE, Folder, ends};

/// A program that prints this line.
fn program(folder: &Folder, path: &str, line: &str) -> String {
    let path = folder.path(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, format!("#!/bin/sh\necho '{line}'\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

/// Without the browsers and drivers of the machine.
fn alone(folder: &Folder, arguments: &[&str]) -> Output {
    folder.command(arguments).env("PATH", "").env_remove("CORS_HARNESS_BROWSER").output().unwrap()
}

#[test]
fn a_driver_of_another_version_is_named_with_the_version_that_fits() {
    let folder = Folder::with(&[]);
    let chrome = program(&folder, "opt/chrome", "Google Chrome 150.0.7871.100");
    let driver = program(&folder, "opt/chromedriver", "ChromeDriver 156.0.8078.108 (7304)");
    let output = alone(&folder, &["doctor", "--browser", &format!("chromium={chrome}")]);
    let sentence = format!(
        "chromium  {driver} cannot start {chrome}: the driver is for version 156, and the browser has version \
         150.0.7871.100; put the driver of version 150 into the folder of the browser, or into the first folder of the \
         PATH\n"
    );
    ends(&output, 3, &[&sentence, "Google Chrome 150.0.7871.100 ("]);
}

#[test]
fn a_driver_is_beside_the_browser_or_in_the_folder_of_its_archive() {
    for (browser, driver) in [
        ("opt/chrome/chrome", "opt/chrome/chromedriver"),
        ("opt/chrome-linux64/chrome", "opt/chromedriver-linux64/chromedriver"),
    ] {
        let folder = Folder::with(&[]);
        let chrome = program(&folder, browser, "Google Chrome 156.0.8078.12");
        program(&folder, driver, "ChromeDriver 156.0.8078.108 (7304)");
        let link = folder.path("google-chrome");
        std::os::unix::fs::symlink(&chrome, &link).unwrap();
        for path in [chrome, link.display().to_string()] {
            let output = alone(&folder, &["doctor", "--browser", &format!("chromium={path}")]);
            ends(&output, 0, &["chromium  ready\n", "ChromeDriver 156.0.8078.108", &path]);
        }
    }
}

#[test]
fn the_variable_chooses_as_the_option_does_and_the_option_comes_first() {
    let folder = Folder::with(&[]);
    let old = program(&folder, "old/firefox", "Mozilla Firefox 140.12.0esr");
    let new = program(&folder, "new/firefox", "Mozilla Firefox 153.7.0esr");
    for driver in ["old/geckodriver", "new/geckodriver"] {
        program(&folder, driver, "geckodriver 0.37.1");
    }
    let doctor = |arguments: &[&str]| {
        let mut command = folder.command(arguments);
        command.env("PATH", "").env("CORS_HARNESS_BROWSER", format!("firefox={old}"));
        command.output().unwrap()
    };
    ends(&doctor(&["doctor"]), 0, &["firefox   ready\n", "Mozilla Firefox 140.12.0esr"]);
    let chosen = doctor(&["doctor", "--browser", &format!("firefox={new}")]);
    ends(&chosen, 0, &["firefox   ready\n", "Mozilla Firefox 153.7.0esr"]);
    let mut wrong = folder.command(&["doctor"]);
    wrong.env("CORS_HARNESS_BROWSER", "chrome=/opt/chrome");
    let words =
        "CORS_HARNESS_BROWSER: `chrome` has the engine chromium: write `chromium=/opt/chrome`";
    ends(&wrong.output().unwrap(), 2, &[words]);
}

#[test]
fn a_chosen_browser_without_its_driver_is_an_error_that_says_where_to_put_it() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    let edge = program(&folder, "opt/msedge", "Microsoft Edge 156.0.3210.9");
    let chosen = format!("chromium={edge}");
    let words =
        format!("msedgedriver not found; put it into the folder of `{edge}` or on the PATH");
    let run = alone(&folder, &["run", "--engine", "chromium", "--browser", &chosen]);
    ends(&run, 2, &[&words]);
    ends(&alone(&folder, &["doctor", "--browser", &chosen]), 3, &[&words]);
}
