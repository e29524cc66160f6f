//! Arguments about reports.

use std::path::PathBuf;
use std::str::FromStr;

use cors_harness::reporters::{FORMATS, Format};

/// A requested report.
#[derive(Clone, Debug)]
pub struct ReportFile {
    /// Its format.
    pub format: Format,
    /// The file.
    pub file: PathBuf,
}

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let format = |name: &str| Format::named(name);
        let parts = text.split_once('=').filter(|(_, file)| !file.is_empty());
        let known = parts.and_then(|(name, file)| Some((format(name)?, PathBuf::from(file))));
        let wrong = || format!("write `FORMAT=FILE`, where FORMAT is {}", formats());
        let (format, file) = known.ok_or_else(wrong)?;
        Ok(Self { format, file })
    }
}

fn formats() -> String {
    FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().join(" or ")
}

/// The help for the option, which names all formats.
pub(super) fn report_help() -> String {
    let formats = formats();
    format!("Also write a report to this file; can be given several times. FORMAT is {formats}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_format_and_a_file() {
        let report: ReportFile = "json=a=b.json".parse().unwrap();
        assert_eq!((report.format.name, report.file), ("json", PathBuf::from("a=b.json")));
        for wrong in ["json", "json=", "=a.json", "yaml=a.yaml"] {
            let words = wrong.parse::<ReportFile>().unwrap_err();
            assert!(words.contains("FORMAT is json"), "{wrong}: {words}");
        }
    }
}
