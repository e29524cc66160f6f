//! Reads the URL of a step, and checks that a server answers there.

use std::sync::Arc;

use cors_model::requested_path;
use cors_servers::script::Path;
use url::{ParseError, Url};

use super::origin;
use super::page::{OpenedPage, Page};
use super::reader::{Reader, Spanned, ValueError};
use super::servers::Sites;
use super::suggest::{self, brief};

/// What a step's URL depends on.
pub(super) struct UrlContext<'a> {
    /// The first page; `None` after a complaint.
    pub(super) page: Option<&'a Page>,
    /// The page that was opened since.
    pub(super) opened: Option<Arc<OpenedPage>>,
    pub(super) sites: &'a Sites,
}

impl UrlContext<'_> {
    /// The page that makes the request.
    pub(super) fn page(&self) -> Option<&Page> {
        self.opened.as_ref().map(|opened| &opened.page).or(self.page)
    }
}

/// Reads a step's URL: as the script uses it, and parsed.
pub(super) fn read(
    reader: &mut Reader<'_>,
    spanned: Spanned<'_>,
    scene: &UrlContext<'_>,
) -> Option<(String, Url)> {
    let text = reader.fill(spanned)?;
    let (text, url) = match absolute(&text, scene.page())? {
        Ok(found) => found,
        Err(error) => {
            let what = format!("`{}` is not a URL: {error}", brief(&text));
            reader.complain(
                spanned.at,
                ValueError::new(
                    what,
                    "write `https://api.example.com/me`, or a path of the page's origin",
                ),
            );
            return None;
        }
    };
    match answered(&url, scene) {
        Ok(()) => Some((text, url)),
        Err(wrong) => {
            reader.complain(spanned.at, wrong);
            None
        }
    }
}

/// The URL as written if it is absolute, and parsed as the page would. `None` if that requires a
/// page that was reported.
fn absolute(text: &str, page: Option<&Page>) -> Option<Result<(String, Url), ParseError>> {
    let base = page.map(|page| Url::parse(&page.origin.to_string()));
    let joined = match base {
        Some(base) => base.and_then(|base| base.join(text)),
        None => Url::parse(text),
    };
    let alone = Url::parse(text);
    match joined {
        Err(ParseError::RelativeUrlWithoutBase) => None,
        Ok(url) if alone.as_ref() == Ok(&url) => Some(Ok((text.to_owned(), url))),
        joined => Some(joined.map(|url| (url.to_string(), url))),
    }
}

/// Whether one of the servers answers the URL.
fn answered(url: &Url, scene: &UrlContext<'_>) -> Result<(), ValueError> {
    let Some(origin) = origin::of(url) else {
        return Err(ValueError::new(
            "a step can only request http and https URLs",
            "write `https://api.example.com/me`",
        ));
    };
    let servers = &scene.sites.servers;
    let Some(server) = servers.iter().find(|server| server.origin == origin) else {
        return if scene.sites.incomplete {
            Ok(())
        } else {
            Err(no_server(&origin.to_string(), scene))
        };
    };
    if server.upstream.is_some() {
        return Ok(());
    }
    let asked = requested_path(url);
    if scene.sites.incomplete || server.routes.contains_key(asked.as_ref()) {
        return Ok(());
    }
    let what = format!("`{origin}` has no path `{}`", brief(&asked));
    let paths = server.routes.keys().map(Path::as_str);
    Err(ValueError::new(what, suggest::help(&asked, "its paths are", paths)))
}

fn no_server(origin: &str, scene: &UrlContext<'_>) -> ValueError {
    let known: Vec<String> =
        scene.sites.servers.iter().map(|server| server.origin.to_string()).collect();
    let mut help = suggest::help(origin, "the servers are", known.iter().map(String::as_str));
    if scene.page().is_some_and(|page| page.origin.to_string() == origin) {
        help.push_str("; list the page's own origin too if it should answer");
    }
    ValueError::new(format!("no server answers for `{}`", brief(origin)), help)
}
