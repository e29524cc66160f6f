//! HTTP authentication.

use cors_model::CredentialsMode;

use crate::support::*;

const ASKS: &str = "WWW-Authenticate: Basic realm=\"a\"";
const OWN: &str = "Access-Control-Allow-Origin: ${origin}";
const YES: &str = "Access-Control-Allow-Credentials: true";

fn asking(challenge: &'static str) -> Vec<Server> {
    let lines = [challenge, OWN, YES];
    let at = |at| {
        let lines = &lines;
        let paths = ["GET /", "GET /a/b", "GET /a/c", "GET /d", "PUT /"];
        server(at, paths.map(|path| (path, reply(401, lines, "no"))).into())
    };
    vec![at(PAGE), at(API)]
}

fn xhr(url: &str) -> Step {
    step(Initiator::Xhr, "GET", url).username("user")
}

/// Which of the requests of each step have `Authorization`.
fn authorized(row: &Row) -> Vec<Vec<bool>> {
    let of_step = |outcome: &cors_model::Outcome| {
        outcome.exchanges.iter().map(|one| header(one, "authorization").is_some()).collect()
    };
    ruled(row).iter().map(of_step).collect()
}

#[test]
fn the_user_cancels_a_prompt_and_script_gets_the_401() {
    for step in [
        fetch("GET", &format!("{PAGE}/")),
        fetch("GET", &format!("{API}/")).include(),
        step(Initiator::Xhr, "GET", &format!("{PAGE}/")),
    ] {
        let row = row(PAGE, asking(ASKS), vec![step]);
        assert_eq!(outcomes(&row), ["GET allowed"]);
        assert_eq!(authorized(&row), [[false]]);
    }
    let opaque = fetch("GET", &format!("{API}/")).mode("no-cors").include();
    assert_eq!(outcomes(&row(PAGE, asking(ASKS), vec![opaque])), ["GET opaque"]);
}

#[test]
fn a_user_name_is_sent_to_the_own_origin_once_the_server_asks() {
    let row = row(PAGE, asking(ASKS), vec![xhr(&format!("{PAGE}/"))]);
    assert_eq!(authorized(&row), [[false, true]]);
    let sent = header(&ruled(&row)[0].exchanges[1], "authorization");
    // The test gives the same text as name and password.
    assert_eq!(sent.as_deref(), Some("Basic dXNlcjp1c2Vy"));
}

#[test]
fn a_user_name_is_not_sent_to_another_origin() {
    for step in [xhr(&format!("{API}/")), xhr(&format!("{API}/")).include()] {
        assert_eq!(authorized(&row(PAGE, asking(ASKS), vec![step])), [[false]]);
    }
}

#[test]
fn a_user_name_is_not_sent_to_a_server_that_does_not_ask() {
    let row = row(PAGE, asking("X-A: 1"), vec![xhr(&format!("{PAGE}/"))]);
    assert_eq!(authorized(&row), [[false]]);
}

#[test]
fn a_header_of_script_comes_before_a_user_name() {
    let step = xhr(&format!("{PAGE}/")).line("Authorization", "Bearer a");
    let row = row(PAGE, asking(ASKS), vec![step]);
    let sent = ruled(&row).remove(0).exchanges;
    assert!(sent.iter().all(|one| header(one, "authorization").as_deref() == Some("Bearer a")));
}

#[test]
fn another_scheme_cannot_be_judged() {
    let digest = "WWW-Authenticate: Digest realm=\"a\"";
    let row = row(PAGE, asking(digest), vec![xhr(&format!("{PAGE}/"))]);
    assert_eq!(outcomes(&row), ["cannot judge"]);
}

/// A server that knows the user.
fn knowing() -> Vec<Server> {
    let paths = ["GET /a/b", "GET /a/c", "GET /d"];
    let knowing = || Reply { knows_the_user: true, ..reply(401, &[ASKS], "a") };
    vec![server(PAGE, paths.map(|path| (path, knowing())).into())]
}

#[test]
fn credentials_that_a_server_took_are_used_again_in_the_same_folder() {
    let at = |path: &str| fetch("GET", &format!("{PAGE}{path}"));
    let omit = |mut step: Step| {
        step.credentials = Some(CredentialsMode::Omit);
        step
    };
    let steps =
        vec![xhr(&format!("{PAGE}/a/b")), at("/a/c"), at("/d"), omit(at("/a/b")), at("/a/b")];
    let row = row(PAGE, knowing(), steps);
    assert_eq!(
        authorized(&row),
        [vec![false, true], vec![true], vec![false], vec![false], vec![true]]
    );
    let waiting = &ruled_with(&row, &[1])[1].exchanges;
    let waiting = waiting.iter().map(|one| header(one, "authorization").is_some());
    assert_eq!(waiting.collect::<Vec<_>>(), [false, true]);
}
