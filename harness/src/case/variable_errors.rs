//! What is wrong with a variable `${…}` in a text, and what to write instead.

use super::reader::{Reader, Spanned, ValueError};
use super::suggest::{self, brief};
use super::upstream::PORT;

impl Reader<'_> {
    pub(super) fn unknown_word<T>(&mut self, spanned: Spanned<'_>, word: &str) -> Option<T> {
        let values = self.values.iter().map(|(name, _)| name.as_str());
        let port = self.has_port.then_some("port");
        let others = ["page", "request.origin", "request.date", "served METHOD /path", "env NAME"];
        let known = values.chain(others).chain(port);
        let help = suggest::help(word, "the variables are", known) + "; `$${` is a literal `${`";
        let what = format!("there is no variable `${{{}}}`", brief(word));
        self.bad_variable(spanned, word, ValueError::new(what, help))
    }

    pub(super) fn never_closed<T>(&mut self, spanned: Spanned<'_>) -> Option<T> {
        let at = self.last_within(spanned, "${");
        let help = "close it; `$${` is a literal `${`";
        self.complain(at, ValueError::new("`${` without a `}`", help));
        None
    }

    pub(super) fn bad_served<T>(&mut self, spanned: Spanned<'_>, word: &str) -> Option<T> {
        let help = "write `${served METHOD /path}`, as in `${served POST /transfer}`";
        self.bad_variable(
            spanned,
            word,
            ValueError::new("`served` needs a method and a path", help),
        )
    }

    pub(super) fn bad_date<T>(&mut self, spanned: Spanned<'_>, word: &str) -> Option<T> {
        let help = "write `${request.date}`, or seconds with a sign as in `${request.date +60s}`";
        let error = ValueError::new("`request.date` takes seconds with a sign", help);
        self.bad_variable(spanned, word, error)
    }

    fn bad_variable<T>(
        &mut self,
        spanned: Spanned<'_>,
        word: &str,
        error: ValueError,
    ) -> Option<T> {
        let at = self.within(spanned, &format!("${{{word}}}"));
        self.complain(at, error);
        None
    }

    pub(super) fn no_port<T>(&mut self, spanned: Spanned<'_>) -> Option<T> {
        let at = self.within(spanned, PORT);
        let what = "`${port}` can only be used in the `command` and the `environment` of a server";
        let help = "the harness chooses a port for every run; pages do not see it";
        self.complain(at, ValueError::new(what, help));
        None
    }

    pub(super) fn only_in_servers(&mut self, spanned: Spanned<'_>, word: &str) {
        let at = self.within(spanned, word);
        let word = brief(word);
        let what = format!("`{word}` can only be used in a server's header values and bodies");
        self.complain(
            at,
            ValueError::new(what, "write the value, or use a variable of the matrix"),
        );
    }
}
