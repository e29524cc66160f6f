//! Reads the steps of the page's script.

use std::collections::HashMap;

use url::Url;

use super::complaint::Problem;
use super::file::{Pair, StepFile, Text};
use super::reader::{Reader, Spanned, ValueError};
use super::step::{BodyType, Credentials, Initiator, Step, StepGroup};
use super::suggest::{self, brief};
use super::target::{self, UrlContext};
use super::tree::Node;
use super::values;

/// Reads `steps:`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    file: &[StepFile],
    node: &Node,
    scene: &UrlContext<'_>,
) -> Vec<StepGroup> {
    if file.is_empty() {
        reader.complain(
            node.at,
            ValueError::new(
                "a case without steps",
                "add one: `- fetch: https://api.example.com/me`",
            ),
        );
    }
    let step = |(index, step)| read_moment(reader, step, node.item(index), scene);
    let mut steps = Vec::with_capacity(file.len());
    steps.extend(file.iter().enumerate().filter_map(step));
    steps
}

fn read_moment(
    reader: &mut Reader<'_>,
    file: &StepFile,
    node: &Node,
    scene: &UrlContext<'_>,
) -> Option<StepGroup> {
    match (&file.together, &file.fetch, &file.xhr) {
        (Some(steps), None, None) => {
            options_belong_inside(reader, node);
            read_together(reader, steps, node, scene).map(StepGroup::Together)
        }
        _ => read_step(reader, file, node, scene).map(|(step, _)| StepGroup::One(step)),
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
    file: &[StepFile],
    node: &Node,
    scene: &UrlContext<'_>,
) -> Option<Vec<Step>> {
    if file.len() < 2 {
        let help = "add a second step, or write this one without `together`";
        reader.complain(
            node.key("together"),
            ValueError::new("`together` needs at least two steps", help),
        );
    }
    let items = node.get("together");
    let mut urls = HashMap::new();
    let mut steps = Vec::with_capacity(file.len());
    for (index, step) in file.iter().enumerate() {
        let node = items.item(index);
        let Some((step, mut url)) = read_step(reader, step, node, scene) else {
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
    (steps.len() == file.len()).then_some(steps)
}

fn read_step(
    reader: &mut Reader<'_>,
    file: &StepFile,
    node: &Node,
    scene: &UrlContext<'_>,
) -> Option<(Step, Url)> {
    let (initiator, said) = initiator(reader, file, node)?;
    let target = target::read(reader, said, scene);
    let credentials = reader
        .maybe(file.credentials.as_ref(), node, "credentials", |text| credentials(text, initiator));
    let options = fetch_options(reader, file, node, initiator);
    let method = reader.maybe(file.method.as_ref(), node, "method", values::text);
    let body = reader.maybe(file.body.as_ref(), node, "body", values::text);
    let body_as = reader.maybe(file.body_as.as_ref(), node, "body-as", |text| {
        body_type(text, initiator, file.body.is_some())
    });
    let upload_listeners =
        reader.maybe(file.upload_listeners.as_ref(), node, "upload-listeners", |text| {
            upload_listeners(text, initiator)
        });
    let headers = read_headers(reader, &file.headers, node.get("headers"));
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

/// Options of fetch() that XMLHttpRequest does not have.
struct FetchOptions {
    mode: Option<String>,
    redirect: Option<String>,
    cache: Option<String>,
    referrer_policy: Option<String>,
}

fn fetch_options(
    reader: &mut Reader<'_>,
    file: &StepFile,
    node: &Node,
    initiator: Initiator,
) -> Option<FetchOptions> {
    if initiator == Initiator::Xhr {
        without_fetch_options(reader, node);
    }
    let mut word = |key, text: &Option<Text>, words: &'static [&'static str]| {
        reader.maybe(text.as_ref(), node, key, values::word(key, words))
    };
    let mode = word("mode", &file.mode, &MODES);
    let redirect = word("redirect", &file.redirect, &REDIRECTS);
    let cache = word("cache", &file.cache, &CACHES);
    let referrer_policy = word("referrer-policy", &file.referrer_policy, &REFERRER_POLICIES);
    Some(FetchOptions {
        mode: mode?,
        redirect: redirect?,
        cache: cache?,
        referrer_policy: referrer_policy?,
    })
}

/// <https://fetch.spec.whatwg.org/#requestmode>, without `navigate`, which fetch() rejects.
const MODES: [&str; 3] = ["cors", "no-cors", "same-origin"];
/// <https://fetch.spec.whatwg.org/#requestredirect>
const REDIRECTS: [&str; 3] = ["follow", "error", "manual"];
/// <https://fetch.spec.whatwg.org/#requestcache>
const CACHES: [&str; 6] =
    ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"];
/// <https://w3c.github.io/webappsec-referrer-policy/#enumdef-referrerpolicy>
const REFERRER_POLICIES: [&str; 9] = [
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
fn initiator<'f>(
    reader: &mut Reader<'_>,
    file: &'f StepFile,
    node: &Node,
) -> Option<(Initiator, Spanned<'f>)> {
    const STARTS: [&str; 3] = ["fetch", "xhr", "together"];
    match (&file.fetch, &file.xhr, &file.together) {
        (Some(url), None, None) => {
            return Some((Initiator::Fetch, Spanned::new(url, node.get("fetch").at)));
        }
        (None, Some(url), None) => {
            return Some((Initiator::Xhr, Spanned::new(url, node.get("xhr").at)));
        }
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
    let all = [Credentials::Omit, Credentials::SameOrigin, Credentials::Include];
    match values::choice("credentials", &all.map(|mode| (mode.as_str(), mode)))(text)? {
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
    match values::choice("upload-listeners", &[("true", true), ("false", false)])(text)? {
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

fn read_headers(reader: &mut Reader<'_>, file: &[Pair], node: &Node) -> Vec<(String, String)> {
    let mut line = |(index, pair)| {
        let (name, value) = Spanned::pair(pair, node.item(index))?;
        let name = reader.read(name, values::header_name);
        let value = reader.read(value, values::script_header_value);
        name.zip(value)
    };
    file.iter().enumerate().filter_map(&mut line).collect()
}
