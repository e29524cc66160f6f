//! The repair of a finding for a terminal.

use std::fmt::Write;

use crate::repair::{CurlCommand, Repair, ResponseRepair, StackLines};
use crate::report::wrapping::hanging_in;

/// What continues a command on the next line.
const CONTINUED: &str = " \\";

/// What to do, and the header lines.
pub(in crate::report) fn write_repair(text: &mut String, repair: &Repair, width: usize) {
    *text += &hanging_in(width, "    repair: ", repair.advice);
    repair.responses.iter().for_each(|response| write_response_repair(text, response, width));
}

/// The header lines of one response.
pub(crate) fn write_response_repair(text: &mut String, response: &ResponseRepair, width: usize) {
    *text += &hanging_in(width, "      ", &heading(response));
    if let Some(status) = response.status {
        let _ = writeln!(text, "        status  {status}");
    }
    for (verb, lines) in [("remove", &response.remove), ("send  ", &response.send)] {
        for (name, value) in lines {
            let head = format!("        {verb}  ");
            *text += &hanging_in(width, &head, &format!("{name}: {value}"));
        }
    }
}

/// The command that shows the headers, folded where it is longer than a line.
pub(crate) fn write_command(text: &mut String, command: &CurlCommand, width: usize) {
    let mut line = String::from("   ");
    for argument in command.arguments() {
        let length = line.chars().count() + argument.chars().count() + 1 + CONTINUED.len();
        if length > width && !line.trim().is_empty() {
            let _ = writeln!(text, "{line}{CONTINUED}");
            line = String::from("       ");
        }
        let _ = write!(line, " {argument}");
    }
    let _ = writeln!(text, "{line}");
}

/// The lines for the server's software, as they are to be copied.
pub(in crate::report) fn write_stack(text: &mut String, stack: &StackLines, width: usize) {
    let StackLines { stack, because, lines } = stack;
    let head = format!("The lines for {stack} ({because}) that allow what the policy allows:");
    *text += &hanging_in(width, "  ", &head);
    lines.lines().for_each(|line| {
        let _ = writeln!(text, "    {line}");
    });
}

/// Which response changes.
fn heading(ResponseRepair { request, origin, seen, .. }: &ResponseRepair) -> String {
    let origin = origin.as_ref().map(|origin| format!(" from {origin}"));
    let unsent = if *seen { "" } else { ", which was not sent yet" };
    format!("response to {request}{}{unsent}:", origin.unwrap_or_default())
}
