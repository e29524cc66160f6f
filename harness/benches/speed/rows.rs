//! The rows that everything is measured with: a preflighted `PUT` whose reply sets a cookie and a `GET`
//! that is sent with it, both with credentials, on a host of the row's own that is of the page's site,
//! so that no browser blocks the cookie. From one page for each scheme.

use std::fs;
use std::io;
use std::path::Path;

/// Which of the schemes the rows are over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Schemes {
    /// Half of the rows each.
    Both,
    /// All rows over http.
    Http,
    /// All rows over https.
    Https,
}

/// A scheme, and the page that its rows play on.
type Scheme = (&'static str, &'static str);

const HTTP: Scheme = ("http", "http://plain.example.com");
const HTTPS: Scheme = ("https", "https://app.example.com");

impl Schemes {
    fn pages(self) -> &'static [Scheme] {
        match self {
            Self::Both => &[HTTP, HTTPS],
            Self::Http => &[HTTP],
            Self::Https => &[HTTPS],
        }
    }
}

/// Writes `count` rows as cases of at most `per_case` rows each, as a user would.
///
/// Precondition: `count` is even where there are two schemes.
pub fn write(folder: &Path, schemes: Schemes, count: usize, per_case: usize) -> io::Result<()> {
    let pages = schemes.pages();
    for (scheme, page) in pages {
        let numbers: Vec<_> = (0..count / pages.len()).map(|row| format!("\"{row}\"")).collect();
        for (place, rows) in numbers.chunks(per_case).enumerate() {
            let file = folder.join(format!("{scheme}-{place:05}.yaml"));
            fs::write(file, case(scheme, page, &rows.join(", ")))?;
        }
    }
    Ok(())
}

fn case(scheme: &str, page: &str, rows: &str) -> String {
    let server = format!("{scheme}://api.example.com");
    format!(
        "name: A write that is asked for first, and a read with the cookie it set
because: These rows are generated, to be counted.
servers:
  {server}:
    /me:
      PUT:
        headers:
          - Access-Control-Allow-Origin: ${{page}}
          - Access-Control-Allow-Credentials: \"true\"
          - Set-Cookie: sid=1
        body: row ${{row}}
      GET:
        headers:
          - Access-Control-Allow-Origin: ${{page}}
          - Access-Control-Allow-Credentials: \"true\"
        body: row ${{row}}
      OPTIONS:
        status: 204
        headers:
          - Access-Control-Allow-Origin: ${{page}}
          - Access-Control-Allow-Credentials: \"true\"
          - Access-Control-Allow-Methods: PUT
page: {page}
matrix:
  row: [{rows}]
steps:
  - fetch: {server}/me
    method: PUT
    credentials: include
    body: row ${{row}}
  - fetch: {server}/me
    credentials: include
"
    )
}
