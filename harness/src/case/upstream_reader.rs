//! Reads the real servers of a case: `upstream`, `command` and `in-process`.

use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::environment::{check_is_settable, variable_name, variable_value};
use super::origin::{self, Origin};
use super::reader::{Reader, Spanned, ValueError};
use super::suggest::{self, brief};
use super::tree::Node;
use super::upstream::{Launch, Ready, StopSignal, UpstreamServer, UpstreamSpec};
use super::values;

/// How long to wait for a server by default.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// The keys that make a server a real one, each with the keys that only it can have.
const KINDS: [(&str, &[&str]); 3] = [
    ("upstream", &[]),
    ("command", &["folder", "environment", "ready", "ready-within", "stop"]),
    ("in-process", &[]),
];

/// A key that every kind can have.
const FORWARDED: &str = "forwarded";

/// Whether a key makes the server a real one.
pub(super) fn is_upstream(node: &Node) -> bool {
    KINDS.iter().any(|(kind, _)| node.has(kind))
}

/// Reads the keys of a real server. `None` for a scripted server, and after a complaint.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, origin: &Origin) -> Option<UpstreamSpec> {
    let kinds: Vec<_> = KINDS.iter().filter(|(kind, _)| node.has(kind)).collect();
    let belonging = kinds.iter().flat_map(|(_, keys)| keys.iter().copied()).collect::<Vec<_>>();
    let [(kind, _)] = kinds.as_slice() else {
        several(reader, node, &kinds.iter().map(|(kind, _)| *kind).collect::<Vec<_>>());
        check_related_keys(reader, node, &belonging);
        return None;
    };
    check_related_keys(reader, node, &belonging);
    nothing_played(reader, node, kind);
    let forwarded = reader.choice(node, FORWARDED, &values::BOOLEAN);
    let spanned = || Spanned::of(node.get(kind));
    let server = match *kind {
        "upstream" => UpstreamServer::Upstream(reader.read(spanned()?, upstream)?),
        "command" => UpstreamServer::Command(launch(reader, spanned(), node)?),
        _ => reader
            .read(spanned()?, values::choice("in-process", &IN_PROCESS))
            .map(|()| UpstreamServer::InProcess(origin.clone()))?,
    };
    Some(UpstreamSpec {
        server,
        forwarded: forwarded?.unwrap_or_default().then(|| origin.clone()),
        without_cors: false,
        certificate_options: Vec::new(),
    })
}

/// The choice of `in-process:`.
pub(super) const IN_PROCESS: [(&str, ()); 1] = [("true", ())];

/// The choices of `stop:`.
pub(super) const STOP_SIGNALS: [(&str, StopSignal); 3] =
    [("TERM", StopSignal::Term), ("INT", StopSignal::Int), ("QUIT", StopSignal::Quit)];

fn several(reader: &mut Reader<'_>, node: &Node, kinds: &[&str]) {
    for kind in kinds.iter().skip(1) {
        let what =
            format!("a server has one of {}, not several", suggest::list(kinds.iter().copied()));
        reader.complain(node.key(kind), ValueError::new(what, "keep one"));
    }
}

/// Reports keys that need another kind of server.
fn check_related_keys(reader: &mut Reader<'_>, node: &Node, belonging: &[&str]) {
    if !is_upstream(node) && node.has(FORWARDED) {
        let what = "`forwarded` has no effect without `upstream`, `command` or `in-process`";
        reader.complain(node.key(FORWARDED), ValueError::new(what, "remove `forwarded`"));
    }
    for (kind, keys) in KINDS {
        for key in keys.iter().filter(|key| !belonging.contains(key)) {
            if node.has(key) {
                let what = format!("`{key}` has no effect without `{kind}`");
                let help = match is_upstream(node) {
                    true => format!("remove `{key}`"),
                    false => format!("add `{kind}:`, or remove `{key}`"),
                };
                reader.complain(node.key(key), ValueError::new(what, help));
            }
        }
    }
}

/// Reports routes and `cors`, because a real server makes all of its responses itself.
fn nothing_played(reader: &mut Reader<'_>, node: &Node, kind: &str) {
    for (key, at) in node.keys().filter(|(key, _)| *key == "cors" || key.starts_with('/')) {
        let what = format!("`{}` has no effect with `{kind}`", brief(key));
        let help = "the real server answers every request to this origin: remove it";
        reader.complain(at, ValueError::new(what, help));
    }
}

/// Scheme, host and port of a running server.
pub(super) fn upstream(text: &str) -> Result<Url, ValueError> {
    let help = "write scheme, host and port, and nothing after them: `http://127.0.0.1:8000`";
    let url = match text.split_once("://") {
        None if !text.is_empty() => {
            let host = text.split('/').next().unwrap_or_default();
            let what = format!("`{}` has no scheme", brief(text));
            return Err(ValueError::new(what, format!("write `http://{}`", brief(host))));
        }
        _ => Url::parse(text).map_err(|error| ValueError::new(error.to_string(), help))?,
    };
    match origin::of(&url) {
        None => Err(ValueError::new(format!("`{}` is not an origin", brief(text)), help)),
        Some(origin) => {
            origin::check_host(&origin.host)?;
            let what = "an upstream is scheme, host and port, and nothing else";
            origin::parse(text).map_err(|_| ValueError::new(what, format!("write `{origin}`")))?;
            Ok(url)
        }
    }
}

fn launch(reader: &mut Reader<'_>, command: Option<Spanned<'_>>, node: &Node) -> Option<Launch> {
    let command =
        reader.with_port(|reader| command.and_then(|command| reader.read(command, shell_line)));
    let environment = reader.with_port(|reader| environment(reader, node.find("environment")));
    let folder = reader.maybe(node, "folder", values::text);
    let ready = match node.find("ready") {
        Some(node) => self::ready(reader, node).map(Some),
        None => Some(None),
    };
    let ready_within = reader.maybe(node, "ready-within", values::delay);
    let stop = reader.choice(node, "stop", &STOP_SIGNALS);
    Some(Launch {
        command: command?,
        folder: below(reader.folder(), &folder?.unwrap_or_default()),
        environment: environment?,
        ready: ready?,
        ready_within: ready_within?.unwrap_or(READY_WITHIN),
        stop: stop?.unwrap_or_default(),
    })
}

fn shell_line(text: &str) -> Result<String, ValueError> {
    let help = "write a shell command: `uvicorn app:app --port ${port}`";
    match text.trim() {
        "" => Err(ValueError::new("the command is empty", help)),
        line if line.contains('\0') => Err(ValueError::new("a command cannot contain NUL", help)),
        line => Ok(line.to_owned()),
    }
}

/// Every variable is read, so that all complaints come at once.
fn environment(reader: &mut Reader<'_>, node: Option<&Node>) -> Option<Vec<(String, String)>> {
    let mut variables: Vec<(String, String)> = Vec::new();
    let mut is_all = true;
    for line in node.into_iter().flat_map(Node::items) {
        match variable(reader, line, &variables) {
            Some(variable) => variables.push(variable),
            None => is_all = false,
        }
    }
    is_all.then_some(variables)
}

fn variable(
    reader: &mut Reader<'_>,
    line: &Node,
    before: &[(String, String)],
) -> Option<(String, String)> {
    let (spanned, value) = Spanned::pair(line)?;
    let (name, value) = (reader.read(spanned, variable_name), reader.read(value, variable_value));
    let (name, value) = name.zip(value)?;
    let wrong = if before.iter().any(|(known, _)| *known == name) {
        Err(ValueError::new(format!("`{name}` is set twice"), "keep one"))
    } else {
        check_is_settable(&name, &value)
    };
    wrong.map_err(|wrong| reader.complain(spanned.at, wrong)).ok()?;
    Some((name, value))
}

fn ready(reader: &mut Reader<'_>, node: &Node) -> Option<Ready> {
    match Spanned::of(node) {
        Some(path) => reader.read(path, ready_path),
        None => reader.maybe(node, "line", ready_line).flatten(),
    }
}

fn ready_path(text: &str) -> Result<Ready, ValueError> {
    match Url::parse(&format!("http://host{text}")) {
        Ok(url) if text.starts_with('/') && url.fragment().is_none() => {
            Ok(Ready::Path(text.to_owned()))
        }
        _ => {
            let what = format!("`{}` is not a path", brief(text));
            Err(ValueError::new(
                what,
                "write a path, `/health`, or a part of its output, `{ line: listening }`",
            ))
        }
    }
}

fn ready_line(text: &str) -> Result<Ready, ValueError> {
    match text.trim().is_empty() || text.contains('\n') {
        true => Err(ValueError::new(
            "a line cannot contain this",
            "write a part of one line: `listening`",
        )),
        false => Ok(Ready::Line(text.to_owned())),
    }
}

/// `folder` relative to `base`, normalised so that one folder has one name.
fn below(base: &Path, folder: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for part in base.join(folder).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if path.file_name().is_some() => _ = path.pop(),
            part => path.push(part),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_seen_from_the_file() {
        for (base, folder, found) in [
            ("cases/shop", "", "cases/shop"),
            ("cases/shop", "../../servers/./api", "servers/api"),
            ("cases", "../../api", "../api"),
            ("cases", "/srv/api", "/srv/api"),
            ("", "api", "api"),
        ] {
            assert_eq!(below(Path::new(base), folder), Path::new(found), "{base} {folder}");
        }
    }

    #[test]
    fn an_upstream_is_scheme_host_and_port() {
        for good in
            ["http://127.0.0.1:8000", "https://localhost:3000", "http://[::1]:80", "https://a"]
        {
            assert!(upstream(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "127.0.0.1:8000",
            "http://a/",
            "http://a?b",
            "https://a/b",
            "ftp://a",
            "http://u@a",
        ] {
            assert!(upstream(bad).is_err(), "{bad}");
        }
    }
}
