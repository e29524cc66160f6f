//! Variables of the environment that a run sets, which override those of a case.

use std::fmt;
use std::str::FromStr;

use super::complaint::ValueError;
use super::suggest::brief;
use super::upstream::PORT;

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
        let described = |wrong: ValueError| format!("{}: {}", wrong.what, wrong.help);
        let name = variable_name(name).map_err(described)?;
        let value = variable_value(value).map_err(described)?;
        check_is_settable(&name, &value).map_err(described)?;
        Ok(Self { name, value })
    }
}

/// Reports a variable that the harness sets itself.
pub(super) fn check_is_settable(name: &str, value: &str) -> Result<(), ValueError> {
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
    use super::*;

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
