//! What the page's script does.

use std::collections::HashMap;

use url::Url;

use super::complaint::Problem;
use super::reader::{Reader, Spanned, ValueError};
use super::step::{BodyType, Credentials, Initiator, Step, StepGroup};
use super::suggest::{self, brief};
use super::target::{self, UrlContext};
use super::tree::Node;
use super::values;

/// Reads `steps:`.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, scene: &UrlContext<'_>) -> Vec<StepGroup> {
    let items = node.items();
    if items.is_empty() {
        let help = "add one: `- fetch: https://api.example.com/me`";
        reader.complain(node.at, ValueError::new("a case without steps", help));
    }
    let mut steps = Vec::with_capacity(items.len());
    steps.extend(items.iter().filter_map(|item| read_group(reader, item, scene)));
    steps
}

fn read_group(reader: &mut Reader<'_>, node: &Node, scene: &UrlContext<'_>) -> Option<StepGroup> {
    match (node.has("together"), node.has("fetch"), node.has("xhr")) {
        (true, false, false) => {
            options_belong_inside(reader, node);
            read_together(reader, node, scene).map(StepGroup::Together)
        }
        _ => read_step(reader, node, scene).map(|(step, _)| StepGroup::One(step)),
    }
}

fn options_belong_inside(reader: &mut Reader<'_>, node: &Node) {
    for (key, at) in node.keys().filter(|(key, _)| *key != "together") {
        let what = format!("`{}` says nothing beside `together`", brief(key));
        reader.complain(at, ValueError::new(what, "give it to the steps inside"));
    }
}

fn read_together(
    reader: &mut Reader<'_>,
    node: &Node,
    scene: &UrlContext<'_>,
) -> Option<Vec<Step>> {
    let items = node.get("together").items();
    if items.len() < 2 {
        let help = "add a second step, or write this one without `together`";
        let what = "`together` needs at least two steps";
        reader.complain(node.key("together"), ValueError::new(what, help));
    }
    let mut urls = HashMap::new();
    let mut steps = Vec::with_capacity(items.len());
    for node in items {
        let Some((step, mut url)) = read_step(reader, node, scene) else {
            continue;
        };
        url.set_fragment(None);
        if let Some(earlier) = urls.insert(url.to_string(), node.at) {
            let what = format!("two steps ask for `{}` at the same time", brief(url.as_str()));
            let help = "their requests could not be told apart: add a query to one";
            reader.problems.push(Problem::new(node.at, what, help).after(earlier));
        }
        steps.push(step);
    }
    (steps.len() == items.len()).then_some(steps)
}

fn read_step(reader: &mut Reader<'_>, node: &Node, scene: &UrlContext<'_>) -> Option<(Step, Url)> {
    let (initiator, said) = initiator(reader, node)?;
    let target = target::read(reader, said, scene);
    let credentials = reader.maybe(node, "credentials", |text| credentials(text, initiator));
    let options = fetch_options(reader, node, initiator);
    let method = reader.maybe(node, "method", values::text);
    let body = reader.maybe(node, "body", values::text);
    let body_as =
        reader.maybe(node, "body-as", |text| body_type(text, initiator, node.has("body")));
    let upload_listeners =
        reader.maybe(node, "upload-listeners", |text| upload_listeners(text, initiator));
    let headers = read_headers(reader, node.find("headers"));
    let (url, parsed) = target?;
    let FetchOptions { mode, redirect, cache, referrer_policy } = options?;
    let step = Step {
        initiator,
        url,
        method: method?.unwrap_or_else(|| "GET".to_owned()),
        headers,
        body: body?,
        body_as: body_as?.unwrap_or_default(),
        upload_listeners: upload_listeners?.unwrap_or_default(),
        credentials: credentials?,
        mode,
        redirect,
        cache,
        referrer_policy,
    };
    Some((step, parsed))
}

/// What fetch() can be told and XMLHttpRequest cannot.
struct FetchOptions {
    mode: Option<String>,
    redirect: Option<String>,
    cache: Option<String>,
    referrer_policy: Option<String>,
}

fn fetch_options(
    reader: &mut Reader<'_>,
    node: &Node,
    initiator: Initiator,
) -> Option<FetchOptions> {
    if initiator == Initiator::Xhr {
        without_fetch_options(reader, node);
    }
    let mut word = |key, words: &'static [&'static str]| {
        reader.maybe(node, key, values::word(key, words))
    };
    let mode = word("mode", &MODES);
    let redirect = word("redirect", &REDIRECTS);
    let cache = word("cache", &CACHES);
    let referrer_policy = word("referrer-policy", &REFERRER_POLICIES);
    Some(FetchOptions {
        mode: mode?,
        redirect: redirect?,
        cache: cache?,
        referrer_policy: referrer_policy?,
    })
}

/// <https://fetch.spec.whatwg.org/#requestmode>, without `navigate`, which fetch() refuses.
pub(super) const MODES: [&str; 3] = ["cors", "no-cors", "same-origin"];
/// <https://fetch.spec.whatwg.org/#requestredirect>
pub(super) const REDIRECTS: [&str; 3] = ["follow", "error", "manual"];
/// <https://fetch.spec.whatwg.org/#requestcache>
pub(super) const CACHES: [&str; 6] =
    ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"];
/// <https://w3c.github.io/webappsec-referrer-policy/#enumdef-referrerpolicy>
pub(super) const REFERRER_POLICIES: [&str; 9] = [
    "",
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

/// The one API that a step calls.
fn initiator<'n>(reader: &mut Reader<'_>, node: &'n Node) -> Option<(Initiator, Spanned<'n>)> {
    const STARTS: [&str; 3] = ["fetch", "xhr", "together"];
    match (node.find("fetch"), node.find("xhr"), node.find("together")) {
        (Some(url), None, None) => return Some((Initiator::Fetch, Spanned::of(url)?)),
        (None, Some(url), None) => return Some((Initiator::Xhr, Spanned::of(url)?)),
        (None, None, None) => {
            let help = "give it a `fetch:`, an `xhr:` or a `together:`";
            reader.complain(node.at, ValueError::new("this step does nothing", help));
        }
        (None, None, Some(_)) => {
            let help = "put all of these steps into one list";
            reader.complain(
                node.key("together"),
                ValueError::new("`together` inside `together`", help),
            );
        }
        _ => {
            let several =
                suggest::list(node.keys().map(|(key, _)| key).filter(|key| STARTS.contains(key)));
            let what = format!("a step does one thing, not {several}");
            reader.complain(node.at, ValueError::new(what, "make a step of each: `- fetch: …`"));
        }
    }
    None
}

fn credentials(text: &str, initiator: Initiator) -> Result<Credentials, ValueError> {
    match values::choice("credentials", &Credentials::ALL.map(|mode| (mode.as_str(), mode)))(text)? {
        Credentials::Omit if initiator == Initiator::Xhr => {
            let help = "it has `withCredentials` only: `include` sets it, `same-origin` does not; use `fetch:`";
            Err(ValueError::new("XMLHttpRequest cannot omit credentials", help))
        }
        mode => Ok(mode),
    }
}

fn body_type(text: &str, initiator: Initiator, has_body: bool) -> Result<BodyType, ValueError> {
    match values::choice("body-as", &BodyType::ALL.map(|kind| (kind.as_str(), kind)))(text)? {
        _ if !has_body => Err(ValueError::new(
            "there is no body to be made",
            "add `body:`, or take `body-as` out",
        )),
        BodyType::Stream if initiator == Initiator::Xhr => {
            Err(ValueError::new("XMLHttpRequest sends no streams", "use `fetch:`"))
        }
        kind => Ok(kind),
    }
}

fn upload_listeners(text: &str, initiator: Initiator) -> Result<bool, ValueError> {
    match values::choice("upload-listeners", &values::BOOLEAN)(text)? {
        true if initiator == Initiator::Fetch => {
            let what = "fetch() has no upload object to listen to";
            Err(ValueError::new(what, "use `xhr:`, or take `upload-listeners` out"))
        }
        listens => Ok(listens),
    }
}

fn without_fetch_options(reader: &mut Reader<'_>, node: &Node) {
    const ONLY_FETCH: [&str; 4] = ["mode", "redirect", "cache", "referrer-policy"];
    for (key, at) in node.keys().filter(|(key, _)| ONLY_FETCH.contains(key)) {
        let help = "it has a method, headers, a body and credentials; use `fetch:` for the rest";
        reader.complain(at, ValueError::new(format!("XMLHttpRequest has no `{key}`"), help));
    }
}

fn read_headers(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<(String, String)> {
    let line = |line| {
        let (name, value) = Spanned::pair(line)?;
        let name = reader.read(name, values::header_name);
        let value = reader.read(value, values::script_header_value);
        name.zip(value)
    };
    node.into_iter().flat_map(Node::items).filter_map(line).collect()
}
