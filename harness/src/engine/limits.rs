//! What a browser needs of this machine when it starts: space in the temporary folder, and the
//! limits of a process. The amounts are checked before a start, because a browser that lacks some
//! of it hangs or crashes without a message, and named after a failed start.

use std::path::Path;

use rustix::fs::statvfs;
use rustix::process::{Resource, geteuid, getrlimit};

use super::{EngineError, Kind};

pub(super) const KIB: u64 = 1 << 10;
pub(super) const MIB: u64 = 1 << 20;
pub(super) const GIB: u64 = 1 << 30;

/// An amount, as measured at starts with more and less of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    /// With less than this, no start succeeded.
    pub(super) least: u64,
    /// About how much a start uses if it is available.
    pub(super) takes: u64,
}

/// What the start of a browser needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needs {
    /// Bytes in the temporary folder.
    pub(super) bytes: Need,
    /// Files and folders in it.
    pub(super) files: Need,
    /// Address space of a process, in bytes.
    pub(super) address_space: Need,
    /// Size of a file, in bytes.
    pub(super) file_size: Need,
    /// Files that a process has open.
    pub(super) open_files: Need,
}

/// How much is available of something that a start needs, and the sentence about it.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Supply {
    is_too_little: bool,
    is_little: bool,
    words: String,
}

impl Supply {
    fn new(there: u64, need: Need, words: impl Fn() -> String) -> Self {
        let little = need.takes.saturating_mul(2);
        Self { is_too_little: there < need.least, is_little: there < little, words: words() }
    }
}

/// Checks whether there is enough for a browser to start.
///
/// # Errors
/// [`EngineError::Lacks`], with everything that there is too little of.
pub(super) fn check(kind: Kind, needs: &Needs) -> Result<(), EngineError> {
    let supplies = supplies(kind.as_str(), needs, &std::env::temp_dir());
    let lacking = sentences(&supplies, |supply| supply.is_too_little);
    match lacking.is_empty() {
        true => Ok(()),
        false => Err(EngineError::Lacks { kind, words: lacking }),
    }
}

/// What is scarce, for the message about a failed start; `None` if nothing is scarce.
pub(super) fn scarce_supplies(kind: Kind, needs: &Needs) -> String {
    let supplies = supplies(kind.as_str(), needs, &std::env::temp_dir());
    sentences(&supplies, |supply| supply.is_little)
}

fn sentences(supplies: &[Supply], which: impl Fn(&Supply) -> bool) -> String {
    let chosen = supplies.iter().filter(|supply| which(supply));
    chosen.map(|supply| supply.words.as_str()).collect::<Vec<_>>().join("; ")
}

fn supplies(name: &str, needs: &Needs, folder: &Path) -> Vec<Supply> {
    let mut supplies = folder_supplies(name, needs, folder);
    supplies.extend(limits(name, needs));
    supplies
}

/// Free space in a folder. Nothing is known about a folder that does not exist; making a folder in
/// it fails with the reason.
fn folder_supplies(name: &str, needs: &Needs, folder: &Path) -> Vec<Supply> {
    let Ok(system) = statvfs(folder) else { return Vec::new() };
    // A part may be reserved for root.
    let (blocks, files) = match geteuid().is_root() {
        true => (system.f_bfree, system.f_ffree),
        false => (system.f_bavail, system.f_favail),
    };
    let (bytes, folder) = (blocks.saturating_mul(system.f_frsize), folder.display());
    let takes = size(needs.bytes.takes);
    let mut supplies = vec![Supply::new(bytes, needs.bytes, || {
        let free = size(bytes);
        format!("`{folder}` has {free} free, and {name} needs about {takes};  {ELSEWHERE}")
    })];
    // Some file systems have no limit for files, and report zero.
    if system.f_files > 0 {
        let takes = needs.files.takes;
        supplies.push(Supply::new(files, needs.files, || {
            format!(
                "`{folder}` has room for {files} more files, and {name} makes about {takes}; \
                {ELSEWHERE}"
            )
        }));
    }
    supplies
}

/// What to do about a folder.
const ELSEWHERE: &str = "free some, or set `TMPDIR` to another folder";

/// Limits of this process, which its children inherit.
fn limits(name: &str, needs: &Needs) -> Vec<Supply> {
    let limit = |resource, need, words: &dyn Fn(u64) -> String| {
        let there = getrlimit(resource).current?;
        Some(Supply::new(there, need, || words(there)))
    };
    let (address, file, open) = (needs.address_space, needs.file_size, needs.open_files);
    let limits = [
        limit(Resource::As, address, &|there| {
            let (there, takes) = (size(there), size(address.takes));
            format!(
                "the address space of a process is limited to {there} (`ulimit -v`), and {name} \
                takes about {takes}"
            )
        }),
        limit(Resource::Fsize, file, &|there| {
            let (there, takes) = (size(there), size(file.takes));
            format!(
                "the size of a file is limited to {there} (`ulimit -f`), and {name} writes one of \
                about {takes}"
            )
        }),
        limit(Resource::Nofile, open, &|there| {
            let takes = open.takes;
            format!(
                "a process may have {there} files open (`ulimit -n`), and {name} opens about \
                {takes}"
            )
        }),
    ];
    limits.into_iter().flatten().collect()
}

/// A number of bytes for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..MIB => format!("{} KiB", bytes / KIB),
        MIB..GIB => format!("{} MiB", bytes / MIB),
        _ => format!("{} GiB", bytes / GIB),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEED: Need = Need { least: 8 * MIB, takes: 20 * MIB };

    /// Whether this amount is too small, and whether it is scarce.
    fn judged(there: u64) -> (bool, bool) {
        let supply = Supply::new(there, NEED, String::new);
        (supply.is_too_little, supply.is_little)
    }

    #[test]
    fn scarce_resources_are_judged_by_earlier_starts() {
        assert_eq!(judged(8 * MIB - 1), (true, true));
        assert_eq!(judged(8 * MIB), (false, true));
        assert_eq!(judged(40 * MIB - 1), (false, true));
        assert_eq!(judged(40 * MIB), (false, false));
    }

    #[test]
    fn sizes_are_reported_in_the_unit_that_fits() {
        assert_eq!(
            [0, 60 * KIB, 8 * MIB, 15 * GIB].map(size),
            ["0 KiB", "60 KiB", "8 MiB", "15 GiB"]
        );
    }

    #[test]
    fn a_missing_folder_prints_nothing() {
        let none = Need { least: 0, takes: 0 };
        let needs = Needs {
            bytes: NEED,
            files: none,
            address_space: none,
            file_size: none,
            open_files: none,
        };
        assert_eq!(folder_supplies("a browser", &needs, Path::new("/nowhere/at/all")), Vec::new());
        assert_eq!(
            folder_supplies("a browser", &needs, Path::new("/proc")).len(),
            1,
            "it has no files of its own"
        );
    }
}
