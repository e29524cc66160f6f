//! Reads the steps of the page's script.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::abort::AbortBy;
use super::answers;
use super::complaint::Problem;
use super::page::Pages;
use super::reader::{Reader, Spanned, ValueError};
use super::servers::Sites;
use super::step::{Step, StepGroup};
use super::step_options;
use super::suggest::{self, brief};
use super::tabs::{BESIDE, OPEN, SWITCH, Tabs};
use super::target::{self, UrlContext};
use super::tree::Node;
use super::values::{self, LONGEST_WAIT};
use crate::contexts::Context;
use crate::initiators::{Initiator, Needs, StepOption};

/// The key of steps that run at the same time.
pub(super) const TOGETHER: &str = "together";

/// The key of time that passes between two steps.
pub(super) const WAIT: &str = "wait";

/// The keys of a step that makes no request.
const PAUSES: [&str; 3] = [WAIT, OPEN, SWITCH];

/// Reads `steps:`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    node: &Node,
    (pages, sites): (&Pages, &Sites),
) -> Vec<StepGroup> {
    let items = node.items();
    if items.is_empty() {
        let help = "add one: `- fetch: https://api.example.com/me`";
        reader.complain(node.at, ValueError::new("this case has no steps", help));
    }
    let mut steps = Vec::with_capacity(items.len());
    let mut scene = UrlContext { page: pages.first(), opened: None, sites };
    let mut tabs = Tabs::new(pages);
    for item in items {
        let Some(group) = read_group(reader, item, (&scene, &mut tabs)) else { continue };
        if let StepGroup::Open(change) = &group {
            scene.opened = Some(Arc::clone(&change.opened));
        }
        steps.push(group);
    }
    check_pauses(reader, items);
    check_waits(reader, items, &steps);
    steps
}

/// A wait or another page changes nothing unless a step follows it.
fn check_pauses(reader: &mut Reader<'_>, items: &[Node]) {
    let Some(last) = items.last() else { return };
    let (key, what, help) = match starts(last).as_slice() {
        [WAIT] => {
            (WAIT, "no step follows this wait", "add the step that shows what the time has changed")
        }
        [OPEN] => (OPEN, "no step follows this page", "add the step that its script does"),
        [SWITCH] => (SWITCH, "no step follows this page", "add the step that its script does"),
        _ => return,
    };
    reader.complain(last.key(key), ValueError::new(what, help));
}

/// All waits together are limited as one is.
fn check_waits(reader: &mut Reader<'_>, items: &[Node], steps: &[StepGroup]) {
    let waits = steps.iter().filter_map(|group| match group {
        StepGroup::Wait(time) => Some(*time),
        StepGroup::One(_) | StepGroup::Together(_) | StepGroup::Open(_) => None,
    });
    if waits.fold(Duration::ZERO, Duration::saturating_add) > LONGEST_WAIT {
        let mut waits = items.iter().filter(|item| starts(item) == [WAIT]);
        if let Some(last) = waits.next_back() {
            let what = "the waits of this case are longer than a year together";
            let help = "write at most `31536000s` in total";
            reader.complain(last.get(WAIT).at, ValueError::new(what, help));
        }
    }
}

fn read_group(
    reader: &mut Reader<'_>,
    node: &Node,
    (scene, tabs): (&UrlContext<'_>, &mut Tabs<'_>),
) -> Option<StepGroup> {
    match starts(node).as_slice() {
        [TOGETHER] => {
            only_these_keys(reader, node, &[TOGETHER], "move it to the steps inside");
            read_together(reader, node, scene).map(StepGroup::Together)
        }
        [WAIT] => {
            only_these_keys(reader, node, &[WAIT], "move it to the step that makes the request");
            reader.read(Spanned::of(node.get(WAIT))?, values::wait).map(StepGroup::Wait)
        }
        [OPEN] => {
            only_these_keys(
                reader,
                node,
                &[OPEN, BESIDE],
                "move it to the step that makes the request",
            );
            tabs.read_open(reader, node).map(StepGroup::Open)
        }
        [SWITCH] => {
            only_these_keys(reader, node, &[SWITCH], "move it to the step that makes the request");
            tabs.read_switch(reader, node).map(StepGroup::Open)
        }
        _ => read_step(reader, node, scene).map(|(step, _)| StepGroup::One(Box::new(step))),
    }
}

/// The keys of a step that say what it does.
fn starts(node: &Node) -> Vec<&str> {
    let starts =
        |key: &&str| *key == TOGETHER || PAUSES.contains(key) || Initiator::named(key).is_some();
    node.keys().map(|(key, _)| key).filter(starts).collect()
}

/// Reports every key but those of the step, of which the first one says what it does.
fn only_these_keys(reader: &mut Reader<'_>, node: &Node, keys: &[&str], help: &'static str) {
    for (key, at) in node.keys().filter(|(key, _)| !keys.contains(key)) {
        let what = format!("`{}` cannot be used with `{}`", brief(key), keys[0]);
        reader.complain(at, ValueError::new(what, help));
    }
}

fn read_together(
    reader: &mut Reader<'_>,
    node: &Node,
    scene: &UrlContext<'_>,
) -> Option<Vec<Step>> {
    let items = node.get(TOGETHER).items();
    if items.len() < 2 {
        let help = "add a second step, or write this one without `together`";
        let what = "`together` needs at least two steps";
        reader.complain(node.key(TOGETHER), ValueError::new(what, help));
    }
    let mut urls = HashMap::new();
    let mut steps = Vec::with_capacity(items.len());
    for node in items {
        let Some((step, mut url)) = read_step(reader, node, scene) else {
            continue;
        };
        url.set_fragment(None);
        if let Some(earlier) = urls.insert(url.to_string(), node.at) {
            let what = format!("two steps request `{}` at the same time", brief(url.as_str()));
            let help = "their requests could not be distinguished: add a query to one";
            reader.problems.push(Problem::new(node.at, what, help).after(earlier));
        }
        steps.push(step);
    }
    (steps.len() == items.len()).then_some(steps)
}

fn read_step(reader: &mut Reader<'_>, node: &Node, scene: &UrlContext<'_>) -> Option<(Step, Url)> {
    let (initiator, url) = initiator(reader, node)?;
    check_context(reader, initiator, node, scene);
    let target = target::read(reader, url, scene);
    let mut step = Step::new(initiator, "");
    step.opened.clone_from(&scene.opened);
    step_options::read(reader, node, &mut step)?;
    check_leaving(reader, node, (&step, scene))?;
    let (url, parsed) = target?;
    answers::check(reader, (initiator, &parsed), node, scene.sites);
    step.url = url;
    Some((step, parsed))
}

/// Reports an initiator that the context does not have: an element is in a document, and importScripts() in a worker.
fn check_context(
    reader: &mut Reader<'_>,
    initiator: Initiator,
    node: &Node,
    scene: &UrlContext<'_>,
) {
    let Some(page) = scene.page() else { return };
    let (within, needs) = (page.context.definition(), initiator.definition().needs);
    if needs.are_met(within) {
        return;
    }
    let (word, context) = (initiator.as_str(), page.context.as_str());
    let usable = |other: &&Initiator| other.definition().needs.are_met(within);
    let usable = suggest::list(Initiator::ALL.iter().filter(usable).map(|other| other.as_str()));
    let what = format!("`{word}` needs {}, and `{context}` is none", needs.words());
    let help = match needs {
        Needs::Worker => "add `context: dedicated-worker` to the page".to_owned(),
        _ => format!("a `{context}` can use {usable}"),
    };
    reader.complain(node.key(word), ValueError::new(what, help));
}

/// Reports a call whose document goes away, where the frame that makes it would differ from the page: it has no URL, and
/// so no referrer.
fn check_leaving(
    reader: &mut Reader<'_>,
    node: &Node,
    (step, scene): (&Step, &UrlContext<'_>),
) -> Option<()> {
    if step.abort.as_ref().is_none_or(|abort| abort.by != AbortBy::Leave) {
        return Some(());
    }
    let context = scene.page().map(|page| page.context);
    let (what, help) = if context.is_some_and(|context| context != Context::Document) {
        let help = "write `context: document`, or leave out the context";
        ("`abort-by: leave` needs a document as the page", help)
    } else if step.referrer_policy.as_deref() != Some("no-referrer") {
        let what = "`abort-by: leave` makes the call in a frame, which has no referrer";
        (what, "add `referrer-policy: no-referrer`")
    } else {
        return Some(());
    };
    reader.complain(node.get(StepOption::AbortBy.key()).at, ValueError::new(what, help));
    None
}

/// The one initiator of a step, and its URL.
fn initiator<'n>(reader: &mut Reader<'_>, node: &'n Node) -> Option<(Initiator, Spanned<'n>)> {
    let starts = starts(node);
    match starts.as_slice() {
        [TOGETHER] => {
            let help = "put all of these steps into one list";
            let what = "`together` cannot contain `together`";
            reader.complain(node.key(TOGETHER), ValueError::new(what, help));
        }
        [pause] if PAUSES.contains(pause) => {
            let help = "write it as a step before or after `together`";
            let what = format!("`together` cannot contain `{pause}`");
            reader.complain(node.key(pause), ValueError::new(what, help));
        }
        [word] => return Initiator::named(word).zip(Spanned::of(node.get(word))),
        [] => {
            let words = Initiator::ALL.iter().map(|initiator| initiator.as_str());
            let words = suggest::list(words.chain([TOGETHER, WAIT, OPEN, SWITCH]));
            let help = format!("add one of: {words}");
            reader.complain(node.at, ValueError::new("this step does nothing", help));
        }
        several => {
            let several = suggest::list(several.iter().copied());
            let what = format!("a step does one thing, not {several}");
            reader.complain(node.at, ValueError::new(what, "make a step of each: `- fetch: …`"));
        }
    }
    None
}
