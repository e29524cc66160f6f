//! `merge --compare`: several whole runs side by side, such as one for each server that keeps a policy.

use std::fs;

use serde_json::Value;

use crate::folder::{CASE, Folder, POLICY, ends};

/// Runs of two servers, one of which reflects every origin.
fn runs() -> Folder {
    let folder = Folder::with(&[("shop.yaml", POLICY), ("reads.yaml", CASE)]);
    for (name, allowed) in [("open", "mirror"), ("closed", "[https://app.my-company.com]")] {
        let policy = POLICY.replace("mirror", allowed);
        fs::write(folder.path("cases/shop.yaml"), policy).unwrap();
        let file = format!("{name}.json");
        let engines = ["--engine", "standard,control"];
        folder.run(&[&["run", "--shard", "1/1", "--json", &file], &engines[..]].concat());
        assert!(folder.path(&file).exists());
    }
    folder
}

#[test]
fn a_matrix_has_a_line_for_each_case_and_a_column_for_each_run() {
    let folder = runs();
    let compare = ["merge", "--compare", "open.json", "closed.json"];
    let output =
        folder.run(&[&compare[..], &["--report", "html=out", "--json", "both.json"]].concat());
    ends(&output, 0, &["reads-for-any-site-with-login", "no finding", "allow-origin: *"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let shop = text.split("case      shop\n").nth(1).unwrap_or_else(|| panic!("{text}"));
    assert!(shop.starts_with("  open    reads-for-any-site-with-login"), "{text}");
    assert!(shop.contains("\n  closed  no finding\n"), "{text}");
    text.lines().for_each(|line| assert!(line.chars().count() <= 80, "{line}"));

    let page = fs::read_to_string(folder.path("out/index.html")).unwrap();
    assert!(page.contains("<title>cors-harness: comparison of open, closed</title>"));
    let (_, data) = page.split_once("id=\"data\">").unwrap();
    let data: Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
    let comparison = &data["comparison"];
    assert_eq!(comparison["names"], serde_json::json!(["open", "closed"]));
    let lines = comparison["lines"].as_array().unwrap();
    let shop = lines.iter().find(|line| line["case"] == "shop").unwrap();
    assert_eq!(shop["cells"][0]["id"], "open/shop");
    assert_eq!(shop["cells"][1]["words"], serde_json::json!(["no finding"]));
    assert!(!page.contains("secret"));

    let both: Value = serde_json::from_slice(&fs::read(folder.path("both.json")).unwrap()).unwrap();
    let cases = both["results"].as_array().unwrap().iter().map(|result| &result["case"]);
    let cases: std::collections::BTreeSet<_> = cases.filter_map(Value::as_str).collect();
    let all = ["closed/reads", "closed/shop", "open/reads", "open/shop"];
    assert_eq!(cases.into_iter().collect::<Vec<_>>(), all);
}

#[test]
fn what_cannot_be_compared_is_named() {
    let folder = runs();
    fs::create_dir(folder.path("copy")).unwrap();
    fs::copy(folder.path("open.json"), folder.path("copy/open.json")).unwrap();
    folder.run(&["run", "--engine", "standard", "--json", "whole.json"]);
    folder.run(&["run", "--engine", "standard", "--shard", "1/2", "--json", "half.json"]);
    for (files, words) in [
        (&["open.json"][..], "one run cannot be compared"),
        (&["open.json", "copy/open.json"], "copy/open.json: another file is called `open` as well"),
        (&["open.json", "whole.json"], "whole.json: it is the document of a whole run: "),
        (&["open.json", "half.json"], "half.json: shards are missing"),
        (&["open.json", "none.json"], "none.json: "),
        (&["open.json", "closed.json", "--report", "junit=j.xml"], "and no junit report"),
    ] {
        ends(&folder.run(&[&["merge", "--compare"], files].concat()), 2, &[words]);
    }
}
