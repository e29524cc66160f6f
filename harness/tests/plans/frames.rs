//! Pages with a frame for each row.

use cors_servers::script::HeaderLine;

use crate::support::{framed, pages, planned, read, row};

#[test]
fn rows_with_their_own_page_host_have_frames_in_one_page_of_its_site() {
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
            "name: n\nbecause: b\npage: {page}\nservers:\n  {page}:\n    /a: {{ GET: {{ content: html }}, POST: {{ content: html }} }}\nsteps:\n  - {step}\n"
        ))
    };
    let (window, frame) = (steps("window-open: /a"), steps("iframe: /a"));
    let form = steps("{ form: /a, target: window }");
    assert_eq!(pages(&planned(&[&frame, &window, &frame, &form])), [[2, 1, 1]]);
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
