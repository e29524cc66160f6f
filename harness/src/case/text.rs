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
    /// The date on the browser's clock, so many seconds later.
    Date(i64),
    /// `request.date` with something else than a number of seconds.
    BadDate,
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
            "request.date" => Self::Date(0),
            "served" => Self::BadServed,
            "env" => Self::Environment(""),
            _ => match word.split_once(' ') {
                Some(("request.date", offset)) => Self::date(offset),
                Some(("served", rest)) => Self::served(rest),
                Some(("env", name)) => Self::Environment(name.trim()),
                _ => Self::Variable(word),
            },
        }
    }

    /// `+60s` or `-60s`.
    fn date(offset: &str) -> Self {
        let later = offset.strip_prefix('+').map(|number| (number, 1));
        let signed = later.or_else(|| offset.strip_prefix('-').map(|number| (number, -1)));
        let seconds = signed.and_then(|(number, sign)| {
            let digits = number.strip_suffix('s').filter(|digits| is_number(digits))?;
            Some(sign * digits.parse::<i64>().ok().filter(|seconds| *seconds <= MOST_SECONDS)?)
        });
        seconds.map_or(Self::BadDate, Self::Date)
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

/// A hundred years, more than any date of a test needs.
const MOST_SECONDS: i64 = 100 * 365 * 24 * 60 * 60;

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
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
    fn date_takes_seconds_with_a_sign() {
        for (word, offset) in
            [("request.date", 0), ("request.date +60s", 60), ("request.date -86400s", -86400)]
        {
            assert_eq!(Placeholder::of(word), Placeholder::Date(offset), "{word}");
        }
        for bad in ["", "60s", "+60", "+1m", "+-1s", "+9999999999s"] {
            let word = format!("request.date {bad}");
            assert_eq!(Placeholder::of(&word), Placeholder::BadDate, "{bad}");
        }
        assert_eq!(Placeholder::of("date"), Placeholder::Variable("date"));
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
