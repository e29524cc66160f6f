//! Which build of a browser it is, by what its program prints of itself: `Google Chrome 157.0.8100.2 beta`, `Chromium
//! 156.0.8078.108 built on Debian GNU/Linux 12 (bookworm)`, `Mozilla Firefox 153.7.0esr`.

use std::fmt;

/// The build of a browser.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Build {
    /// The product: `Google Chrome`.
    pub product: String,
    /// Its version, with a suffix if it has one: `153.7.0esr`.
    pub version: String,
    /// Its channel, or who built it: `beta`, `ESR`, `built on Debian GNU/Linux 12 (bookworm)`.
    pub channel: Option<String>,
}

impl Build {
    /// Reads the line that a program prints with `--version`; `None` if it has no version.
    pub fn of(line: &str) -> Option<Self> {
        let words: Vec<_> = line.split_whitespace().collect();
        let starts = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
        let place = words.iter().position(starts)?;
        let (product, version) = (words[..place].join(" "), words[place].to_owned());
        let rest = words[place + 1..].join(" ");
        let channel = Some(rest).filter(|rest| !rest.is_empty());
        let channel = channel.or_else(|| usual_channel(&product, &version).map(str::to_owned));
        Some(Self { product, version, channel })
    }
}

/// The channel of a product that prints none.
fn usual_channel(product: &str, version: &str) -> Option<&'static str> {
    let firefox = product.contains("Firefox");
    match product {
        "Google Chrome" | "Microsoft Edge" => Some("stable"),
        _ if firefox && version.ends_with("esr") => Some("ESR"),
        _ if firefox && version.contains('a') => Some("nightly"),
        _ if firefox && version.contains('b') => Some("beta"),
        _ if firefox => Some("release"),
        _ => None,
    }
}

/// `Google Chrome, stable`.
impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.product)?;
        self.channel.iter().try_for_each(|channel| write!(f, ", {channel}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_version_and_channel_are_read_from_one_line() {
        for (line, version, shown) in [
            ("Google Chrome 157.0.8100.2 ", "157.0.8100.2", "Google Chrome, stable"),
            ("Google Chrome 158.0.8200.1 beta", "158.0.8200.1", "Google Chrome, beta"),
            (
                "Chromium 156.0.8078.108 built on Debian GNU/Linux 12 (bookworm)",
                "156.0.8078.108",
                "Chromium, built on Debian GNU/Linux 12 (bookworm)",
            ),
            ("Brave Browser 156.1.70.1", "156.1.70.1", "Brave Browser"),
            ("Mozilla Firefox 153.7.0esr", "153.7.0esr", "Mozilla Firefox, ESR"),
            ("Mozilla Firefox 157.0", "157.0", "Mozilla Firefox, release"),
            ("Mozilla Firefox 158.0b3", "158.0b3", "Mozilla Firefox, beta"),
        ] {
            let build = Build::of(line).expect(line);
            assert_eq!((build.version.as_str(), build.to_string().as_str()), (version, shown));
        }
        assert_eq!(Build::of("no version"), None);
        assert_eq!(Build::of(""), None);
    }
}
