//! The rows that everything is measured with: a credentialed `GET` and a preflighted `PUT` on a host
//! of the row's own, half of them over http and half over https, from one page for each scheme.

use std::fs;
use std::io;
use std::path::Path;

/// Schemes, each with the page that its rows play on.
const PAGES: [(&str, &str); 2] =
    [("http", "http://plain.example.com"), ("https", "https://app.example.com")];

/// Writes `count` rows as cases of at most `per_case` rows each, as a user would.
pub fn write(folder: &Path, count: usize, per_case: usize) -> io::Result<()> {
    for (scheme, page) in PAGES {
        let numbers: Vec<_> = (0..count / PAGES.len()).map(|row| format!("\"{row}\"")).collect();
        for (place, rows) in numbers.chunks(per_case).enumerate() {
            let file = folder.join(format!("{scheme}-{place:05}.yaml"));
            fs::write(file, case(scheme, page, &rows.join(", ")))?;
        }
    }
    Ok(())
}

fn case(scheme: &str, page: &str, rows: &str) -> String {
    let server = format!("{scheme}://api.bank.example");
    format!(
        "name: A read with cookies and a write that is asked for first
because: These rows are generated, to be counted.
servers:
  {server}:
    /me:
      GET:
        headers:
          - Access-Control-Allow-Origin: ${{page}}
          - Access-Control-Allow-Credentials: \"true\"
        body: row ${{row}}
      PUT:
        headers: [{{ Access-Control-Allow-Origin: \"${{page}}\" }}]
        body: row ${{row}}
      OPTIONS:
        status: 204
        headers:
          - Access-Control-Allow-Origin: ${{page}}
          - Access-Control-Allow-Methods: PUT
page: {page}
matrix:
  row: [{rows}]
steps:
  - fetch: {server}/me
    credentials: include
  - fetch: {server}/me
    method: PUT
    body: row ${{row}}
"
    )
}
