//! Reads values of the command line by the same rules as a file. Messages repeat no cookie and no
//! header value.

use url::Url;

use super::complaint::ValueError;
use super::origin::Origin;
use super::suggest::brief;
use super::{cookies, policy, upstream_reader, values};

/// The address of a running server: scheme, host and port.
///
/// # Errors
/// What is wrong, and what to write instead.
pub fn address(text: &str) -> Result<Url, String> {
    upstream_reader::upstream(text).map_err(words)
}

/// A URL of a running server.
///
/// # Errors
/// What is wrong, and what to write instead.
pub fn endpoint(text: &str) -> Result<Url, String> {
    let Some((scheme, behind)) = text.split_once("://") else {
        let host = text.rsplit_once('@').map_or(text, |(_, behind)| behind);
        let host = brief(host.trim_matches('/'));
        return Err(format!("it has no scheme: write `http://{host}`"));
    };
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return Err("its scheme is not http or https: write `http://127.0.0.1:8000/me`".to_owned());
    }
    let host = behind.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    if host.contains('@') {
        return Err(
            "it has a user name: remove it, and send the login with `--header 'Authorization: …'`"
                .to_owned(),
        );
    }
    address(text.get(..text.len() - behind.len() + host.len()).unwrap_or_default())?;
    if text.contains('#') {
        return Err("browsers do not send the part after `#`: remove it".to_owned());
    }
    Url::parse(text).map_err(|error| format!("{error}: write `http://127.0.0.1:8000/me`"))
}

/// A method that a browser sends unchanged.
///
/// # Errors
/// What is wrong, and what to write instead.
pub fn method(text: &str) -> Result<String, String> {
    values::script_method(text).map_err(words)
}

/// The header line `Name: value`, if script can set it.
///
/// # Errors
/// What is wrong, and what to write instead, without the line.
pub fn header_line(text: &str) -> Result<(String, String), String> {
    let help = "write `Name: value`";
    let (name, value) = text
        .split_once(':')
        .ok_or_else(|| format!("a line of {} bytes has no colon: {help}", text.len()))?;
    let name = values::header_name(name.trim())
        .map_err(|_| format!("the text before the colon is not a header name: {help}"))?;
    let name =
        policy::script_header(&name).map_err(|wrong| match name.to_ascii_lowercase().as_str() {
            "cookie" => format!("{}: give it as `--cookie`", wrong.what),
            _ => words(wrong),
        })?;
    Ok((name, values::header_value(value.trim()).map_err(words)?))
}

/// A cookie of a user of the origin, written as a `Set-Cookie` value.
///
/// # Errors
/// What is wrong, and what to write instead, without the cookie.
pub fn login_cookie(text: &str, origin: &Origin) -> Result<String, String> {
    cookies::set_cookie(text, Some(origin)).map_err(words)
}

fn words(ValueError { what, help }: ValueError) -> String {
    format!("{what}: {help}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_url_of_a_server() {
        for good in
            ["http://127.0.0.1:8000/me?a=b", "https://localhost:3000/me", "http://[::1]:80/"]
        {
            assert!(endpoint(good).is_ok(), "{good}");
        }
        for (bad, help) in [
            ("localhost:8000/me", "write `http://localhost:8000/me`"),
            ("ftp://a/me", "write `http://127.0.0.1:8000/me`"),
            ("http://u:secret@a/me", "`--header 'Authorization: …'`"),
            ("u:secret@a/me", "write `http://a/me`"),
            ("http://a/me#x", "`#`"),
            ("http://", "`http://127.0.0.1:8000`"),
            ("", "no scheme"),
        ] {
            let words = endpoint(bad).expect_err(bad);
            assert!(words.contains(help), "{bad}: {words}");
            assert!(!words.contains("secret"), "{words}");
        }
    }

    #[test]
    fn no_secret_is_repeated() {
        let origin: Origin = "https://api.example.com".parse().expect("an origin");
        let cookies = ["secret", "sid=secret; Domain=other.example"];
        let lines = ["Cookie: sid=secret", "X secret: 1", "secret", "X-A: secret\u{1}"];
        let cookies = cookies.map(|text| login_cookie(text, &origin).expect_err(text));
        let lines = lines.map(|text| header_line(text).expect_err(text));
        for words in cookies.iter().chain(&lines) {
            assert!(!words.contains("secret"), "{words}");
        }
        assert!(lines[0].ends_with("give it as `--cookie`"), "{}", lines[0]);
        assert_eq!(header_line("X-A: b: c"), Ok(("X-A".to_owned(), "b: c".to_owned())));
    }
}
