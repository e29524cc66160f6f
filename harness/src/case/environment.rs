//! Variables of the environment that a run sets, which override those of a case.

use std::fmt;
use std::str::FromStr;

use super::Case;
use super::complaint::ValueError;
use super::row::Row;
use super::suggest::brief;
use super::upstream::{Launch, PORT, UpstreamServer, UpstreamSpec};

/// A variable of the environment, written as `NAME=VALUE`.
#[derive(Clone, Eq, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, in which `${port}` is the port of the server.
    pub value: String,
}

/// Shows values of the environment by their length.
impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Variable").field(&self.name).field(&self.value.len()).finish()
    }
}

impl FromStr for Variable {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) =
            text.split_once('=').ok_or("write a name and a value: `MODE=production`")?;
        let said = |wrong: ValueError| format!("{}: {}", wrong.what, wrong.help);
        let name = variable_name(name).map_err(said)?;
        let value = variable_value(value).map_err(said)?;
        its_own(&name, &value).map_err(said)?;
        Ok(Self { name, value })
    }
}

impl Case {
    /// The same case with these variables set for every server that the run starts. Servers that
    /// already run keep their environment.
    #[must_use]
    pub fn with_environment(&self, variables: &[Variable]) -> Self {
        self.with_servers(|server| {
            if let Some(UpstreamSpec { server: UpstreamServer::Command(launch), .. }) =
                &mut server.upstream
            {
                variables.iter().for_each(|variable| set(launch, variable));
            }
        })
    }

    /// Whether the run starts a server for it.
    pub fn starts_a_server(&self) -> bool {
        let mut upstreams = self.rows.iter().flat_map(Row::upstreams);
        upstreams.any(|own| matches!(own.server, UpstreamServer::Command(_)))
    }
}

fn set(launch: &mut Launch, Variable { name, value }: &Variable) {
    match launch.environment.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => known.clone_from(value),
        None => launch.environment.push((name.clone(), value.clone())),
    }
}

/// Reports a variable that the harness sets itself.
pub(super) fn its_own(name: &str, value: &str) -> Result<(), ValueError> {
    if name == "PORT" && value != PORT {
        let help = "remove it, or give it the value `${port}`";
        return Err(ValueError::new("`PORT` is set to the port of the server", help));
    }
    if name.starts_with("CORS_HARNESS_") {
        let what = format!("`{}` is reserved for cors-harness", brief(name));
        return Err(ValueError::new(
            what,
            "choose a name that does not start with `CORS_HARNESS_`",
        ));
    }
    Ok(())
}

/// Reads the name of a variable.
pub(super) fn variable_name(text: &str) -> Result<String, ValueError> {
    let sign = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if text.chars().all(sign) && text.starts_with(|c: char| !c.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    let what = format!("`{}` cannot be the name of a variable of the environment", brief(text));
    Err(ValueError::new(
        what,
        "a name has letters, digits and `_`, and does not begin with a digit: `API_KEY`",
    ))
}

/// Reads its value.
pub(super) fn variable_value(text: &str) -> Result<String, ValueError> {
    match text.contains('\0') {
        true => Err(ValueError::new("an environment variable cannot contain NUL", "remove it")),
        false => Ok(text.to_owned()),
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

    #[test]
    fn an_invalid_variable_is_reported_with_the_right_form() {
        let wrong = [
            ("MODE", "MODE=production"),
            ("1=a", "letters"),
            ("=a", "letters"),
            ("PORT=80", "`${port}`"),
            ("CORS_HARNESS_FAMILY=x", "reserved for cors-harness"),
        ];
        for (text, words) in wrong {
            let complaint = text.parse::<Variable>().unwrap_err();
            assert!(complaint.contains(words), "{text}: {complaint}");
        }
        assert!("PORT=${port}".parse::<Variable>().is_ok());
    }

    #[test]
    fn a_value_is_not_shown() {
        assert_eq!(
            format!("{:?}", "TOKEN=secret".parse::<Variable>()),
            r#"Ok(Variable("TOKEN", 6))"#
        );
    }
}
