//! `check`: what pages can do to one endpoint, without a case.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use cors_harness::case::{self, Case, CaseId, Origin, PolicyDraft, header_line, login_cookie};
use cors_harness::report::verdict_of_policy;
use cors_harness::run::Outcome;
use cors_model::is_bad_port;

use super::Exit;
use super::files::{try_new, unwritten};
use super::play::{one_engine, play, players};
use crate::arguments::Check;

const ONE: NonZeroU32 = NonZeroU32::MIN;

/// `check`.
pub fn check(arguments: &Check) -> Exit {
    checked(arguments).unwrap_or_else(|exit| exit)
}

fn checked(arguments: &Check) -> Result<Exit, Exit> {
    let draft = draft(arguments)?;
    let case = read(&draft)?;
    if let Some(file) = &arguments.save {
        try_new(file).map_err(|error| unwritten(file, &error))?;
    }
    // A user who checks one endpoint wants to know at once that it does not answer.
    let players = players(&arguments.driver, arguments.engine.as_slice())?;
    let players = players.allowing(arguments.upstreams.allowed()).giving_up_after(ONE);
    let engine = one_engine(arguments.engine, &players)?;
    let case = match arguments.stack {
        Some(stack) => case.with_stack(stack),
        None => case,
    };
    let case = Arc::new(case);
    let outcome = play(&case, &[engine], players)?.remove(0);
    let verdict = verdict_of_policy(&case, engine, &outcome);
    say!("{}", verdict.text);
    if let Some(file) = &arguments.save {
        complain_if_inconclusive(file, &outcome)?;
        save(file, &draft)?;
    }
    Ok(if verdict.clean { Exit::AsRecorded } else { Exit::Differs })
}

/// A server that does not answer may be the wrong one, so no policy is written for it.
fn complain_if_inconclusive(file: &Path, outcome: &Outcome) -> Result<(), Exit> {
    if outcome.rows.iter().all(|row| row.inconclusive().is_none()) {
        return Ok(());
    }
    complain!("error: `{}` is not written, because the results are inconclusive", file.display());
    Err(Exit::Differs)
}

/// The policy that the arguments describe: the named pages are allowed everything, all others
/// nothing. A complaint names the argument and does not repeat its value, which may be a secret.
fn draft(arguments: &Check) -> Result<PolicyDraft, Exit> {
    let url = &arguments.url;
    let upstream = url.origin().ascii_serialization();
    let seen_as = || upstream.parse().map_err(|words: String| bad(&words));
    let origin = arguments.origin.clone().map_or_else(seen_as, Ok)?;
    let pages: Vec<_> = arguments.page.iter().map(Origin::to_string).collect();
    let (login, bad_cookies) =
        each("--cookie", &arguments.cookie, |text| login_cookie(text, &origin));
    let (headers, bad_headers) = each("--header", &arguments.header, header_line);
    let wrong = blocked(&origin).into_iter().chain(bad_cookies).chain(bad_headers);
    let wrong: Vec<_> = wrong.chain(body_of_none(arguments)).collect();
    wrong.iter().for_each(|words| complain!("error: {words}"));
    if !wrong.is_empty() {
        return Err(Exit::BadInput);
    }
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Ok(PolicyDraft {
        origin,
        upstream,
        forwarded: arguments.forwarded,
        route: format!("{}{query}", url.path()),
        method: arguments.method.clone(),
        headers,
        body: arguments.body.clone(),
        login,
        pages,
    })
}

fn blocked(Origin { port, .. }: &Origin) -> Option<String> {
    is_bad_port(*port).then(|| {
        format!(
            "browsers block requests to port {port}: with `--as`, give the server an origin with \
            another port"
        )
    })
}

/// The values of an option that can be given several times, and what is wrong with them.
fn each<T>(
    option: &str,
    texts: &[String],
    read: impl Fn(&str) -> Result<T, String>,
) -> (Vec<T>, Vec<String>) {
    let (mut good, mut bad) = (Vec::with_capacity(texts.len()), Vec::new());
    for (place, text) in texts.iter().enumerate() {
        let which = match texts.len() {
            1 => String::new(),
            _ => format!(" number {}", place + 1),
        };
        match read(text) {
            Ok(value) => good.push(value),
            Err(words) => bad.push(format!("`{option}`{which}: {words}")),
        }
    }
    (good, bad)
}

fn body_of_none(arguments: &Check) -> Option<String> {
    let method = arguments.method.as_str();
    let refused = arguments.body.is_some() && ["GET", "HEAD"].contains(&method);
    refused.then(|| {
        format!(
            "`--body`: browsers do not send a body with {method}: choose another method with \
        `--method`"
        )
    })
}

/// The policy file for the command line. No one has seen that file, so the remaining errors are
/// reported without its lines.
fn read(draft: &PolicyDraft) -> Result<Case, Exit> {
    let text = draft.text().map_err(|words| bad(&words))?;
    let id = CaseId(format!("{} {}{}", draft.method, draft.origin, draft.route));
    let case = case::read(id, Path::new("policy.yaml"), text.as_bytes());
    case.map_err(|complaints| bad(&complaints.words()))
}

/// Writes the policy, in a new folder if necessary. It contains the arguments and no results, so
/// that a problem stays a finding. An existing file is kept, because it may have been edited.
fn save(file: &Path, draft: &PolicyDraft) -> Result<(), Exit> {
    let text = draft.text().map_err(|words| bad(&words))?;
    let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    let written = folder
        .and_then(|()| std::fs::File::create_new(file))
        .and_then(|mut open| std::io::Write::write_all(&mut open, text.as_bytes()));
    written.map_err(|error| unwritten(file, &error))?;
    say!(
        "written to {}: it allows what the command line says; add what else you intend, and keep \
        it with your cases",
        file.display()
    );
    Ok(())
}

fn bad(words: &str) -> Exit {
    complain!("error: {words}");
    Exit::BadInput
}
