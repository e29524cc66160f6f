//! Pages that a browser opens one after another: what it keeps for the next one.

use crate::support::*;

const SHOP: &str = "https://shop.example";
const OTHER: &str = "https://www.app.example";
const OWN: &str = "Access-Control-Allow-Origin: ${origin}";

fn data() -> String {
    format!("{API}/")
}

/// The same request on a page, and on another one inside a page of a third origin.
fn twice(lines: &[&str], step: impl Fn() -> Step, next: (&'static str, &'static str)) -> Row {
    let options = ["Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 600"];
    let servers = vec![server(
        API,
        vec![
            ("GET /", reply(200, lines, "a")),
            ("PUT /", reply(200, lines, "a")),
            ("OPTIONS /", reply(204, &[&[OWN], &options[..]].concat(), "")),
        ],
    )];
    row(PAGE, servers, vec![step(), step()]).open(1, next.0, next.1)
}

#[test]
fn a_stored_response_is_used_on_pages_of_the_same_site() {
    let get = || fetch("GET", &data());
    let (kept, varies) = ("Cache-Control: max-age=600", "Vary: Origin");
    for (lines, next, expected) in [
        (&[OWN, kept][..], (PAGE, PAGE), "allowed"),
        (&[OWN, kept], (OTHER, OTHER), "allow-origin-mismatch"),
        (&[OWN, kept, varies], (OTHER, OTHER), "GET allowed"),
        (&[OWN, kept], (SHOP, SHOP), "GET allowed"),
        (&[OWN, kept], (PAGE, SHOP), "GET allowed"),
        (&[OWN, kept], (OTHER, PAGE), "allow-origin-mismatch"),
    ] {
        assert_eq!(
            outcomes(&twice(lines, get, next)),
            ["GET allowed", expected],
            "{lines:?} {next:?}"
        );
    }
}

#[test]
fn a_preflight_result_is_used_by_the_same_origin_within_one_top_level_site() {
    let put = || fetch("PUT", &data());
    for (next, expected) in [
        ((PAGE, PAGE), "PUT allowed"),
        ((PAGE, OTHER), "PUT allowed"),
        ((OTHER, OTHER), "PUT? PUT allowed"),
        ((PAGE, SHOP), "PUT? PUT allowed"),
    ] {
        assert_eq!(outcomes(&twice(&[OWN], put, next)), ["PUT? PUT allowed", expected], "{next:?}");
    }
}
