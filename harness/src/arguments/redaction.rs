//! Reports wrong command lines without values that may be secrets.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The same error without a value that it would repeat, if that may contain a secret: a variable of
/// the environment, or a user's name and password in a URL.
pub(super) fn discreet(mut error: Error) -> Error {
    if error.kind() == ErrorKind::ValueValidation && may_be_secret(&error) {
        error.insert(ContextKind::InvalidValue, ContextValue::String("…".to_owned()));
    }
    error
}

fn may_be_secret(error: &Error) -> bool {
    let is = |kind, of: fn(&str) -> bool| match error.get(kind) {
        Some(ContextValue::String(text)) => of(text),
        _ => false,
    };
    is(ContextKind::InvalidArg, |argument| argument.starts_with("--environment"))
        || is(ContextKind::InvalidValue, |value| value.contains('@'))
}
