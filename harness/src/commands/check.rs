//! `check`: what pages can do to one endpoint, without a case.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use cors_harness::case::{
    self, Case, CaseId, Origin, PolicyDraft, SecretVariable, header_line, login_cookie,
};
use cors_harness::report::{
    ShortVerdict, described, first_row_of_policy, short_verdict_of_policy, verdict_of_policy,
};
use cors_harness::reporters::terminal_width;
use cors_harness::run::{Engine, Outcome};
use cors_model::is_bad_port;
use url::Url;

use super::Exit;
use super::output::{options, quoted, this_program, try_new, unwritten};
use super::play::{one_engine, play_with, players};
use crate::arguments::{CASES, Check, SNAPSHOTS};

const NO_PAGE: &str = "No page was named with `--page ORIGIN`, so it is not known whether the pages that should have \
                       access have it.";

const ONE: NonZeroU32 = NonZeroU32::MIN;

/// `check`.
pub fn check(arguments: &Check) -> Exit {
    checked(arguments).unwrap_or_else(|exit| exit)
}

fn checked(arguments: &Check) -> Result<Exit, Exit> {
    let draft = draft(arguments)?;
    let case = read(&draft)?;
    if let Some(file) = &arguments.save {
        is_case(file)?;
        try_new(file).map_err(|error| unwritten(file, &error))?;
    }
    // A user who checks one endpoint should see at once that it does not answer.
    let players = players(&arguments.driver, arguments.engine.as_slice())?;
    let players = arguments.upstreams.reaching(players).giving_up_after(ONE);
    let engine = one_engine(arguments.engine, &players)?;
    let case = match arguments.stack {
        Some(stack) => case.with_stack(stack),
        None => case,
    };
    let case = case.with_certificate_options(&arguments.upstreams.certificate_options());
    let case = Arc::new(case);
    let tell = |first: &Outcome| {
        say!("{}", first_row_of_policy(&case, first, terminal_width()).trim_end());
    };
    let outcome = play_with(&case, &[engine], players, tell)?.remove(0);
    let is_clean = match arguments.verbose {
        true => print_all(&case, engine, &outcome),
        false => print_short(arguments, &case, engine, &outcome),
    };
    if arguments.page.is_empty() {
        say!("{NO_PAGE}\n");
    }
    if let Some(file) = &arguments.save {
        complain_if_inconclusive(file, &outcome)?;
        save(file, &draft, arguments)?;
    }
    Ok(if is_clean { Exit::AsRecorded } else { Exit::Differs })
}

/// Prints every finding and every row, and returns whether there is no finding.
fn print_all(case: &Case, engine: Engine, outcome: &Outcome) -> bool {
    let verdict = verdict_of_policy(case, engine, outcome);
    say!("{}", verdict.text);
    verdict.clean
}

/// Prints the cause and the repair, and returns whether there is no finding.
fn print_short(arguments: &Check, case: &Case, engine: Engine, outcome: &Outcome) -> bool {
    let width = terminal_width();
    let verdict = short_verdict_of_policy(case, engine, outcome, width);
    say!("{}", verdict.text);
    if verdict.is_inconclusive {
        say!("{}", what_to_do(&arguments.url));
        return verdict.clean;
    }
    let more = more_options(arguments, &verdict);
    say!("To see more, add to the command:\n{}", described(&more, width));
    verdict.clean
}

/// What to do where the server answered nothing.
fn what_to_do(url: &Url) -> String {
    let origin = url.origin().ascii_serialization();
    let tls = match origin.strip_prefix("http://") {
        Some(host) => format!("\n  If the server uses TLS, write https://{host}."),
        None => String::new(),
    };
    format!(
        "What to do:\n  Start the server, or correct the host and the port of the URL.{tls}\n  \
         Then repeat the command; `--verbose` shows every row.\n"
    )
}

/// Options that the user did not give and that would say more, each with what it does.
fn more_options(arguments: &Check, verdict: &ShortVerdict) -> Vec<(String, String)> {
    let option = |option: &str, what: &str| Some((option.to_owned(), what.to_owned()));
    let stack = match &verdict.recognised {
        Some((stack, because)) => {
            option(&format!("--stack {stack}"), &format!("the lines for {stack} ({because})"))
        }
        None if arguments.stack.is_none() && verdict.is_repaired_by_lines => {
            option("--stack NAME", "the lines for express, nginx, spring and others")
        }
        None => None,
    };
    [
        option("--page ORIGIN", "whether this page has the access that it should have")
            .filter(|_| arguments.page.is_empty()),
        option("--cookie 'NAME=VALUE'", "what pages can do with the cookies of a logged-in user")
            .filter(|_| arguments.cookie.is_empty()),
        stack,
        option("--verbose", "every finding with its exchanges, and every row"),
        option("--save cors/api.yaml", "a policy file that `run` plays again, for CI")
            .filter(|_| arguments.save.is_none()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every case is read by its name.
fn is_case(file: &Path) -> Result<(), Exit> {
    match file.extension().is_some_and(|end| end == "yaml") {
        true => Ok(()),
        false => Err(bad(&format!(
            "`{}` is not the name of a case: write a name that ends in `.yaml`",
            file.display()
        ))),
    }
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
    case.map(|case| case.of_check()).map_err(|complaints| bad(&complaints.words()))
}

/// Writes the policy, in a new folder if necessary. It contains the arguments and no results, so
/// that a problem stays a finding. An existing file is kept, because it may have been edited.
fn save(file: &Path, draft: &PolicyDraft, arguments: &Check) -> Result<(), Exit> {
    let (text, variables) = draft.kept_text().map_err(|words| bad(&words))?;
    let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    let written = folder
        .and_then(|()| std::fs::File::create_new(file))
        .and_then(|mut open| std::io::Write::write_all(&mut open, text.as_bytes()));
    written.map_err(|error| unwritten(file, &error))?;
    let allows = if arguments.page.is_empty() { "nothing" } else { "what the command line says" };
    say!("written to {}: it allows {allows}; add what else you intend", file.display());
    if !variables.is_empty() {
        say!("It takes secrets from the environment:");
    }
    for SecretVariable { name, meaning } in &variables {
        say!("  export {name}=…    # {meaning}");
    }
    say!("Play it again with\n  {}", again(file, arguments));
    Ok(())
}

/// The command that plays the written policy, with the snapshots beside it.
fn again(file: &Path, arguments: &Check) -> String {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut words = vec![this_program(), "run".to_owned()];
    if folder != Path::new(CASES) {
        words.push(format!("--cases {}", quoted(folder.as_os_str())));
        words.push(format!("--snapshots {}", quoted(folder.join(SNAPSHOTS).as_os_str())));
    }
    words.extend(options(arguments.upstreams.typed()));
    words.join(" ")
}

fn bad(words: &str) -> Exit {
    complain!("error: {words}");
    Exit::BadInput
}
