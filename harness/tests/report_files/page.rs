//! The page of HTML, in real browsers: it is drawn without an error, its filters work, and it shows what it says.

use cors_harness::case::ThirdPartyCookies;
use cors_harness::contexts::RunsIn;
use cors_harness::engine::{Kind, Opening, Required, Source};
use cors_harness::plan::PagePlan;
use cors_servers::Lab;
use cors_servers::script::{
    Address, HeaderLine, Method, OriginScript, Path, Replies, Reply, Routes, Scheme, Template,
    Versions,
};
use serde_json::{Value, json};

use crate::folder::{CASE, Folder, POLICY};
use crate::{cases, report};

/// What both scripts below use. The page draws after its address has changed, so `go` waits for that.
const HELPERS: &str = r##"
const done = arguments[0];
const all = (selector) => [...document.querySelectorAll(selector)];
const texts = (selector) => all(selector).map((one) => one.textContent);
const go = (hash) => new Promise((drawn) => {
  addEventListener("hashchange", () => drawn(), { once: true });
  location.hash = hash;
});
"##;

/// Reads the page.
const READ_REPORT: &str = r##"
const choose = (id, value, kind) => {
  const input = document.getElementById(id);
  input.value = value;
  input.dispatchEvent(new Event(kind));
  return texts("#matrix tbody td.case a");
};
(async () => {
  const shown = { drawn: document.documentElement.dataset.drawn, title: document.title };
  shown.nav = texts("nav a");
  shown.worst = texts("#worst li")[0];
  await go("#/matrix");
  shown.focus = document.activeElement.localName;
  shown.cases = texts("#matrix tbody td.case a");
  shown.text = choose("text", "STEADY", "input");
  choose("text", "", "input");
  shown.engine = choose("engine", "standard", "change");
  choose("engine", "", "change");
  shown.failing = choose("status", "failing", "change");
  shown.count = texts("#count")[0];
  await go("#/findings");
  shown.findings = texts("section h3 code");
  shown.repair = texts("pre.repair")[0];
  shown.curl = texts("pre.command")[0];
  await go("#/changes");
  shown.was = texts("pre.was")[0];
  shown.is = texts("pre.is")[0];
  await go("#/grid/wide");
  shown.beyond = all("a.failing").length;
  await go("#/row/control/1/reads");
  shown.arrows = all("svg .arrow").length;
  shown.wire = texts("main > pre")[0];
  await go("#/case/wide");
  const put = all("tbody tr").find((line) => line.textContent.includes("nothing"));
  await go(put.querySelector("a").getAttribute("href"));
  shown.dashed = all("svg .dashed").length;
  shown.fails = texts("svg .fails text");
  shown.missing = (await go("#/row/chromium/7/nowhere"), texts("main h2")[0]);
  shown.trouble = texts("#trouble")[0];
  shown.loaded = performance.getEntriesByType("resource").length;
  done(shown);
})().catch((error) => done(String(error)));
"##;

/// Reads the page of compared runs.
const READ_COMPARISON: &str = r##"
(async () => {
  const seen = { nav: texts("nav a"), trouble: texts("#trouble")[0] };
  await go("#/comparison");
  seen.head = texts("main th");
  seen.lines = all("main tbody tr").map((line) =>
    [...line.children].map((cell) => [...cell.childNodes].map((one) => one.textContent)));
  await go(document.querySelector("main tbody a").getAttribute("href"));
  seen.title = texts("main h2")[0];
  done(seen);
})().catch((error) => done(String(error)));
"##;

/// Reads the picture of cases with the variables `context` and `answer`.
const READ_INITIATORS: &str = r##"
(async () => {
  await go("#/initiators");
  const seen = { nav: texts("nav a[aria-current]"), trouble: texts("#trouble")[0] };
  seen.lines = all("table.initiators tr").map((line) => [...line.children].map((cell) => cell.textContent.trim()));
  await go(document.querySelector("table.initiators td a").getAttribute("href"));
  seen.row = texts("main h2")[0];
  await go("#/case/table/xhr");
  seen.title = texts("main h2")[0];
  done(seen);
})().catch((error) => done(String(error)));
"##;

fn with_helpers(script: &str) -> String {
    format!("{HELPERS}{script}")
}

/// The path at which the page is in a frame of 390 pixels. Its policy does not let it have frames itself.
pub const NARROW: &str = "/narrow";

/// What a script finds out about the page, or about the document at another path of its server.
pub async fn asked(kind: Kind, path: &str, page: &str, script: &str) -> Option<Value> {
    let source = Required::browser(kind).unwrap()?;
    let lab = Lab::start().await.unwrap();
    let display = source.display().await.unwrap();
    let opening =
        Opening { reads_console: false, ..Opening::new(&source, &lab, ThirdPartyCookies::Allowed) };
    let session = opening.open(display.as_ref()).await.unwrap();
    let server = server(page);
    let hosted = lab.host(vec![server.clone()]).unwrap();
    let plan = PagePlan {
        url: format!("https://report.example{path}"),
        runs_in: RunsIn::TopLevel,
        origin: "https://report.example".to_owned(),
        documents: Vec::new(),
        marker: server,
    };
    session.browser.enter(&plan).await.unwrap();
    let shown = session.browser.run_script(script, Vec::new()).await.unwrap();
    session.end().await.unwrap();
    drop(hosted);
    Some(shown)
}

fn server(page: &str) -> OriginScript {
    let reply = |text: &str| {
        let line = HeaderLine::text("Content-Type", "text/html; charset=utf-8").expect("a line");
        let reply = Reply { headers: vec![line], body: Template::text(text), ..Reply::default() };
        Replies::from([(Method::GET, reply)])
    };
    let narrow = "<!DOCTYPE html><iframe src='/' width='390' height='800'></iframe>";
    let routes = [("/", page), (NARROW, narrow)];
    let routes = routes.map(|(path, text)| (Path::new(path).expect("a path"), reply(text)));
    OriginScript {
        address: Address { scheme: Scheme::Https, host: "report.example".to_owned(), port: 443 },
        versions: Versions::Any,
        cors: None,
        routes: Routes::from(routes),
        service: None,
        close_after_response: false,
        watches: Vec::new(),
    }
}

async fn is_drawn(kind: Kind) {
    let Some(shown) =
        asked(kind, "/#/", &report("html", "report.html"), &with_helpers(READ_REPORT)).await
    else {
        return;
    };
    assert_eq!(shown["drawn"], "true", "{shown:#}");
    assert_eq!((&shown["trouble"], &shown["loaded"]), (&json!(""), &json!(0)), "{shown:#}");
    assert_eq!(shown["title"], "cors-harness: 2 of 3 results failed");
    assert_eq!((&shown["nav"][1], &shown["focus"]), (&json!("Findings (1)"), &json!("main")));
    assert_eq!(shown["cases"], json!(["reads", "steady", "wide"]));
    assert_eq!((&shown["text"], &shown["engine"]), (&json!(["steady"]), &json!(["wide"])));
    assert_eq!(
        (&shown["failing"], &shown["count"]),
        (&json!(["reads", "wide"]), &json!("2 of 3 cases"))
    );
    assert_eq!(shown["findings"][0], "reads-for-any-site-with-login");
    let has = |member: &str, words: &str| {
        assert!(
            shown[member].as_str().is_some_and(|text| text.contains(words)),
            "{member}: {shown:#}"
        );
    };
    has("worst", "critical: The server reflects any origin");
    has("curl", "curl -i 'https://api.my-company.com/me'");
    has("repair", "- access-control-allow-origin: https://evil.example");
    has("was", "hello");
    has("is", "good morning");
    has("wire", "GET https://api.example.com/me");
    has("missing", "There is no such row");
    assert!(shown["beyond"].as_u64() > Some(0), "{shown:#}");
    assert_eq!(shown["arrows"], 4, "from the page to the browser, to the server, and back");
    assert!(shown["dashed"].as_u64() > Some(0), "{shown:#}");
    assert!(
        shown["fails"][0].as_str().is_some_and(|text| text.contains("access-control-allow-")),
        "{shown:#}"
    );
}

/// The page that compares runs of two servers, one of which reflects every origin.
fn compared() -> String {
    let folder = Folder::with(&[("shop.yaml", POLICY)]);
    for (name, allowed) in [("open", "mirror"), ("closed", "[https://app.my-company.com]")] {
        let policy = POLICY.replace("mirror", allowed);
        std::fs::write(folder.path("cases/shop.yaml"), policy).unwrap();
        let file = format!("{name}.json");
        folder.run(&["run", "--engine", "standard", "--shard", "1/1", "--json", &file]);
    }
    folder.run(&["merge", "--compare", "open.json", "closed.json", "--report", "html=out"]);
    std::fs::read_to_string(folder.path("out/index.html")).unwrap()
}

async fn comparison_is_drawn(kind: Kind) {
    let Some(seen) = asked(kind, "/#/", &compared(), &with_helpers(READ_COMPARISON)).await else {
        return;
    };
    assert_eq!((&seen["nav"][1], &seen["trouble"]), (&json!("Comparison"), &json!("")), "{seen:#}");
    assert_eq!(seen["head"], json!(["case", "open", "closed"]), "{seen:#}");
    assert_eq!(seen["lines"][0][0], json!(["shop"]), "{seen:#}");
    let open = seen["lines"][0][1].as_array().expect("findings");
    assert!(open.contains(&json!("reads-for-any-site-with-login")), "{seen:#}");
    assert_eq!(seen["lines"][0][2], json!(["no finding"]), "{seen:#}");
    assert_eq!(seen["title"], "open/shop", "the findings link to their case");
}

/// A case with each answer in each context, in which `initiator` makes the request.
fn of_initiator(initiator: &str) -> String {
    format!(
        "name: n\nbecause: b\n\
         page: {{ origin: https://app.example.com, context: \"${{context}}\", inside: https://shop.example }}\n\
         servers:\n  https://api.example.net:\n    /none: {{ GET: {{}} }}\n    /star: {{ GET: {{ headers: \
         [{{ Access-Control-Allow-Origin: \"*\" }}] }} }}\n\
         matrix: {{ context: [document, iframe], answer: [none, star] }}\n\
         steps:\n  - {initiator}: https://api.example.net/${{answer}}\n"
    )
}

async fn initiators_are_drawn(kind: Kind) {
    let (fetch, xhr) = (of_initiator("fetch"), of_initiator("xhr"));
    let folder = Folder::with(&[("table/fetch.yaml", &fetch), ("table/xhr.yaml", &xhr)]);
    folder.run(&["run", "--engine", "standard", "--report", "html=out"]);
    let page = std::fs::read_to_string(folder.path("out/index.html")).unwrap();
    let Some(seen) = asked(kind, "/#/", &page, &with_helpers(READ_INITIATORS)).await else {
        return;
    };
    assert_eq!((&seen["nav"], &seen["trouble"]), (&json!(["Initiators"]), &json!("")), "{seen:#}");
    let lines = json!([
        ["", "document", "iframe"],
        ["initiator", "none", "star", "none", "star"],
        ["fetch", "B", "A", "B", "A"],
        ["xhr", "B", "A", "B", "A"],
    ]);
    assert_eq!(seen["lines"], lines, "{seen:#}");
    assert!(seen["row"].as_str().is_some_and(|row| row.contains("table/fetch")), "{seen:#}");
    assert_eq!(seen["title"], "table/xhr", "the address of a case need not be encoded");
}

#[tokio::test]
async fn chromium_draws_the_initiators() {
    initiators_are_drawn(Kind::Chromium).await;
}

#[tokio::test]
async fn firefox_draws_the_initiators() {
    initiators_are_drawn(Kind::Firefox).await;
}

#[tokio::test]
async fn webkit_draws_the_initiators() {
    initiators_are_drawn(Kind::WebKit).await;
}

#[tokio::test]
async fn chromium_draws_the_comparison() {
    comparison_is_drawn(Kind::Chromium).await;
}

#[tokio::test]
async fn firefox_draws_the_comparison() {
    comparison_is_drawn(Kind::Firefox).await;
}

#[tokio::test]
async fn webkit_draws_the_comparison() {
    comparison_is_drawn(Kind::WebKit).await;
}

#[tokio::test]
async fn chromium_draws_the_page() {
    is_drawn(Kind::Chromium).await;
}

#[tokio::test]
async fn firefox_draws_the_page() {
    is_drawn(Kind::Firefox).await;
}

#[tokio::test]
async fn webkit_draws_the_page() {
    is_drawn(Kind::WebKit).await;
}

#[test]
fn the_page_is_one_file_that_loads_nothing() {
    let page = report("html", "report.html");
    assert!(page.starts_with("<!DOCTYPE html>"));
    for loads in [" src=", ": url(", "@import", "fetch(\"", "XMLHttpRequest(", "import("] {
        assert!(!page.contains(loads), "{loads}");
    }
    let (_, data) = page.split_once("id=\"data\">").unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    assert!(serde_json::from_str::<Value>(data).unwrap()["report"]["results"].is_array());
}

#[test]
fn a_folder_gets_an_index() {
    let folder = cases();
    folder.run(&["run", "steady", "--engine", "control", "--report", "html=out"]);
    assert!(folder.path("out/index.html").exists());
    folder.run(&["run", "steady", "--engine", "control", "--report", "html=out"]);
    assert!(folder.path("out/index.html").exists(), "the folder is used again");
}

#[test]
fn a_script_end_tag_in_the_data_is_escaped() {
    let case = CASE.replace("body: hello", "body: '</script><script>alert(1)</script>'");
    let folder = Folder::with(&[("reads.yaml", &case)]);
    folder.run(&["run", "--engine", "control", "--report", "html=report.html"]);
    let page = std::fs::read_to_string(folder.path("report.html")).unwrap();
    assert!(!page.contains("alert(1)</script>") && page.contains("\\u003cscript>alert(1)"));
}

#[test]
fn six_hundred_rows_stay_below_five_megabytes() {
    let values: Vec<_> = (0..300).map(|number| number.to_string()).collect();
    let case = CASE
        .replace("matrix: {", &format!("matrix: {{ number: [{}],", values.join(", ")))
        .replace("/me\n", "/me?${number}\n");
    let folder = Folder::with(&[("many.yaml", &case)]);
    let output = folder.run(&["run", "--engine", "control", "--report", "html=report.html"]);
    let page = std::fs::metadata(folder.path("report.html"));
    let size = page.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr))).len();
    assert!((600_000..5_000_000).contains(&size), "{size}");
}
