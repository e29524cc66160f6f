//! Suggestions for misspelled words.

use std::fmt::Write;

/// A longer word is not a misspelling of a known one.
const LONGEST: usize = 200;

/// The known word of which `word` is most likely a misspelling.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let lower = word.to_lowercase();
    known
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| {
            (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate)
        })
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= (word.chars().count() / 3).max(1))
        .map(|(_, candidate)| candidate)
}

/// `did you mean …? <what>: a, b, c`.
pub(super) fn help<'a>(
    word: &str,
    what: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    let mut help = String::new();
    if let Some(near) = nearest(word, known.clone()) {
        let _ = write!(help, "did you mean `{near}`? ");
    }
    let known = list(known);
    let _ = if known.is_empty() {
        write!(help, "{what}: none")
    } else {
        write!(help, "{what}: {known}")
    };
    help
}

/// `` `a`, `b`, `c` ``, cut if it would fill the screen.
pub(super) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 40;
    let words: Vec<String> =
        words.into_iter().take(MOST + 1).map(|word| format!("`{}`", brief(word))).collect();
    let more = if words.len() > MOST { ", …" } else { "" };
    words[..words.len().min(MOST)].join(", ") + more
}

/// A value in a message: its beginning, on one line.
pub(super) fn brief(value: &str) -> String {
    const MOST: usize = 80;
    if value.is_empty() {
        return "\"\"".to_owned();
    }
    let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let cut: String = value.chars().take(MOST).map(visible).collect();
    if value.chars().nth(MOST).is_some() { cut + "…" } else { cut }
}
