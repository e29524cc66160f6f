//! Recognises a project by its files: its framework, the command that starts it, and its routes.

use std::fs;
use std::path::Path;

use serde_json::Value;
use walkdir::{DirEntry, WalkDir};

use super::super::output::quoted;
use super::places::{Place, below, cargo_run};
use super::python;
use super::routes::{Route, SourceFile, routes_of};
use crate::arguments::Framework;

/// What is known of a project.
#[derive(Debug, Default)]
pub(super) struct Project {
    /// Its framework, and the file that shows it.
    pub(super) framework: Option<(Framework, &'static str)>,
    /// Its folder, if it is below the current one.
    pub(super) folder: Option<String>,
    /// The projects below the current folder, if there are several.
    pub(super) others: Vec<Place>,
    /// The command that starts it.
    pub(super) command: Option<String>,
    /// How CI installs what it needs, from the current folder.
    pub(super) install: Option<String>,
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
    /// Reads a folder, and the project below it if there is none in it. `named` is the framework that the user names.
    pub(super) fn read(folder: &Path, named: Option<Framework>) -> Self {
        if let Some(framework) = named.map(|named| (named, "")).or_else(|| framework(folder)) {
            return Self::of(folder, framework);
        }
        match below(folder).as_slice() {
            [place] => {
                let own = folder.join(&place.folder);
                let read = Self::of(&own, (place.framework, place.file));
                let install = read.install.map(|install| installed_in(&own, place, install));
                let command = read.command.map(|command| match python::is_virtual_in(&own) {
                    true => command,
                    false => python::with_environment_above(command, folder, &place.folder),
                });
                Self { folder: Some(place.folder.clone()), command, install, ..read }
            }
            others => Self { others: others.to_vec(), ..Self::default() },
        }
    }

    fn of(folder: &Path, framework: (Framework, &'static str)) -> Self {
        let (kind, sources) = (framework.0, sources(folder));
        Self {
            framework: Some(framework),
            command: Some(command(kind, folder, &sources)),
            install: install(kind, folder).map(str::to_owned),
            routes: routes_of(kind, &sources),
            ..Self::default()
        }
    }
}

/// The same for a project below the current folder. The list of its Python packages may be here.
fn installed_in(folder: &Path, place: &Place, install: String) -> String {
    let is_here =
        install == python::FROM_REQUIREMENTS && !folder.join(python::REQUIREMENTS).exists();
    match is_here {
        true => install,
        false => format!("(cd {} && {install})", quoted(place.folder.as_ref())),
    }
}

/// Whether a package has to be built before it starts, such as one in TypeScript.
fn is_built(folder: &Path) -> bool {
    let package = fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    let package: Value = serde_json::from_str(&package).unwrap_or_default();
    package["scripts"]["build"].is_string()
}

fn install(framework: Framework, folder: &Path) -> Option<&'static str> {
    match framework {
        Framework::Express if is_built(folder) => Some("npm ci && npm run build"),
        Framework::Express => Some("npm ci"),
        Framework::Next => Some("npm ci && npx next build"),
        Framework::SvelteKit => Some("npm ci && npx vite build"),
        Framework::FastApi | Framework::Django => Some(python::install(folder)),
        Framework::Axum => None,
    }
}

/// Whether an entry of a folder belongs to the project.
pub(super) fn is_own(entry: &DirEntry) -> bool {
    entry.depth() == 0 || !OTHERS.iter().any(|other| entry.file_name() == *other)
}

fn sources(folder: &Path) -> Vec<SourceFile> {
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
pub(super) fn framework(folder: &Path) -> Option<(Framework, &'static str)> {
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
            || name
                .strip_prefix("axum")
                .is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
    };
    text("Cargo.toml").lines().any(is_axum).then_some((Framework::Axum, "Cargo.toml"))
}

/// The usual command of a framework. The variable `PORT` and `${port}` are the port.
fn command(framework: Framework, folder: &Path, sources: &[SourceFile]) -> String {
    let python = python::environment(folder);
    match framework {
        Framework::Express => express(folder),
        Framework::Next => "npx next start --port ${port}".to_owned(),
        Framework::SvelteKit => "npx vite preview --port ${port} --strictPort".to_owned(),
        Framework::FastApi => {
            format!("{python} uvicorn {} --port ${{port}}", python::application(sources))
        }
        Framework::Django => {
            format!("{python} python3 manage.py runserver --noreload 127.0.0.1:${{port}}")
        }
        Framework::Axum => cargo_run(folder),
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
    fn a_project_below_the_folder_is_found_and_of_several_none_is_chosen() {
        let server = r#"{"dependencies": {"express": "5"}, "scripts": {"start": "node ."}}"#;
        let one = project(&[
            ("package.json", r#"{"workspaces": ["apps/*"]}"#),
            ("apps/api/package.json", server),
            ("apps/api/src/index.ts", "app.get('/me', f)"),
            ("apps/api/node_modules/next/package.json", r#"{"dependencies": {"next": "1"}}"#),
        ]);
        assert_eq!(one.folder.as_deref(), Some("apps/api"));
        assert_eq!(one.command.as_deref(), Some("npm start"));
        assert_eq!(one.routes.len(), 1);
        let django =
            [("backend/manage.py", "import django"), ("backend/x/urls.py", "path('me/', f)")];
        assert_eq!(project(&django).folder.as_deref(), Some("backend"));
        let above = project(&[django[0], (".venv/bin/python3", "")]).command.unwrap();
        assert!(above.starts_with("PATH=../.venv/bin:../venv/bin:$PATH python3 "), "{above}");
        let two = project(&[("a/package.json", server), ("b/c/manage.py", "import django")]);
        assert!(two.framework.is_none() && two.folder.is_none());
        let others: Vec<_> = two.others.iter().map(|place| place.folder.as_str()).collect();
        assert_eq!(others, ["a", "b/c"]);
    }

    #[test]
    fn a_workspace_starts_the_member_that_is_the_server() {
        let member = (
            "server/Cargo.toml",
            "[package]\nname = \"shop\"\n[dependencies]\naxum.workspace = true",
        );
        let main = ("server/src/main.rs", ".route(\"/me\", get(me))");
        let root = ("Cargo.toml", "[workspace.dependencies]\naxum = \"0.8\"");
        is(&[root, member, main], Framework::Axum, "cargo run --package shop", &[("/me", "GET")]);
        let alone = project(&[("Cargo.toml", "[workspace]\nmembers = ['server']"), member, main]);
        assert_eq!(alone.folder.as_deref(), Some("server"));
        assert_eq!(alone.command.as_deref(), Some("cargo run"));
    }

    #[test]
    fn a_python_project_is_started_by_its_tool() {
        let poetry = ("pyproject.toml", "[tool.poetry.dependencies]\nfastapi = \"^0.110\"");
        let main = ("src/shop/main.py", "app = FastAPI()\n@app.get('/me')");
        let command = "poetry run uvicorn --app-dir src shop.main:app --port ${port}";
        is(&[poetry, main], Framework::FastApi, command, &[("/me", "GET")]);
        let install = |files: &[(&str, &str)]| project(files).install;
        let is =
            |install: Option<String>, command: &str| assert_eq!(install.as_deref(), Some(command));
        is(install(&[poetry, main]), "pip install poetry && poetry install");
        is(install(&[("pyproject.toml", "fastapi"), main]), "pip install .");
        is(install(&[("requirements.txt", "fastapi"), main]), "pip install -r requirements.txt");
        let django = ("backend/manage.py", "import django");
        is(install(&[django, ("requirements.txt", "django")]), "pip install -r requirements.txt");
        let there = install(&[django, ("backend/requirements.txt", "django")]);
        is(there, "(cd backend && pip install -r requirements.txt)");
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
