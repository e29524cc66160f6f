//! What to write to test something else: keys of a policy file, or options of `check`, whichever the user has.

use super::super::Played;

/// A hint for a policy file, and the one for `check`.
pub(super) struct Hint {
    file: &'static str,
    check: &'static str,
}

impl Hint {
    const fn new(file: &'static str, check: &'static str) -> Self {
        Self { file, check }
    }

    /// The words for these rows, which belong to one policy.
    pub(super) fn for_rows(&self, rows: &[Played<'_>]) -> &'static str {
        self.of(rows.first().is_some_and(|row| row.is_of_check))
    }

    /// The words for the policy of a row.
    pub(super) fn for_row(&self, row: &Played<'_>) -> &'static str {
        self.of(row.is_of_check)
    }

    fn of(&self, is_of_check: bool) -> &'static str {
        if is_of_check { self.check } else { self.file }
    }
}

/// How to test what a login gives access to.
pub(super) const LOGIN: Hint = Hint::new(
    "; add a `login` to the policy to test what the user's cookies give access to",
    "; add the cookie of a user with `--cookie` to test what it gives access to",
);

/// How to give a request the login that the server requires.
pub(super) const ACCEPTED_LOGIN: Hint = Hint::new(
    ": add a login that the server accepts, under `login` or as a header of the request",
    ": add a login that the server accepts, with `--cookie` or `--header`",
);

/// How to send what a reverse proxy that terminates TLS sends.
pub(super) const FORWARDED: Hint =
    Hint::new("set `forwarded: true` for this server", "add `--forwarded`");

/// What sends these headers already.
pub(super) const IS_FORWARDED: Hint = Hint::new("`forwarded: true`", "`--forwarded`");

/// How to request the server as browsers do.
pub(super) const HTTPS_ORIGIN: Hint = Hint::new(
    "Under `servers`, use the `https` origin that browsers see for this server, and set `forwarded: true`",
    "Give the `https` origin that browsers see for this server with `--as`, and add `--forwarded`",
);

/// How to test a server to which another one redirects; the origin is inserted.
pub(super) fn other_server(row: &Played<'_>, place: &str) -> String {
    match row.is_of_check {
        false => format!("To test what pages can read there, add `{place}` to `servers`"),
        true => format!(
            "`check` tests one server: to test what pages can read there, write a policy with `--save`, \
             and add `{place}` to its `servers`"
        ),
    }
}
