//! What `why` prints for a message.

use std::fmt::Write;

use super::check_command::{check_command, response};
use super::{Cause, Message};
use crate::report::{hanging_in, write_command, write_response_repair};

/// The cause, what it means, the repair, and the command to type, for a terminal of this width.
pub fn explanation(message: &Message, width: usize) -> String {
    let texts = message.cause.texts();
    let mut text =
        hanging_in(width, "", &format!("{}: {}.", message.browser, subject(message, texts.what)));
    text += &request(message, width);
    text += "\nWhat it means\n";
    text += &hanging_in(width, "  ", texts.meaning);
    text += "\nHow to repair it\n";
    text += &hanging_in(width, "  ", texts.repair);
    if let Some((response, curl)) = response(message) {
        write_response_repair(&mut text, &response, width);
        write_command(&mut text, &curl, width);
    }
    if message.cause.is_of_server() {
        let (command, open) = check_command(message);
        let _ = write!(text, "\nHow to check it\n  {command}\n");
        open.iter().for_each(|line| text += &hanging_in(width, "  ", line));
    }
    text
}

/// What is wrong, with the value that failed.
fn subject(message: &Message, what: &str) -> String {
    let of = if message.of_preflight && what.starts_with("the response") {
        what.replacen("the response", "the preflight response", 1)
    } else {
        what.to_owned()
    };
    match (message.cause, message.value.as_deref()) {
        (Cause::MethodNotAllowed, Some(method)) => {
            format!("the preflight response does not allow the method `{method}`")
        }
        (Cause::HeaderNotAllowed, Some(name)) => {
            format!("the preflight response does not allow the request header `{name}`")
        }
        (Cause::OriginNotAllowed | Cause::PreflightStatus, Some(status)) => {
            format!("{of} (the status is {status})")
        }
        (Cause::CredentialsNotAllowed, Some(value)) => format!("{of} but `{value}`"),
        (_, Some(value)) => format!("{of}: `{value}`"),
        (_, None) => of,
    }
}

/// Which request the message is about.
fn request(message: &Message, width: usize) -> String {
    let mut words = Vec::new();
    words.extend(message.initiator.clone());
    words.extend(message.url.as_ref().map(|url| format!("of {url}")));
    words.extend(message.redirected_from.as_ref().map(|url| format!("redirected from {url}")));
    words.extend(message.origin.as_ref().map(|origin| format!("by a page of {origin}")));
    if words.is_empty() { String::new() } else { hanging_in(width, "  ", &words.join(" ")) }
}
