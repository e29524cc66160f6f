//! The rows that everything is measured with: a preflighted `PUT` whose reply sets a cookie and a `GET`
//! that is sent with it, both with credentials, on a host of the row's own that is of the page's site,
//! so that no browser blocks the cookie.

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

/// On which pages rows play.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pages {
    /// One page for each scheme.
    One,
    /// A page of another origin for each case: a document, a frame or a worker.
    ManyKinds,
}

impl Schemes {
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Both => &["http", "https"],
            Self::Http => &["http"],
            Self::Https => &["https"],
        }
    }
}

impl Pages {
    /// The page of a case, as it is written.
    fn page(self, scheme: &str, case: usize) -> String {
        match (self, case % 3) {
            (Self::One, _) => format!("{scheme}://{scheme}.example.com"),
            (Self::ManyKinds, 0) => format!("{scheme}://{scheme}{case}.example.com"),
            (Self::ManyKinds, 1) => format!(
                "{{ origin: \"{scheme}://{scheme}{case}.example.com\", context: iframe, inside: \"{scheme}://www.example.com\" }}"
            ),
            (Self::ManyKinds, _) => {
                format!(
                    "{{ origin: \"{scheme}://{scheme}{case}.example.com\", context: dedicated-worker }}"
                )
            }
        }
    }
}

/// Writes `count` rows as cases of at most `per_case` rows each, as a user would.
///
/// Precondition: `count` is even where there are two schemes.
pub fn write(
    folder: &Path,
    (schemes, pages): (Schemes, Pages),
    count: usize,
    per_case: usize,
) -> io::Result<()> {
    let schemes = schemes.names();
    for scheme in schemes {
        let numbers: Vec<_> = (0..count / schemes.len()).map(|row| format!("\"{row}\"")).collect();
        for (place, rows) in numbers.chunks(per_case).enumerate() {
            let file = folder.join(format!("{scheme}-{place:05}.yaml"));
            fs::write(file, case(scheme, &pages.page(scheme, place), &rows.join(", ")))?;
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
