//! What `run` prints by default: short, no wider than 80 columns, and in colour only where colours are wanted.

use std::process::{Command, Output};

use crate::folder::{CASE, Folder, POLICY, ends};
use crate::stub_driver::{Sessions, StubDriver};

const RUN: [&str; 3] = ["run", "--engine", "control"];

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The most lines and columns that a text may have.
#[track_caller]
fn fits(text: &str, lines: usize) {
    assert!(text.lines().count() <= lines, "{} lines:\n{text}", text.lines().count());
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
}

/// Many folders with cases whose names, values and texts are long.
fn many() -> Folder {
    let long = CASE
        .replace("The reply is read", &"a sentence that goes on and on ".repeat(9))
        .replace("[omit, include]", "[omit, include, same-origin]");
    let folder = Folder::with(&[]);
    for part in 0..20 {
        let below = folder.path(&format!("cases/a-folder-with-a-rather-long-name-{part:02}"));
        std::fs::create_dir(&below).unwrap();
        for case in 0..3 {
            let name = format!("a-case-with-a-name-that-takes-most-of-a-line-{case}.yaml");
            std::fs::write(below.join(name), &long).unwrap();
        }
    }
    folder
}

#[test]
fn a_green_run_fits_into_30_lines_of_80_columns() {
    let folder = many();
    folder.accept();
    let output = folder.run(&RUN);
    let words =
        ["3 cases", "9 rows  as recorded", "and 8 more folders", "60 as recorded; 180 rows"];
    ends(&output, 0, &words);
    fits(&printed(&output), 30);
    assert!(!printed(&output).contains('\u{1b}'), "no colours in a pipe");
    assert!(printed(&output).contains("playing 60 cases, 180 rows, in control\n"));
}

#[test]
fn rows_are_printed_with_verbose_only() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    folder.accept();
    let shows_the_step =
        |output: &Output| printed(output).contains("fetch https://api.example.com/me");
    assert!(!shows_the_step(&folder.run(&RUN)));
    assert!(shows_the_step(&folder.run(&[&RUN[..], &["--verbose"]].concat())));
}

#[test]
fn a_failure_names_its_file_and_line_its_row_and_the_next_commands() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    folder.accept();
    let changed = CASE.replace("body: hello", "body: bye");
    std::fs::write(folder.path("cases/reads.yaml"), changed).unwrap();
    let output = folder.command(&RUN).env_remove("CARGO").output().unwrap();
    let words = [
        "differs  reads\n  cases/reads.yaml:15 in control\n  The reply is read\n",
        "  2 rows differ from the reviewed snapshot.\n  row credentials=omit\n",
        "fetch https://api.example.com/me: script saw\n      was  200; ",
        "\"hello\"\n      is   200; ",
        "cors-harness run reads --engine control --verbose\n",
        "cors-harness accept reads\n",
        "cors-harness review ",
        "cors-harness run --rerun-failed ",
    ];
    ends(&output, 1, &words);
    assert!(!printed(&output).contains("cargo"), "the program names its own commands");
}

#[test]
fn common_problems_of_many_cases_are_printed_once() {
    let folder = many();
    for entry in std::fs::read_dir(folder.path("cases")).unwrap() {
        for file in std::fs::read_dir(entry.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(file, text.replace("[control]", "[chromium]")).unwrap();
        }
    }
    let server = StubDriver::driver(Sessions::Refused);
    let driver = ["--webdriver", &server.url, "--engine", "chromium"];
    let output = folder.run(&[&["run"], &driver[..]].concat());
    let words = ["It could not be run: ", "The same holds for 59 other cases.", "60 not run"];
    ends(&output, 3, &words);
    assert_eq!(printed(&output).matches("It could not be run: ").count(), 1);
    assert!(String::from_utf8_lossy(&output.stdout).lines().count() <= 40);
}

#[test]
fn a_server_that_reflects_every_origin_prints_at_most_60_lines() {
    let closed = POLICY.replace("mirror", "[https://app.my-company.com]");
    let routes = "/me: [GET], /a: [GET, PUT], /b: [DELETE]";
    let with_routes = |text: &str| {
        text.replace("/me: [GET]", routes)
            .replace("    /me:", "    /a: { GET: {}, PUT: {} }\n    /b: { DELETE: {} }\n    /me:")
    };
    let folder = Folder::with(&[("shop.yaml", &with_routes(&closed))]);
    let run = ["run", "--engine", "standard", "--stack", "express"];
    let accepted = folder.command(&run).env("INSTA_UPDATE", "always").output().unwrap();
    ends(&accepted, 0, &[]);
    std::fs::write(folder.path("cases/shop.yaml"), with_routes(POLICY)).unwrap();
    let output = folder.run(&run);
    let words = [
        "Since it was reviewed: ",
        " loosened",
        "critical, reads-for-any-site-with-login\n",
        "row page=https://evil.example as=foreign",
        "    repair: Compare the Origin header with a list",
        "      response to GET https://api.my-company.com/me from https://evil.example:\n",
        "        remove  access-control-allow-origin: https://evil.example\n",
        "    curl -i 'https://api.my-company.com/me' -H 'Origin: https://evil.example'",
        "    app.use(cors({\n",
        " more changes\n",
    ];
    ends(&output, 1, &words);
    assert!(!printed(&output).contains("secret"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.lines().count() <= 60, "{} lines:\n{text}", text.lines().count());
    assert_eq!(text.matches("The server reflects any origin").count(), 1, "{text}");
}

#[test]
fn colors_follow_the_terminal_and_the_environment() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    let with = |variables: &[(&str, &str)]| {
        let mut command = folder.command(&RUN);
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(variables.iter().copied());
        printed(&command.output().unwrap()).contains('\u{1b}')
    };
    assert!(!with(&[]));
    assert!(with(&[("CLICOLOR_FORCE", "1")]));
    assert!(!with(&[("NO_COLOR", "1")]));
}

#[test]
fn a_document_on_standard_output_is_the_only_output_there() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    folder.accept();
    let output = folder.run(&[&RUN[..], &["--json", "-"]].concat());
    ends(&output, 0, &["1 as recorded"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["results"].as_array().unwrap().len(), 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 as recorded"));
    let two = ["--json", "-", "--report", "json=-"];
    ends(&folder.run(&[&RUN[..], &two].concat()), 2, &["two reports cannot both go"]);
}

/// What a terminal of 60 columns shows.
fn on_terminal(folder: &Folder, arguments: &str) -> String {
    let program = env!("CARGO_BIN_EXE_cors-harness");
    let command = format!("stty cols 60 rows 50; {program} {arguments}");
    let output = Command::new("script")
        .args(["--quiet", "--command", &command, "/dev/null"])
        .current_dir(folder.path(""))
        .env("INSTA_UPDATE", "no")
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_terminal_has_its_own_width_and_shows_progress() {
    let delayed = CASE.replace("body: hello", "body: hello\n        delay: 900ms");
    let folder = Folder::with(&[("reads.yaml", &delayed)]);
    let text = on_terminal(&folder, "run --engine control");
    assert!(text.contains('\u{1b}'), "colours on a terminal: {text}");
    assert!(text.contains("of 2 rows"), "progress on a terminal: {text}");
    let text = on_terminal(&folder, "run --engine control 2>/dev/null");
    let plain = anstream::adapter::strip_str(&text).to_string();
    assert!(plain.contains("There is no reviewed snapshot yet."), "{plain}");
    for line in plain.lines().filter(|line| !line.contains("cors-harness ")) {
        assert!(line.trim_end().chars().count() <= 60, "{line}");
    }
}
