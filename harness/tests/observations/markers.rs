//! The log is divided by markers, and by URL and method where the page needs none.

use cors_harness::observation::Read;

use super::scene::{ONE, RowEvidence, TWO, as_preflight, opened, response, threw};

const HOST: &str = "api.example-r000000.net";
const B: &str = "  - xhr: https://api.example.net/b\n";
const PUT: &str = "  - fetch: https://api.example.net/a\n    method: PUT\n";

fn scene(steps: &[&str], answered: usize) -> RowEvidence {
    let seen = (0..steps.len()).map(|number| match number < answered {
        true => vec![response("cors")],
        false => vec![threw()],
    });
    RowEvidence::without_redirects(&steps.concat(), seen.collect())
}

/// The methods and paths of the requests of each step, preflights included.
fn requests(scene: &RowEvidence) -> Vec<Vec<String>> {
    let observation = scene.observe();
    assert_eq!(observation.inconclusive(), None);
    let path = |url: &str| url.replace("https://api.example.net", "");
    let steps = observation.steps.iter().map(|step| {
        let preflights = step.preflights.iter().map(|one| format!("OPTIONS {}", path(&one.url)));
        let requests = step.requests.iter().map(|one| format!("{} {}", one.method, path(&one.url)));
        preflights.chain(requests).collect()
    });
    steps.collect()
}

#[test]
fn urls_distinguish_the_requests_of_two_steps() {
    let scene = scene(&[ONE, B], 2).exchange(0, "GET", "/a").exchange(1, "GET", "/b");
    assert_eq!(requests(&scene), [["GET /a"], ["GET /b"]]);
}

#[test]
fn a_late_request_belongs_to_the_step_of_its_url() {
    let scene = scene(&[ONE, B], 2).exchange(0, "GET", "/a").exchange(1, "GET", "/b");
    let scene = scene.exchange(2, "GET", "/a");
    assert_eq!(requests(&scene), [vec!["GET /a", "GET /a"], vec!["GET /b"]]);
}

#[test]
fn methods_distinguish_requests_for_one_url() {
    let scene = scene(&[PUT, ONE, B], 3).exchange(0, "OPTIONS", "/a").with(as_preflight);
    let scene = scene.exchange(1, "PUT", "/a").exchange(2, "GET", "/a").exchange(3, "GET", "/b");
    assert_eq!(requests(&scene), [vec!["OPTIONS /a", "PUT /a"], vec!["GET /a"], vec!["GET /b"]]);
}

#[test]
fn a_marker_that_arrived_divides_the_log_all_the_same() {
    let scene = scene(&[PUT, ONE, B], 3).exchange(0, "PUT", "/a").mark(1, 0);
    let scene = scene.exchange(2, "GET", "/a").exchange(3, "GET", "/b");
    assert_eq!(requests(&scene), [["PUT /a"], ["GET /a"], ["GET /b"]]);
}

#[test]
fn a_request_of_no_step_is_not_assigned() {
    let scene = scene(&[ONE, B], 2).exchange(0, "GET", "/a").exchange(1, "GET", "/c");
    scene.cannot_tell("no step of this group leads there");
}

#[test]
fn the_same_request_again_needs_a_marker() {
    let scene = scene(&[TWO], 2);
    let mut scene = scene.exchange(0, "GET", "/a").exchange(1, "GET", "/a");
    scene.seen.step_groups = vec![vec![response("cors")], vec![response("cors")]];
    scene.cannot_tell("the marker after group 1 of steps did not arrive");
}

#[test]
fn a_step_that_threw_needs_a_marker() {
    let scene = || scene(&[ONE, B], 0).exchange(0, "GET", "/a").exchange(2, "GET", "/b");
    scene().cannot_tell("the marker after group 1 of steps did not arrive");
    scene().mark(1, 0).mark(3, 1).reads(&[Read::Blocked, Read::Blocked]);
}

#[test]
fn a_response_of_a_later_step_is_no_evidence_for_an_earlier_one() {
    let scene = scene(&[ONE, PUT], 2).exchange(0, "PUT", "/a");
    scene.cannot_tell("no server of this row sent");
}

#[test]
fn a_connection_of_an_earlier_step_says_nothing_about_a_later_one() {
    let at = |sequence| {
        let mut scene = scene(&[ONE, PUT], 1).exchange(3, "GET", "/a").mark(9, 1);
        scene.connections.push(opened(sequence, 5, HOST));
        scene
    };
    at(1).reads(&[Read::Allowed, Read::Refused]);
    at(5).cannot_tell("the browser connected to");
}
