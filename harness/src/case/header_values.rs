//! Header values that browsers ignore, because they do not know them. A case may send one on purpose, so it is no mistake:
//! the results have a note.

use std::collections::BTreeSet;

use cors_servers::script::{Piece, Template};

use super::page::Page;
use super::row::{Row, Server};
use super::suggest::{self, brief};
use crate::initiators::REFERRER_POLICY_NAMES;

/// How a value is read, and what it can have.
enum Syntax {
    /// A list, of which the words that are known count: <https://httpwg.org/specs/rfc9110.html#abnf.extension>.
    Words(&'static [&'static str]),
    /// A token, which can have parameters: <https://www.rfc-editor.org/rfc/rfc9651#name-items>.
    Token(&'static [&'static str]),
    /// Directives, of which those count that are known: <https://w3c.github.io/webappsec-csp/#parse-serialized-policy>.
    Directives(&'static [&'static str]),
    /// Features with allowlists. One that cannot be parsed ends the whole header:
    /// <https://w3c.github.io/webappsec-permissions-policy/#algo-construct-policy>.
    Features,
    /// `*` or origins: <https://w3c.github.io/resource-timing/#sec-timing-allow-origin>.
    Origins,
}

/// The headers of pages that are looked at.
const OF_PAGES: [(&str, Syntax); 5] = [
    ("Referrer-Policy", Syntax::Words(REFERRER_POLICY_NAMES)),
    (
        "Cross-Origin-Embedder-Policy",
        Syntax::Token(&["require-corp", "credentialless", "unsafe-none"]),
    ),
    (
        "Cross-Origin-Opener-Policy",
        Syntax::Token(&[
            "same-origin",
            "same-origin-allow-popups",
            "noopener-allow-popups",
            "unsafe-none",
        ]),
    ),
    ("Content-Security-Policy", Syntax::Directives(DIRECTIVES)),
    ("Permissions-Policy", Syntax::Features),
];

/// The headers of replies that are looked at.
const OF_REPLIES: [(&str, Syntax); 3] = [
    ("Cross-Origin-Resource-Policy", Syntax::Words(&["same-origin", "same-site", "cross-origin"])),
    ("X-Content-Type-Options", Syntax::Words(&["nosniff"])),
    ("Timing-Allow-Origin", Syntax::Origins),
];

const DIRECTIVES: &[&str] = &[
    "child-src",
    "connect-src",
    "default-src",
    "font-src",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "worker-src",
    "base-uri",
    "form-action",
    "frame-ancestors",
    "report-to",
    "report-uri",
    "require-trusted-types-for",
    "sandbox",
    "trusted-types",
    "upgrade-insecure-requests",
];

/// A sentence without its period for each header value of a row that browsers ignore, each once.
pub fn ignored_header_values(row: &Row) -> BTreeSet<String> {
    let of_pages = row.pages().flat_map(of_page);
    of_pages.chain(row.servers.iter().flat_map(of_server)).collect()
}

/// All lines of a header are one value, so one with a known word is enough.
fn of_page(page: &Page) -> Vec<String> {
    let note = |(name, syntax): &(&str, Syntax)| {
        let value = page.header(name).collect::<Vec<_>>().join(", ");
        ignored(&value, syntax).map(|help| words("page", (name, &value), &help))
    };
    OF_PAGES.iter().filter_map(note).collect()
}

fn of_server(server: &Server) -> Vec<String> {
    let note = |(name, value): (&str, String)| {
        let (name, syntax) =
            OF_REPLIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        let help = ignored(&value, syntax)?;
        Some(words(&format!("server {}", server.origin), (name, &value), &help))
    };
    let lines = server.header_lines();
    let lines = lines.filter_map(|line| Some((line.name.as_str(), text(line.value.template())?)));
    lines.filter_map(note).collect()
}

/// A value that does not depend on the request.
fn text(value: &Template) -> Option<String> {
    match value.0.as_slice() {
        [Piece::Text(text)] => String::from_utf8(text.clone()).ok(),
        _ => None,
    }
}

fn words(sender: &str, (name, value): (&str, &str), help: &str) -> String {
    format!("browsers ignore `{name}: {}` of the {sender}: {help}", brief(value))
}

/// What to write instead of a value that browsers ignore.
fn ignored(value: &str, syntax: &Syntax) -> Option<String> {
    if value.trim().is_empty() {
        return None;
    }
    let (written, known): (Vec<&str>, _) = match syntax {
        Syntax::Words(known) => (value.split(',').collect(), *known),
        Syntax::Token(known) => (value.split(';').take(1).collect(), *known),
        Syntax::Directives(known) => {
            let directives = value.split([',', ';']);
            (directives.filter_map(|one| one.split_ascii_whitespace().next()).collect(), *known)
        }
        Syntax::Features => return (!has_features(value)).then(|| FEATURES.to_owned()),
        Syntax::Origins => return (!has_origins(value)).then(|| ORIGINS.to_owned()),
    };
    // A token is compared exactly, words are not.
    let is_token = matches!(syntax, Syntax::Token(_));
    let is_known = |word: &&str| match is_token {
        true => known.contains(&word.trim()),
        false => known.iter().any(|known| known.eq_ignore_ascii_case(word.trim())),
    };
    let first = written.first().map_or("", |word| word.trim());
    (!written.iter().any(is_known))
        .then(|| suggest::help(first, "the known values are", known.iter().copied()))
}

const FEATURES: &str =
    "write a list of features with allowlists, as in `geolocation=(), camera=(self)`";

const ORIGINS: &str = "write `*` or origins, as in `https://app.example.com`";

/// Whether each member has a name in lower case and, behind `=`, something of a structured field.
fn has_features(value: &str) -> bool {
    value.split(',').all(|member| {
        let Some((name, allowlist)) = member.trim().split_once('=') else { return false };
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.*".contains(c);
        !name.is_empty() && name.chars().all(is_name) && !allowlist.starts_with([' ', '\''])
    })
}

fn has_origins(value: &str) -> bool {
    value.split(',').map(str::trim).any(|one| one == "*" || one == "null" || one.contains("://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(name: &str, value: &str) -> Option<String> {
        let all = OF_PAGES.iter().chain(&OF_REPLIES);
        all.filter(|(known, _)| *known == name).find_map(|(_, syntax)| ignored(value, syntax))
    }

    #[test]
    fn a_value_that_browsers_know_has_no_note() {
        for (name, value) in [
            ("Referrer-Policy", "unsafe-url, unknown"),
            ("Referrer-Policy", "Origin"),
            ("Referrer-Policy", ""),
            ("Cross-Origin-Embedder-Policy", "require-corp; report-to=\"coep\""),
            ("Cross-Origin-Opener-Policy", "unsafe-none"),
            ("Content-Security-Policy", "img-src 'none'; unknown"),
            ("Permissions-Policy", "geolocation=(), camera=(self \"https://a.test\"), usb=*"),
            ("Cross-Origin-Resource-Policy", "same-site"),
            ("X-Content-Type-Options", "NoSniff"),
            ("Timing-Allow-Origin", "https://a.test, https://b.test"),
        ] {
            assert_eq!(help(name, value), None, "{name}: {value}");
        }
    }

    #[test]
    fn a_value_that_browsers_ignore_has_a_note_that_says_what_to_write() {
        for (name, value, part) in [
            ("Referrer-Policy", "sometimes", "the known values are: `no-referrer`"),
            ("Referrer-Policy", "no-referer", "did you mean `no-referrer`?"),
            ("Cross-Origin-Embedder-Policy", "require-crop", "did you mean `require-corp`?"),
            ("Cross-Origin-Embedder-Policy", "Require-Corp", "did you mean `require-corp`?"),
            ("Cross-Origin-Opener-Policy", "same-orgin", "did you mean `same-origin`?"),
            ("Content-Security-Policy", "conect-src 'none'", "did you mean `connect-src`?"),
            ("Permissions-Policy", "geolocation 'none'", "`geolocation=(), camera=(self)`"),
            ("Permissions-Policy", "Geolocation=()", "`geolocation=(), camera=(self)`"),
            ("Cross-Origin-Resource-Policy", "none", "the known values are: `same-origin`"),
            ("X-Content-Type-Options", "no-sniff", "did you mean `nosniff`?"),
            ("Timing-Allow-Origin", "app.example.com", "write `*` or origins"),
        ] {
            let help = help(name, value).unwrap_or_default();
            assert!(help.contains(part), "{name}: {value}: {help}");
        }
    }

    #[test]
    fn a_row_has_each_value_once() {
        let text = "name: n\nbecause: b\nservers: { https://b.test: { /a: { GET: { headers: \
                    [X-Content-Type-Options: no] }, PUT: { headers: [X-Content-Type-Options: no, \
                    Timing-Allow-Origin: \"${request.origin}\"] } } } }\npage: { origin: https://a.test, headers: \
                    [Referrer-Policy: never, Referrer-Policy: origin, Cross-Origin-Opener-Policy: on] }\nsteps: \
                    [{ fetch: https://b.test/a }]\n";
        let id = crate::case::CaseId("c".to_owned());
        let case = crate::case::read(id, std::path::Path::new("c.yaml"), text.as_bytes()).unwrap();
        let notes: Vec<_> = ignored_header_values(&case.rows[0]).into_iter().collect();
        assert_eq!(notes.len(), 2, "{notes:?}");
        let begin = "browsers ignore `Cross-Origin-Opener-Policy: on` of the page: ";
        assert!(notes[0].starts_with(begin), "{}", notes[0]);
        let begin = "browsers ignore `X-Content-Type-Options: no` of the server https://b.test: ";
        assert!(notes[1].starts_with(begin), "{}", notes[1]);
    }
}
