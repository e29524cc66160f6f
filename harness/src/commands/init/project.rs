//! Recognises a project by its files: its framework, the command that starts it, and its routes.

use std::fs;
use std::path::Path;

use serde_json::Value;
use walkdir::{DirEntry, WalkDir};

use super::routes::{Route, SourceFile, routes_of};
use crate::arguments::Framework;

/// What is known of a project.
#[derive(Debug, Default)]
pub(super) struct Project {
    /// Its framework, and the file that shows it.
    pub(super) framework: Option<(Framework, &'static str)>,
    /// The command that starts it.
    pub(super) command: Option<String>,
    /// Its routes without parameters.
    pub(super) routes: Vec<Route>,
}

/// Folders that hold no code of the project's own.
const OTHERS: [&str; 10] = [
    "node_modules",
    ".venv",
    "venv",
    "target",
    ".git",
    "dist",
    "build",
    ".next",
    ".svelte-kit",
    "tests",
];

/// How many source files are read, and how large they may be.
const MOST_FILES: usize = 300;
const MOST_BYTES: u64 = 256 << 10;

impl Project {
    /// Reads a folder. `named` is the framework that the user names.
    pub(super) fn read(folder: &Path, named: Option<Framework>) -> Self {
        let framework = named.map(|named| (named, "")).or_else(|| framework(folder));
        let Some((kind, _)) = framework else { return Self::default() };
        let sources = sources(folder);
        let command = Some(command(kind, folder, &sources));
        Self { framework, command, routes: routes_of(kind, &sources) }
    }
}

fn sources(folder: &Path) -> Vec<SourceFile> {
    let is_own = |entry: &DirEntry| {
        entry.depth() == 0 || !OTHERS.iter().any(|other| entry.file_name() == *other)
    };
    let files = WalkDir::new(folder).max_depth(8).sort_by_file_name().into_iter();
    let files = files.filter_entry(is_own).filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file() && is_source(entry.path()));
    let files = files.filter(|entry| entry.metadata().is_ok_and(|it| it.len() <= MOST_BYTES));
    let read = |entry: DirEntry| {
        let path = entry.path().strip_prefix(folder).ok()?;
        let path = path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        Some(SourceFile { path, text: fs::read_to_string(entry.path()).ok()? })
    };
    files.take(MOST_FILES).filter_map(read).collect()
}

fn is_source(path: &Path) -> bool {
    let ends = ["js", "mjs", "cjs", "ts", "py", "rs"];
    path.extension().is_some_and(|end| ends.iter().any(|known| end == *known))
}

/// The framework that the files show, and the file.
fn framework(folder: &Path) -> Option<(Framework, &'static str)> {
    let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
    let package: Value = serde_json::from_str(&text("package.json")).unwrap_or_default();
    let depends = |name: &str| {
        ["dependencies", "devDependencies"].iter().any(|key| package[*key][name].is_string())
    };
    let by_package = [
        ("next", Framework::Next),
        ("@sveltejs/kit", Framework::SvelteKit),
        ("express", Framework::Express),
    ];
    if let Some((_, found)) = by_package.iter().find(|(name, _)| depends(name)) {
        return Some((*found, "package.json"));
    }
    if text("manage.py").to_lowercase().contains("django") {
        return Some((Framework::Django, "manage.py"));
    }
    for file in ["requirements.txt", "pyproject.toml", "Pipfile"] {
        let listed = text(file).to_lowercase();
        if listed.contains("fastapi") {
            return Some((Framework::FastApi, file));
        }
    }
    let is_axum = |line: &str| {
        let name = line.trim_start().trim_start_matches("[dependencies.").trim_end_matches(']');
        name == "axum"
            || name.strip_prefix("axum").is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    text("Cargo.toml").lines().any(is_axum).then_some((Framework::Axum, "Cargo.toml"))
}

/// The usual command of a framework. The variable `PORT` and `${port}` are the port.
fn command(framework: Framework, folder: &Path, sources: &[SourceFile]) -> String {
    // A virtual environment on this machine, and none in a container, are both right.
    let python = "PATH=.venv/bin:venv/bin:$PATH";
    match framework {
        Framework::Express => express(folder),
        Framework::Next => "npx next start --port ${port}".to_owned(),
        Framework::SvelteKit => "npx vite preview --port ${port} --strictPort".to_owned(),
        Framework::FastApi => {
            format!("{python} uvicorn {} --port ${{port}}", fastapi_app(sources))
        }
        Framework::Django => {
            format!("{python} python3 manage.py runserver --noreload 127.0.0.1:${{port}}")
        }
        Framework::Axum => "cargo run".to_owned(),
    }
}

fn express(folder: &Path) -> String {
    let package = fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    let package: Value = serde_json::from_str(&package).unwrap_or_default();
    let main = package["main"].as_str();
    let usual = ["server.js", "index.js", "app.js", "src/server.js", "src/index.js"];
    let mut files = main.into_iter().chain(usual);
    match files.find(|file| folder.join(file).is_file()) {
        _ if package["scripts"]["start"].is_string() => "npm start".to_owned(),
        Some(file) => format!("node {file}"),
        None => "npm start".to_owned(),
    }
}

/// The application as uvicorn names it: `app.main:app`.
fn fastapi_app(sources: &[SourceFile]) -> String {
    let found = sources.iter().find_map(|SourceFile { path, text }| {
        let module = path.strip_suffix(".py")?.replace('/', ".");
        let line = text.lines().find(|line| line.contains("FastAPI("))?;
        let (variable, _) = line.split_once('=')?;
        let variable = variable.split(':').next().unwrap_or_default().trim();
        Some(format!("{}:{variable}", module.trim_end_matches(".__init__")))
    });
    found.unwrap_or_else(|| "main:app".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> Project {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        Project::read(folder.path(), None)
    }

    #[track_caller]
    fn is(files: &[(&str, &str)], framework: Framework, command: &str, routes: &[(&str, &str)]) {
        let project = project(files);
        assert_eq!(project.framework.map(|(found, _)| found), Some(framework));
        assert_eq!(project.command.as_deref(), Some(command));
        let found =
            project.routes.iter().map(|route| (route.path.as_str(), route.methods.join(" ")));
        let expected = routes.iter().map(|(path, methods)| (*path, (*methods).to_owned()));
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }

    #[test]
    fn frameworks_are_recognised_by_their_files() {
        is(
            &[
                ("package.json", r#"{"dependencies": {"express": "5"}, "main": "app.js"}"#),
                ("app.js", "app.get('/me', f); app.post('/me', f)\napp.get('/things/:id', f)"),
                ("node_modules/x/index.js", "app.get('/other', f)"),
            ],
            Framework::Express,
            "node app.js",
            &[("/me", "GET POST")],
        );
        is(
            &[
                ("requirements.txt", "fastapi==0.1\nuvicorn"),
                ("api/main.py", "api = FastAPI()\n@api.get(\"/health\")\n@api.put(\n  '/x/{y}')"),
            ],
            Framework::FastApi,
            "PATH=.venv/bin:venv/bin:$PATH uvicorn api.main:api --port ${port}",
            &[("/health", "GET")],
        );
        is(
            &[
                ("package.json", r#"{"dependencies": {"next": "16", "express": "5"}}"#),
                ("app/(a)/api/me/route.ts", "export async function GET() {}"),
                ("app/api/[id]/route.ts", "export async function GET() {}"),
                ("pages/api/old.js", "export default function handler() {}"),
            ],
            Framework::Next,
            "npx next start --port ${port}",
            &[("/api/me", "GET"), ("/api/old", "GET")],
        );
        is(
            &[
                ("package.json", r#"{"devDependencies": {"@sveltejs/kit": "2"}}"#),
                ("src/routes/me/+server.js", "export const GET = f; export function PUT() {}"),
            ],
            Framework::SvelteKit,
            "npx vite preview --port ${port} --strictPort",
            &[("/me", "GET PUT")],
        );
        is(
            &[
                ("manage.py", "os.environ['DJANGO_SETTINGS_MODULE'] = 'site.settings'"),
                ("site/urls.py", "path('admin/', a), path(\"me/\", b), path('x/<int:y>', c)"),
            ],
            Framework::Django,
            "PATH=.venv/bin:venv/bin:$PATH python3 manage.py runserver --noreload 127.0.0.1:${port}",
            &[("/me/", "GET")],
        );
        is(
            &[
                ("Cargo.toml", "[dependencies]\naxum = \"0.8\"\n"),
                (
                    "src/main.rs",
                    ".route(\"/me\", get(me).put(put_me))\n.route(\"/x\", routing::post(x))",
                ),
            ],
            Framework::Axum,
            "cargo run",
            &[("/me", "GET PUT"), ("/x", "POST")],
        );
    }

    #[test]
    fn another_project_has_no_framework() {
        let project = project(&[
            ("Cargo.toml", "[dependencies]\naxum-extra = \"1\"\n"),
            ("package.json", "{"),
        ]);
        assert!(project.framework.is_none() && project.command.is_none());
    }
}
