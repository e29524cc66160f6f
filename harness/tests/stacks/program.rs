//! The program itself, as a team would type it: the same policy against another configuration.

use std::path::Path;
use std::process::{Command, Output};

use crate::folder;

/// A policy of few rows.
const POLICY: &str = "
name: The price list is for the app
because: It is the app's.
servers:
  https://api.my-company.com:
    command: node server.js ${port}
    folder: FOLDER
    ready: /health
policy:
  routes: { /public: [GET] }
  allow: [{ origins: [https://app.my-company.com] }]
";

/// Accepts the results of the correct configuration, and checks that a wrong one fails.
pub fn calls_another_configuration_by_name() -> Result<(), String> {
    let at = tempfile::tempdir().map_err(|error| error.to_string())?;
    let policy = POLICY.replace("FOLDER", &folder("express").display().to_string());
    let cases = at.path().join("cases");
    std::fs::create_dir(&cases).map_err(|error| error.to_string())?;
    std::fs::write(cases.join("prices.yaml"), policy).map_err(|error| error.to_string())?;
    let kept = run(at.path(), "always", &[])?;
    says(&kept, 0, &["The policy is kept"])?;
    let wrong = run(at.path(), "no", &["--environment", "CORS=reflects-any-origin"])?;
    says(&wrong, 1, &["high, credentials-accepted", "any website can read GET /public", "loosened"])
}

fn run(at: &Path, update: &str, arguments: &[&str]) -> Result<Output, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cors-harness"));
    command.args(["run", "--verbose", "--engine", "chromium"]).args(arguments).current_dir(at);
    command.env("INSTA_UPDATE", update).env("INSTA_FORCE_PASS", "0");
    command
        .env_remove("CORS_HARNESS_CASES")
        .env_remove("CORS_HARNESS_SNAPSHOTS")
        .env_remove("CORS");
    command.output().map_err(|error| error.to_string())
}

fn says(output: &Output, code: i32, words: &[&str]) -> Result<(), String> {
    let text = String::from_utf8_lossy(&output.stdout);
    let all = words.iter().all(|word| text.contains(word));
    let words = || format!("it should end with {code} and say {words:?}, and {output:?}");
    if all && output.status.code() == Some(code) { Ok(()) } else { Err(words()) }
}
