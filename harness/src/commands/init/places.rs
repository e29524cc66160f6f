//! Finds projects in the folders below the current one, as in a monorepo, and the member of a Cargo workspace that is the
//! server.

use std::fs;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::project::{framework, is_own};
use crate::arguments::Framework;

/// A project below the current folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Place {
    /// Its folder, with `/`.
    pub(super) folder: String,
    pub(super) framework: Framework,
    /// The file in this folder that shows the framework.
    pub(super) file: &'static str,
}

/// How deep a project may be: `packages/server/api`.
const DEPTH: usize = 3;

/// Folders with projects below a folder. What is below such a folder belongs to its project.
pub(super) fn below(folder: &Path) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let folders = WalkDir::new(folder).min_depth(1).max_depth(DEPTH).sort_by_file_name();
    for entry in folders.into_iter().filter_entry(is_own).filter_map(Result::ok) {
        if !entry.file_type().is_dir() {
            continue;
        }
        let path = path_below(folder, &entry);
        let is_inside = places.iter().any(|place| path.starts_with(&format!("{}/", place.folder)));
        if let Some((framework, file)) = framework(entry.path()).filter(|_| !is_inside) {
            places.push(Place { folder: path, framework, file });
        }
    }
    places
}

fn path_below(folder: &Path, entry: &DirEntry) -> String {
    let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The command for an axum server. A workspace can have several programs, so its member is named.
pub(super) fn cargo_run(folder: &Path) -> String {
    let package = server_package(folder).map(|name| format!(" --package {name}"));
    format!("cargo run{}", package.unwrap_or_default())
}

/// The package of the only member of a workspace that is an axum server.
fn server_package(folder: &Path) -> Option<String> {
    let manifest = |folder: &Path| fs::read_to_string(folder.join("Cargo.toml")).ok();
    let own = manifest(folder).unwrap_or_default();
    if own.lines().any(|line| line.trim() == "[package]") {
        return None;
    }
    let members = below(folder).into_iter().filter(|place| place.framework == Framework::Axum);
    let is_program = |place: &Place| {
        let source = folder.join(&place.folder).join("src");
        source.join("main.rs").exists() || source.join("bin").exists()
    };
    let mut programs = members.filter(is_program);
    let place = programs.next().filter(|_| programs.next().is_none())?;
    package_name(&manifest(&folder.join(place.folder))?)
}

/// `name` in the table `[package]`.
fn package_name(manifest: &str) -> Option<String> {
    let lines = manifest.lines().map(str::trim).skip_while(|line| *line != "[package]").skip(1);
    let mut keys =
        lines.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once('='));
    let (_, name) = keys.find(|(key, _)| key.trim() == "name")?;
    Some(name.trim().trim_matches(['"', '\'']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_package_is_that_of_its_own_table() {
        let manifest = "[[bin]]\nname = \"tool\"\n[package]\nversion = '1'\nname = 'shop-server'\n[lib]\nname = \"shop\"";
        assert_eq!(package_name(manifest).as_deref(), Some("shop-server"));
        assert_eq!(package_name("[workspace]\nmembers = []"), None);
    }
}
