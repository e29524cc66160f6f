//! `why`: explains a message of a browser's console.

use std::io::Read;

use cors_harness::why::{UNDERSTOOD, explanation, messages};

use super::Exit;
use crate::arguments::Why;

/// The most that is read from standard input: a log of this size has more messages than anyone reads.
const MOST_BYTES: u64 = 1 << 20;

/// The widest line.
const WIDTH: usize = 100;

/// `why`.
pub fn why(arguments: &Why) -> Exit {
    let text = match arguments.message.as_slice() {
        [only] if only == "-" => match standard_input() {
            Ok(text) => text,
            Err(error) => {
                complain!("error: standard input cannot be read: {error}");
                return Exit::CannotRun;
            }
        },
        words => words.join(" "),
    };
    let messages = messages(&text);
    if messages.is_empty() {
        complain!("error: this is not a message about CORS that `why` understands\n\n{UNDERSTOOD}");
        return Exit::BadInput;
    }
    let texts: Vec<_> = messages.iter().map(|message| explanation(message, WIDTH)).collect();
    say!("{}", texts.join("\n").trim_end());
    Exit::AsRecorded
}

fn standard_input() -> std::io::Result<String> {
    let mut bytes = Vec::new();
    std::io::stdin().take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
