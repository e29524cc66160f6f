//! Arguments about reports.

use std::path::PathBuf;
use std::str::FromStr;

use cors_harness::reporters::{FORMATS, Format, Target};

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
        let (name, file) = text.split_once('=').unwrap_or((text, ""));
        let is_complete = |format: &Format| file.is_empty() == (format.target == Target::Service);
        let wrong = || format!("write `FORMAT=FILE`, where FORMAT is {}", formats());
        let format = Format::named(name).filter(is_complete).ok_or_else(wrong)?;
        Ok(Self { format, file: PathBuf::from(file) })
    }
}

/// `html, json or markdown, or github without a file`.
fn formats() -> String {
    let names = |is_wanted: fn(Target) -> bool| {
        let formats = FORMATS.iter().filter(move |format| is_wanted(format.target));
        formats.map(|format| format.name).collect::<Vec<_>>()
    };
    let (services, files) =
        (names(|target| target == Target::Service), names(|target| target != Target::Service));
    let files = match files.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => files.concat(),
    };
    match services.as_slice() {
        [] => files,
        services => format!("{files}, or {} without a file", services.join(" or ")),
    }
}

/// The help for the option, which names all formats.
pub(super) fn report_help() -> String {
    let formats = formats();
    format!(
        "Also write a report to this file; can be given several times, or as a list with commas. FORMAT is {formats}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_format_and_a_file() {
        let report: ReportFile = "json=a=b.json".parse().unwrap();
        assert_eq!((report.format.name, report.file), ("json", PathBuf::from("a=b.json")));
        let report: ReportFile = "github".parse().unwrap();
        assert_eq!((report.format.name, report.file), ("github", PathBuf::new()));
        for wrong in ["json", "json=", "=a.json", "yaml=a.yaml", "github=a.txt", ""] {
            let words = wrong.parse::<ReportFile>().unwrap_err();
            assert!(words.contains("FORMAT is ") && words.contains("json"), "{wrong}: {words}");
            assert!(words.ends_with("or github without a file"), "{wrong}: {words}");
        }
    }
}
