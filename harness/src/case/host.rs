//! Names of hosts that a browser looks up.

use super::complaint::ValueError;
use super::suggest::brief;

/// The longest name: <https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4>.
const LONGEST: usize = 253;
const LONGEST_LABEL: usize = 63;

/// Reports a name that no host can have. `host` is as URLs serialize it.
pub(super) fn check(host: &str) -> Result<(), ValueError> {
    match wrong(host) {
        None => Ok(()),
        Some(help) => {
            Err(ValueError::new(format!("`{}` cannot be the name of a host", brief(host)), help))
        }
    }
}

fn wrong(host: &str) -> Option<String> {
    let name = host.strip_suffix('.').unwrap_or(host);
    let mut labels = name.split('.');
    let sign = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if host.starts_with('[') {
        // An IPv6 literal, which the URL parser has already checked.
        None
    } else if name.contains('*') {
        Some("a pattern is not allowed here: write a host name".to_owned())
    } else if name.len() > LONGEST {
        Some(format!("a name has at most {LONGEST} characters"))
    } else if labels.clone().any(str::is_empty) {
        Some("there is text before and after each dot".to_owned())
    } else if labels.any(|label| label.len() > LONGEST_LABEL) {
        Some(format!("there are at most {LONGEST_LABEL} characters between two dots"))
    } else if !name.chars().all(sign) {
        Some("a name has letters, digits, `-`, `_` and dots".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_hosts() {
        let longest = "a".repeat(63);
        for good in ["a.example", "a.example.", "[::1]", "127.0.0.1", "a_b-c", longest.as_str()] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        let (label, name) = ("a".repeat(64), "abc.".repeat(64));
        for bad in ["", ".", "a..b", ".a", "*.a", "a!b", label.as_str(), name.as_str()] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
