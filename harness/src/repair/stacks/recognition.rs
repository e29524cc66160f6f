//! Recognises the software of a server from its responses, where that is certain.

use crate::case::Stack;

/// The software that sent these header lines, and the line that shows it; `None` where they are of none or of several.
pub fn recognised<'h>(lines: impl Iterator<Item = (&'h str, &'h str)>) -> Option<(Stack, String)> {
    let mut found: Vec<(Stack, String)> = Vec::new();
    for (name, value) in lines {
        if let Some(stack) = of_line(name, value)
            && !found.iter().any(|(known, _)| *known == stack)
        {
            found.push((stack, format!("{name}: {value}")));
        }
    }
    // A proxy and a service behind it may each add the CORS headers.
    if found.len() == 1 { found.pop() } else { None }
}

/// The software that a line names. Other values, such as `uvicorn` or `Werkzeug`, belong to several frameworks.
fn of_line(name: &str, value: &str) -> Option<Stack> {
    let product = value.split([' ', '/']).next().unwrap_or_default();
    match (name.to_ascii_lowercase().as_str(), product) {
        ("x-powered-by", "Express") => Some(Stack::Express),
        ("server", "nginx") => Some(Stack::Nginx),
        ("server", "Caddy") => Some(Stack::Caddy),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_certain_is_recognised() {
        let of = |lines: &[(&'static str, &'static str)]| {
            recognised(lines.iter().copied()).map(|(stack, _)| stack)
        };
        assert_eq!(of(&[("X-Powered-By", "Express")]), Some(Stack::Express));
        assert_eq!(
            of(&[("server", "nginx/1.22.1"), ("server", "nginx/1.22.1")]),
            Some(Stack::Nginx)
        );
        assert_eq!(of(&[("Server", "Caddy")]), Some(Stack::Caddy));
        assert_eq!(
            of(&[("server", "nginx"), ("x-powered-by", "Express")]),
            None,
            "either may add the headers"
        );
        for server in [
            "uvicorn",
            "Werkzeug/2.2.2 Python/3.11.2",
            "WSGIServer/0.2 CPython/3.11.2",
            "gunicorn",
            "",
        ] {
            assert_eq!(of(&[("server", server)]), None, "{server}");
        }
    }
}
