//! The `curl` commands and the lines of configuration of repairs.

use std::process::Command;

use cors_harness::case::Stack;
use cors_harness::observation::RowObservation;
use cors_harness::repair::{Repair, stack_lines};
use cors_harness::verdict::policy::{Finding, Played, Severity};

use super::support::{KEPT, POLICY, played, policy, policy_of, ruled};

/// A finding in one row.
fn in_row(name: &'static str, row: usize) -> Finding {
    Finding { severity: Severity::Note, name, sentence: String::new(), rows: vec![row] }
}

/// The arguments that a shell gives to `curl`.
fn arguments(command: &str) -> Vec<String> {
    let script = format!("curl() {{ for one; do printf '%s\\037' \"$one\"; done; }}\n{command}");
    let output = Command::new("sh")
        .args(["-c", &script])
        .env("COOKIE", "a=1; b=2")
        .env("TOKEN", "secret")
        .env("X_SECRET", "secret")
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_terminator('\u{1f}').map(str::to_owned).collect()
}

#[test]
fn a_shell_reads_the_command_as_it_is_meant() {
    let rules = r#"
  login: [https://api.my-company.com: session=alice; Secure; SameSite=None]
  routes:
    "/it's/[a]?q='$HOME'":
      POST:
        headers: [{ X-Quote: "it's \"$HOME\" `x` \\" }, { Authorization: Bearer very-secret }]
        body: "@{'a': \"$b\"}"
  allow: [{ origins: [https://app.my-company.com], credentials: include }]
"#;
    let allowed = r"
    cors: { allow-origins: mirror, allow-credentials: 'true', allow-methods: mirror, allow-headers: mirror }
";
    let case = policy(allowed, rules);
    let rulings = ruled(&case);
    let played = played(&case, &rulings);
    let row = case.rows.iter().position(|row| row.asked.as_ref().unwrap().login).unwrap();
    let command =
        Repair::of(&case, &played, &in_row("answers-error", row)).curl.unwrap().to_string();
    assert!(!command.contains("secret"), "{command}");
    let arguments = arguments(&command);
    for argument in [
        "-i",
        "POST",
        "--globoff",
        "X-Quote: it's \"$HOME\" `x` \\",
        "Authorization: Bearer secret",
        "Cookie: a=1; b=2",
        "@{'a': \"$b\"}",
    ] {
        assert!(arguments.iter().any(|one| one == argument), "{argument} is not in {arguments:#?}");
    }
}

#[test]
fn a_server_that_runs_is_asked_at_its_address() {
    let rules = "
  routes: { '/me?full=1': [GET] }
  allow: [{ origins: [https://app.my-company.com] }]
";
    let server = " { upstream: 'http://127.0.0.1:8000', forwarded: true }\n";
    let case = policy_of("https://api.my-company.com", server, rules);
    let seen = vec![RowObservation::default(); case.rows.len()];
    let rows = case.rows.iter().zip(&seen);
    let played: Vec<_> = rows.map(|(row, seen)| Played::of(row, seen, &[]).unwrap()).collect();
    let command = Repair::of(&case, &played, &in_row("never-asked", 0)).curl.unwrap().to_string();
    let page = &case.rows[0].asked.as_ref().unwrap().page;
    assert_eq!(
        command,
        format!(
            "curl -i 'http://127.0.0.1:8000/me?full=1' -H 'Host: api.my-company.com' -H 'X-Forwarded-For: 127.0.0.1' \
             -H 'X-Forwarded-Proto: https' -H 'X-Forwarded-Host: api.my-company.com' -H 'X-Forwarded-Port: 443' \
             -H 'Origin: {page}'"
        )
    );
}

#[test]
fn the_lines_of_every_stack_have_what_the_policy_grants() {
    let case = policy(KEPT, POLICY);
    for stack in Stack::ALL {
        let lines = stack_lines(&case, stack).unwrap();
        for words in ["https://app.my-company.com", "https://admin.my-company.com", "600"] {
            assert!(lines.contains(words), "{words} is not in the lines for {stack}:\n{lines}");
        }
        let lower = lines.to_ascii_lowercase();
        for words in ["get", "put", "x-request-id", "content-type", "etag", "credentials"] {
            assert!(lower.contains(words), "{words} is not in the lines for {stack}:\n{lines}");
        }
        assert!(!lines.contains("does not grant all origins the same access"), "{lines}");
    }
    let no_origin = policy(KEPT, "\n  routes: { /me: [GET] }\n");
    assert_eq!(stack_lines(&no_origin, Stack::Express), None);
}

#[test]
fn the_lines_say_where_they_allow_more_than_the_policy() {
    let rules = "
  routes: { /me: [GET], /things: [PUT] }
  allow:
    - { origins: [https://app.my-company.com] }
    - { origins: [https://admin.my-company.com], routes: [/me] }
";
    for stack in Stack::ALL {
        let lines = stack_lines(&policy(KEPT, rules), stack).unwrap();
        assert!(lines.contains("does not grant all origins the same access"), "{lines}");
        assert!(!lines.to_ascii_lowercase().contains("credentials"), "{lines}");
    }
    let everyone = "\n  routes: { /me: [GET] }\n  allow: [{ origins: '*' }]\n";
    for stack in Stack::ALL {
        let lines = stack_lines(&policy(KEPT, everyone), stack).unwrap();
        assert!(
            lines.contains('*') || lines.contains("any()") || lines.contains("ALL_ORIGINS"),
            "{lines}"
        );
    }
}
