//! Finds the routes of a project in its source files, without running them. What has parameters is left out, since a
//! policy names paths that exist.

use super::mounts::{Mount, mounts, prefix_of};
use crate::arguments::Framework;

/// A source file: its path below the project's folder, with `/`, and its text.
pub(super) struct SourceFile {
    pub(super) path: String,
    pub(super) text: String,
}

/// A path, and the methods for which it is there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Route {
    pub(super) path: String,
    pub(super) methods: Vec<&'static str>,
}

const METHODS: [(&str, &str); 5] =
    [("get", "GET"), ("post", "POST"), ("put", "PUT"), ("patch", "PATCH"), ("delete", "DELETE")];

/// The routes in these files, each path once.
pub(super) fn routes_of(framework: Framework, sources: &[SourceFile]) -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::new();
    let mounts = mounts(sources);
    for source in sources {
        for (path, methods) in found_in(framework, source, &mounts) {
            if !is_plain(&path) {
                continue;
            }
            let place = routes.iter().position(|route| route.path == path);
            let place = place.unwrap_or_else(|| {
                routes.push(Route { path, methods: Vec::new() });
                routes.len() - 1
            });
            for method in methods {
                if !routes[place].methods.contains(&method) {
                    routes[place].methods.push(method);
                }
            }
        }
    }
    routes
}

type Found = Vec<(String, Vec<&'static str>)>;

fn found_in(framework: Framework, source: &SourceFile, mounts: &[Mount]) -> Found {
    let SourceFile { path, text } = source;
    match framework {
        Framework::Express | Framework::FastApi => called(source, mounts),
        Framework::Axum => routed(text),
        Framework::Django if path.ends_with("urls.py") => listed(text),
        Framework::Django => Vec::new(),
        Framework::Next => next_file(path, text).into_iter().collect(),
        Framework::SvelteKit => svelte_file(path, text).into_iter().collect(),
    }
}

/// A path without parameters.
fn is_plain(path: &str) -> bool {
    let sign = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
    path.starts_with('/') && path.chars().all(sign)
}

/// `app.get("/me", …)` and `@app.get("/me")`, behind the prefix of the router.
fn called(source: &SourceFile, mounts: &[Mount]) -> Found {
    let text = &source.text;
    let mut found = Vec::new();
    for (call, method) in METHODS {
        for (at, after) in after_each(text, &format!(".{call}(")) {
            let before = text[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_');
            let receiver = before.into_iter().next().unwrap_or_default();
            let path = quoted(after).map(|path| prefix_of(mounts, source, receiver) + path);
            found.extend(path.map(|path| (path, vec![method])));
        }
    }
    found
}

/// `.route("/me", get(me).put(put_me))`.
fn routed(text: &str) -> Found {
    let calls = after_each(text, ".route(");
    let route = |(_, after): (usize, &str)| {
        let path = quoted(after)?;
        let handlers = after.split(".route(").next().unwrap_or_default();
        Some((
            path.to_owned(),
            METHODS
                .iter()
                .filter(|(call, _)| calls_function(handlers, call))
                .map(|(_, method)| *method)
                .collect(),
        ))
    };
    calls.into_iter().filter_map(route).collect()
}

/// Whether a text calls a function of this name.
fn calls_function(text: &str, name: &str) -> bool {
    let is_end = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let mut calls = after_each(text, &format!("{name}(")).into_iter();
    calls.any(|(at, _)| is_end(&text[..at]))
}

/// `path("me/", …)` of Django.
fn listed(text: &str) -> Found {
    let paths = after_each(text, "path(").into_iter().filter_map(|(_, after)| quoted(after));
    let paths = paths.filter(|path| !path.starts_with("admin"));
    paths.map(|path| (format!("/{path}"), vec!["GET"])).collect()
}

/// `app/api/me/route.ts` and `pages/api/me.ts`.
fn next_file(path: &str, text: &str) -> Option<(String, Vec<&'static str>)> {
    let path = path.strip_prefix("src/").unwrap_or(path);
    let (stem, _) = path.rsplit_once('.')?;
    if let Some(below) = stem.strip_prefix("pages/api/") {
        return Some((format!("/api/{}", below.trim_end_matches("/index")), vec!["GET"]));
    }
    let folder = stem.strip_prefix("app/")?.strip_suffix("/route")?;
    // A folder in parentheses is no part of the path.
    let parts: Vec<_> = folder.split('/').filter(|part| !part.starts_with('(')).collect();
    Some((format!("/{}", parts.join("/")), exported(text)))
}

/// `src/routes/me/+server.ts`.
fn svelte_file(path: &str, text: &str) -> Option<(String, Vec<&'static str>)> {
    let (stem, _) = path.rsplit_once('.')?;
    let folder = stem.strip_prefix("src/routes")?.strip_suffix("/+server")?;
    let parts: Vec<_> = folder.split('/').filter(|part| !part.starts_with('(')).collect();
    let path = parts.join("/");
    Some((if path.is_empty() { "/".to_owned() } else { path }, exported(text)))
}

/// The methods that a file exports handlers for.
fn exported(text: &str) -> Vec<&'static str> {
    let exports = |method: &str| {
        ["function ", "const "].iter().any(|before| text.contains(&format!("{before}{method}")))
    };
    METHODS.iter().map(|(_, method)| *method).filter(|method| exports(method)).collect()
}

/// The places of `needle` in a text, each with what follows it.
pub(super) fn after_each<'t>(text: &'t str, needle: &str) -> Vec<(usize, &'t str)> {
    text.match_indices(needle).map(|(at, found)| (at, &text[at + found.len()..])).collect()
}

/// The string at the beginning of a text.
pub(super) fn quoted(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| "'\"`".contains(*c))?;
    text[1..].split_once(quote).map(|(inner, _)| inner)
}
