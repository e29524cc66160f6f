//! Changes in words.

use cors_harness::case::{Asked, OriginKind};
use cors_harness::observation::RowObservation;
use cors_harness::verdict::policy::{DescribedChange, Effect, Line, Severity, changes, describe};

use super::support::{KEPT, POLICY, played, policy, ruled};

type Change<'a> = &'a dyn Fn(&Asked, &mut RowObservation);

const AS_IT_IS: Change<'static> = &|_, _| {};

/// The described changes from one policy to another, with the same server.
fn turned_policy(before: &str, now: &str) -> Vec<DescribedChange> {
    let cases = [policy(KEPT, before), policy(KEPT, now)];
    let rulings = cases.each_ref().map(ruled);
    let [before, now] = [0, 1].map(|which| played(&cases[which], &rulings[which]));
    let lines = |rows: &[_]| rows.iter().map(Line::of).collect::<Vec<_>>();
    describe(changes(&lines(&before), &lines(&now)), &now)
}

/// The described changes from one server to another, each with its own differences.
fn turned(
    (before, was): (&str, Change<'_>),
    (now, is): (&str, Change<'_>),
) -> Vec<DescribedChange> {
    let cases = [policy(before, POLICY), policy(now, POLICY)];
    let mut rulings = cases.each_ref().map(ruled);
    for ((case, rulings), change) in cases.iter().zip(&mut rulings).zip([was, is]) {
        for (row, ruling) in case.rows.iter().zip(rulings) {
            change(row.asked.as_ref().unwrap(), &mut ruling.observation);
        }
    }
    let [before, now] = [0, 1].map(|which| played(&cases[which], &rulings[which]));
    let lines = |rows: &[_]| rows.iter().map(Line::of).collect::<Vec<_>>();
    describe(changes(&lines(&before), &lines(&now)), &now)
}

fn answer(seen: &mut RowObservation, status: u16) {
    for step in &mut seen.steps {
        step.requests.iter_mut().for_each(|request| request.answer.status = status);
        step.response.iter_mut().for_each(|response| response.status = status);
    }
}

#[track_caller]
fn says(described: &[DescribedChange], effect: Effect, severity: Severity, sentence: &str) {
    let found = described.iter().find(|one| one.sentence == sentence);
    let found = found.unwrap_or_else(|| {
        panic!("{:#?}", described.iter().map(|one| &one.sentence).collect::<Vec<_>>())
    });
    assert_eq!((found.change.effect, found.severity), (effect, severity), "{sentence}");
}

#[test]
fn a_tightened_change_names_the_cause() {
    let shut = "
    /me: { GET: { headers: [Access-Control-Allow-Origin: '${request.origin}'] } }
    /things: { OPTIONS: { status: 401 }, PUT: {} }
";
    let described = turned((KEPT, AS_IT_IS), (shut, AS_IT_IS));
    let words = "https://app.my-company.com can no longer send PUT /things: the preflight is answered with 401; browsers never send \
                 credentials with a preflight, so the server must answer OPTIONS before it checks the login";
    says(&described, Effect::Tightened, Severity::High, words);
    let words = "https://app.my-company.com can no longer read GET /me with the user's cookies: the \
                 response has no `Access-Control-Allow-Credentials`";
    says(&described, Effect::Tightened, Severity::High, words);
    let words = "https://app.my-company.com can no longer see etag of GET /me without credentials: the \
                 response does not expose it";
    says(&described, Effect::Tightened, Severity::Medium, words);
}

#[test]
fn a_loosened_change_names_the_cause() {
    let mirror =
        KEPT.replace("[https://app.my-company.com, https://admin.my-company.com]", "mirror");
    let described = turned((KEPT, AS_IT_IS), (&mirror, AS_IT_IS));
    let words = "Any website can now read GET /me with the user's cookies: the server reflects any \
                 origin and allows credentials";
    assert_eq!(described[0].sentence, words);
    says(&described, Effect::Loosened, Severity::Critical, words);
    let words = "Any website can now send PUT /things with the user's cookies and read the response: the \
                 server reflects any origin and allows credentials";
    says(&described, Effect::Loosened, Severity::Critical, words);
    let words =
        "https://app.my-company.com.evil.example can now read GET /me with the user's cookies";
    says(&described, Effect::Loosened, Severity::Critical, words);
    let back = turned((&mirror, AS_IT_IS), (KEPT, AS_IT_IS));
    let words =
        "Any website can no longer read GET /me: the response has no `Access-Control-Allow-Origin`";
    says(&back, Effect::Tightened, Severity::Note, words);
}

#[test]
fn an_error_differs_from_a_response() {
    let mirror =
        KEPT.replace("[https://app.my-company.com, https://admin.my-company.com]", "mirror");
    let unlisted_refused: Change<'_> = &|asked, seen| {
        if asked.kind == OriginKind::Foreign {
            answer(seen, 403);
        }
    };
    let described = turned((&mirror, unlisted_refused), (&mirror, AS_IT_IS));
    let words = "Any website can now read GET /me with the user's cookies: the status was 403; the server \
                 reflects any origin and allows credentials";
    says(&described, Effect::Loosened, Severity::Critical, words);
    let login_refused: Change<'_> = &|asked, seen| {
        if asked.login {
            answer(seen, 401);
        }
    };
    let described = turned((KEPT, AS_IT_IS), (KEPT, login_refused));
    let words = "https://app.my-company.com can no longer read GET /me with the user's cookies: the status is 401";
    says(&described, Effect::Tightened, Severity::High, words);
    assert!(described.iter().all(|one| one.change.effect >= Effect::Tightened), "{described:#?}");
}

#[test]
fn an_origin_that_is_no_longer_listed_needs_a_test() {
    let without = POLICY.replace(", https://admin.my-company.com", "");
    let described = turned_policy(POLICY, &without);
    let words = "https://admin.my-company.com is no longer tested with PUT /things; whether it still has \
                 access is unknown: list it under `deny` to keep testing it";
    says(&described, Effect::Vanished, Severity::Medium, words);
    let look_alike = "https://eviladmin.my-company.com is no longer tested with PUT /things with the user's \
                      cookies";
    says(&described, Effect::Vanished, Severity::Note, look_alike);
    let denied = without + "  deny: [https://admin.my-company.com]\n";
    let described = turned_policy(POLICY, &denied);
    says(
        &described,
        Effect::Vanished,
        Severity::Note,
        "https://admin.my-company.com is no longer tested with PUT /things",
    );
}
