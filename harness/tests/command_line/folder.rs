//! A folder with cases in which the program is called.

use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A preflighted read with a cookie, by the plain client: the same on any machine.
pub const CASE: &str = "
name: The reply is read
because: It was sent.
engines: [control]
servers:
  https://api.example.com:
    /me:
      OPTIONS: { status: 204, headers: [{ Access-Control-Allow-Origin: '*' }] }
      GET:
        headers: [{ Access-Control-Allow-Origin: '*' }, { X-Who: ada }]
        body: hello
cookies: [{ https://api.example.com: sid=secret }]
page: https://app.example.com
matrix: { credentials: [omit, include] }
steps:
  - fetch: https://api.example.com/me
    credentials: ${credentials}
    headers: [{ Origin: https://app.example.com }, { Authorization: Bearer secret }]
";

pub struct Folder(TempDir);

impl Folder {
    pub fn with(cases: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for name in ["cases", "snapshots", "empty"] {
            std::fs::create_dir(folder.path(name)).unwrap();
        }
        for (name, text) in cases {
            let file = folder.path("cases").join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cors-harness"));
        command.args(arguments).current_dir(self.0.path());
        command.env("INSTA_UPDATE", "no").env("INSTA_FORCE_PASS", "0");
        // The failed cases are recorded for the folder of the test.
        command.env("XDG_CACHE_HOME", self.path("cache"));
        command.env_remove("CORS_HARNESS_CASES").env_remove("CORS_HARNESS_SNAPSHOTS");
        command.env_remove("GITHUB_ACTIONS");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn accept(&self) {
        self.accept_all_of(&["run", "--engine", "control"]);
    }

    pub fn accept_only(&self, filter: &str) {
        self.accept_all_of(&["run", filter, "--engine", "control"]);
    }

    fn accept_all_of(&self, arguments: &[&str]) {
        let accepted = self.command(arguments).env("INSTA_UPDATE", "always").output();
        assert_eq!(accepted.unwrap().status.code(), Some(0));
    }
}

#[track_caller]
pub fn ends(output: &Output, code: i32, words: &[&str]) {
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{printed}");
    for word in words {
        assert!(printed.contains(word), "`{word}` is missing in:\n{printed}");
    }
}

/// A policy over a server that allows every origin.
pub const POLICY: &str = "
name: Only the shop reads
because: It is ours.
engines: [standard]
servers:
  https://api.my-company.com:
    cors: { allow-origins: mirror, allow-credentials: 'true' }
    /me: { GET: { body: alice } }
policy:
  login: [https://api.my-company.com: sid=secret; Secure; SameSite=None]
  routes: { /me: [GET] }
  allow: [{ origins: https://app.my-company.com, credentials: include }]
";
