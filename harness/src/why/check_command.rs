//! The `check` command for a message, and the header lines that repair it.

use url::Url;

use super::{Cause, Message};
use crate::loopback::is_loopback;
use crate::repair::{CurlCommand, HeaderLine, ResponseRepair, quoted};

/// The placeholder of the page's origin where the message does not name it.
const ORIGIN: &str = "ORIGIN";

/// The placeholder of the URL where the message does not name it.
const URL: &str = "URL";

/// The command to type, and what to replace in it.
pub(super) fn check_command(message: &Message) -> (String, Vec<String>) {
    let mut words = vec!["cors-harness check".to_owned()];
    let mut open = Vec::new();
    match url(message) {
        Some(url) => {
            words.push(quoted(url.as_str()));
            words.extend((!is_loopback(&url)).then(|| allowed(&url)).flatten());
        }
        None => {
            words.push(URL.to_owned());
            open.push(
                "Replace URL by the requested URL, which the message does not name.".to_owned(),
            );
        }
    }
    match message.origin.as_deref() {
        Some("null") => open.push(
            "The page has the origin `null`: it is a file or in a sandboxed frame. `check` always tries it.".to_owned(),
        ),
        Some(origin) => words.push(format!("--page {}", quoted(origin))),
        None => {
            words.push(format!("--page {ORIGIN}"));
            open.push("Replace ORIGIN by the origin of your page, such as https://app.example.com.".to_owned());
        }
    }
    words.extend(request_options(message));
    if message.of_preflight && !names_request(message.cause) {
        open.push("Add --method and --header as the page's script sends them: they make the browser send the preflight.".to_owned());
    }
    (words.join(" "), open)
}

/// Whether the message names the method or the header.
fn names_request(cause: Cause) -> bool {
    matches!(cause, Cause::MethodNotAllowed | Cause::HeaderNotAllowed)
}

fn url(message: &Message) -> Option<Url> {
    let url = message.redirected_from.as_deref().or(message.url.as_deref())?;
    let mut url = Url::parse(url).ok().filter(Url::has_host)?;
    url.set_fragment(None);
    Some(url)
}

/// The option for a server on another machine.
fn allowed(url: &Url) -> Option<String> {
    let address = format!("{}:{}", url.host_str()?, url.port_or_known_default()?);
    Some(format!("--allow-upstream {}", quoted(&address)))
}

fn request_options(message: &Message) -> Vec<String> {
    let mut options = Vec::new();
    match (message.cause, message.value.as_deref()) {
        (Cause::MethodNotAllowed, Some(method)) => {
            options.push(format!("--method {}", quoted(method)))
        }
        (Cause::MethodNotAllowed, None) => options.push("--method METHOD".to_owned()),
        (Cause::HeaderNotAllowed, Some(name)) => options.push(format!("--header {}", header(name))),
        _ => {}
    }
    if message.cause.has_credentials() {
        options.push("--cookie \"$COOKIE\"".to_owned());
    }
    options
}

/// A header line with a value that needs a preflight.
fn header(name: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "authorization" => "\"Authorization: Bearer $TOKEN\"".to_owned(),
        "content-type" => quoted("Content-Type: application/json"),
        _ => quoted(&format!("{name}: 1")),
    }
}

/// The response that has to change, and a command that shows it; `None` where the message does not name the URL and the
/// origin, or where no header line repairs it.
pub(super) fn response(message: &Message) -> Option<(ResponseRepair, CurlCommand)> {
    let url =
        message.url.as_deref().filter(|url| Url::parse(url).is_ok_and(|url| url.has_host()))?;
    let origin = message.origin.as_deref().filter(|origin| *origin != "null")?;
    let (remove, send) = lines(message, origin)?;
    let method = if message.of_preflight { "OPTIONS" } else { "GET" };
    let mut curl = CurlCommand::new(method, url);
    curl.add_header("Origin", origin);
    if message.of_preflight {
        let is_method = message.cause == Cause::MethodNotAllowed;
        let asked = message.value.as_deref().filter(|_| is_method).unwrap_or("GET");
        curl.add_header("Access-Control-Request-Method", asked);
        if let (Cause::HeaderNotAllowed, Some(name)) = (message.cause, message.value.as_deref()) {
            curl.add_header("Access-Control-Request-Headers", &name.to_ascii_lowercase());
        }
    }
    let status = (message.cause == Cause::PreflightStatus
        || message.cause == Cause::PreflightRedirect)
        .then_some(204);
    let request = format!("{method} {url}");
    let origin = Some(origin.to_owned());
    Some((ResponseRepair { request, origin, seen: true, status, remove, send }, curl))
}

type Lines = (Vec<HeaderLine>, Vec<HeaderLine>);

fn lines(message: &Message, origin: &str) -> Option<Lines> {
    let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let allow = || line("Access-Control-Allow-Origin", origin);
    let value = message.value.as_deref();
    let other =
        || value.map(|value| line("Access-Control-Allow-Origin", value)).into_iter().collect();
    let (remove, send): Lines = match message.cause {
        Cause::MissingAllowOrigin | Cause::OriginNotAllowed => (Vec::new(), vec![allow()]),
        Cause::OtherAllowOrigin | Cause::InvalidAllowOrigin | Cause::SeveralAllowOrigins => {
            (other(), vec![allow()])
        }
        Cause::WildcardWithCredentials => {
            (vec![line("Access-Control-Allow-Origin", "*")], vec![allow()])
        }
        Cause::CredentialsNotAllowed => (
            value
                .map(|value| line("Access-Control-Allow-Credentials", value))
                .into_iter()
                .collect(),
            vec![line("Access-Control-Allow-Credentials", "true")],
        ),
        Cause::PreflightStatus | Cause::PreflightRedirect => (Vec::new(), vec![allow()]),
        Cause::MethodNotAllowed => (Vec::new(), vec![line("Access-Control-Allow-Methods", value?)]),
        Cause::HeaderNotAllowed => (Vec::new(), vec![line("Access-Control-Allow-Headers", value?)]),
        _ => return None,
    };
    let varies =
        !message.of_preflight && send.iter().any(|(name, _)| name == "Access-Control-Allow-Origin");
    let vary = varies.then(|| line("Vary", "Origin"));
    Some((remove, send.into_iter().chain(vary).collect()))
}
