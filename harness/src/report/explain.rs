//! What the standard says about a case, for people: the requests and responses, what script gets
//! and why, and what each browser did.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::request_headers::spelled;
use cors_model::{REVISION, Refusal, Ruling};
use cors_servers::script::Versions;

use super::permitted_and_timed::notes;
use super::played_row::values;
use super::reasons::engine_reasons;
use super::wrapping::hanging;
use crate::case::{Case, Known, Policy, Row, ignored_header_values};
use crate::observation::{Answer, Preflight, Read, Request, RequestHeaders, StepObservation};
use crate::results::{Engine, RowOutcome};
use crate::ruling::RowRuling;
use crate::verdict::{EngineDeparture, Shown, local_network_note};

/// Width of explanatory text.
const WIDTH: usize = 100;

/// The case, before its rows.
pub fn explain_case(case: &Case) -> String {
    let anchor = case.spec.as_ref().map(|spec| format!("\n{}", address(spec))).unwrap_or_default();
    let not_asked = case.policy.as_ref().map(not_asked).unwrap_or_default();
    let options = textwrap::Options::new(WIDTH).word_separator(textwrap::WordSeparator::AsciiSpace);
    let because = textwrap::fill(&case.because, options);
    format!("{}\n{because}{anchor}\n{not_asked}{}", case.name, lower_case_names(case))
}

/// The servers that cannot send header names as the case spells them: HTTP/2 has lower-case names only
/// (RFC 9113, 8.2.1).
fn lower_case_names(case: &Case) -> String {
    let servers = case.rows.iter().flat_map(|row| &row.servers);
    let servers = servers.filter(|server| server.versions == Versions::Http2);
    let origins: BTreeSet<_> = servers
        .filter(|server| {
            let mut lines = server.header_lines();
            lines.any(|line| line.name.as_str().chars().any(|c| c.is_ascii_uppercase()))
        })
        .map(|server| server.origin.to_string())
        .collect();
    let sentence = |origin: &String| {
        format!("\n{origin} uses HTTP/2 only, so it sends header names in lower case\n")
    };
    origins.iter().map(sentence).collect()
}

/// The origins that no row of a policy tests, and why.
fn not_asked(policy: &Policy) -> String {
    let entries = policy.not_asked.iter();
    let lines: String = entries.map(|entry| format!("  {}: {}\n", entry.what, entry.why)).collect();
    if lines.is_empty() { lines } else { format!("\norigins that are not tested\n{lines}") }
}

/// One row: every step as a sequence, its ruling, what engines that played it report, and the
/// engines that are known to depart.
pub fn explain_row(
    case: &Case,
    row: &Row,
    ruling: &RowRuling,
    played: &[(Engine, &RowOutcome)],
) -> String {
    let mut text = format!("row {}\n", values(row));
    let _ = writeln!(text, "  page origin: {}", row.page.serialised_origin());
    let steps = ruling.observation.steps.iter().zip(&ruling.rulings);
    for (number, (step, ruling)) in steps.enumerate() {
        write_step(&mut text, step, ruling);
        for (engine, outcome) in played {
            write_own_words(&mut text, *engine, outcome, number);
        }
    }
    write_permitted(&mut text, played);
    write_unavailable_reasons(&mut text, played);
    write_notes(&mut text, row, ruling, played);
    for known in case.known.iter().filter(|known| known.selects(row)) {
        write_known(&mut text, known);
    }
    let always = |(_, outcome): &(Engine, &RowOutcome)| !outcome.engine_wide.shown.is_empty();
    for (engine, outcome) in played {
        write_engine_wide(&mut text, *engine, outcome);
    }
    if !case.known.iter().any(|known| known.selects(row)) && !played.iter().any(always) {
        let _ = writeln!(text, "\n  no known departures");
    }
    text
}

fn write_step(text: &mut String, step: &StepObservation, ruling: &Ruling) {
    let _ = writeln!(text, "\n  {}", step.step);
    for preflight in &step.preflights {
        write_preflight(text, preflight);
    }
    for request in &step.requests {
        write_request(text, request);
    }
    if step.preflights.is_empty() && step.requests.is_empty() {
        let _ = writeln!(text, "    browser      sends no request");
    }
    write_ruling(text, ruling);
}

fn write_preflight(text: &mut String, preflight: &Preflight) {
    let _ = writeln!(text, "    browser ───▶ OPTIONS {}", preflight.url);
    write_header(text, "Origin", preflight.origin.as_deref());
    write_header(text, "Access-Control-Request-Method", Some(&preflight.method));
    write_header(text, "Access-Control-Request-Headers", preflight.headers.as_deref());
    write_headers(text, &preflight.request_headers);
    write_answer(text, &preflight.answer);
}

fn write_request(text: &mut String, request: &Request) {
    let _ = writeln!(text, "    browser ───▶ {} {}", request.method, request.url);
    write_header(text, "Origin", request.origin.as_deref());
    let cookies = (!request.cookies.is_empty()).then(|| request.cookies.join(", "));
    write_header(text, "Cookie", cookies.as_deref());
    write_headers(text, &request.headers);
    write_answer(text, &request.answer);
}

fn write_answer(text: &mut String, answer: &Answer) {
    let _ = writeln!(text, "    browser ◀─── {}", answer.status);
    for (name, value) in &answer.headers {
        write_header(text, name, Some(value));
    }
}

fn write_headers(text: &mut String, headers: &RequestHeaders) {
    for (name, value) in headers.iter() {
        write_header(text, &spelled(name), Some(value));
    }
}

fn write_header(text: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        let _ = writeln!(text, "                 {name}: {value}");
    }
}

fn write_ruling(text: &mut String, ruling: &Ruling) {
    let _ = match ruling {
        Ruling::Allowed => writeln!(text, "    script       gets the response"),
        Ruling::Opaque => writeln!(text, "    script       gets an opaque response"),
        Ruling::CannotJudge(what) => {
            writeln!(text, "    script       cannot be predicted: {what}")
        }
        Ruling::Denied(refusal) => {
            writeln!(text, "    script       gets an error\n{}", why(refusal))
        }
    };
}

fn why(Refusal { stage, reason, value }: &Refusal) -> String {
    let value = value.as_ref().map(|value| format!("\n                 the value is `{value}`"));
    format!(
        "    why          {}: {}\n                 {} {}{}\n                 {}",
        stage.as_str(),
        reason.as_str(),
        stage.sentence(),
        reason.sentence(),
        value.unwrap_or_default(),
        address(reason.anchor()),
    )
}

/// How a step ended on an engine, and the engine's own reason.
fn write_own_words(text: &mut String, engine: Engine, outcome: &RowOutcome, number: usize) {
    let Some(step) = outcome.observation.steps.get(number) else { return };
    let read = step.read.map_or("inconclusive", Read::as_str);
    let says = match (engine_reasons(outcome, number), &step.inconclusive, &step.words) {
        (_, Some(reason), _) => format!(": {reason}"),
        (engine_reasons, None, _) if !engine_reasons.is_empty() => {
            format!("; says {}", engine_reasons.join("\n                 says "))
        }
        (_, None, Some(words)) => format!("; gives only `{words}`"),
        (_, None, None) => String::new(),
    };
    let _ = writeln!(text, "    {:12} {read}{says}", engine.as_str());
}

/// What engines did that the standard permits, and where the time decides.
fn write_permitted(text: &mut String, played: &[(Engine, &RowOutcome)]) {
    for (engine, outcome) in played {
        for words in notes(outcome) {
            *text += &hanging(&format!("\n  {}: ", engine.as_str()), &words);
        }
    }
}

/// Why the engines' own reasons are unavailable.
fn write_unavailable_reasons(text: &mut String, played: &[(Engine, &RowOutcome)]) {
    for (engine, outcome) in played {
        if let Some(why) = &outcome.observation.reasons_unavailable {
            let _ = writeln!(text, "\n  the reasons of {} are unavailable: {why}", engine.as_str());
        }
    }
}

/// What the row cannot show, according to the requests of the standard and of engines, and what browsers ignore.
fn write_notes(text: &mut String, row: &Row, ruling: &RowRuling, played: &[(Engine, &RowOutcome)]) {
    let observed = played.iter().map(|(_, outcome)| &outcome.observation);
    let mut all = std::iter::once(&ruling.observation).chain(observed);
    let local_network = all.find_map(|observation| local_network_note(row, observation));
    for note in local_network.into_iter().chain(ignored_header_values(row)) {
        let options = textwrap::Options::new(WIDTH).initial_indent("  ").subsequent_indent("    ");
        let options = options.word_separator(textwrap::WordSeparator::AsciiSpace);
        let _ = writeln!(text, "\n{}", textwrap::fill(&format!("note: {note}"), options));
    }
}

/// A fragment of the standard, or a URL in another one.
fn address(anchor: &str) -> String {
    if anchor.starts_with("https://") {
        return anchor.to_owned();
    }
    format!("https://fetch.spec.whatwg.org/#{anchor} (at revision {REVISION})")
}

fn write_known(text: &mut String, known: &Known) {
    let Known { engine, kind, because, link, limit, .. } = known;
    let link = link.as_ref().map(|link| format!("\n{link}")).unwrap_or_default();
    let limit = limit.as_ref().map(|limit| format!(", {limit}")).unwrap_or_default();
    write_indented(
        text,
        &format!("known departure of {engine} ({}{limit}): {because}{link}", kind.as_str()),
    );
}

/// What an engine does in every row of a kind, and did in this one.
fn write_engine_wide(text: &mut String, engine: Engine, outcome: &RowOutcome) {
    let mut listed = Vec::new();
    for Shown { departure, .. } in &outcome.engine_wide.shown {
        if !listed.contains(departure) {
            let EngineDeparture { kind, because, link, .. } = departure;
            let engine = engine.as_str();
            let words =
                format!("known departure of {engine} ({}): {because}\n{link}", kind.as_str());
            write_indented(text, &words);
            listed.push(departure);
        }
    }
}

fn write_indented(text: &mut String, words: &str) {
    let options = textwrap::Options::new(WIDTH).initial_indent("  ").subsequent_indent("    ");
    let _ = writeln!(text, "\n{}", textwrap::fill(words, options));
}
