//! Splits text that contains `${…}`.

/// A piece of a text.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Part<'a> {
    /// Literal text.
    Literal(&'a str),
    /// The text between `${` and `}`.
    Placeholder(&'a str),
    /// A `${` without `}`.
    Open,
}

/// Splits `text`. `$${` is a literal `${`.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut done = 0;
    while let Some(found) = text[done..].find("${") {
        let open = done + found;
        if text[done..open].ends_with('$') {
            parts.push(Part::Literal(&text[done..open - 1]));
            parts.push(Part::Literal("${"));
            done = open + 2;
            continue;
        }
        parts.push(Part::Literal(&text[done..open]));
        let Some(length) = text[open..].find('}') else {
            parts.push(Part::Open);
            return parts;
        };
        done = open + length + 1;
        parts.push(Part::Placeholder(&text[open + 2..done - 1]));
    }
    parts.push(Part::Literal(&text[done..]));
    parts
}

/// The variables of a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    parts(text).into_iter().filter_map(|part| match part {
        Part::Placeholder(word) => Some(word),
        _ => None,
    })
}

/// The meaning of a variable, apart from the names of the matrix.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Placeholder<'a> {
    Page,
    Port,
    RequestOrigin,
    Served {
        method: &'a str,
        path: &'a str,
    },
    /// `served` without a method and a path.
    BadServed,
    /// A variable of the environment.
    Environment(&'a str),
    Variable(&'a str),
}

impl<'a> Placeholder<'a> {
    pub(super) fn of(word: &'a str) -> Self {
        match word {
            "page" => Self::Page,
            "port" => Self::Port,
            "request.origin" => Self::RequestOrigin,
            "served" => Self::BadServed,
            "env" => Self::Environment(""),
            _ => match (word.strip_prefix("served "), word.strip_prefix("env ")) {
                (Some(rest), _) => Self::served(rest),
                (_, Some(name)) => Self::Environment(name.trim()),
                (None, None) => Self::Variable(word),
            },
        }
    }

    fn served(rest: &'a str) -> Self {
        match rest.split_once(' ') {
            Some((method, path)) if !method.is_empty() && path.starts_with('/') => {
                Self::Served { method, path }
            }
            _ => Self::BadServed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_words_between_literals_are_read() {
        let parts = parts("a${b}c");
        assert_eq!(parts, [Part::Literal("a"), Part::Placeholder("b"), Part::Literal("c")]);
    }

    #[test]
    fn two_dollars_make_a_literal() {
        assert_eq!(words("$${b}").count(), 0);
        assert_eq!(parts("$${b}")[1], Part::Literal("${"));
        assert_eq!(words("$$${b}").count(), 0);
        assert_eq!(words("$${${b}").collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn a_word_must_end() {
        assert_eq!(parts("é${b").last(), Some(&Part::Open));
        assert_eq!(parts("$b}"), [Part::Literal("$b}")]);
    }

    #[test]
    fn env_takes_a_name() {
        assert_eq!(Placeholder::of("env TOKEN"), Placeholder::Environment("TOKEN"));
        assert_eq!(Placeholder::of("env"), Placeholder::Environment(""));
        assert_eq!(Placeholder::of("environment"), Placeholder::Variable("environment"));
    }

    #[test]
    fn served_takes_a_method_and_a_path() {
        assert_eq!(
            Placeholder::of("served POST /a b"),
            Placeholder::Served { method: "POST", path: "/a b" }
        );
        for bad in ["served", "served ", "served POST", "served /a", "served POST a"] {
            assert_eq!(Placeholder::of(bad), Placeholder::BadServed, "{bad}");
        }
    }
}
