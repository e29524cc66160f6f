//! Texts of cases that come from the environment. Their values reach the servers, and nothing shows them.

use std::process::{Command, Output};

use crate::server::running;
use crate::suite::{Suite, launch};

/// Every place where a case can take a text from the environment.
const CASE: &str = "
name: Secrets reach the server
because: They are not in the file.
servers:
  https://api.my-company.com:
    SERVER
  https://static.my-company.com:
    /reply:
      GET:
        headers:
          - Access-Control-Allow-Origin: '*'
          - Access-Control-Expose-Headers: ${env T_HEADER}
        body: it is ${env T_BODY}
cookies:
  - https://api.my-company.com: sid=${env T_COOKIE}; Secure; SameSite=None
page: https://app.my-company.com
steps:
  - fetch: https://api.my-company.com/me?key=${env T_QUERY}
    credentials: include
    headers: [Authorization: 'Bearer ${env T_TOKEN}']
  - fetch: https://static.my-company.com/reply
";

const SECRETS: [(&str, &str); 6] = [
    ("T_HEADER", "X-Geheim-1"),
    ("T_BODY", "geheim \"2\""),
    ("T_COOKIE", "geheim-3"),
    ("T_QUERY", "geheim 4&ü"),
    ("T_TOKEN", "geheim-5"),
    ("T_SERVER", "geheim-6"),
];

fn with_secrets(mut command: Command) -> Output {
    command.envs(SECRETS).output().unwrap()
}

/// Everything that a run printed and wrote, with the names of the files.
fn everything(suite: &Suite, output: &Output) -> String {
    let mut all =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).concat();
    for folder in ["reports", "snapshots"] {
        let files =
            std::fs::read_dir(suite.path(folder)).unwrap().map(|entry| entry.unwrap().path());
        for file in files.filter(|file| file.is_file()) {
            all += &format!("{}\n{}", file.display(), std::fs::read_to_string(&file).unwrap());
        }
    }
    all
}

fn suite(server: &str) -> Suite {
    let server = server.trim().replace('\n', "\n    ");
    let suite = Suite::new().with_case("own", &CASE.replace("SERVER", &server));
    std::fs::create_dir(suite.path("reports")).unwrap();
    suite
}

const REPORTS: [&str; 8] =
    ["json", "junit", "html", "sarif", "har", "wptreport", "markdown", "github"];

/// A run with every report, which keeps its results as reviewed.
fn run(suite: &Suite, engine: &str) -> (Output, String) {
    let reports = REPORTS.map(|format| match format {
        "github" => format.to_owned(),
        format => format!("{format}={}", suite.path(&format!("reports/{format}")).display()),
    });
    let reports = reports.join(",");
    let arguments = ["run", "--verbose", "--engine", engine, "--report", &reports];
    let mut command = suite.harness(&arguments);
    command.env("INSTA_UPDATE", "always");
    let output = with_secrets(command);
    let all = everything(suite, &output);
    (output, all)
}

#[test]
fn values_reach_the_server_and_nothing_shows_them() {
    let log = Suite::new();
    let server = launch("repeats secrets")
        .replace(']', &format!(", LOG: {}, KEY: '${{env T_SERVER}}']", log.path("log").display()));
    let suite = suite(&server);
    let (output, all) = run(&suite, "standard,control");
    assert!(!all.to_lowercase().contains("geheim"), "{all}");
    assert!(output.status.success(), "{all}");
    assert!(
        all.contains("?key=${env T_QUERY}") && all.contains("authorization (as given)"),
        "{all}"
    );
    let asked = std::fs::read_to_string(log.path("log")).unwrap();
    for sent in [
        "GET /me?key=geheim%204&%C3%BC HTTP",
        "cookie: sid=geheim-3",
        "authorization: Bearer geheim-5",
    ] {
        assert!(asked.contains(sent), "{sent} is not in {asked}");
    }
    let again = with_secrets(suite.harness(&["run", "--engine", "standard"]));
    assert_eq!(again.status.code(), Some(0), "{}", everything(&suite, &again));
}

#[test]
fn the_page_of_a_scripted_server_gets_the_value_and_nothing_shows_it() {
    let suite = suite("/me: { GET: { body: '${env T_BODY}' } }");
    let cases = suite.path("cases/own.yaml");
    let case = std::fs::read_to_string(&cases).unwrap();
    let (before, _) = case.split_once("  - fetch: https://api.my-company.com/me").unwrap();
    let steps = "  - fetch: https://static.my-company.com/reply\n";
    std::fs::write(&cases, format!("{before}{steps}")).unwrap();
    let (_, all) = run(&suite, "standard,control");
    assert!(!all.to_lowercase().contains("geheim"), "{all}");
    assert!(all.contains("it is ${env T_BODY}"), "{all}");
}

#[test]
fn a_snapshot_does_not_depend_on_the_values() {
    let suite = suite(&launch("repeats secrets"));
    run(&suite, "standard");
    let mut other = suite.harness(&["run", "--engine", "standard"]);
    other.envs(SECRETS.map(|(name, value)| (name, format!("{value}-and-more"))));
    let other = other.output().unwrap();
    assert_eq!(other.status.code(), Some(0), "{}", everything(&suite, &other));
}

/// A policy whose findings have commands with everything that a request sends.
const POLICY: &str = "
name: Only the app may use it
because: It is ours.
servers:
  https://api.my-company.com: { upstream: '${env T_UPSTREAM}' }
policy:
  login: [https://api.my-company.com: 'sid=${env T_COOKIE}; Secure; SameSite=None']
  routes:
    /me?key=${env T_QUERY}:
      POST: { body: 'a ${env T_BODY}' }
  allow: [{ origins: [https://app.my-company.com], credentials: include }]
";

#[test]
fn findings_and_their_commands_name_variables_of_the_shell() {
    let (suite, url) = (suite(""), running("is good"));
    std::fs::write(suite.path("cases/own.yaml"), POLICY).unwrap();
    let reports =
        REPORTS.map(|format| format!("{format}={}", suite.path("reports/").join(format).display()));
    let reports = reports[..7].join(",");
    let mut command =
        suite.harness(&["run", "--verbose", "--engine", "standard", "--report", &reports]);
    let output = command.envs(SECRETS).env("T_UPSTREAM", &url).output().unwrap();
    let all = everything(&suite, &output);
    assert_eq!(output.status.code(), Some(1), "{all}");
    assert!(!all.to_lowercase().contains("geheim") && !all.contains(&url), "{all}");
    let url = r#"'"$T_UPSTREAM"'/me?key='"$T_QUERY"''"#;
    for shown in [url, "curl -i -X POST ", r#"--data-raw 'a '"$T_BODY"''"#] {
        assert!(all.contains(shown), "{shown} is not in {all}");
    }
}

#[test]
fn a_missing_variable_is_named_with_its_place() {
    let suite = suite(&format!("upstream: {}", running("is good")));
    let mut command = suite.harness(&["run", "--engine", "standard"]);
    let missing = SECRETS.iter().filter(|(name, _)| *name != "T_TOKEN");
    let output = command.envs(missing.copied()).output().unwrap();
    let all = everything(&suite, &output);
    assert_eq!(output.status.code(), Some(2), "{all}");
    assert!(all.contains("the environment has no variable `T_TOKEN`"), "{all}");
    assert!(all.contains("export T_TOKEN=…"), "{all}");
    assert!(all.contains("own.yaml:20:38]") && all.contains("1 problem"), "{all}");
}

#[test]
fn a_wrong_value_is_not_shown_by_the_complaint() {
    let suite = suite(&format!("upstream: {}", running("is good")));
    let mut command = suite.harness(&["run", "--engine", "standard"]);
    command.envs(SECRETS).env("T_COOKIE", "geheim\n3").env("T_HEADER", "geheim\n1");
    let output = command.output().unwrap();
    let all = everything(&suite, &output);
    assert_eq!(output.status.code(), Some(2), "{all}");
    assert!(all.contains("a header cannot have this value"), "{all}");
    assert!(!all.contains("geheim"), "{all}");
}

#[test]
fn an_upstream_can_come_from_the_environment() {
    let suite = suite("upstream: ${env T_UPSTREAM}");
    let mut command = suite.harness(&["run", "--engine", "standard"]);
    let output = command.envs(SECRETS).env("T_UPSTREAM", "http://127.0.0.1:9").output().unwrap();
    let all = everything(&suite, &output);
    assert!(
        all.contains("`${env T_UPSTREAM}` refused") || all.contains("${env T_UPSTREAM} refused"),
        "{all}"
    );
    assert!(!all.contains("127.0.0.1:9"), "{all}");
}
