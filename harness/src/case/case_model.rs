//! A case as a whole: its metadata, the engines that run it, and its rows.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::build_limit::BuildLimit;
use super::environment::Variable;
use super::kept_rows::Rows;
use super::origin::Origin;
use super::policy::Policy;
use super::row::{Row, Server};
use super::stack::Stack;
use super::upstream::{Launch, UpstreamServer, UpstreamSpec};

/// A case's path below the folder of cases, without its extension: `claims/12-the-request-is-sent`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CaseId(pub String);

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One YAML file: a statement about CORS, and everything that is needed to test it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its path below the folder of cases.
    pub id: CaseId,
    /// The file it was read from, for messages.
    pub file: PathBuf,
    /// The line of its steps or of its policy in that file, from 1.
    pub line: usize,
    /// The case as a sentence.
    pub name: String,
    /// Why it matters.
    pub because: String,
    /// Ids of the behaviors that it covers.
    pub covers: Vec<String>,
    /// Whether it is played only if it is asked for: with `--all`, or by a filter.
    pub extended: bool,
    /// Whether a browser departs too if it denies a step for another reason than the standard.
    pub compares_reasons: bool,
    /// Anchor in the Fetch standard, without `#`.
    pub spec: Option<String>,
    /// The engines that run it.
    pub engines: Vec<EngineChoice>,
    /// Names of the matrix, in the order written. The `values` of every row have exactly these
    /// names.
    pub variables: Vec<String>,
    /// Known departures from the standard. Each selects at least one row.
    pub known: Vec<Known>,
    /// All combinations, the last variable changing fastest. Never empty.
    pub rows: Rows,
    /// The policy from which the rows were made, if the case is one.
    pub policy: Option<Policy>,
}

/// Engines that run a case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EngineChoice {
    /// Every real browser, and the model of the standard.
    Browsers,
    /// One engine by name: `control`, `chromium`, …
    Named(String),
}

/// A departure of an engine from the standard, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Known {
    /// The engine that departs.
    pub engine: String,
    /// The kind of departure.
    pub kind: KnownKind,
    /// The reason, for people.
    pub because: String,
    /// Where it is discussed.
    pub link: Option<String>,
    /// The builds that depart; `None` if all do.
    pub limit: Option<BuildLimit>,
    /// Whether it applies to the browser that is used. It does, unless the build of that browser is known and is another
    /// one, or the entry has a limit and the build is not known.
    pub applies: bool,
    /// Variables and the values that select rows; if empty, all rows.
    pub values: Vec<(String, Vec<String>)>,
}

impl Case {
    /// The same case for these builds of browsers, by the names of their engines: entries of `known` that are limited to
    /// others do not apply.
    #[must_use]
    pub fn for_builds(mut self, described: impl Fn(&str) -> Option<String>) -> Self {
        for known in &mut self.known {
            if let Some(limit) = &known.limit {
                known.applies = described(&known.engine).is_some_and(|it| limit.includes(&it));
            }
        }
        self
    }

    /// The same case, whose rows stay in memory as long as the result is used.
    #[must_use]
    pub fn with_rows_in_memory(self: &Arc<Self>) -> Arc<Self> {
        match self.rows.are_made() {
            true => Arc::clone(self),
            false => Arc::new(Self { rows: self.rows.in_memory(), ..Self::clone(self) }),
        }
    }

    /// Removes the rows from memory, if they can be made again from the text of the file.
    pub fn set_rows_aside(&mut self) {
        self.rows.set_aside();
    }

    /// The entries for an engine that apply to its browser.
    pub fn known_of<'c>(&'c self, engine: &'c str) -> impl Iterator<Item = &'c Known> {
        self.known.iter().filter(move |known| known.engine == engine && known.applies)
    }
}

/// Changes that a command line or a test program makes to a case.
impl Case {
    /// The same case with another server for an origin. The server gets `X-Forwarded-…` headers if
    /// the one before did.
    #[must_use]
    pub fn answered_by(&self, origin: &Origin, server: &UpstreamServer) -> Self {
        self.with_servers(|here| {
            if here.origin == *origin {
                here.cors = None;
                here.routes.clear();
                let forwarded = here.upstream.as_ref().and_then(|own| own.forwarded.clone());
                here.upstream = Some(UpstreamSpec {
                    server: server.clone(),
                    forwarded,
                    without_cors: false,
                    certificate_options: Vec::new(),
                });
            }
        })
    }

    /// The same case with the CORS headers of real servers removed.
    #[must_use]
    pub fn without_cors(&self) -> Self {
        self.with_upstreams(|own| own.without_cors = true)
    }

    /// The same case whose `curl` commands for servers that already run have these options: words of a shell with which
    /// `curl` accepts their certificates.
    #[must_use]
    pub fn with_certificate_options(&self, options: &[String]) -> Self {
        self.with_upstreams(|own| {
            if matches!(own.server, UpstreamServer::Upstream(_)) {
                own.certificate_options = options.to_vec();
            }
        })
    }

    /// Whether a router of the program that runs the suite answers for this origin in any row.
    pub fn is_served_by(&self, origin: &Origin) -> bool {
        let router = UpstreamServer::InProcess(origin.clone());
        self.has_upstream_server(|server| *server == router)
    }

    /// The same case with these variables set for every server that the run starts. Servers that
    /// already run keep their environment.
    #[must_use]
    pub fn with_environment(&self, variables: &[Variable]) -> Self {
        self.with_upstreams(|own| {
            if let UpstreamServer::Command(launch) = &mut own.server {
                variables.iter().for_each(|variable| set(launch, variable));
            }
        })
    }

    /// Whether the run starts a server for it.
    pub fn starts_a_server(&self) -> bool {
        self.has_upstream_server(|server| matches!(server, UpstreamServer::Command(_)))
    }

    /// Whether any row uses a real server like this. Rows without one need not be in memory for it.
    fn has_upstream_server(&self, is_wanted: impl Fn(&UpstreamServer) -> bool) -> bool {
        let is_wanted = |own: &UpstreamSpec| is_wanted(&own.server);
        self.rows.have_upstream() && self.rows.held().iter().flat_map(Row::upstreams).any(is_wanted)
    }

    /// The same case whose reports show the lines for this software.
    #[must_use]
    pub fn with_stack(&self, stack: Stack) -> Self {
        let policy = self.policy.clone().map(|policy| Policy { stack: Some(stack), ..policy });
        Self { policy, ..self.clone() }
    }

    /// The same case, made by `check` from its options.
    #[must_use]
    pub fn of_check(&self) -> Self {
        let policy = self.policy.clone().map(|policy| Policy { is_of_check: true, ..policy });
        Self { policy, ..self.clone() }
    }

    fn with_upstreams(&self, change: impl Fn(&mut UpstreamSpec)) -> Self {
        match self.rows.have_upstream() {
            true => self.with_servers(|server| server.upstream.iter_mut().for_each(&change)),
            false => self.clone(),
        }
    }

    fn with_servers(&self, change: impl Fn(&mut Server)) -> Self {
        let changed = |row: &Row| {
            let mut row = row.clone();
            row.servers.iter_mut().for_each(&change);
            row
        };
        let rows: Vec<_> = self.rows.held().iter().map(changed).collect();
        Self { rows: rows.into(), ..self.clone() }
    }
}

fn set(launch: &mut Launch, Variable { name, value }: &Variable) {
    match launch.environment.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => known.clone_from(value),
        None => launch.environment.push((name.clone(), value.clone())),
    }
}

impl Known {
    /// Whether it selects this row.
    pub fn selects(&self, row: &Row) -> bool {
        self.values.iter().all(|(name, values)| {
            row.value(name).is_some_and(|value| values.iter().any(|known| known == value))
        })
    }
}

/// The kind of a departure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KnownKind {
    /// The engine has a bug.
    Bug,
    /// The engine protects its users further than the standard requires.
    Policy,
    /// The standard is open, or no engine implements what it says.
    StandardGap,
    /// The engine differs from the model, and the standard permits that.
    Permitted,
}

impl KnownKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Bug, Self::Policy, Self::StandardGap, Self::Permitted];

    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bug => "bug",
            Self::Policy => "policy",
            Self::StandardGap => "standard-gap",
            Self::Permitted => "permitted",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{CaseId, read};
    use super::*;

    const CASE: &str = "
name: It is asked
because: It is there.
servers:
  https://api.example.com:
    command: serve ${port}
    environment: [{ MODE: production }, { TOKEN: secret }]
  https://static.example.com:
    /: { GET: {} }
page: https://app.example.com
steps: [{ fetch: https://api.example.com/ }, { fetch: https://static.example.com/ }]
";

    fn case(text: &str) -> Case {
        read(CaseId("it".to_owned()), Path::new("it.yaml"), text.as_bytes()).unwrap()
    }

    fn environment(case: &Case) -> Vec<(&str, &str)> {
        let own = case.rows[0].servers[0].upstream.as_ref().unwrap();
        let UpstreamServer::Command(launch) = &own.server else { panic!("{own:?}") };
        launch.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    #[test]
    fn a_command_line_variable_overrides_the_case_and_the_last_one_wins() {
        let variables = ["MODE=development", "PORT_OF=${port}", "MODE=a=b"];
        let variables = variables.map(|variable| variable.parse().unwrap());
        let changed = case(CASE).with_environment(&variables);
        let expected = [("MODE", "a=b"), ("TOKEN", "secret"), ("PORT_OF", "${port}")];
        assert_eq!(environment(&changed), expected);
        assert_eq!(environment(&case(CASE)), [("MODE", "production"), ("TOKEN", "secret")]);
    }

    #[test]
    fn only_servers_with_a_command_are_started() {
        assert!(case(CASE).starts_a_server());
        let played = CASE.replace("command: serve ${port}", "/: { GET: {} }");
        let played =
            played.replace("    environment: [{ MODE: production }, { TOKEN: secret }]\n", "");
        assert!(!case(&played).starts_a_server());
    }
}
