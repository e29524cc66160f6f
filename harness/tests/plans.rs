//! Which rows share a page, and what they are called there.

use std::path::Path;

use cors_harness::case::{self, CaseId, Row};
use cors_harness::plan::{BrowserPlan, Plan, PlannedRow, Separation, Sharing, plan, sharing};
use cors_servers::script::{HeaderLine, Piece};

fn read(text: &str) -> Row {
    let id = CaseId("c".to_owned());
    case::read(id, Path::new("c"), text.as_bytes()).unwrap().rows.remove(0)
}

/// One row with a page, a server and more lines.
fn row(page: &str, server: &str, more: &str) -> Row {
    let text = format!(
        "name: n\nbecause: b\npage: {page}\nservers:\n  {server}:\n    /a: {{ GET: {{ headers: \
         [{{ Access-Control-Allow-Origin: '{page}' }}] }} }}\nsteps:\n  - fetch: {server}/a\n{more}"
    );
    read(&text)
}

/// A row on a page of several origins.
fn framed(page: &str) -> Row {
    let text = format!(
        "name: n\nbecause: b\npage: {page}\nservers:\n  https://api.example.net: {{ /a: {{ GET: {{}} }} }}\n\
         steps:\n  - fetch: https://api.example.net/a\n"
    );
    read(&text)
}

/// The same, its server sending `Clear-Site-Data`.
fn clearing(mut row: Row) -> Row {
    let line = HeaderLine::text("Clear-Site-Data", "\"cookies\"").expect("a line");
    row.servers[0].routes[0][0].headers.push(line);
    row
}

fn planned(rows: &[&Row]) -> Plan {
    plan(rows, Separation::Shared)
}

/// For each browser, how many rows each of its pages has.
fn pages(plan: &Plan) -> Vec<Vec<usize>> {
    let shared_pages = |browser: &BrowserPlan| {
        browser.shared_pages.iter().map(|shared_page| shared_page.rows.len()).collect()
    };
    plan.browsers.iter().map(shared_pages).collect()
}

/// What the first step of a row calls.
fn url(row: &PlannedRow) -> &str {
    &row.play.step_groups[0][0].url
}

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
fn rows_that_take_their_page_along_have_frames_in_one_page_of_its_site() {
    let other = row("https://www.example.com:8443", "https://www.example.com:8443", "");
    let row = row("https://app.example.com", "https://app.example.com", "");
    let rows = [&row, &row, &other];
    let plan = planned(&rows);
    assert_eq!(pages(&plan), [[3]]);
    let shared_page = &plan.browsers[0].shared_pages[0];
    let page = shared_page.page_with_frames(rows.into_iter().enumerate()).unwrap();
    assert_eq!(page.origin, "https://p000000.example.com");
    for (index, row) in rows.into_iter().enumerate() {
        let planned = shared_page.row(index, row);
        let own = shared_page.page(index, row);
        let frame = planned.frame.unwrap();
        assert_eq!((frame.url, frame.origin), (own.url.clone(), own.origin));
        let hosted = page.documents.iter().any(|server| own.documents[0].address == server.address);
        assert!(hosted, "{} has no server", own.url);
    }
    assert_eq!(page.documents.len(), 4, "those of the rows, and the one around them");
}

#[test]
fn a_frame_that_would_change_what_a_row_shows_is_not_made() {
    let page = "https://app.example.com";
    let restricting = |name: &str| {
        let mut row = row(page, page, "");
        let line = HeaderLine::text(name, "sandbox").expect("a line");
        row.servers[0].routes[0][0].headers.push(line);
        row
    };
    for row in [restricting("X-Frame-Options"), restricting("content-security-policy")] {
        let plan = planned(&[&row, &row]);
        assert_eq!(pages(&plan), [[1, 1]]);
        assert!(plan.browsers[0].shared_pages.iter().all(|shared_page| !shared_page.has_frames()));
    }
    let plain = row("http://app.example.com", "http://app.example.com", "");
    let secure = row(page, page, "");
    assert_eq!(pages(&planned(&[&plain, &plain, &secure, &secure])), [[2, 2]]);
}

#[test]
fn a_page_has_a_limited_number_of_frames() {
    let row = row("https://app.example.com", "https://app.example.com", "");
    assert_eq!(pages(&planned(&vec![&row; 50])), [[24, 24, 2]]);
    let one_more = planned(&[&row; 25]);
    assert_eq!(pages(&one_more), [[24, 1]]);
    assert!(!one_more.browsers[0].shared_pages[1].has_frames(), "one row needs no frame");
}

/// A page behind a window may not render, so it cannot show what other rows need.
#[test]
fn a_row_that_opens_a_window_has_its_own_page() {
    let page = "https://app.example.com";
    let steps = |step: &str| {
        read(&format!(
            "name: n\nbecause: b\npage: {page}\nservers:\n  {page}:\n    /a: {{ GET: {{ content: html }} }}\nsteps:\n  - {step}\n"
        ))
    };
    let (window, frame) = (steps("window-open: /a"), steps("iframe: /a"));
    let form = steps("{ form: /a, target: window }");
    assert_eq!(pages(&planned(&[&frame, &window, &frame, &form])), [[2, 1, 1]]);
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

/// A browser tries https first, and has to find that there is none of the page around.
#[test]
fn an_http_page_around_an_https_frame_of_its_host_is_mapped_back() {
    let page =
        "{ origin: https://app.example.com, context: iframe, inside: http://app.example.com }";
    let row = framed(page);
    let page = planned(&[&row]).browsers[0].shared_pages[0].page(0, &row);
    let [top, frame] = page.documents.as_slice() else { panic!("two servers") };
    let (path, replies) = frame.routes.get_index(1).expect("a second route");
    let reply = &replies[0];
    assert_eq!((Some(path), reply.status.as_u16()), (top.routes.keys().next(), 307));
    assert_eq!(reply.headers, [HeaderLine::text("Location", &page.url).expect("a line")]);
}

#[test]
fn each_verbatim_row_has_its_own_browser() {
    let local = row("http://localhost:3000", "http://localhost:8000", "names: verbatim\n");
    let plan = planned(&[&local, &local]);
    assert_eq!(pages(&plan), [[1], [1]]);
    assert_eq!(plan.browsers[1].shared_pages[0].page(1, &local).origin, "http://localhost:3000");
}

#[test]
fn a_fresh_profile_replaces_a_browser_if_the_engine_has_profiles() {
    let shared = row("https://app.example.com", "https://api.example.com", "");
    let local = row("http://localhost:3000", "http://localhost:8000", "names: verbatim\n");
    let rows = [&local, &shared, &local];
    let plan = planned(&rows).with_profiles(2);
    assert_eq!(pages(&plan), [[1, 1, 1]]);
    let shared_pages = &plan.browsers[0].shared_pages;
    assert_eq!(
        shared_pages.iter().map(|shared_page| shared_page.fresh).collect::<Vec<_>>(),
        [false, true, true]
    );
    for (number, shared_page) in shared_pages.iter().enumerate() {
        let (index, host) = (shared_page.rows[0], format!("m{number}.cors-harness.test"));
        assert_eq!(shared_page.page(index, rows[index]).marker.address.host, host);
        let told = shared_page.row(index, rows[index]).play.marker;
        assert!(told.contains(&format!("://{host}/")), "{told}");
    }
}

#[test]
fn many_profiles_start_a_second_browser_but_no_third() {
    let local = row("http://localhost:3000", "http://localhost:8000", "names: verbatim\n");
    let browsers = |rows: usize| planned(&vec![&local; rows]).with_profiles(2).browsers;
    let profiles =
        |rows| browsers(rows).iter().map(|one| one.shared_pages.len()).collect::<Vec<_>>();
    assert_eq!(profiles(12), [12]);
    assert_eq!(profiles(20), [12, 8]);
    assert_eq!(profiles(60), [30, 30]);
}

#[test]
fn pages_are_divided_among_sessions_and_each_row_is_played_once() {
    let shared = row("https://app.example.com", "https://api.example.com", "");
    let local = row("http://localhost:3000", "http://localhost:8000", "names: verbatim\n");
    let mut rows = vec![&shared; 70];
    rows.extend([&local, &local]);
    for most in 1..6 {
        let plan = planned(&rows).spread(most);
        let shared: Vec<_> = plan.browsers.iter().filter(|browser| !browser.alone).collect();
        assert_eq!(shared.len(), most, "a page with many rows is opened in each session");
        assert_eq!(plan.browsers.len(), most + 2, "a row that is alone stays alone");
        let shared_pages = plan.browsers.iter().flat_map(|browser| &browser.shared_pages);
        let mut played: Vec<_> =
            shared_pages.flat_map(|shared_page| shared_page.rows.clone()).collect();
        played.sort_unstable();
        assert_eq!(played, (0..72).collect::<Vec<_>>());
        let rows_of = |browser: &&BrowserPlan| -> usize {
            browser.shared_pages.iter().map(|shared_page| shared_page.rows.len()).sum()
        };
        let most_rows = shared.iter().map(rows_of).max().unwrap();
        assert!(
            most_rows <= 70_usize.div_ceil(most) + 10,
            "{most_rows} rows of 70 in one of {most}"
        );
    }
}

#[test]
fn one_session_plays_the_pages_in_their_order() {
    let pages = ["https://a.example", "https://b.example", "https://a.example"];
    let rows = pages.map(|page| row(page, "https://api.example.com", ""));
    let rows: Vec<_> = rows.iter().collect();
    let order = |plan: &Plan| -> Vec<_> {
        plan.browsers[0].shared_pages.iter().map(|shared_page| shared_page.rows.clone()).collect()
    };
    assert_eq!(order(&planned(&rows).spread(1)), order(&planned(&rows)));
}

#[test]
fn rows_on_localhost_share_a_browser_with_different_ports() {
    let local = row("http://localhost:3000", "http://localhost:8000", "");
    let plan = planned(&[&local, &local]);
    assert_eq!(pages(&plan), [[1, 1]]);
    let [first, second] = plan.browsers[0].shared_pages.as_slice() else { panic!("two pages") };
    assert_eq!(first.page(0, &local).origin, "http://localhost:20000");
    assert_eq!(second.page(1, &local).origin, "http://localhost:20016");
    let planned = second.row(1, &local);
    assert_eq!(url(&planned), "http://localhost:20017/a");
    assert_eq!(planned.servers[0].address.port, 20017);
    let reply = &planned.servers[0].routes[0][0];
    let own = format!("{:?}", b"http://localhost:20016".to_vec());
    assert!(format!("{:?}", reply.headers[0].value).contains(&own));
    assert_eq!(planned.names.logical("http://localhost:20016"), "http://localhost:3000");
}

#[test]
fn a_row_gets_its_own_browser_if_no_port_is_left() {
    let local = row("http://localhost:3000", "http://localhost:8000", "");
    let plan = planned(&vec![&local; 3000]);
    let shared = plan.browsers[0].shared_pages.len();
    assert_eq!(shared + plan.browsers.len() - 1, 3000);
    assert!(shared > 2800 && shared < 3000, "{shared}");
    let shared_pages = plan.browsers.iter().map(|browser| &browser.shared_pages[0]);
    let needs: Vec<_> =
        shared_pages.map(|shared_page| shared_page.sharing(&local).words().0).collect();
    assert_eq!(needs[..2], ["its own ports", "a fresh profile"]);
}

#[test]
fn unseparated_rows_share_a_browser_with_names_as_written() {
    let row = row("https://app.example.com", "https://api.example.com", "names: verbatim\n");
    let plan = plan(&[&row, &row], Separation::Unseparated);
    assert_eq!(pages(&plan), [[1, 1]]);
    for shared_page in &plan.browsers[0].shared_pages {
        assert_eq!(url(&shared_page.row(shared_page.rows[0], &row)), "https://api.example.com/a");
        assert!(!shared_page.fresh);
    }
}

#[test]
fn with_alone_each_row_has_its_own_browser_and_names_as_written() {
    let row = row("https://app.example.com", "https://api.example.com", "");
    let plan = plan(&[&row, &row], Separation::Alone);
    assert_eq!(pages(&plan), [[1], [1]]);
    for browser in &plan.browsers {
        let shared_page = &browser.shared_pages[0];
        assert_eq!(url(&shared_page.row(shared_page.rows[0], &row)), "https://api.example.com/a");
    }
}

#[test]
fn rows_that_wait_share_a_browser_whose_clock_is_moved() {
    let steps = "  - wait: 5s\n  - fetch: https://api.example.com/a\n";
    let at = |more: &str| row("https://app.example.com", "https://api.example.com", more);
    let (waiting, other) = (at(steps), at(""));
    let with_cookie = at(&format!("{steps}cookies: [https://api.example.com: a=1]\n"));
    let without_time = at("  - wait: 0s\n  - fetch: https://api.example.com/a\n");
    let plan = planned(&[&waiting, &other, &with_cookie, &waiting, &without_time]);
    let moves_clock: Vec<_> =
        plan.browsers.iter().map(|browser| browser.needs.moves_clock).collect();
    assert_eq!((pages(&plan), moves_clock), (vec![vec![2], vec![2, 1]], vec![false, true]));
    let planned = plan.browsers[1].shared_pages[0].row(0, &waiting);
    assert_eq!(planned.play.step_groups.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 1]);
    assert_eq!(planned.waits.keys().collect::<Vec<_>>(), [&1]);
}

/// Rows of a policy over a real server: each on a page, with a login or without.
fn upstream(page: &str, cookies: &str) -> Row {
    read(&upstream_text(page, cookies))
}

fn upstream_text(page: &str, cookies: &str) -> String {
    format!(
        "name: n\nbecause: b\npage: {page}\nservers:\n  https://api.example.com: {{ in-process: true }}\n{cookies}\
         steps:\n  - fetch: https://api.example.com/me\n    credentials: include\n"
    )
}

#[test]
fn rows_of_a_real_server_play_one_by_one_on_one_page_for_each_site() {
    let login = "cookies: [{ https://api.example.com: a=1; Secure; SameSite=None }]\n";
    let pages_of = [
        "https://app.example.com",
        "https://www.example.com:8443",
        "https://evil.example",
        "http://localhost:3000",
        "http://localhost:5173",
    ];
    let rows: Vec<_> =
        pages_of.iter().flat_map(|page| [upstream(page, login), upstream(page, "")]).collect();
    let rows: Vec<_> = rows.iter().collect();
    assert!(rows.iter().all(|row| matches!(sharing(row), Sharing::OneByOne(_))));
    let plan = planned(&rows).with_profiles(1);
    assert_eq!(pages(&plan), [[4, 2, 4]]);
    let shared_pages = &plan.browsers[0].shared_pages;
    assert!(shared_pages.iter().all(|shared_page| shared_page.one_by_one && !shared_page.fresh));
    let framed: Vec<_> = shared_pages.iter().map(|shared_page| shared_page.has_frames()).collect();
    assert_eq!(framed, [true, false, true]);
    let page =
        shared_pages[2].page_with_frames(shared_pages[2].rows.iter().map(|row| (*row, rows[*row])));
    let page = page.unwrap();
    assert_eq!(page.origin, "http://localhost:19002");
    let hosts: Vec<_> = page.documents.iter().map(|server| server.address.port).collect();
    assert_eq!(hosts, [3000, 5173, 19002], "each document once");
}

#[test]
fn a_preflight_is_repeated_in_a_later_pass_over_all_pages() {
    let put = |page| read(&format!("{}    method: PUT\n", upstream_text(page, "")));
    let pages_of = ["https://app.example.com", "https://evil.example"];
    let rows = pages_of.map(|page| [put(page), upstream(page, ""), put(page), upstream(page, "")]);
    let rows: Vec<_> = rows.iter().flatten().collect();
    let plan = planned(&rows).with_profiles(1);
    let rows: Vec<_> = plan.browsers[0]
        .shared_pages
        .iter()
        .map(|shared_page| shared_page.rows.as_slice())
        .collect();
    assert_eq!(rows, [&[1, 3, 0][..], &[5, 7, 4], &[2], &[6]], "reads come before writes");
}

#[test]
fn without_profiles_rows_of_a_real_server_meet_only_where_no_cache_is_shared() {
    let rows = ["https://app.example.com", "https://www.example.com", "https://evil.example"];
    let rows = rows.map(|page| upstream(page, ""));
    let plan = planned(&rows.iter().collect::<Vec<_>>());
    assert_eq!(pages(&plan), [vec![1, 1], vec![1]]);
}
