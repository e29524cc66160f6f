//! Markdown, and what the command line takes.

use crate::folder::ends;
use crate::{cases, report};

#[test]
fn the_summary_names_what_failed_and_what_was_found() {
    let text = report("markdown", "summary.md");
    for words in [
        "## cors-harness: 2 of 3 results failed",
        "#### `reads` on control: differs",
        "`cases/reads.yaml:14`",
        "| critical | `reads-for-any-site-with-login`: ",
        "`cases/wide.yaml:11`",
        "#### Repair of `reads-for-any-site-with-login` in `wide`",
        "Response to `GET https://api.my-company.com/me` from `https://evil.example`:",
        "- access-control-allow-origin: https://evil.example\n",
        "curl -i 'https://api.my-company.com/me' -H 'Origin: https://evil.example' -H \"Cookie: $COOKIE\"\n",
    ] {
        assert!(text.contains(words), "`{words}` is not in:\n{text}");
    }
    let tables = text.lines().filter(|line| line.starts_with("| "));
    let pipes = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(tables.clone().all(|line| [3, 5, 7].contains(&pipes(line))), "{text}");
}

#[test]
fn the_lines_of_a_stack_are_those_of_the_policy() {
    let folder = cases();
    let run = ["run", "wide", "--engine", "standard", "--stack"];
    let words = [
        "The lines for express (`--stack` names it) that allow what the policy allows:\n",
        "      origin: [\"https://app.my-company.com\"],\n",
        "      methods: [\"GET\"],\n",
        "      credentials: true,\n",
    ];
    ends(&folder.run(&[&run[..], &["express"]].concat()), 1, &words);
    let report = [&run[..], &["spring", "--report", "markdown=out.md,json=out.json"]].concat();
    ends(&folder.run(&report), 1, &[]);
    let text = std::fs::read_to_string(folder.path("out.md")).unwrap();
    assert!(text.contains("cors.setAllowCredentials(true);"), "{text}");
    let text = std::fs::read_to_string(folder.path("out.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let stack = &document["findings"][0]["repair"]["stack"];
    assert_eq!(stack["stack"], "spring", "{document:#}");
    ends(&folder.run(&[&run[..], &["rails"]].concat()), 2, &["one of: express, fastapi, nginx"]);
}

#[test]
fn several_reports_are_written_at_once() {
    let folder = cases();
    let list = "json=a.json,junit=b.xml";
    let run =
        ["run", "steady", "--engine", "control", "--report", list, "--report", "sarif=c.sarif"];
    ends(&folder.run(&run), 0, &[]);
    for file in ["a.json", "b.xml", "c.sarif"] {
        assert!(folder.path(file).exists(), "{file}");
    }
}
