//! The options of a step. The registry of initiators says which of them a step can have.

use super::abort::{Abort, AbortBy, AbortMoment};
use super::reader::{Reader, Spanned, ValueError};
use super::step::{BodyType, Credentials, HeadersType, Step};
use super::suggest;
use super::tree::Node;
use super::values;
use crate::initiators::{Accepts, Initiator, StepOption};

/// Reads all options of a step. `None` once one of them is complained about.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, step: &mut Step) -> Option<()> {
    let mut all = Some(());
    for (key, at) in node.keys() {
        let Some(option) = StepOption::named(key) else { continue };
        let read = match step.initiator.accepts(option) {
            Some(accepts) => read_option(reader, accepts, node.get(key), step),
            None => {
                reader.complain(at, not_accepted(step.initiator, option));
                None
            }
        };
        all = all.and(read);
    }
    all.and_then(|()| check_parts(reader, node, step))
        .and_then(|()| check_as(reader, node, step))
        .and_then(|()| read_abort_by(reader, node, step))
}

fn read_option(
    reader: &mut Reader<'_>,
    accepts: &Accepts,
    node: &Node,
    step: &mut Step,
) -> Option<()> {
    if accepts.option == StepOption::Headers {
        return read_headers(reader, node).map(|headers| step.headers = headers);
    }
    let initiator = step.initiator;
    let value = reader.read(Spanned::of(node)?, |text| word(initiator, accepts, text))?;
    set(step, accepts.option, value);
    Some(())
}

/// A value, if the initiator accepts it.
fn word(initiator: Initiator, accepts: &Accepts, text: &str) -> Result<String, ValueError> {
    if accepts.words.is_empty() || accepts.words.contains(&text) {
        return Ok(text.to_owned());
    }
    let key = accepts.option.key();
    let what = format!("`{key}` of `{}` cannot be `{}`", initiator.as_str(), suggest::brief(text));
    Err(ValueError::new(
        what,
        suggest::help(text, "the choices are", accepts.words.iter().copied()),
    ))
}

/// Stores the value of an option; that of `headers` is no text.
fn set(step: &mut Step, option: StepOption, value: String) {
    match option {
        StepOption::Headers => {}
        StepOption::Method => step.method = value,
        StepOption::Body => step.body = Some(value),
        StepOption::BodyAs => {
            let kind = BodyType::ALL.into_iter().find(|kind| kind.as_str() == value);
            step.body_as = kind.unwrap_or_default();
        }
        StepOption::BlobType => step.blob_type = Some(value),
        StepOption::HeadersAs => {
            let kind = HeadersType::ALL.into_iter().find(|kind| kind.as_str() == value);
            step.headers_as = kind.unwrap_or_default();
        }
        StepOption::Username => step.username = Some(value),
        StepOption::Password => step.password = Some(value),
        StepOption::UploadListeners => step.upload_listeners = value == "true",
        StepOption::Credentials => {
            step.credentials = Credentials::ALL.into_iter().find(|mode| mode.as_str() == value);
        }
        StepOption::Mode => step.mode = Some(value),
        StepOption::Redirect => step.redirect = Some(value),
        StepOption::Cache => step.cache = Some(value),
        StepOption::ReferrerPolicy => step.referrer_policy = Some(value),
        StepOption::Crossorigin => step.crossorigin = Some(value).filter(|value| value != "none"),
        StepOption::Keepalive => step.keepalive = value == "true",
        StepOption::Async => step.is_async = value == "true",
        StepOption::As => step.preload_as = Some(value),
        StepOption::Integrity => step.integrity = Some(value),
        StepOption::Target => step.in_window = value == "window",
        StepOption::Abort => {
            let moment = AbortMoment::ALL.into_iter().find(|moment| moment.as_str() == value);
            step.abort = moment.map(|at| Abort::new(at, AbortBy::default()));
        }
        // It belongs to `abort`; see [`check_abort`].
        StepOption::AbortBy => {}
    }
}

fn not_accepted(initiator: Initiator, option: StepOption) -> ValueError {
    let (word, key) = (initiator.as_str(), option.key());
    let options: Vec<_> =
        initiator.definition().options.iter().map(|accepts| accepts.option.key()).collect();
    let takes = if options.is_empty() { "no options".to_owned() } else { suggest::list(options) };
    let others = Initiator::ALL.iter().filter(|other| other.accepts(option).is_some());
    let others = suggest::list(others.map(|other| other.as_str()));
    let help = format!("`{word}` takes {takes}; `{key}` is an option of {others}");
    ValueError::new(format!("`{word}` does not take `{key}`"), help)
}

/// Options of a body or of headers need the body or the headers.
fn check_parts(reader: &mut Reader<'_>, node: &Node, step: &Step) -> Option<()> {
    let (has_body, has_headers) = (step.body.is_some(), !step.headers.is_empty());
    let is_blob = step.body_as == BodyType::Blob;
    let mut all = Some(());
    for (option, is_met, what, help) in [
        (StepOption::BodyAs, has_body, "there is no body", "add `body:`, or remove `body-as`"),
        (
            StepOption::BlobType,
            is_blob,
            "only a `Blob` has a type",
            "add `body-as: blob`, or set the header `Content-Type`",
        ),
        (
            StepOption::HeadersAs,
            has_headers,
            "there are no headers",
            "add `headers:`, or remove `headers-as`",
        ),
    ] {
        if node.has(option.key()) && !is_met {
            reader.complain(node.get(option.key()).at, ValueError::new(what, help));
            all = None;
        }
    }
    all
}

/// How the call is aborted, which depends on when it is.
fn read_abort_by(reader: &mut Reader<'_>, node: &Node, step: &mut Step) -> Option<()> {
    let key = StepOption::AbortBy.key();
    let by = node.find(key).and_then(Spanned::of).and_then(|text| reader.fill(text));
    let named = |way: &AbortBy| by.as_deref() == Some(way.as_str());
    let way = AbortBy::ALL.into_iter().find(named).unwrap_or_default();
    let (at, what, help) = match &mut step.abort {
        None if by.is_none() => return Some(()),
        None => (node.get(key).at, "this call is not aborted", "add `abort: request`"),
        Some(_) if !step.is_async => (
            node.get(StepOption::Abort.key()).at,
            "a synchronous XMLHttpRequest cannot be aborted",
            "remove `async`",
        ),
        Some(abort) if abort.at == AbortMoment::Before && way != AbortBy::Abort => (
            node.get(key).at,
            "there is nothing to end before the call",
            "use `abort: preflight` or `abort: request`",
        ),
        Some(abort) => {
            abort.by = way;
            return Some(());
        }
    };
    reader.complain(at, ValueError::new(what, help));
    None
}

/// A preload without `as` requests nothing.
fn check_as(reader: &mut Reader<'_>, node: &Node, step: &Step) -> Option<()> {
    let Some(accepts) = step.initiator.accepts(StepOption::As) else { return Some(()) };
    if step.preload_as.is_some() {
        return Some(());
    }
    let word = step.initiator.as_str();
    let what = format!("`{word}` needs `as`: without it nothing is requested");
    let choices = suggest::list(accepts.words.iter().copied());
    let wrong = ValueError::new(what, format!("add `as:`; the choices are {choices}"));
    reader.complain(node.key(word), wrong);
    None
}

fn read_headers(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<(String, String)>> {
    let mut line = |item: &Node| {
        let (name, value) = Spanned::pair(item)?;
        let name = reader.read(name, values::header_name);
        let value = reader.read(value, values::script_header_value);
        name.zip(value)
    };
    let lines: Vec<_> = node.items().iter().map(&mut line).collect();
    lines.into_iter().collect()
}
