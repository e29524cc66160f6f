//! The command that starts a Python server: its tool, such as Poetry, and the application as uvicorn names it.

use std::fs;
use std::path::Path;

use super::routes::SourceFile;

/// What precedes a command so that it has the packages of the project.
pub(super) fn environment(folder: &Path) -> &'static str {
    let pyproject = fs::read_to_string(folder.join("pyproject.toml")).unwrap_or_default();
    let has = |file: &str| folder.join(file).is_file();
    if has("poetry.lock") || pyproject.contains("[tool.poetry") {
        "poetry run"
    } else if has("uv.lock") || pyproject.contains("[tool.uv") {
        "uv run"
    } else if has("Pipfile") {
        "pipenv run"
    } else {
        VIRTUAL
    }
}

/// A virtual environment on this machine, and none in a container, are both right.
const VIRTUAL: &str = "PATH=.venv/bin:venv/bin:$PATH";

/// Whether a folder has a virtual environment.
pub(super) fn is_virtual_in(folder: &Path) -> bool {
    [".venv", "venv"].iter().any(|name| folder.join(name).is_dir())
}

/// The command of a project below a folder, with the virtual environment of that folder, if it has one.
pub(super) fn with_environment_above(command: String, folder: &Path, project: &str) -> String {
    let up = "../".repeat(project.split('/').count());
    match command.strip_prefix(VIRTUAL).filter(|_| is_virtual_in(folder)) {
        Some(rest) => format!("PATH={up}.venv/bin:{up}venv/bin:$PATH{rest}"),
        None => command,
    }
}

/// How CI installs the packages.
pub(super) fn install(folder: &Path) -> &'static str {
    match environment(folder) {
        "poetry run" => "pip install poetry && poetry install",
        "uv run" => "pip install uv && uv sync",
        "pipenv run" => "pip install pipenv && pipenv install",
        _ if !folder.join(REQUIREMENTS).exists() && folder.join("pyproject.toml").exists() => {
            "pip install ."
        }
        _ => FROM_REQUIREMENTS,
    }
}

/// The list of packages that pip reads.
pub(super) const REQUIREMENTS: &str = "requirements.txt";

/// Installs what the list has.
pub(super) const FROM_REQUIREMENTS: &str = "pip install -r requirements.txt";

/// The arguments of uvicorn for a FastAPI application: `app.main:app`, or `--factory app.main:create_app`.
pub(super) fn application(sources: &[SourceFile]) -> String {
    let found = sources.iter().find_map(|SourceFile { path, text }| {
        let name = name_of_application(text)?;
        // Packages below `src` are imported without it, unless it is a package itself.
        let is_package = sources.iter().any(|source| source.path == "src/__init__.py");
        let (folder, path) = match path.strip_prefix("src/").filter(|_| !is_package) {
            Some(rest) => ("--app-dir src ", rest),
            None => ("", path.as_str()),
        };
        let module = path.strip_suffix(".py")?.replace('/', ".");
        let module = module.trim_end_matches(".__init__");
        Some(match name {
            Name::Variable(name) => format!("{folder}{module}:{name}"),
            Name::Function(name) => format!("{folder}--factory {module}:{name}"),
        })
    });
    found.unwrap_or_else(|| "main:app".to_owned())
}

enum Name {
    Variable(String),
    Function(String),
}

/// A variable of the module that holds the application, or the function that makes it.
fn name_of_application(text: &str) -> Option<Name> {
    let made = text.lines().position(|line| line.contains("FastAPI(") && !line.contains("def "))?;
    let before: Vec<_> = text.lines().take(made + 1).collect();
    let is_indented = before.last()?.starts_with([' ', '\t']);
    if !is_indented {
        return assigned(before.last()?).map(Name::Variable);
    }
    let function = before.iter().rev().find_map(|line| line.strip_prefix("def "))?;
    let (function, _) = function.split_once('(')?;
    let call = format!("{function}(");
    let calls = |line: &&str| {
        line.split_once('=').is_some_and(|(_, value)| value.trim().starts_with(&call))
    };
    let variable = text.lines().filter(|line| !line.starts_with([' ', '\t'])).find(calls);
    Some(match variable.and_then(assigned) {
        Some(variable) => Name::Variable(variable),
        None => Name::Function(function.trim().to_owned()),
    })
}

/// `app` of `app: FastAPI = FastAPI()`.
fn assigned(line: &str) -> Option<String> {
    let (variable, _) = line.split_once('=')?;
    let variable = variable.split(':').next().unwrap_or_default().trim();
    Some(variable.to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_a_variable_or_a_function_of_a_module() {
        let factory = "def create_app() -> FastAPI:\n    app = FastAPI()\n    return app\n";
        let called = format!("{factory}\nserver = create_app()\n");
        for (path, text, arguments) in [
            ("main.py", "app = FastAPI()", "main:app"),
            ("shop/__init__.py", "api: FastAPI = FastAPI(\n)", "shop:api"),
            ("src/shop/main.py", "app = FastAPI()", "--app-dir src shop.main:app"),
            ("src/shop/main.py", factory, "--app-dir src --factory shop.main:create_app"),
            ("shop/main.py", called.as_str(), "shop.main:server"),
            ("shop/main.py", "import os", "main:app"),
        ] {
            let source = SourceFile { path: path.to_owned(), text: text.to_owned() };
            assert_eq!(application(&[source]), arguments, "{path}: {text}");
        }
    }
}
