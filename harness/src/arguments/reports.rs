//! The arguments about reports, of `run` and of `merge`.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use cors_harness::reporters::{FORMATS, Format, Target, is_github};

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

/// Standard output as a file.
pub const STDOUT: &str = "/dev/stdout";

/// The file that a report is written to: `-` is standard output.
fn place(file: &Path) -> &Path {
    if file.as_os_str() == "-" { Path::new(STDOUT) } else { file }
}

/// The reports that are to be written, each with its file.
pub(super) fn written<'a>(
    json: Option<&'a Path>,
    reports: &'a [ReportFile],
) -> impl Iterator<Item = (Format, &'a Path)> {
    let json = json.and_then(|file| Some((Format::named("json")?, file)));
    let asked = reports.iter().map(|report| (report.format, report.file.as_path()));
    let is_asked = reports.iter().any(|report| report.format.name == "github");
    let github = (is_github() && !is_asked).then(|| Format::named("github")).flatten();
    let all = json.into_iter().chain(asked).map(|(format, file)| (format, place(file)));
    all.chain(github.map(|github| (github, Path::new(""))))
}

/// Arguments of `merge`.
#[derive(Args, Debug)]
pub struct Merge {
    /// The JSON documents of all shards
    #[arg(value_name = "FILE", required = true)]
    pub documents: Vec<PathBuf>,
    /// Compare whole runs, each a document of `run --shard 1/1`, instead of joining the shards of one: print a line for
    /// each case with the findings of each run, which is called by the name of its file. The HTML report has the same
    /// matrix
    #[arg(long)]
    pub compare: bool,
    /// Also write the joined document to this file; `-` is standard output, and the text then goes to standard error
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Reports to files
    #[arg(long = "report", value_name = "FORMAT=FILE", value_delimiter = ',', help = report_help())]
    pub reports: Vec<ReportFile>,
}

impl Merge {
    /// The reports that are to be written, each with its file.
    pub fn report_files(&self) -> impl Iterator<Item = (Format, &Path)> {
        written(self.json.as_deref(), &self.reports)
    }

    /// A requested format that cannot compare runs, if `--compare` is given.
    pub fn unable_to_compare(&self, able: &[&str]) -> Option<&'static str> {
        let mut names = self.reports.iter().map(|report| report.format.name);
        names.find(|name| self.compare && !able.contains(name))
    }
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
