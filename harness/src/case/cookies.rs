//! The cookies that a user brings along.

use cookie::Cookie;

use super::file::Pair;
use super::origin;
use super::reader::{Reader, Said, Wrong};
use super::row::{Origin, PlantedCookie};
use super::suggest::brief;
use super::tree::Node;
use super::values;

/// Reads `cookies:`.
pub(super) fn read(reader: &mut Reader<'_>, file: &[Pair], node: &Node) -> Vec<PlantedCookie> {
    let cookies = file.iter().enumerate();
    cookies.filter_map(|(index, pair)| read_cookie(reader, pair, node.item(index))).collect()
}

fn read_cookie(reader: &mut Reader<'_>, pair: &Pair, node: &Node) -> Option<PlantedCookie> {
    let (origin, cookie) = Said::pair(pair, node)?;
    let origin = reader.read(origin, origin::parse);
    let set_cookie = reader.read(cookie, |text| set_cookie(text, origin.as_ref()))?;
    Some(PlantedCookie { origin: origin?, set_cookie })
}

/// A `Set-Cookie` value that a visit to the origin can plant.
pub(super) fn set_cookie(text: &str, origin: Option<&Origin>) -> Result<String, Wrong> {
    let text = values::header_value(text)?;
    let cookie = Cookie::parse(text.as_str()).map_err(|error| {
        // It may be all of a login, so it is not repeated.
        let what = format!("a text of {} bytes is not a cookie: {error}", text.len());
        Wrong::new(what, "write it like the value of `Set-Cookie`: `sid=1; Secure; SameSite=None`")
    })?;
    match (cookie.domain(), origin) {
        (Some(domain), Some(origin)) if !covers(domain, &origin.host) => {
            let what = format!("`{}` cannot set a cookie for `{}`", origin, brief(domain));
            Err(Wrong::new(
                what,
                format!("`Domain` names `{}` or a parent of it; or leave it out", origin.host),
            ))
        }
        _ => Ok(text),
    }
}

impl PlantedCookie {
    /// Whether it is for this host, by the one that set it or by its `Domain`, whatever else keeps it back.
    pub fn covers(&self, host: &str) -> bool {
        let parsed = Cookie::parse(self.set_cookie.as_str()).ok();
        match parsed.as_ref().and_then(Cookie::domain) {
            Some(domain) => covers(domain, host),
            None => self.origin.host == host,
        }
    }
}

/// <https://www.rfc-editor.org/rfc/rfc6265#section-5.1.3>
fn covers(domain: &str, host: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    let is_name = host.parse::<std::net::Ipv4Addr>().is_err() && !host.starts_with('[');
    let above = || host.strip_suffix(&domain).is_some_and(|below| below.ends_with('.'));
    host == domain || (is_name && above())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_covers_itself_and_what_is_below() {
        assert!(covers("Example.com", "example.com"));
        assert!(covers("example.com", "api.example.com"));
        assert!(!covers("ample.com", "example.com"));
        assert!(!covers("api.example.com", "example.com"));
        assert!(!covers("0.0.1", "127.0.0.1"));
        assert!(!covers("", "example.com"));
    }
}
