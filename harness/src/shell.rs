//! Words of a POSIX shell, in commands that are printed for a person to copy.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// A text in single quotes.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A text as one word, without quotes where it needs none.
pub fn word(text: &str) -> String {
    let is_plain = |sign: char| sign.is_alphanumeric() || "/-_.,:=@%+…".contains(sign);
    match text.chars().all(is_plain) && !text.is_empty() {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// A text that is read literally between double quotes.
pub fn in_double_quotes(text: &str) -> String {
    let escaped = text.chars().flat_map(|sign| {
        let escape = matches!(sign, '"' | '$' | '`' | '\\').then_some('\\');
        escape.into_iter().chain([sign])
    });
    escaped.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_change_it() {
        for (text, expected) in [
            ("cases/a.yaml", "cases/a.yaml"),
            ("PUT", "PUT"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
        ] {
            assert_eq!(word(text), expected);
        }
        assert_eq!(in_double_quotes(r#"a "$b" `c` \d"#), r#"a \"\$b\" \`c\` \\d"#);
    }
}
