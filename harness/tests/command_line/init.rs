//! `init`: a folder without cases becomes one whose policy can be played, accepted and reviewed.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Output;
use std::thread;

use tempfile::TempDir;

use crate::folder::{Folder, ends};

const PAGE: &str = "https://app.my-company.com";

/// A folder without cases, and a server that allows [`PAGE`].
fn project(files: &[(&str, &str)]) -> (Folder, String) {
    let folder = Folder::with(&[]);
    for name in ["cases", "snapshots", "empty"] {
        std::fs::remove_dir(folder.path(name)).unwrap();
    }
    for (name, text) in files {
        std::fs::create_dir_all(folder.path(name).parent().unwrap()).unwrap();
        std::fs::write(folder.path(name), text).unwrap();
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 8192];
            let _ = stream.read(&mut request);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: {PAGE}\r\nVary: Origin\r\n\
                 Connection: close\r\nContent-Length: 0\r\n\r\n"
            );
        }
    });
    (folder, url)
}

fn text_of(folder: &Folder, file: &str) -> String {
    std::fs::read_to_string(folder.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn where_there_are_no_cases_a_command_names_init() {
    let (folder, _) = project(&[]);
    let words = ["`cases` cannot be read", "run `cors-harness init`"];
    for command in [&["run", "--engine", "standard"][..], &["list"], &["explain", "x"]] {
        ends(&folder.run(command), 2, &words);
    }
    std::fs::create_dir(folder.path("cases")).unwrap();
    ends(&folder.run(&["list"]), 2, &["no case in `cases`", "run `cors-harness init`"]);
}

#[test]
fn the_policy_that_init_writes_is_played_accepted_and_reviewed() {
    let (folder, url) = project(&[("package.json", r#"{"dependencies": {"express": "5"}}"#)]);
    let init = [
        &["init", "--ci", "github", "--upstream", &url, "--route", "/me"][..],
        &["--origin", "https://api.my-company.com", "--page", PAGE],
    ];
    let words = [
        "framework: express, by `package.json`",
        "wrote cases/api.yaml",
        "wrote .github/workflows/cors.yml",
        "added 2 lines to .gitignore",
    ];
    ends(&folder.run(&init.concat()), 0, &words);
    assert!(text_of(&folder, ".github/workflows/cors.yml").lines().count() <= 10);
    let run = |code: i32, words: &[&str]| {
        ends(&folder.run(&["run", "--engine", "standard"]), code, words)
    };
    run(1, &["api"]);
    let mut aside = folder.command(&["run", "--engine", "standard"]);
    assert_eq!(aside.env("INSTA_UPDATE", "new").output().unwrap().status.code(), Some(1));
    ends(&folder.run(&["accept"]), 0, &["accepted  api"]);
    run(0, &[]);
    ends(&folder.run(&["review"]), 0, &["nothing in `snapshots` waits for a review"]);
}

#[test]
fn init_overwrites_no_file_unless_it_is_told_so() {
    let (folder, url) = project(&[(".gitignore", "/target"), (".gitlab-ci.yml", "theirs: {}\n")]);
    let init = |more: &[&str]| -> Output {
        folder.run(&[&["init", "--upstream", &url, "--ci", "gitlab"][..], more].concat())
    };
    ends(&init(&[]), 2, &["`.gitlab-ci.yml` exists: `--force` overwrites it"]);
    assert!(!folder.path("cases").exists());
    assert_eq!(text_of(&folder, ".gitlab-ci.yml"), "theirs: {}\n");
    ends(&init(&["--force"]), 0, &["wrote .gitlab-ci.yml"]);
    let ignored = "/target\n# cors-harness: results that wait for a review\n*.snap.new\n";
    assert_eq!(text_of(&folder, ".gitignore"), ignored);
    let policy = text_of(&folder, "cases/api.yaml");
    let words = ["`cases/api.yaml` exists", "`.gitlab-ci.yml` exists"];
    ends(&init(&["--page", "https://other.example"]), 2, &words);
    assert_eq!(text_of(&folder, "cases/api.yaml"), policy);
    ends(&init(&["--force", "--page", "https://other.example"]), 0, &[]);
    assert!(text_of(&folder, "cases/api.yaml").contains("https://other.example"));
    assert_eq!(text_of(&folder, ".gitignore"), ignored);
}

#[test]
fn another_folder_is_named_in_everything_that_is_to_be_typed() {
    let (folder, url) = project(&[]);
    let words = ["--cases cors --snapshots cors/snapshots", "accept --snapshots cors/snapshots"];
    let init = ["init", "--cases", "cors", "--upstream", &url, "--ci", "github"];
    ends(&folder.run(&init), 0, &words);
    let job = text_of(&folder, ".github/workflows/cors.yml");
    assert!(job.contains(" --cases cors --snapshots cors/snapshots\n"), "{job}");
    ends(&folder.run(&["list", "--cases", "cors"]), 0, &["api"]);
}

#[test]
fn a_project_below_the_folder_is_named_and_several_are_listed() {
    let files = [("api/manage.py", "import django"), ("api/shop/urls.py", "path('me/', me)")];
    let (folder, _) = project(&files);
    ends(&folder.run(&["init", "--yes"]), 0, &["framework: django, by `api/manage.py`\n"]);
    let policy = text_of(&folder, "cases/api.yaml");
    assert!(
        policy.contains("folder: \"../api\"") && policy.contains("\"/me/\": [GET]"),
        "{policy}"
    );
    let next = ("web/package.json", r#"{"dependencies": {"next": "16"}}"#);
    let (folder, _) = project(&[files[0], next]);
    let words = [
        "not recognised",
        "There are projects in these folders.",
        "\n  api  django\n  web  next\n",
    ];
    ends(&folder.run(&["init", "--yes"]), 0, &words);
    let outside = folder.run(&["init", "--yes", "--cases", "../elsewhere"]);
    ends(&outside, 2, &["`../elsewhere` is not below the project's folder: write `--cases cors`"]);
}

#[test]
fn wrong_arguments_of_init_are_reported() {
    let folder = TempDir::new().unwrap();
    for (arguments, words) in [
        (&["--route", "me"][..], "begins with `/`"),
        (&["--origin", "api.example.com"], "--origin <ORIGIN>"),
        (&["--framework", "rails"], "possible values: express, fastapi, next"),
        (&["--command", "x", "--upstream", "http://localhost:1"], "cannot be used with"),
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cors-harness"));
        let output =
            command.arg("init").args(arguments).current_dir(folder.path()).output().unwrap();
        ends(&output, 2, &[words]);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
