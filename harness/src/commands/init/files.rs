//! The texts of the files that `init` writes.

use std::path::{Component, Path};

use super::project::Project;
use super::routes::Route;
use crate::arguments::{Framework, Service};

/// What a new policy says.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) origin: String,
    pub(super) pages: Vec<String>,
    /// Routes that were named; without any, those of the project.
    pub(super) routes: Vec<String>,
    pub(super) server: Server,
}

/// The server of a new policy.
#[derive(Debug)]
pub(super) enum Server {
    /// A command that starts it.
    Command(String),
    /// The address of one that runs.
    Upstream(String),
}

/// How many routes are written; a policy with all of them takes long.
const MOST_ROUTES: usize = 8;

/// How long a project may take to build and start.
const BUILD: &str = "    ready-within: 900s # the first run compiles it\n";

/// The policy. `cases` is the folder of its file, below the project.
pub(super) fn policy(answers: &Answers, project: &Project, cases: &Path) -> String {
    let Answers { origin, pages, .. } = answers;
    let pages: Vec<_> = pages.iter().map(|page| quoted(page)).collect();
    format!(
        "name: Our pages can use {origin}, and no other site can\n\
         because: \"Write here why: what the server holds, and which pages need it.\"\n\
         servers:\n  {}: # the origin in production, as browsers see it\n{}\
         policy:\n  routes:\n{}  allow:\n    - origins: [{}]\n\
         \x20 # A user's login, which browsers send with `credentials: include`:\n\
         \x20 # login:\n  #   - {origin}: session=${{env SESSION}}; Secure; SameSite=None\n\
         \x20 everybody-else: nothing\n",
        quoted(origin),
        server(answers, project, cases),
        routes(answers, project),
        pages.join(", ")
    )
}

fn server(answers: &Answers, project: &Project, cases: &Path) -> String {
    let command = match &answers.server {
        Server::Upstream(url) => return format!("    upstream: {}\n", quoted(url)),
        Server::Command(command) => command,
    };
    let framework = project.framework.map(|(framework, _)| framework);
    let build = if framework == Some(Framework::Axum) { BUILD } else { "" };
    let note = framework.map(note).unwrap_or("it listens on the port in the variable PORT");
    format!(
        "    command: {} # {note}\n    folder: {}\n{build}",
        quoted(command),
        quoted(&project_folder(project, cases))
    )
}

fn note(framework: Framework) -> &'static str {
    match framework {
        Framework::Express | Framework::Axum => "it listens on the port in the variable PORT",
        Framework::Next => "run `npx next build` before",
        Framework::SvelteKit => "run `npx vite build` before",
        Framework::FastApi => "the module and its application",
        Framework::Django => "ALLOWED_HOSTS has the host of the origin above",
    }
}

/// The project's folder as seen from the folder of cases.
fn project_folder(project: &Project, cases: &Path) -> String {
    let depth = cases.components().filter(|part| matches!(part, Component::Normal(_))).count();
    let below = project.folder.as_deref();
    vec![".."; depth].into_iter().chain(below).collect::<Vec<_>>().join("/")
}

/// Routes that are read. Others change data, so they are only listed.
fn routes(answers: &Answers, project: &Project) -> String {
    let is_read = |route: &&Route| route.methods.contains(&"GET");
    let named = answers.routes.iter().map(String::as_str);
    let found = project.routes.iter().filter(is_read).map(|route| route.path.as_str());
    let mut reads: Vec<&str> =
        if answers.routes.is_empty() { found.collect() } else { named.collect() };
    if reads.is_empty() {
        reads.push("/");
    }
    let left = reads.len().saturating_sub(MOST_ROUTES);
    reads.truncate(MOST_ROUTES);
    let mut text: String =
        reads.iter().map(|path| format!("    {}: [GET]\n", quoted(path))).collect();
    if left > 0 {
        text += &format!("    # and {left} more routes with GET\n");
    }
    let writes = project.routes.iter().filter_map(|Route { path, methods }| {
        let writes: Vec<_> = methods.iter().copied().filter(|method| *method != "GET").collect();
        (!writes.is_empty()).then(|| format!("    # {}: [{}]\n", quoted(path), writes.join(", ")))
    });
    let writes: String = writes.take(MOST_ROUTES).collect();
    if !writes.is_empty() {
        text += "    # These change data. The harness sends them to the server; add those for which that is safe:\n";
    }
    text + &writes
}

/// A text in double quotes, as JSON and YAML write it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The job of a service, and its file.
pub(super) fn job(
    service: Service,
    project: &Project,
    options: &str,
) -> Option<(&'static str, String)> {
    let install = project.install.as_deref();
    match service {
        Service::Github => Some((".github/workflows/cors.yml", github(install, options))),
        Service::Gitlab => Some((".gitlab-ci.yml", gitlab(install, options))),
        Service::None => None,
    }
}

/// The machines of GitHub have Chrome, Firefox and their drivers.
fn github(install: Option<&str>, options: &str) -> String {
    let install = install.map(|install| format!("      - run: {install}\n")).unwrap_or_default();
    format!(
        "on: [push, pull_request]\n\
         jobs:\n  cors:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n{install}\
         \x20     - run: cargo install --locked cors-harness\n\
         \x20     - run: cors-harness run --engine chromium,firefox{options}\n"
    )
}

fn gitlab(install: Option<&str>, options: &str) -> String {
    let install = install.map(|install| format!("    - {install}\n")).unwrap_or_default();
    format!(
        "cors:\n  image: rust:1-bookworm\n  script:\n\
         \x20   - apt-get update && apt-get install -y chromium chromium-driver\n{install}\
         \x20   - cargo install --locked cors-harness\n\
         \x20   - cors-harness run --engine chromium{options} --report junit=cors.xml\n\
         \x20 artifacts:\n    reports: {{ junit: cors.xml }}\n"
    )
}

/// What git is not to keep: results that wait for a review.
pub(super) const IGNORED: [&str; 2] =
    ["# cors-harness: results that wait for a review", "*.snap.new"];

#[cfg(test)]
mod tests {
    use cors_harness::case::{CaseId, read};

    use super::*;

    #[test]
    fn a_policy_is_read_whatever_it_is_made_of() {
        let route = |path: &str, methods: &[&'static str]| Route {
            path: path.to_owned(),
            methods: methods.to_vec(),
        };
        let routes =
            vec![route("/me", &["GET", "PUT"]), route("/true", &["GET"]), route("/x", &["POST"])];
        let framework = Some((Framework::Axum, "Cargo.toml"));
        let project = Project { framework, routes, ..Project::default() };
        for server in [
            Server::Command("sh -c \"exec 'a: b' # ${port}\"".to_owned()),
            Server::Upstream("http://127.0.0.1:8000".to_owned()),
        ] {
            let answers = Answers {
                origin: "https://api.example.com".to_owned(),
                pages: vec![
                    "https://app.example.com".to_owned(),
                    "http://localhost:3000".to_owned(),
                ],
                routes: Vec::new(),
                server,
            };
            let text = policy(&answers, &project, Path::new("tests/cors"));
            let case =
                read(CaseId("api".to_owned()), Path::new("tests/cors/api.yaml"), text.as_bytes());
            let case = case.unwrap_or_else(|complaints| panic!("{}\n{text}", complaints.plain()));
            assert_eq!(case.policy.unwrap().listed, answers.pages);
            let requests: Vec<_> = case.rows.iter().filter_map(|row| row.asked.as_ref()).collect();
            assert!(requests.iter().any(|asked| asked.route == "/true"));
            assert!(!requests.iter().any(|asked| asked.route == "/x"));
            assert!(
                text.contains("# \"/x\": [POST]") && text.contains("# \"/me\": [PUT]"),
                "{text}"
            );
            assert!(!text.contains("command:") || text.contains("folder: \"../..\""), "{text}");
        }
    }

    #[test]
    fn a_job_has_at_most_ten_lines() {
        for service in [Service::Github, Service::Gitlab] {
            let framework = Some((Framework::Next, "package.json"));
            let install = Some("npm ci && npx next build".to_owned());
            let project = Project { framework, install, ..Project::default() };
            let (_, text) = job(service, &project, " --cases cors").unwrap();
            assert!(text.lines().count() <= 10 && text.contains("next build"), "{text}");
            assert!(text.contains(" --cases cors"), "{text}");
        }
    }
}
