//! Which rows share a browser, a profile or a session.

use std::collections::BTreeSet;

use cors_harness::plan::{Plan, Separation, plan};

use crate::support::{pages, planned, row, url};

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
    let plan = planned(&rows).with_profiles();
    assert_eq!(pages(&plan), [[1, 1, 1]]);
    let shared_pages = &plan.browsers[0].shared_pages;
    assert_eq!(
        shared_pages.iter().map(|shared_page| shared_page.fresh).collect::<Vec<_>>(),
        [false, true, true]
    );
    for (number, shared_page) in shared_pages.iter().enumerate() {
        let (index, host) = (shared_page.rows[0], format!("m{number}.cors-harness.test"));
        assert_eq!(shared_page.page(index, rows[index]).marker.address.host, host);
        let marker_url = shared_page.row(index, rows[index]).play.marker;
        assert!(marker_url.contains(&format!("://{host}/")), "{marker_url}");
    }
}

#[test]
fn many_profiles_start_a_second_browser_but_no_third() {
    let local = row("http://localhost:3000", "http://localhost:8000", "names: verbatim\n");
    let at_once = |rows: usize| {
        let plan = planned(&vec![&local; rows]).with_profiles().spread_here(2);
        plan.browsers.iter().map(|browser| browser.at_once).collect::<Vec<_>>()
    };
    assert_eq!([at_once(12), at_once(20), at_once(60)], [[1], [2], [2]]);
}

#[test]
fn pages_are_divided_among_sessions_and_each_row_is_played_once() {
    let shared = row("https://app.example.com", "https://api.example.com", "");
    let local = row("http://localhost:3000", "http://localhost:8000", "names: verbatim\n");
    let mut rows = vec![&shared; 70];
    rows.extend([&local, &local]);
    for most in 2..6 {
        let plan = planned(&rows).spread(most);
        let at_once: Vec<_> = plan.browsers.iter().map(|browser| browser.at_once).collect();
        assert_eq!(at_once, [most.min(5), 1, 1], "a row that is alone stays alone");
        let shared_pages = plan.browsers.iter().flat_map(|browser| &browser.shared_pages);
        let mut played: Vec<_> =
            shared_pages.flat_map(|shared_page| shared_page.rows.clone()).collect();
        played.sort_unstable();
        assert_eq!(played, (0..72).collect::<Vec<_>>());
    }
}

#[test]
fn a_page_with_many_rows_is_opened_several_times_for_each_browser() {
    let shared = row("https://app.example.com", "https://api.example.com", "");
    let plan = planned(&vec![&shared; 600]).spread(2);
    assert_eq!(pages(&plan), [[100; 6]]);
    let markers =
        plan.browsers[0].shared_pages.iter().map(|page| page.page(0, &shared).marker.address.host);
    assert_eq!(markers.collect::<BTreeSet<_>>().len(), 6, "each with its own marker");
}

#[test]
fn a_second_browser_is_started_here_only_for_many_pages_or_rows() {
    let shared = row("https://app.example.com", "https://api.example.com", "");
    let at_once = |rows: usize, most| {
        planned(&vec![&shared; rows])
            .spread_here(most)
            .browsers
            .iter()
            .map(|browser| browser.at_once)
            .sum()
    };
    let at_once: [usize; 5] =
        [at_once(70, 4), at_once(380, 4), at_once(800, 4), at_once(800, 1), at_once(4000, 4)];
    assert_eq!(at_once, [1, 1, 2, 1, 4]);
    let local = row("http://localhost:3000", "http://localhost:8000", "");
    assert_eq!(
        planned(&vec![&local; 100]).spread_here(2).browsers[0].at_once,
        2,
        "pages count as rows"
    );
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
