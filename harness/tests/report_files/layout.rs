//! The page of HTML on a narrow screen, by the keyboard, and in both color schemes, in real browsers.

use cors_harness::engine::Kind;
use serde_json::{Map, Value};

use crate::folder::{CASE, Folder, POLICY};
use crate::page::{NARROW, asked};

/// Reads every view of the page in a frame of 390 pixels: how wide it is, which controls the keyboard does not reach, the
/// tables that do not scroll by themselves, the least contrast of a text in both schemes, and backticks that are shown.
const READ_VIEWS: &str = r##"
const done = arguments[0];
const frame = document.querySelector("iframe");
const inner = () => frame.contentDocument;
const loaded = () => new Promise((ready) => {
  if (inner()?.documentElement.dataset.drawn === "true") ready();
  else frame.addEventListener("load", () => ready(), { once: true });
});
const go = (hash) => new Promise((drawn) => {
  frame.contentWindow.addEventListener("hashchange", () => drawn(), { once: true });
  frame.contentWindow.location.hash = hash;
});
const all = (selector) => [...inner().querySelectorAll(selector)];
const style = (element) => frame.contentWindow.getComputedStyle(element);
const light = (value) => value <= 10.31 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
const luminance = (color) => {
  const [red, green, blue] = color.match(/[\d.]+/g).map(Number).map(light);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const background = (element) => {
  const own = style(element).backgroundColor;
  return /rgba\(.*, 0\)|transparent/.test(own) && element.parentElement ? background(element.parentElement) : own;
};
const contrast = (element) => {
  const [more, less] = [style(element).color, background(element)].map(luminance).sort((one, other) => other - one);
  return (more + 0.05) / (less + 0.05);
};
const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
const least = (scheme) => {
  inner().documentElement.style.colorScheme = scheme;
  return Math.min(...all("header *, main :not(svg, svg *, option), footer").filter(hasText).map(contrast));
};
const isReached = (control) => {
  control.focus();
  return inner().activeElement === control && control.tabIndex >= 0;
};
(async () => {
  await loaded();
  const views = {};
  for (const hash of ["#/findings", "#/matrix", "#/changes", "#/grid", "#/grid/wide", "#/case/reads", "#/row/control/1/reads", "#/"]) {
    await go(hash);
    const controls = all("a[href], button, input, select, summary, pre, .scroll");
    views[hash] = {
      width: inner().documentElement.scrollWidth,
      controls: controls.length,
      unreached: controls.filter((one) => !isReached(one)).map((one) => one.outerHTML.slice(0, 80)),
      unscrolled: all("table").filter((one) => !one.closest(".scroll")).length,
      light: least("light"),
      dark: least("dark"),
      codes: all("main code").map((one) => one.textContent),
      backticks: inner().querySelector("main").textContent.includes("`"),
    };
  }
  done(views);
})().catch((error) => done(String(error)));
"##;

/// The page of a case whose texts have code in backticks, which differs from its snapshot, and of a policy with findings.
fn page() -> String {
    let case = CASE
        .replace("The reply is read", "The `reply` is read")
        .replace("It was sent.", "It was `sent`.");
    let folder = Folder::with(&[("reads.yaml", &case), ("wide.yaml", POLICY)]);
    folder.accept();
    std::fs::write(folder.path("cases/reads.yaml"), case.replace("hello", "good morning")).unwrap();
    folder.run(&["run", "--engine", "control,standard", "--report", "html=report.html"]);
    std::fs::read_to_string(folder.path("report.html")).unwrap()
}

async fn views(kind: Kind, page: &str) -> Option<Map<String, Value>> {
    let read = asked(kind, NARROW, page, READ_VIEWS).await?;
    Some(read.as_object().unwrap_or_else(|| panic!("{read}")).clone())
}

async fn is_readable(kind: Kind) {
    let Some(views) = views(kind, &page()).await else { return };
    assert_eq!(views.len(), 8);
    for (hash, view) in &views {
        let number = |member: &str| view[member].as_f64().unwrap_or_default();
        assert!(number("width") <= 390.0, "{kind:?} {hash} is wider than the screen: {view:#}");
        assert!(number("controls") > 6.0, "{kind:?} {hash}: {view:#}");
        assert_eq!(
            view["unreached"].as_array().map(Vec::len),
            Some(0),
            "{kind:?} {hash}: {view:#}"
        );
        assert_eq!(view["unscrolled"], 0, "{kind:?} {hash}: {view:#}");
        for scheme in ["light", "dark"] {
            assert!(number(scheme) >= 4.5, "{kind:?} {hash}, {scheme}: {view:#}");
        }
        assert_eq!(view["backticks"], false, "{kind:?} {hash}: {view:#}");
    }
    let codes = views["#/case/reads"]["codes"].as_array().expect("codes");
    assert!(["reply", "sent"].iter().all(|code| codes.contains(&Value::from(*code))), "{codes:?}");
}

#[tokio::test]
async fn chromium_shows_the_page_on_a_narrow_screen() {
    is_readable(Kind::Chromium).await;
}

#[tokio::test]
async fn firefox_shows_the_page_on_a_narrow_screen() {
    is_readable(Kind::Firefox).await;
}

#[tokio::test]
async fn webkit_shows_the_page_on_a_narrow_screen() {
    is_readable(Kind::WebKit).await;
}

#[tokio::test]
async fn a_page_that_does_not_fit_is_noticed() {
    let faulty = page()
        .replace(".scroll { overflow-x: auto; }", "")
        .replace("--muted: light-dark(#5a6470", "--muted: light-dark(#b8bec6")
        .replace(
            r#"make("div", { class: "scroll", tabindex: "0""#,
            r#"make("div", { class: "scroll""#,
        );
    let Some(views) = views(Kind::Chromium, &faulty).await else { return };
    let grid = &views["#/grid/wide"];
    assert!(grid["width"].as_f64() > Some(390.0), "{grid:#}");
    assert!(grid["light"].as_f64() < Some(4.5), "{grid:#}");
    assert!(grid["unreached"][0].as_str().is_some_and(|one| one.contains("scroll")), "{grid:#}");
}
