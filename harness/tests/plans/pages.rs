//! Which rows share a page, and what they are called there.

use cors_harness::case::Tab;
use cors_harness::plan::{Sharing, sharing};
use cors_servers::script::Piece;

use crate::support::{clearing, pages, planned, read, row, url};

#[test]
fn rows_with_the_same_page_share_it_under_different_hosts() {
    let row = row("https://app.example.com", "https://api.example.com", "");
    let plan = planned(&[&row, &row]);
    assert_eq!(pages(&plan), [[2]]);
    let shared_page = &plan.browsers[0].shared_pages[0];
    assert_eq!(shared_page.rows, [0, 1]);
    assert_eq!(shared_page.page(0, &row).origin, "https://app.example.com");
    assert_eq!(url(&shared_page.row(0, &row)), "https://api.r000000.example.com/a");
    assert_eq!(url(&shared_page.row(1, &row)), "https://api.r000001.example.com/a");
}

#[test]
fn names_have_the_same_length_for_every_row() {
    let row = row("https://app.example.com", "https://api.example.com", "");
    let plan = planned(&vec![&row; 10_002]);
    let shared_page = &plan.browsers[0].shared_pages[0];
    let length = |place| url(&shared_page.row(place, &row)).len();
    assert_eq!([length(9), length(9_999), length(10_001)], [length(0); 3]);
}

#[test]
fn rows_with_different_pages_or_cookies_are_separated() {
    let (server, shipped) = ("https://api.example.net", "third-party-cookies: as-shipped\n");
    let rows = [
        row("https://app.example.com", server, ""),
        row("http://app.example.com", server, ""),
        row("https://app.example.com", server, shipped),
    ];
    let plan = planned(&rows.iter().collect::<Vec<_>>());
    assert_eq!(pages(&plan), [vec![1, 1], vec![1]]);
}

#[test]
fn each_row_gets_the_isolation_that_it_needs() {
    let page = "https://app.example.com";
    let api = "https://api.example.com";
    let domain = "cookies: [{ https://api.example.com: a=1; Domain=example.com }]\n";
    let own = "cookies: [{ https://app.example.com: a=1 }]\n";
    let elsewhere = "cookies: [{ https://api.example.net: a=1; Domain=example.net }]\n";
    let local = "cookies: [{ http://localhost:8000: a=1 }]\n";
    let rows = [
        ("page", row(page, api, "")),
        ("page", row(page, "https://api.example.net", elsewhere)),
        ("site", row(page, page, "")),
        ("site", row(page, "http://app.example.com:8080", "")),
        ("site", row(page, api, own)),
        ("browser", row(page, api, domain)),
        ("browser", clearing(row(page, api, ""))),
        ("page", clearing(row(page, "https://api.example.net", ""))),
        ("nothing", clearing(row("http://localhost:3000", "http://localhost:8000", ""))),
        ("nothing", row(page, api, "names: verbatim\n")),
        ("host", row("http://localhost:3000", "http://localhost:8000", "")),
        ("host", row(page, "http://127.0.0.1:8000", "")),
        ("nothing", row("http://localhost:3000", "http://localhost", "")),
        ("nothing", row("http://localhost:3000", "http://localhost:8000", local)),
        ("page", row(page, "http://api.localhost:8000", "")),
        ("nothing", row(page, "http://127.0.0.1", "")),
        ("nothing", row(page, "https://xn--bcher-kva.example", "")),
        ("page", row("http://localhost:3000", "https://api.example.net", "")),
        ("page", row("http://[::1]", "https://api.example.net", "")),
        ("page", row("http://127.0.0.1", "https://api.example.net", "")),
        ("page", row("https://app.xn--bcher-kva.example", "https://api.example.net", "")),
        ("page", row("https://app.example.com.", "https://api.example.com", "")),
    ];
    for (needs, row) in rows {
        let got = match sharing(&row) {
            Sharing::Page => "page",
            Sharing::Site(_) => "site",
            Sharing::Browser(_) => "browser",
            Sharing::Host(_) => "host",
            Sharing::OneByOne(_) => "one by one",
            Sharing::Nothing(_) => "nothing",
        };
        assert_eq!(got, needs, "{:?}", row.servers[0].origin);
    }
}

#[test]
fn a_row_with_its_own_page_has_the_page_renamed() {
    let page = "https://app.example.com";
    let row = row(page, page, "");
    let plan = planned(&[&row]);
    let shared_page = &plan.browsers[0].shared_pages[0];
    assert_eq!(shared_page.page(0, &row).origin, "https://app.r000000.example.com");
    let planned = shared_page.row(0, &row);
    assert_eq!(url(&planned), "https://app.r000000.example.com/a");
    let reply = &planned.servers[0].routes[0][0];
    let value = format!("{:?}", reply.headers[0].value);
    let own = format!("{:?}", b"https://app.r000000.example.com".to_vec());
    assert!(value.contains(&own), "{value}");
}

#[test]
fn a_page_on_an_address_keeps_its_name_and_no_other_address_changes() {
    let row = row("http://127.0.0.1:3000", "https://api.example.net", "");
    let plan = planned(&[&row]);
    let shared_page = &plan.browsers[0].shared_pages[0];
    assert_eq!(shared_page.page(0, &row).origin, "http://127.0.0.1:3000");
    let planned = shared_page.row(0, &row);
    assert_eq!(url(&planned), "https://api.example-r000000.net/a");
    assert_eq!(planned.names.physical("http://10.0.0.1/"), "http://10.0.0.1/");
}

#[test]
fn a_host_is_renamed_in_paths_too() {
    let text = "name: n\nbecause: b\npage: https://app.example.com\nservers:\n  https://b.test:\n    \
                /hosts/b.test: { GET: { body: '${served GET /hosts/b.test}' } }\nsteps:\n  \
                - fetch: https://b.test/hosts/b.test?next=https://b.test/\n";
    let row = read(text);
    let plan = planned(&[&row]);
    let planned = plan.browsers[0].shared_pages[0].row(0, &row);
    let path = "/hosts/b-r000000.test";
    assert_eq!(url(&planned), format!("https://b-r000000.test{path}?next=https://b-r000000.test/"));
    let (written, replies) = planned.servers[0].routes.first().expect("a route");
    assert_eq!(written.as_str(), path);
    let served = Piece::Served { method: "GET".to_owned(), path: path.to_owned() };
    assert_eq!(replies[0].body.0, [served]);
}

#[test]
fn a_row_has_the_tabs_of_the_pages_that_are_open_side_by_side() {
    let row = read(
        "name: n\nbecause: b\npages: { shop: https://shop.example, admin: https://admin.example }\n\
         servers: { https://api.example: { /a: { GET: {} } } }\nsteps:\n  - fetch: https://api.example/a\n  \
         - open: admin\n    beside: true\n  - fetch: https://api.example/a\n  - switch: shop\n  \
         - fetch: https://api.example/a\n",
    );
    let plan = planned(&[&row]);
    let opens = plan.browsers[0].shared_pages[0].row(0, &row).opens;
    let told: Vec<_> =
        opens.iter().map(|(group, page)| (*group, page.tab, page.origin.as_str())).collect();
    let (admin, shop) = ("https://r000000.admin.example", "https://r000000.shop.example");
    assert_eq!(told, [(1, Tab::New, admin), (3, Tab::Earlier(0), shop)]);
    let labels: Vec<_> = row.labels().into_iter().map(|label| label.text).collect();
    let label = "fetch https://api.example/a";
    assert_eq!(
        labels,
        [label.to_owned(), format!("{label} (in admin)"), format!("{label} (in shop)")]
    );
}
