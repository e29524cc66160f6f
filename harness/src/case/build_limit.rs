//! The builds of a browser to which an entry of `known` is limited: by their version, and by a part of the name that the
//! browser gives itself.

use std::fmt;

use super::complaint::ValueError;
use super::suggest::brief;

/// Which builds of a browser an entry of `known` is about.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct BuildLimit {
    bounds: Vec<Bound>,
    build: Option<String>,
}

/// A bound of a version. It is compared with as many parts of a version as it has itself, so that `156` is every 156.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Bound {
    relation: Relation,
    parts: Vec<u32>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Relation {
    Is,
    Below,
    UpTo,
    Above,
    From,
}

/// The signs, the longer ones first, each with its word in the name of a snapshot.
const RELATIONS: [(&str, Relation, &str); 5] = [
    ("<=", Relation::UpTo, "up-to-"),
    (">=", Relation::From, "from-"),
    ("<", Relation::Below, "below-"),
    (">", Relation::Above, "above-"),
    ("=", Relation::Is, ""),
];

impl BuildLimit {
    /// The limit that `version:` and `build:` make. There is none without either.
    pub(super) fn new(version: Option<Vec<Bounds>>, build: Option<String>) -> Option<Self> {
        let bounds = version.into_iter().flatten().map(|Bounds(bound)| bound).collect();
        let limit = Self { bounds, build };
        (limit != Self::default()).then_some(limit)
    }

    /// Whether a build is meant, by its version and what follows: `156.0.8078.108 Chromium, built on Debian`.
    pub fn includes(&self, described: &str) -> bool {
        let version: Vec<u32> = parts(described.split(' ').next().unwrap_or_default());
        let build = self.build.as_ref().map(|build| build.to_lowercase());
        self.bounds.iter().all(|bound| bound.includes(&version))
            && build.is_none_or(|build| described.to_lowercase().contains(&build))
    }

    /// The limit in the name of a snapshot: `debian`, `from-150-below-157`.
    pub fn slug(&self) -> String {
        let bounds = self.bounds.iter().map(Bound::slug);
        let build = self.build.iter().map(|build| {
            let sign = |c: char| if c.is_alphanumeric() || c == '.' { c } else { '-' };
            build.to_lowercase().chars().map(sign).collect()
        });
        bounds.chain(build).collect::<Vec<String>>().join("-")
    }
}

/// `version >=150 <157, build Debian`.
impl fmt::Display for BuildLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bounds: Vec<_> = self.bounds.iter().map(Bound::to_string).collect();
        let version = (!bounds.is_empty()).then(|| format!("version {}", bounds.join(" ")));
        let build = self.build.iter().map(|build| format!("build {build}"));
        f.write_str(&version.into_iter().chain(build).collect::<Vec<_>>().join(", "))
    }
}

/// The numbers at the beginning of a version, up to what is none: `153` and `7` of `153.7esr`.
fn parts(version: &str) -> Vec<u32> {
    let mut parts = Vec::new();
    for part in version.split('.') {
        let digits = part.trim_end_matches(|c: char| !c.is_ascii_digit());
        let digits = digits.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        match digits.parse() {
            Ok(number) => parts.push(number),
            Err(_) => break,
        }
    }
    parts
}

impl Bound {
    fn includes(&self, version: &[u32]) -> bool {
        // A part that a version does not have is 0.
        let padded = |place: usize| version.get(place).copied().unwrap_or(0);
        let version: Vec<_> = (0..self.parts.len()).map(padded).collect();
        match self.relation {
            Relation::Is => version == self.parts,
            Relation::Below => version < self.parts,
            Relation::UpTo => version <= self.parts,
            Relation::Above => version > self.parts,
            Relation::From => version >= self.parts,
        }
    }

    fn slug(&self) -> String {
        let word = RELATIONS.iter().find(|(_, relation, _)| *relation == self.relation);
        format!("{}{}", word.map_or("", |(_, _, word)| *word), self.number())
    }

    fn number(&self) -> String {
        self.parts.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = RELATIONS.iter().find(|(_, relation, _)| *relation == self.relation);
        let sign = sign.map(|(sign, ..)| *sign).filter(|sign| *sign != "=");
        write!(f, "{}{}", sign.unwrap_or_default(), self.number())
    }
}

/// A bound of a version expression.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Bounds(Bound);

/// Reads a version expression: `156`, `>=150 <157`.
pub(super) fn version(text: &str) -> Result<Vec<Bounds>, ValueError> {
    let wrong = || {
        let what = format!("`{}` is not a version expression", brief(text));
        let help = "write a version or its first parts, `156`, or bounds with `<`, `<=`, `>` or `>=`: `\">=150 <157\"`";
        ValueError::new(what, help)
    };
    let bounds: Option<Vec<_>> = text.split_whitespace().map(bound).collect();
    match bounds {
        Some(bounds) if !bounds.is_empty() => Ok(bounds),
        _ => Err(wrong()),
    }
}

fn bound(text: &str) -> Option<Bounds> {
    let signs = RELATIONS
        .iter()
        .find_map(|(sign, relation, _)| text.strip_prefix(sign).map(|number| (*relation, number)));
    let (relation, number) = signs.unwrap_or((Relation::Is, text));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Option<Vec<u32>> =
        number.split('.').map(|part| part.parse().ok().filter(|_| digits(part))).collect();
    parts.map(|parts| Bounds(Bound { relation, parts }))
}

/// Reads a part of the name of a build.
pub(super) fn build(text: &str) -> Result<String, ValueError> {
    match text.trim() {
        "" => Err(ValueError::new(
            "`build` is empty",
            "write a part of what the browser calls itself: `Debian`, `Google Chrome`, `ESR`",
        )),
        build => Ok(build.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(version: Option<&str>, build: Option<&str>) -> BuildLimit {
        let version = version.map(|text| super::version(text).expect(text));
        BuildLimit::new(version, build.map(str::to_owned)).expect("a limit")
    }

    #[test]
    fn a_limit_includes_builds_by_version_and_name() {
        const DEBIAN: &str = "156.0.8078.108 Chromium, built on Debian GNU/Linux 12";
        const CHROME: &str = "157.0.8100.2 Google Chrome, stable";
        const ESR: &str = "153.7.0esr Mozilla Firefox, ESR";
        for (version, build, included, slug) in [
            (Some("156"), None, [true, false, false], "156"),
            (Some("=156.0.8078"), None, [true, false, false], "156.0.8078"),
            (Some(">=156 <157"), None, [true, false, false], "from-156-below-157"),
            (Some(">156"), None, [false, true, false], "above-156"),
            (Some("<=156"), None, [true, false, true], "up-to-156"),
            (Some("<156.0.8078.109"), None, [true, false, true], "below-156.0.8078.109"),
            (Some(">=157.0.8100.2.0"), None, [false, true, false], "from-157.0.8100.2.0"),
            (None, Some("debian"), [true, false, false], "debian"),
            (None, Some("Google Chrome"), [false, true, false], "google-chrome"),
            (Some("153"), Some("ESR"), [false, false, true], "153-esr"),
        ] {
            let limit = limit(version, build);
            assert_eq!([DEBIAN, CHROME, ESR].map(|it| limit.includes(it)), included, "{limit:?}");
            assert_eq!(limit.slug(), slug);
        }
        assert_eq!(BuildLimit::new(None, None), None);
    }

    #[test]
    fn an_invalid_version_expression_is_reported_with_an_example() {
        for wrong in
            ["", " ", "156.", "v156", ">= 150", "150-157", "~156", "156.x", "<", "99999999999"]
        {
            let error = version(wrong).expect_err(wrong);
            assert!(error.help.contains("`\">=150 <157\"`"), "{wrong}");
        }
    }
}
